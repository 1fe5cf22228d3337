"""Contributing to a server's playlist, as a member sees it: what became of it now, and once it has landed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.services.shared.contributing.outcomes import Accepted, Pending, Source
from bot.stores.contributions import State, Via
from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import Button, SafeItem, Select
from cogs.ui.menus import track_options
from cogs.ui.reply import LOST, NOBODY, Reply, answer, controls, hold, link_button, list_button, think
from cogs.ui.share import share_of
from cogs.ui.shared.notes import note_embed, note_on
from cogs.ui.shared.stopped import as_it_is, why_it_waits
from cogs.ui.shared.votes import card_url
from cogs.ui.track_card import track_card
from cogs.words.contributions import landed_words, pending_words, refused_words
from cogs.words.lists import list_name
from cogs.words.tracks import track_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from bot.discord_bot import DiscordBot
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.reply import Control

log = logging.getLogger(__name__)

KEPT = "Kept for {playlist}. {why} This message changes as soon as it is in."
PUBLIC = "{member} added {track} to {playlist}."
TAKE_BACK = "Take it back"
SEE_CARD = "See the card"
TAKEN_BACK = "Taken back. It does not go into the playlist."
WHICH_TRACK = "Several tracks fit. Which one goes into {playlist}?"
PICK_TRACK = "Choose a track"
NAME_SHOWN = 100
SETTLE_S = 4.0  # what takes longer is told as kept first
UNSETTLED = frozenset({State.QUEUED, State.SENDING, State.PARKED})
EDITABLE_S = 14 * 60.0  # Discord takes edits of an answer for 15 minutes
LIST_ID = r"[0-9A-Za-z]{1,16}"
CONTRIBUTION_ID = r"[0-9A-Za-z]{12}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member wants to put in where, and with which words."""

    shared: SharedPlaylist
    note: str = ""
    via: Via = Via.COMMAND


async def contribute(interaction: discord.Interaction[DiscordBot], proposal: Proposal, track: Track) -> None:
    """Put the track in, or propose it, and tell the member; the answer has been begun in private."""
    source, shared = source_of(interaction, proposal), interaction.client.services.shared
    with shared.writer.gathering.coming():
        (outcome,) = await shared.contributing.propose(
            actor_of(interaction), guild_of(interaction), proposal.shared.list_id, [track], source
        )
    match outcome:
        case Accepted():
            await _follow(interaction, proposal.shared, outcome)
        case Pending():
            await answer(interaction, await _proposed(interaction, proposal.shared, outcome))
        case _:
            words = refused_words(proposal.shared, outcome)
            await answer(interaction, Reply(words, view=controls(list_button(proposal.shared))))


async def _proposed(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Pending
) -> Reply:
    held = await interaction.client.services.shared.announcing.with_card(outcome.contribution, SETTLE_S)
    words = pending_words(shared, outcome.track, held, interaction.client.mention_command("shared pending"))
    items: list[Control] = [list_button(shared)]
    if held.state is State.PENDING:
        url = card_url(held)
        card = [link_button(SEE_CARD, url)] if url else []
        items = [TakeBackButton.of(held.contribution_id), *card, *items]
    return Reply(words, track_card(outcome.track), controls(*items))


def source_of(
    interaction: discord.Interaction[DiscordBot], proposal: Proposal, origin: str = "", *, first: int = 0
) -> Source:
    """origin: what the contribution comes from, if not from this very interaction."""
    origin = origin or f"interaction {interaction.id}"
    return Source(origin, proposal.via, interaction.channel_id, proposal.note, first)


async def _follow(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted
) -> None:
    """Tell what became of an accepted track, and go on telling while Discord takes edits of the answer."""
    now = await as_it_is(interaction, outcome.contribution, SETTLE_S)
    await _tell(interaction, shared, outcome, now)
    if now.state in UNSETTLED:
        interaction.client.afterwards(_tell_later(interaction, shared, outcome))


async def _tell_later(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted
) -> None:
    kept = outcome.contribution
    for till_parked in (True, False):  # that a curator has to look is told, too, and then what came of that
        later = await as_it_is(interaction, kept, EDITABLE_S, patient=True, till_parked=till_parked)
        if later.state in {State.QUEUED, State.SENDING}:
            return
        try:
            await _tell(interaction, shared, outcome, later)
        except LOST as lost:
            log.warning("could not tell member %s what became: %s", interaction.user.id, type(lost).__name__)
        if later.state is not State.PARKED:
            return


async def _tell(
    interaction: discord.Interaction[DiscordBot], shared: SharedPlaylist, outcome: Accepted, now: Contribution
) -> None:
    words = landed_words(shared, outcome.track, now)
    items: list[Control] = [list_button(shared)]
    if not words:
        words = KEPT.format(playlist=list_name(shared), why=await why_it_waits(interaction, shared))
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
