"""Everything that goes wrong in a simulation: Spotify's answers, and kill -9 of the bot."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.services.shared.outbox.confirmation import ROUNDS
from sandbox.fake_spotify.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from sandbox.world import World

EVERY_S = 10.0  # real seconds between two kills of one of several processes

BEFORE = (
    Fault("*", "reset_before"),
    Fault("*", "status", status=503),
    Fault("*", "status", status=500, body="<h1>Server Error</h1>"),
)
AFTER = (
    Fault("*", "reset_after"),
    Fault("*", "status", status=502, effect=True),
    Fault("*", "malformed"),
    Fault("*", "truncated"),
)


def silences(times: int) -> list[Fault]:
    """So many batches that Spotify neither takes nor says anything about, however often they are sent."""
    return [Fault("POST /playlists/*/items", "reset_before", times=ROUNDS * times)] if times else []


class Weather:
    """Spoils so many percent of all calls to Spotify, half of them before the effect and half after it."""

    def __init__(self, percent: int, random: Random) -> None:
        self._percent = percent
        self._random = random
        self.spoiled = 0

    def __call__(self, _call: str) -> Fault | None:
        if self._random.random() * 100 >= self._percent:
            return None
        self.spoiled += 1
        return self._random.choice(self._random.choice((BEFORE, AFTER)))


class Killer:
    """Kills the bot, or one of its processes, at moments nobody knows beforehand, and starts it again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.kills = 0
        self.worst_recovery_s = 0.0

    async def strike(self, number: int = 0, *, dead: Callable[[], None] = lambda: None) -> None:
        """Kill the bot, or this process of it, and wait until it is online again. dead: called in between."""
        await self._world.kill_bot(number)
        dead()
        begun = time.monotonic()
        self.kills += 1
        await self._world.start_bot()
        self.worst_recovery_s = max(self.worst_recovery_s, time.monotonic() - begun)

    async def strike_again_and_again(
        self, processes: int, over: asyncio.Event, dead: Callable[[], None]
    ) -> None:
        """Strike one process after the other, now and every ten seconds, until `over` is set."""
        while not over.is_set():
            await self.strike(self.kills % processes, dead=dead)
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), EVERY_S)
