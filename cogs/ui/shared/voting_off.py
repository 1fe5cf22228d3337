"""Starting a vote to remove a track from a shared playlist: a button, a menu, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.core.ballot import old_enough_at, votable_again_at
from bot.stores.contributions import State
from cogs.ui.controls import CONTRIBUTION, Ack, Item, ListItem, Press
from cogs.ui.reply import Reply
from cogs.ui.shared.votes import card_url
from cogs.words.counts import HOURS
from cogs.words.names import track_label
from cogs.words.text import OPTIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.core.ballot import BallotState
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control

PICK: Final = Text("Start a vote to remove a track…")
NONE_OLD_ENOUGH: Final = Text("Tracks can be voted out after {hours} in the playlist")
ALL_VOTED_ON: Final = Text("No track here can be voted out right now")
CARD_THERE: Final = Text("The vote is open: {url}")
CARD_COMES: Final = Text("The vote is open and appears in <#{channel}>.")
CARD_NOWHERE: Final = Text("The vote is open. Find it with {pending}.")

VOTE_OFF: Final = Item("sp:off", Ack.THINK, id=CONTRIBUTION)  # stands under messages of earlier versions
VOTE_OFF_ONE: Final = ListItem("sp:offs", Ack.THINK)


class VotingOff:
    """Begins votes about removing something."""

    def __init__(self, deciding: Decisions) -> None:
        self._deciding = deciding
        self.items = (VOTE_OFF.bound(self._press), VOTE_OFF_ONE.bound(self._choose))

    async def _press(self, press: Press) -> None:
        await self._begin(press, press.state["id"])

    async def _choose(self, press: Press) -> None:
        (contribution_id,) = press.chosen
        await self._begin(press, contribution_id)

    async def _begin(self, press: Press, contribution_id: str) -> None:
        ballot_state = await self._deciding.propose_removal(
            press.actor, press.guild_id, contribution_id, press.interaction.channel_id
        )
        pending = press.interaction.client.mention_command("shared pending")
        await press.answer(Reply(_where(ballot_state) or CARD_NOWHERE(pending=pending)))


def vote_off_menus(
    shared: SharedPlaylist, items: Iterable[tuple[Contribution, Track | None]], now: datetime
) -> list[Control]:
    """A menu of what a vote may begin about; where nothing may be voted on yet, it says so. None where nothing is in.

    items: what is shown of the list, with what it is called if that is known.
    """
    inside = [(one, track) for one, track in items if can_be_asked(one)]
    options = {
        one.contribution_id: discord.SelectOption(
            label=track_label(track) if track else plain_text(one.uri), value=one.contribution_id
        )
        for one, track in inside
        if is_votable(one, shared, now)
    }
    if options:
        return [VOTE_OFF_ONE.menu(PICK(), list(options.values())[:OPTIONS], list=shared.list_id)]
    if not inside:
        return []
    is_young = any(now < old_enough_at(one, shared) for one, _ in inside)
    hours = HOURS(shared.settings.age_to_remove_hours)
    words = NONE_OLD_ENOUGH(hours=hours) if is_young else ALL_VOTED_ON()
    nothing = VOTE_OFF_ONE.menu(words, [discord.SelectOption(label=words)], list=shared.list_id)
    nothing.disabled = True
    return [nothing]


def can_be_asked(held: Contribution) -> bool:
    """Whether it is in the list, and no vote about it is open; who may ask is looked at when they do."""
    return held.state is State.LANDED and not (held.ballot and held.ballot.open)


def is_votable(held: Contribution, shared: SharedPlaylist, now: datetime) -> bool:
    """Whether it has been in the list for long enough, and the last vote is long enough ago."""
    return now >= max(filter(None, (old_enough_at(held, shared), votable_again_at(held, shared))))


def _where(ballot_state: BallotState) -> str | None:
    url = card_url(ballot_state.contribution)
    if url:
        return CARD_THERE(url=url)
    channel = ballot_state.shared.settings.cards_channel_id or ballot_state.ballot.channel_id
    return CARD_COMES(channel=channel) if channel and ballot_state.ballot.message_id is None else None
