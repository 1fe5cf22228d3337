"""Contributing to a server's playlist, as a member sees it: what became of it now, and once it has landed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.languages import Text
from bot.services.shared.proposals.outcomes import Accepted, Known, Pending, Refused, Source
from bot.stores.contributions import State, Via
from cogs.ui.actor import actor_of, guild_of, share_of
from cogs.ui.controls import CONTRIBUTION, SPOTIFY_ID, Ack, Item, ListItem, Press
from cogs.ui.layout import text
from cogs.ui.menus import track_options
from cogs.ui.reply import Reply, answer, controls, hold, link_button, list_button, think
from cogs.ui.shared.landing import SETTLE_S, Landing, tell_everybody
from cogs.ui.shared.notes import note_on, note_parts
from cogs.ui.shared.votes import card_url
from cogs.words.contributions import landed_words, pending_words, refused_words
from cogs.words.names import list_name, track_name, unplayable_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.discord_bot import DiscordBot
    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.proposals.clean import CleanReleases
    from bot.services.shared.proposals.propose import Proposals
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Button
    from cogs.ui.layout import Control

KEPT = Text("Accepted for {playlist}: {track}. {outlook}")
TAKE_BACK_LABEL = Text("Take it back")
ADD_ANYWAY = Text("Add it anyway")
ANYWAY = Text("{track}\n{why} It isn't in {playlist} yet. Add it anyway?")
CLEAN_INSTEAD = Text("{why}\nThere is a clean version: {track}.")
ADD_CLEAN = Text("Add the clean version")
SEE_CARD = Text("See the card")
TAKEN_BACK = Text("Taken back. It won't go into the playlist.")
WHICH_TRACK = Text("Several tracks match. Which one should go into {playlist}?")
PICK_TRACK = Text("Choose a track")
NAME_SHOWN = 100

TRACK = ListItem("sp:pick")
ANYWAY_BUTTON = ListItem("sp:any", track=SPOTIFY_ID)
CLEAN_BUTTON = ListItem("sp:clean", track=SPOTIFY_ID)
TAKE_BACK = Item("sp:back", Ack.NONE, contribution=CONTRIBUTION)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member wants to put in where, and with which words."""

    shared: SharedPlaylist
    note: str = ""
    via: Via = Via.COMMAND


def source_of(
    interaction: discord.Interaction[DiscordBot], proposal: Proposal, origin: str = "", *, first: int = 0
) -> Source:
    """origin: what the contribution comes from, if not from this very interaction."""
    origin = origin or f"interaction {interaction.id}"
    return Source(origin, proposal.via, interaction.channel_id, proposal.note, first)


class Contributions:
    def __init__(
        self,
        contributing: Proposals,
        card_queue: CardQueue,
        finder: ListFinder,
        landing: Landing,
        clean: CleanReleases,
    ) -> None:
        self._contributing = contributing
        self._clean = clean
        self._card_queue = card_queue
        self._finder = finder
        self._landing = landing
        self.items = (
            TRACK.bound(self._pick),
            ANYWAY_BUTTON.bound(self._add_anyway),
            CLEAN_BUTTON.bound(self._add_clean),
            TAKE_BACK.bound(self._take_back),
        )

    async def contribute(
        self,
        interaction: discord.Interaction[DiscordBot],
        proposal: Proposal,
        track: Track,
        *,
        anyway: bool = False,
    ) -> None:
        """Put the track in, or propose it, and tell the member; the answer has been begun in private.

        anyway: although Spotify does not play it here; else that is asked first.
        """
        if track.is_playable is False and not anyway:
            await answer(interaction, anyway_reply(proposal, track))
            return
        shared, source = proposal.shared, source_of(interaction, proposal)
        (outcome,) = await self._contributing.propose(
            actor_of(interaction), guild_of(interaction), shared.list_id, [track], source
        )
        match outcome:
            case Accepted():
                tell = partial(self._tell, interaction, shared, outcome)
                await self._landing.follow(interaction, [outcome], tell, till_parked=True)
            case Pending():
                held = await self._card_queue.with_card(outcome.contribution, SETTLE_S)
                pending = interaction.client.mention_command("shared pending")
                await answer(interaction, _proposed(shared, outcome.track, held, pending))
                if held.state is State.PENDING:
                    decided = partial(self._tell_decided, interaction, shared, outcome.track)
                    await self._landing.follow_proposal(interaction, held, decided)
            case Refused():
                clean = await self._clean.instead_of(
                    actor_of(interaction), shared, outcome, share=share_of(interaction)
                )
                await answer(interaction, refused_reply(proposal, outcome, clean))
            case Known():
                words = refused_words(shared, outcome)
                await answer(interaction, Reply(words, view=controls(list_button(shared))))

    async def put_in(
        self, press: Press, track_id: str, list_id: str, note: str = "", *, anyway: bool = False
    ) -> None:
        """Contribute what buttons and menus name by ids; the message they stand on becomes the outcome."""
        shared = await self._finder.find(press.guild_id, list_id)
        track = await self._contributing.track(track_id, share=press.share)
        await self.contribute(press.interaction, Proposal(shared, note), track, anyway=anyway)

    async def _tell(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        outcome: Accepted,
        state: Sequence[Contribution],
        _is_final: bool,  # noqa: FBT001 - as `Landing` tells it
    ) -> None:
        (now,) = state
        await self._say(interaction, shared, outcome.track, now)
        if now.state is State.LANDED and not outcome.again:
            what = partial(track_name, outcome.track, NAME_SHOWN)
            await tell_everybody(interaction, shared, what, [now])

    async def _tell_decided(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        track: Track,
        state: Sequence[Contribution],
        _is_final: bool,  # noqa: FBT001 - as `Landing` tells it
    ) -> None:
        """In place of the promise; everybody else reads it on the card."""
        (now,) = state
        await self._say(interaction, shared, track, now)

    async def _say(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedPlaylist,
        track: Track,
        now: Contribution,
    ) -> None:
        words = landed_words(shared, track, now)
        items: list[Control] = [list_button(shared)]
        if not words:
            outlook = await self._landing.outlook(interaction, shared, [now])
            name = track_name(track, NAME_SHOWN)
            words = KEPT(playlist=list_name(shared), track=name, outlook=outlook)
            items = [take_back_button(now), *items]
        await answer(interaction, Reply(words, view=controls(*items)))

    async def _pick(self, press: Press) -> None:
        (track_id,) = press.chosen
        await self.put_in(press, track_id, press.state["list"], note_on(press.interaction.message))

    async def _add_anyway(self, press: Press) -> None:
        """Although Spotify does not play it here."""
        note = note_on(press.interaction.message)
        await self.put_in(press, press.state["track"], press.state["list"], note, anyway=True)

    async def _add_clean(self, press: Press) -> None:
        """In place of the explicit one that was refused."""
        note = note_on(press.interaction.message)
        await self.put_in(press, press.state["track"], press.state["list"], note)

    async def _take_back(self, press: Press) -> None:
        """One's own, before it is written."""
        message = press.interaction.message
        private = message is not None and message.flags.ephemeral
        await (hold(press.interaction) if private else think(press.interaction, private=True))
        await self._contributing.withdraw(press.actor, press.guild_id, press.state["contribution"])
        await press.answer(Reply(TAKEN_BACK()))


def _proposed(shared: SharedPlaylist, track: Track, held: Contribution, pending: str) -> Reply:
    items: list[Control] = [list_button(shared)]
    if held.state is State.PENDING:
        url = card_url(held)
        card = [link_button(SEE_CARD(), url)] if url else []
        items = [take_back_button(held), *card, *items]
    return Reply(pending_words(shared, track, held, pending), view=controls(*items))


def anyway_words(track: Track, playlist: str) -> str:
    """playlist: its name, as it is shown."""
    return ANYWAY(track=track_name(track, NAME_SHOWN), why=unplayable_words(track), playlist=playlist)


def anyway_reply(proposal: Proposal, track: Track) -> Reply:
    shared = proposal.shared
    anyway = [ANYWAY_BUTTON.button(ADD_ANYWAY(), list=shared.list_id, track=track.id)] if track.id else []
    words = anyway_words(track, list_name(shared))
    card = (text(words), *note_parts(proposal.note))
    return Reply(card=card, view=controls(*anyway, list_button(shared)))


def refused_reply(proposal: Proposal, refused: Refused, clean: Track | None) -> Reply:
    """clean: the release to add instead."""
    shared, words = proposal.shared, refused_words(proposal.shared, refused)
    if clean is None or not clean.id:
        return Reply(words, view=controls(list_button(shared)))
    words = CLEAN_INSTEAD(why=words, track=track_name(clean, NAME_SHOWN))
    button = CLEAN_BUTTON.button(ADD_CLEAN(), list=shared.list_id, track=clean.id)
    card = (text(words), *note_parts(proposal.note))
    return Reply(card=card, view=controls(button, list_button(shared)))


def take_back_button(held: Contribution) -> Button:
    return TAKE_BACK.button(TAKE_BACK_LABEL(), contribution=held.contribution_id)


def which_track(proposal: Proposal, tracks: Sequence[Track]) -> Reply:
    words = WHICH_TRACK(playlist=list_name(proposal.shared))
    menu = TRACK.menu(PICK_TRACK(), track_options(tracks), list=proposal.shared.list_id)
    return Reply(card=(text(words), *note_parts(proposal.note)), view=controls(menu))
