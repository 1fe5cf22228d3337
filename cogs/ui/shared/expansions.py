"""An album or a playlist given to /add for a shared playlist: a question first, then all that may go in at once.

The question says by itself what it is about, so its answer works after a restart, and counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.proposals.expand import MOST_READ
from bot.services.shared.proposals.outcomes import Accepted, Pending, StoppedMidwayError
from bot.services.shared.proposals.propose import goes_straight_in
from bot.spotify.models import Ref, Track
from bot.stores.contributions import EVER_INSIDE, ON_ITS_WAY
from cogs.ui.actor import actor_of, share_of
from cogs.ui.controls import Item, ListItem, Press, Value
from cogs.ui.layout import text, with_picture
from cogs.ui.reply import Reply, answer, controls, list_button
from cogs.ui.shared.contributions import Proposal, source_of
from cogs.ui.shared.landing import tell_everybody
from cogs.ui.shared.notes import note_on, note_parts
from cogs.ui.track_card import ARTWORK, artwork
from cogs.words.contributions import reasons_of
from cogs.words.counts import TRACKS
from cogs.words.names import list_name, track_line
from cogs.words.text import bar, fitting, masked_link, plain_text
from cogs.words.waiting import rest_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.proposals.expand import Expanded, Expander
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.services.shared.proposals.propose import Proposals
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Button
    from cogs.ui.layout import Control, Part
    from cogs.ui.shared.landing import Landing

TITLE: Final = "### {name}"
ADD_THEM: Final = Text("Add **{count}** to {playlist}?")
PROPOSE_THEM: Final = Text("Propose **{count}** for {playlist}, on one card?")
PROPOSE_ONE: Final = Text("Propose **{count}** for {playlist}?")
NONE_GOES: Final = Text("None of it can be added to {playlist}.")
MORE: Final = Text("… and {count} more")
BEYOND: Final = Text("That's the most at once. Add it again for {count} more.")
UNREAD: Final = Text("It's long, so I only read its first {most:,} entries.")
LEFT: Final = Text("{count} of its entries can't be added: local files or no longer available.")
LEFT_OUT: Final = Text("**Left out**")
UNPLAYABLE: Final = Text("⚠️ {tracks} of these can't be played on Spotify in the country I search in.")
LINES_SHOWN: Final = 8
LINES_ROOM: Final = 2_500  # characters; leaves room for what is left out, and for a note
READING: Final = Text("Reading: {bar} {done:,} of {total:,}")
ADD_TRACKS: Final = Text("Add {tracks}")
PROPOSE_TRACKS: Final = Text("Propose {tracks}")
CANCEL_LABEL: Final = Text("Cancel")
CANCELLED: Final = Text("Nothing was added.")
ADDED: Final = Text("Added {tracks} to {playlist}.")
KEPT: Final = Text("{tracks} accepted for {playlist}. {outlook}")
PROPOSED: Final = Text("Proposed {tracks} for {playlist}, on one card.")
PROPOSED_ONE: Final = Text("Proposed {tracks} for {playlist}.")
NOT_TAKEN: Final = Text("{tracks} didn't go in.")
NONE: Final = Text("Nothing was added to {playlist}.")
OF: Final = Text("{tracks} of **{name}**")
NAME_SHOWN: Final = 100
PROGRESS_EVERY: Final = 200  # entries between two looks of the progress
LETTERS: Final = {"album": "a", "playlist": "p"}
KINDS: Final = {letter: kind for kind, letter in LETTERS.items()}
REF: Final = {"kind": "[ap]", "ref": "[0-9A-Za-z]{22}"}
ADD_ALL: Final = ListItem(
    "sp:all", **REF
)  # what may go in when it is pressed: perhaps less than was asked about
CANCEL: Final = Item("sp:cancel")


def ref_fields(ref: Ref) -> dict[str, Value]:
    """As it stands in a control; `ref_of` reads it."""
    return {"kind": LETTERS[ref.kind], "ref": ref.id}


def ref_of(state: Mapping[str, str]) -> Ref:
    return Ref(KINDS[state["kind"]], state["ref"])


class Expansions:
    def __init__(
        self, expanding: Expander, contributing: Proposals, finder: ListFinder, landing: Landing
    ) -> None:
        self._expanding = expanding
        self._contributing = contributing
        self._finder = finder
        self._landing = landing
        self.items = (ADD_ALL.bound(self._add_all), CANCEL.bound(self._cancel))

    async def read(self, interaction: discord.Interaction[DiscordBot], ref: Ref) -> Expanded:
        """What the link stands for; the answer shows how far the reading is."""

        async def progress(done: int, total: int) -> None:
            if done % PROGRESS_EVERY == 0:
                await answer(interaction, Reply(READING(bar=bar(done, total), done=done, total=total)))

        return await self._expanding.read(
            ref, interaction.user.id, share=share_of(interaction), progress=progress
        )

    async def ask(self, interaction: discord.Interaction[DiscordBot], proposal: Proposal, ref: Ref) -> None:
        """Show what would become of it, and ask."""
        shared = proposal.shared
        expanded = await self.read(interaction, ref)
        preview = await self._contributing.preview(actor_of(interaction), shared, expanded.tracks)
        head, label = NONE_GOES, ADD_TRACKS
        if preview.taken and goes_straight_in(shared, actor_of(interaction)):
            head = ADD_THEM
        elif preview.taken:
            head, label = PROPOSE_THEM if len(preview.taken) > 1 else PROPOSE_ONE, PROPOSE_TRACKS
        card = preview_card(
            expanded,
            head(count=TRACKS(len(preview.taken)), playlist=list_name(shared)),
            preview.taken,
            reasons_of(shared, preview.refused),
            proposal.note,
            beyond=preview.beyond,
        )
        items: list[Control] = [list_button(shared)]
        if preview.taken:
            yes = ADD_ALL.button(
                label(tracks=TRACKS(len(preview.taken))),
                style=discord.ButtonStyle.primary,
                list=shared.list_id,
                **ref_fields(ref),
            )
            items = [yes, cancel_button(), *items]
        await answer(interaction, Reply(card=card, view=controls(*items)))

    async def _add_all(self, press: Press) -> None:
        shared, message = await press.list(self._finder), press.interaction.message
        expanded = await self.read(press.interaction, ref_of(press.state))
        asked = message.id if message else press.interaction.id
        source = source_of(press.interaction, Proposal(shared, note_on(message)), f"question {asked}")
        outcomes: Sequence[Outcome]
        rest = ""
        try:
            outcomes = await self._contributing.propose(
                press.actor, press.guild_id, shared.list_id, expanded.tracks, source
            )
        except StoppedMidwayError as stopped:
            outcomes, rest = stopped.outcomes, rest_words(stopped.why)
        accepted = [one for one in outcomes if isinstance(one, Accepted)]

        async def tell(now: Sequence[Contribution], is_final: bool) -> None:  # noqa: FBT001 - as `Landing` tells it
            coming = [one for one in now if one.state in ON_ITS_WAY]
            outlook = await self._landing.outlook(press.interaction, shared, coming) if coming else ""
            await press.answer(outcome_reply(shared, outcomes, now, outlook, rest))
            landed = sum(one.state in EVER_INSIDE for one in now)
            if is_final and landed and not any(one.again for one in accepted):
                name = masked_link(expanded.name, expanded.ref.url, NAME_SHOWN)
                await tell_everybody(
                    press.interaction, shared, lambda: OF(tracks=TRACKS(landed), name=name), now
                )

        await self._landing.follow(press.interaction, accepted, tell)

    async def _cancel(self, press: Press) -> None:
        await press.answer(Reply(card=(text(CANCELLED()),)))


def preview_card(
    expanded: Expanded, head: str, taken: Sequence[Track], reasons: str, note: str, *, beyond: int = 0
) -> tuple[Part, ...]:
    """reasons: why the others are left out."""
    lines = [TITLE.format(name=masked_link(expanded.name, expanded.ref.url, NAME_SHOWN)), head]
    lines += [f"{place}\\. {track_line(track)}" for place, track in enumerate(taken[:LINES_SHOWN], 1)]
    if len(taken) > LINES_SHOWN:
        lines.append(MORE(count=len(taken) - LINES_SHOWN))
    if beyond:
        lines.append(BEYOND(count=beyond))
    if unplayable := sum(track.is_playable is False for track in taken):
        lines.append(UNPLAYABLE(tracks=TRACKS(unplayable)))
    if expanded.left:
        lines.append(LEFT(count=expanded.left))
    if expanded.unread:
        lines.append(UNREAD(most=MOST_READ))
    cover = artwork(expanded.tracks[0]) if expanded.ref.kind == "album" and expanded.tracks else None
    alt = ARTWORK(album=plain_text(expanded.name, NAME_SHOWN))
    left_out = (text(LEFT_OUT(), reasons),) if reasons else ()
    return (with_picture(fitting(lines, LINES_ROOM), cover, alt), *left_out, *note_parts(note))


def cancel_button() -> Button:
    return CANCEL.button(CANCEL_LABEL())


def outcome_reply(
    shared: SharedPlaylist, outcomes: Sequence[Outcome], now: Sequence[Contribution], outlook: str, rest: str
) -> Reply:
    """How many went in. outlook: what keeps the others waiting, and where that is told.

    rest: why not all was looked at, in a sentence.
    """
    playlist = list_name(shared)
    coming = sum(one.state in ON_ITS_WAY for one in now)
    landed = sum(one.state in EVER_INSIDE for one in now)
    pending = sum(isinstance(one, Pending) for one in outcomes)
    lines = []
    if landed:
        lines.append(ADDED(tracks=TRACKS(landed), playlist=playlist))
    if coming:
        lines.append(KEPT(tracks=TRACKS(coming), playlist=playlist, outlook=outlook))
    if pending:
        words = PROPOSED if pending > 1 else PROPOSED_ONE
        lines.append(words(tracks=TRACKS(pending), playlist=playlist))
    if not lines:
        lines.append(NONE(playlist=playlist))
    left = len(outcomes) - landed - coming - pending
    if left:
        lines.append(NOT_TAKEN(tracks=TRACKS(left)))
    if rest:
        lines.append(rest)
    reasons = reasons_of(shared, outcomes)
    left_out = (text(reasons),) if reasons else ()
    return Reply(card=(text(*lines), *left_out), view=controls(list_button(shared)))
