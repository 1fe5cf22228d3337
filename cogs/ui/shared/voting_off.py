"""Asking everybody to throw something out of a shared playlist: a button, a menu, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.stores.contributions import State
from cogs.ui.controls import CONTRIBUTION, Ack, Item, ListItem, Press
from cogs.ui.reply import Reply
from cogs.ui.shared.votes import card_url
from cogs.words.names import track_label
from cogs.words.text import OPTIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.core.ballot import BallotState
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from cogs.ui.layout import Control

PICK: Final = "Ask everybody to take something out…"
VOTE_OPEN: Final = "The vote is open. Its card {where}, and everybody who may add here can vote."
CARD_THERE: Final = "is here: {url}"
CARD_COMES: Final = "appears in <#{channel}>"
CARD_NOWHERE: Final = "is with {pending}"


VOTE_OFF: Final = Item("sp:off", Ack.THINK, id=CONTRIBUTION)  # stands under messages of earlier versions
VOTE_OFF_ONE: Final = ListItem("sp:offs", Ack.THINK)


class VotingOff:
    """Begins votes about throwing something out."""

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
        where = _where(ballot_state) or CARD_NOWHERE.format(pending=pending)
        await press.answer(Reply(VOTE_OPEN.format(where=where)))


def vote_off_menus(list_id: str, items: Iterable[tuple[Contribution, Track | None]]) -> list[Control]:
    """items: what is in the list, with what it is called if that is known. None where there is nothing."""
    options = {
        one.contribution_id: discord.SelectOption(
            label=track_label(track) if track else plain_text(one.uri), value=one.contribution_id
        )
        for one, track in items
    }
    shown = list(options.values())[:OPTIONS]
    return [VOTE_OFF_ONE.menu(PICK, shown, list=list_id)] if shown else []


def can_be_asked(held: Contribution) -> bool:
    """Whether it is in the list, and no vote about it is open; who may ask, and when, is looked at when they do."""
    return held.state is State.LANDED and not (held.ballot and held.ballot.open)


def _where(ballot_state: BallotState) -> str | None:
    url = card_url(ballot_state.contribution)
    if url:
        return CARD_THERE.format(url=url)
    channel = ballot_state.shared.settings.cards_channel_id or ballot_state.ballot.channel_id
    return CARD_COMES.format(channel=channel) if channel and ballot_state.ballot.message_id is None else None
