"""Contributing to a server's playlist, as a member sees it: what became of it now, and once it has landed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord.utils import format_dt

from bot.services.shared.contributing import Accepted, Known, Pending, Refused, Source
from bot.stores.contributions import State, Via
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.list_names import list_button, list_name
from cogs.ui.list_rules import refusal_sentences
from cogs.ui.menus import track_options
from cogs.ui.notes import note_embed, note_on
from cogs.ui.reply import LOST, NOBODY, Reply, answer, controls, hold, think
from cogs.ui.share import share_of
from cogs.ui.track_card import track_card, track_name
from cogs.ui.waiting import waiting_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

ADDED = "Added to {playlist}."
KEPT = "Kept for {playlist}. {why} This message changes as soon as it is in."
PROPOSED = "Proposed for {playlist}. It is decided until {until}."
REFUSED = "{track} did not go into {playlist}: {why} Nothing was kept."
REJECTED = "Spotify does not take {track} into {playlist}, so it did not go in."
PARKED = (
    "Spotify does not say whether {track} went into {playlist}, and it was tried three times. "
    "The curators have been told; nothing needs to be done by you."
)
WITHDRAWN = "Taken back: {track} does not go into {playlist}."
DECIDED_AGAINST = "{track} was proposed for {playlist} before, and it was decided not to take it in."
PUBLIC = "{member} added {track} to {playlist}."
TAKE_BACK = "Take it back"
TAKEN_BACK = "Taken back. It does not go into the playlist."
WHICH_TRACK = "Several tracks fit. Which one goes into {playlist}?"
PICK_TRACK = "Choose a track"
NAME_SHOWN = 100
SETTLE_S = 4.0  # what takes longer is told as kept first
EDITABLE_S = 14 * 60.0  # Discord takes edits of an answer for 15 minutes
LIST_ID = r"[0-9A-Za-z]{1,16}"
CONTRIBUTION_ID = r"[0-9A-Za-z]{12}"
IN_PLACE = frozenset({State.LANDED, State.LEAVING})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member wants to put in where, and with which words."""

    shared: SharedPlaylist
    note: str = ""
    via: Via = Via.COMMAND


async def contribute(interaction: discord.Interaction[DiscordBot], proposal: Proposal, track: Track) -> None:
    """Put the track in, or propose it, and tell the member; the answer has been begun in private."""
    source = source_of(interaction, proposal)
    (outcome,) = await interaction.client.services.shared.contributing.propose(
        actor_of(interaction), guild_of(interaction), proposal.shared.list_id, [track], source
    )
    if isinstance(outcome, Accepted):
        await _follow(interaction, proposal.shared, outcome)
    else:
        await answer(interaction, outcome_reply(proposal.shared, outcome))


def source_of(interaction: discord.Interaction[DiscordBot], proposal: Proposal, origin: str = "") -> Source:
    """origin: what the contribution comes from, if not from this very interaction."""
    return Source(
        origin or f"interaction {interaction.id}", proposal.via, interaction.channel_id, proposal.note
    )


async def _follow(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted
) -> None:
    """Tell what became of an accepted track, and go on telling while Discord takes edits of the answer."""
    writer = interaction.client.services.shared.writer
    now = await writer.settled(outcome.contribution, SETTLE_S)
    await _tell(interaction, shared, outcome, now)
    if now.state in {State.QUEUED, State.SENDING}:
        interaction.client.afterwards(_tell_later(interaction, shared, outcome))


async def _tell_later(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted
) -> None:
    writer = interaction.client.services.shared.writer
    later = await writer.settled(outcome.contribution, EDITABLE_S, patient=True)
    if later.state in {State.QUEUED, State.SENDING}:
        return
    try:
        await _tell(interaction, shared, outcome, later)
    except LOST as lost:
        log.warning("could not tell member %s what became: %s", interaction.user.id, type(lost).__name__)


async def _tell(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted, now: Contribution
) -> None:
    words = landed_words(shared, outcome.track, now)
    items: list[Button | TakeBackButton] = [list_button(shared)]
    if not words:
        why = waiting_words(await interaction.client.services.shared.writer.state_of(shared))
        words = KEPT.format(playlist=list_name(shared), why=why)
        items = [TakeBackButton.of(now.contribution_id), *items]
    await answer(interaction, Reply(words, track_card(outcome.track), controls(*items)))
    if now.state is State.LANDED and not outcome.again:
        await tell_everybody(interaction, shared, track_name(outcome.track, NAME_SHOWN))


async def tell_everybody(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, what: str
) -> None:
    """One public line, unless the list has a digest instead. It pings nobody."""
    if shared.settings.digest_channel_id is not None:
        return
    line = PUBLIC.format(member=interaction.user.mention, track=what, playlist=list_name(shared))
    try:
        await interaction.followup.send(
            line, ephemeral=False, suppress_embeds=True, silent=True, allowed_mentions=NOBODY
        )
    except LOST as lost:  # it went in, and the member knows
        log.warning("could not say what was added: %s", type(lost).__name__)


def landed_words(shared: SharedPlaylist, track: Track, now: Contribution) -> str:
    """What became of what was accepted; empty while it waits."""
    match now.state:
        case State.LANDED | State.LEAVING | State.REMOVED:
            words = ADDED
        case State.REJECTED:
            words = REJECTED
        case State.PARKED:
            words = PARKED
        case State.WITHDRAWN:
            words = WITHDRAWN
        case State.DECLINED | State.LAPSED:
            words = DECIDED_AGAINST
        case _:
            return ""
    return words.format(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))


def outcome_reply(shared: SharedPlaylist, outcome: Pending | Known | Refused) -> Reply:
    track = track_name(outcome.track, NAME_SHOWN)
    match outcome:
        case Pending(contribution=held) if held.state is State.PENDING and held.ballot:
            words = PROPOSED.format(playlist=list_name(shared), until=format_dt(held.ballot.ends_at, "R"))
            back = TakeBackButton.of(held.contribution_id)
            return Reply(words, track_card(outcome.track), controls(back, list_button(shared)))
        case Pending(contribution=held):
            words = landed_words(shared, outcome.track, held) or ADDED.format(playlist=list_name(shared))
        case Known():
            words = f"{known_words(shared, outcome)} Nothing was added."
        case Refused():
            why = " ".join(refusal_sentences(shared, outcome.refusals))
            words = REFUSED.format(track=track, playlist=list_name(shared), why=why)
    return Reply(words, view=controls(list_button(shared)))


def known_words(shared: SharedPlaylist, outcome: Known) -> str:
    """Who brought it, when and where."""
    held = outcome.contribution
    by = f"<@{held.member_id}>" if held.member_id else "somebody, in Spotify,"
    where = f" in <#{held.channel_id}>" if held.channel_id else ""
    same = outcome.track.uri in {held.recording.uri, held.written_uri}
    what = track_name(outcome.track, NAME_SHOWN)
    what = what if same else f"The recording of {what}"
    when = f"{format_dt(held.created_at, 'R')}{where}"
    if held.state is State.PENDING:
        return f"{what} was proposed for {list_name(shared)} already, by {by} {when}; it is not decided yet."
    if held.state in IN_PLACE:
        return f"{what} is in {list_name(shared)} already: {by} added it {when}."
    return f"{what} is on its way into {list_name(shared)} already: {by} added it {when}."


def which_track(proposal: Proposal, tracks: Sequence[Track]) -> Reply:
    text = WHICH_TRACK.format(playlist=list_name(proposal.shared))
    return Reply(text, note_embed(proposal.note), controls(TrackPick.of(proposal, tracks)))


class TrackPick(SafeItem[Select], template=rf"sp:pick:(?P<list>{LIST_ID})"):
    """Which of several tracks goes into the shared playlist."""

    @classmethod
    def of(cls, proposal: Proposal, tracks: Sequence[Track]) -> Self:
        return cls(
            discord.ui.Select(
                custom_id=f"sp:pick:{proposal.shared.list_id}",
                placeholder=PICK_TRACK,
                options=track_options(tracks),
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await put_in(interaction, self.item.values[0], self.state["list"], note_on(interaction.message))


async def put_in(
    interaction: discord.Interaction[DiscordBot], track_id: str, list_id: str, note: str = ""
) -> None:
    """Contribute what buttons and menus name by ids; the message they stand on becomes the outcome."""
    services = interaction.client.services
    shared = await services.shared.finder.find(guild_of(interaction), list_id)
    track = await services.lookups.by_id(track_id, share=share_of(interaction))
    await contribute(interaction, Proposal(shared, note), track)


class TakeBackButton(SafeItem[Button], template=rf"sp:back:(?P<contribution>{CONTRIBUTION_ID})"):
    """Take back one's own, before it is written."""

    @classmethod
    def of(cls, contribution_id: str) -> Self:
        return cls(discord.ui.Button(label=TAKE_BACK, custom_id=f"sp:back:{contribution_id}"))

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        private = interaction.message is not None and interaction.message.flags.ephemeral
        await (hold(interaction) if private else think(interaction, private=True))
        await interaction.client.services.shared.contributing.withdraw(
            actor_of(interaction), guild_of(interaction), self.state["contribution"]
        )
        await answer(interaction, Reply(TAKEN_BACK))
