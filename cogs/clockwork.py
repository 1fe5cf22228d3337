"""What happens without a command: writing what was accepted, ending votes, comparing lists with Spotify."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from discord.ext import commands

from cogs.ui.shared.cards import keep_cards
from cogs.ui.shared.digest import send_digests
from cogs.ui.shared.drop_reactions import keep_reactions
from cogs.ui.shared.edits import tell_edits
from cogs.ui.shared.lapses import tell_lapsed
from cogs.ui.shared.parking import tell_parked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.discord_bot import DiscordBot

log = logging.getLogger(__name__)

NAME = "clockwork"
FINISH_S = 3.0  # for what is under way when the bot stops; the journal knows the rest


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done again and again. `run` does what is due by then, and asks nobody what time it is.

    woken: set by whoever knows that something is due at once. stop: lets what is under way come to an end early.
    """

    name: str
    run: Callable[[], Awaitable[object]]
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    stop: Callable[[], object] | None = None


class Clockwork(commands.Cog, name=NAME):
    """Each chore in a loop of its own, so that one that fails or takes long keeps no other waiting.

    tick_s: the pause between two looks whether something is due. finish_s: how long what is under way may take to come
    to an end when the bot stops.
    """

    def __init__(self, chores: Sequence[Chore], *, tick_s: float, finish_s: float = FINISH_S) -> None:
        self._chores = chores
        self._tick_s = tick_s
        self._finish_s = finish_s
        self._stopping = False
        self._loops: list[asyncio.Task[None]] = []

    async def cog_load(self) -> None:
        self._loops = [asyncio.create_task(self._go_on(chore), name=chore.name) for chore in self._chores]

    async def cog_unload(self) -> None:
        self._stopping = True
        for chore in self._chores:
            if chore.stop is not None:
                chore.stop()
        self.wake()
        if self._loops:
            _, late = await asyncio.wait(self._loops, timeout=self._finish_s)
            for loop in late:
                loop.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def wake(self) -> None:
        """Look now: time has passed."""
        for chore in self._chores:
            chore.woken.set()

    async def _go_on(self, chore: Chore) -> None:
        failing = False
        while not self._stopping:
            chore.woken.clear()
            try:
                await chore.run()
            except Exception as error:  # it stops no other chore
                if not failing:
                    log.exception("%s failed (%s); trying on", chore.name, type(error).__name__)
                failing = True
            else:
                failing = False
            await self._rest(chore)

    async def _rest(self, chore: Chore) -> None:
        if self._stopping:
            return
        try:
            async with asyncio.timeout(self._tick_s):
                await chore.woken.wait()
        except TimeoutError:
            return


def wake(bot: commands.Bot) -> None:
    """Look now whether something is due: somebody moved the clock."""
    cog = bot.get_cog(NAME)
    if isinstance(cog, Clockwork):
        cog.wake()


async def _look_after_owners(bot: DiscordBot) -> None:
    if bot.is_ready():  # before that it does not know its servers
        await bot.services.shared.ownership.due()


async def setup(bot: DiscordBot) -> None:
    shared = bot.services.shared
    chores = [
        Chore("writing", shared.dispatcher.work, shared.dispatcher.woken, shared.dispatcher.close),
        Chore("writing in time", shared.dispatcher.remind),
        Chore("votes", shared.deciding.expire),
        Chore("cards", partial(keep_cards, bot), shared.card_queue.woken),
        Chore("reactions in drop channels", partial(keep_reactions, bot)),
        Chore("edits in Spotify", shared.drift.due),
        Chore("telling of what is parked", partial(tell_parked, bot)),
        Chore("telling of edits", partial(tell_edits, bot), shared.drift.noticed),
        Chore("restoring", shared.restoring.work),
        Chore("rounds", shared.rounds.work),
        Chore("digests", partial(send_digests, bot)),
        Chore("owners", partial(_look_after_owners, bot)),
        Chore("telling of what was let go", partial(tell_lapsed, bot), shared.queue.woken),
    ]
    await bot.add_cog(Clockwork(chores, tick_s=bot.services.tick_s))
