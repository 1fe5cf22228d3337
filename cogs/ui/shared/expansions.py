"""An album or a playlist given to /add for a shared playlist: a question first, then all that may go in at once.

The question says by itself what it is about, so its answer works after a restart, and counts once.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.contributing.outcomes import Accepted, Pending, StoppedMidwayError
from bot.spotify.models import Ref
from bot.stores.contributions import State
from bot.stores.lists import Mode
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import ACCENT, LOST, Reply, answer, controls, hold, list_button
from cogs.ui.share import share_of
from cogs.ui.shared.card import bar
from cogs.ui.shared.contributions import EDITABLE_S, LIST_ID, SETTLE_S, Proposal, source_of, tell_everybody
from cogs.ui.shared.expansion_preview import NONE_GOES, WOULD_BE_PROPOSED, WOULD_GO, preview_embed, tracks_of
from cogs.ui.shared.notes import note_on
from cogs.ui.shared.stopped import as_it_is, rest_words, why_it_waits
from cogs.words.contributions import reasons_of
from cogs.words.lists import list_name
from cogs.words.text import masked_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.services.shared.contributing.expanding import Expanded
    from bot.services.shared.contributing.outcomes import Outcome
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

log = logging.getLogger(__name__)

READING: Final = "Reading it: {bar} {done:,} of {total:,}"
ADD_ALL: Final = "Add {tracks}"
CANCEL: Final = "Cancel"
CANCELLED: Final = "Nothing was added."
ADDED: Final = "Added {tracks} to {playlist}."
KEPT: Final = "{tracks} kept for {playlist}. {why} This message changes as soon as they are in."
PROPOSED: Final = "Proposed {tracks} for {playlist}; each is decided by itself."
NOT_TAKEN: Final = "{tracks} did not go in."
NONE: Final = "Nothing went into {playlist}."
OF: Final = "{tracks} of **{name}**"
NAME_SHOWN: Final = 100
PROGRESS_EVERY: Final = 200  # entries between two looks of the progress
LETTERS: Final = {"album": "a", "playlist": "p"}
KINDS: Final = {letter: kind for kind, letter in LETTERS.items()}
ON_ITS_WAY: Final = frozenset({State.QUEUED, State.SENDING, State.PARKED})  # parked: a curator looks after it
IN_PLACE: Final = frozenset({State.LANDED, State.LEAVING, State.REMOVED})
REF: Final = r"(?P<kind>[ap]):(?P<ref>[0-9A-Za-z]{22})"


def ref_id(ref: Ref) -> str:
    """As it stands in a control; `ref_of` reads it."""
    return f"{LETTERS[ref.kind]}:{ref.id}"


def ref_of(state: dict[str, str]) -> Ref:
    return Ref(KINDS[state["kind"]], state["ref"])


async def read(interaction: discord.Interaction[DiscordBot], ref: Ref) -> Expanded:
    """What the link stands for; the answer shows how far the reading is."""

    async def progress(done: int, total: int) -> None:
        if done % PROGRESS_EVERY == 0:
            await answer(interaction, Reply(READING.format(bar=bar(done, total), done=done, total=total)))

    return await interaction.client.services.shared.expanding.read(
        ref, interaction.user.id, share=share_of(interaction), progress=progress
    )


async def ask_about(interaction: discord.Interaction[DiscordBot], proposal: Proposal, ref: Ref) -> None:
    """Show what would become of it, and ask."""
    shared = proposal.shared
    expanded = await read(interaction, ref)
    preview = await interaction.client.services.shared.contributing.preview(
        actor_of(interaction), shared, expanded.tracks
    )
    head = NONE_GOES
    if preview.taken:
        head = WOULD_GO if shared.mode is Mode.OPEN else WOULD_BE_PROPOSED
    embed = preview_embed(
        expanded,
        head.format(count=tracks_of(preview.taken), playlist=list_name(shared)),
        preview.taken,
        reasons_of(shared, preview.refused),
        proposal.note,
        beyond=preview.beyond,
    )
    items: list[Control] = [list_button(shared)]
    if preview.taken:
        items = [AddAll.of(shared, ref, len(preview.taken)), CancelButton.of(), *items]
    await answer(interaction, Reply(embed=embed, view=controls(*items)))


class AddAll(SafeItem[Button], template=rf"sp:all:(?P<list>{LIST_ID}):{REF}"):
    """Yes: what may go in now does, which may be less or more than when it was asked."""

    @classmethod
    def of(cls, shared: SharedPlaylist, ref: Ref, count: int) -> Self:
        return cls(
            discord.ui.Button(
                label=ADD_ALL.format(tracks=tracks_of(count)),
                custom_id=f"sp:all:{shared.list_id}:{ref_id(ref)}",
                style=discord.ButtonStyle.primary,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        note = note_on(interaction.message)
        services = interaction.client.services.shared
        shared = await services.finder.find(guild_of(interaction), self.state["list"])
        expanded = await read(interaction, ref_of(self.state))
        asked = interaction.message.id if interaction.message else interaction.id
        source = source_of(interaction, Proposal(shared, note), f"question {asked}")
        rest = ""
        with services.writer.gathering.coming():
            try:
                outcomes = await services.contributing.propose(
                    actor_of(interaction), guild_of(interaction), shared.list_id, expanded.tracks, source
                )
            except StoppedMidwayError as stopped:
                outcomes, rest = stopped.outcomes, rest_words(stopped.why)
        name = masked_link(expanded.name, expanded.ref.url, NAME_SHOWN)
        await tell_outcomes(interaction, shared, name, outcomes, rest)


class CancelButton(SafeItem[Button], template=r"sp:cancel"):
    @classmethod
    def of(cls) -> Self:
        return cls(discord.ui.Button(label=CANCEL, custom_id="sp:cancel"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await answer(interaction, Reply(CANCELLED))


async def tell_outcomes(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    name: str,
    outcomes: Sequence[Outcome],
    rest: str,
) -> None:
    """Say how many went in, now and once the others have landed.

    name: of what they are from, made harmless. rest: why not all of it was looked at, in a sentence.
    """
    accepted = [one for one in outcomes if isinstance(one, Accepted)]
    now = await asyncio.gather(*(as_it_is(interaction, one.contribution, SETTLE_S) for one in accepted))
    await _tell(interaction, shared, outcomes, now, rest)
    if any(one.state in ON_ITS_WAY for one in now):
        interaction.client.afterwards(_tell_later(interaction, shared, name, outcomes, rest))
    else:
        await _tell_everybody(interaction, shared, name, outcomes, now)


async def _tell_everybody(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    name: str,
    outcomes: Sequence[Outcome],
    now: Sequence[Contribution],
) -> None:
    again = any(one.again for one in outcomes if isinstance(one, Accepted))
    landed = sum(one.state in IN_PLACE for one in now)
    if landed and not again:
        await tell_everybody(interaction, shared, OF.format(tracks=tracks_of(landed), name=name))


async def _tell_later(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    name: str,
    outcomes: Sequence[Outcome],
    rest: str,
) -> None:
    accepted = [one.contribution for one in outcomes if isinstance(one, Accepted)]
    later = await asyncio.gather(*(as_it_is(interaction, one, EDITABLE_S, patient=True) for one in accepted))
    try:
        await _tell(interaction, shared, outcomes, later, rest)
        await _tell_everybody(interaction, shared, name, outcomes, later)
    except LOST as lost:
        log.warning("could not tell member %s what became: %s", interaction.user.id, type(lost).__name__)


async def _tell(
    interaction: discord.Interaction[DiscordBot],
    shared: SharedPlaylist,
    outcomes: Sequence[Outcome],
    now: Sequence[Contribution],
    rest: str,
) -> None:
    playlist = list_name(shared)
    coming = sum(one.state in ON_ITS_WAY for one in now)
    landed = sum(one.state in IN_PLACE for one in now)
    pending = sum(isinstance(one, Pending) for one in outcomes)
    lines = []
    if landed:
        lines.append(ADDED.format(tracks=tracks_of(landed), playlist=playlist))
    if coming:
        why = await why_it_waits(interaction, shared)
        lines.append(KEPT.format(tracks=tracks_of(coming), playlist=playlist, why=why))
    if pending:
        lines.append(PROPOSED.format(tracks=tracks_of(pending), playlist=playlist))
    if not lines:
        lines.append(NONE.format(playlist=playlist))
    left = len(outcomes) - landed - coming - pending
    if left:
        lines.append(NOT_TAKEN.format(tracks=tracks_of(left)))
    if rest:
        lines.append(rest)
    reasons = reasons_of(shared, outcomes)
    embed = discord.Embed(description=reasons, colour=ACCENT) if reasons else None
    await answer(interaction, Reply("\n".join(lines), embed, controls(list_button(shared))))
