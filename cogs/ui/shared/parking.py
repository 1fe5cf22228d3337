"""Tells curators that Spotify does not say whether something went in, and lets them look and decide what becomes of it.

The buttons work in any message, after any restart.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.languages import Text
from bot.services.shared.outbox.health import WaitingFor, Why
from cogs.ui.controls import Ack, ListItem, Press
from cogs.ui.progress import ProgressBar
from cogs.ui.reply import LOST, Reply, controls, list_button, redraw
from cogs.ui.speaking import speaking_to_all
from cogs.words.counts import TRACKS
from cogs.words.names import list_name
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.shared.outbox.dead_letters import DeadLetters, Looked, Parked
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.layout import Control

log = logging.getLogger(__name__)

MANY: Final = 500  # items to read before there is a bar
AGAIN: Final = Text("Check and retry")
GIVE_UP: Final = Text("Check and drop")
NEWS: Final = Text(
    "⚠️ After three tries Spotify still hasn't confirmed {what} in {name}. "
    "Nothing is lost: everything accepted later waits, so the order stays right. "
    "A curator can have me check the playlist. What I find counts as added; the rest is sent again, or dropped."
)
LOOKING: Final = Text("Checking {name}…")
NOTHING: Final = Text("Nothing left to check in {name}.")
FOUND: Final = Text("Found in {name} after all: {what}.")
SENT_AGAIN: Final = Text("Not in {name} yet: {what}. I'm sending that again first.")
GIVEN_UP: Final = Text(
    "Not in {name}, so dropped: {what}. You can add that again. Everything accepted later continues."
)
BY: Final = Text("Checked by {member}: {outcome}")

TRY_AGAIN: Final = ListItem("sp:park:again", Ack.THINK)
DROP: Final = ListItem("sp:park:drop", Ack.THINK)


class ParkingButtons:
    """Look for what is parked; what is not there is sent again, or let go."""

    def __init__(self, parking: DeadLetters, dispatcher: OutboxDispatcher) -> None:
        self._parking = parking
        self._dispatcher = dispatcher
        self.items = (TRY_AGAIN.bound(self._try_again), DROP.bound(self._give_up))

    async def _try_again(self, press: Press) -> None:
        await self._look(press, self._parking.try_again, SENT_AGAIN)

    async def _give_up(self, press: Press) -> None:
        await self._look(press, self._parking.give_up, GIVEN_UP)

    async def _look(self, press: Press, look: Callable[..., Awaitable[Looked]], missing: Text) -> None:
        """Tell whoever pressed; and where everybody saw the buttons, what came of them."""
        shared = await self._parking.list_for(press.actor, press.guild_id, press.state["list"])
        bar = ProgressBar(press.interaction, LOOKING(name=list_name(shared)), worth=MANY)
        looked = await look(press.actor, shared.guild_id, shared.list_id, bar)
        waiting = await self._dispatcher.state_of(shared)
        text = looked_words(shared, looked, missing, waiting)
        await press.answer(Reply(text, view=controls(list_button(shared))))
        shown = press.interaction.message
        if shown is None or shown.flags.ephemeral:
            return
        anything = looked.found or looked.missing
        async with speaking_to_all(press.interaction):
            text = looked_words(shared, looked, missing, waiting)
            told = BY(member=press.interaction.user.mention, outcome=text) if anything else text
        try:
            await redraw(shown, Reply(told))
        except LOST as lost:
            log.info("a notice of list %s keeps its buttons: %s", shared.list_id, type(lost).__name__)


def parked_reply(parked: Parked) -> Reply:
    """What curators are told, in a channel everybody reads."""
    text = NEWS(what=TRACKS(parked.count), name=list_name(parked.shared))
    return Reply(text, view=controls(*parking_buttons(parked.shared.list_id)))


def parking_buttons(list_id: str) -> list[Control]:
    again = TRY_AGAIN.button(AGAIN(), style=discord.ButtonStyle.primary, list=list_id)
    return [again, DROP.button(GIVE_UP(), list=list_id)]


def looked_words(shared: SharedPlaylist, looked: Looked, missing: Text, waiting: WaitingFor | None) -> str:
    """missing: what is said of those that were not there. waiting: what keeps them from going in now."""
    name = list_name(shared)
    counts = ((FOUND, looked.found), (missing, looked.missing))
    said = [words(what=TRACKS(number), name=name) for words, number in counts if number]
    if said and waiting is not None and waiting.why is not Why.CHECKING:
        said.append(waiting_words(waiting, looked.missing))
    return "\n".join(said) or NOTHING(name=name)
