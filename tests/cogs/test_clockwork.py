"""The clock runs while the bot does, knows every chore, and ends with it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.services.clock import Chore, Clock
from cogs.clockwork import Clockwork, once


class Work:
    """Begins, and ends when it may."""

    def __init__(self) -> None:
        self.done = 0
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()

    async def run(self) -> None:
        self.began.set()
        await self.may_end.wait()
        self.done += 1


def clockwork_of(chore: Chore, *, finish_s: float) -> Clockwork:
    return Clockwork(Clock([chore], now=lambda: datetime(2026, 11, 28, tzinfo=UTC)), finish_s=finish_s)


async def test_what_is_under_way_ends_well() -> None:
    """When the bot stops, a chore under way is told, comes to its end, and is not begun again."""
    work, told = Work(), asyncio.Event()
    clockwork = clockwork_of(Chore("work", work.run, stop=told.set), finish_s=30)
    await clockwork.cog_load()
    await work.began.wait()
    ending = asyncio.create_task(clockwork.cog_unload())
    await told.wait()
    work.may_end.set()
    await ending
    assert work.done == 1


async def test_what_hangs_is_cut_off() -> None:
    """A chore that does not come to its end is cut off, so that the bot ends."""
    work = Work()
    clockwork = clockwork_of(Chore("work", work.run), finish_s=0.01)
    await clockwork.cog_load()
    await work.began.wait()
    await clockwork.cog_unload()
    assert work.done == 0


async def test_once() -> None:
    """What is done once at the start is tried until it goes well, and not again, however often the clock is woken."""
    tries = 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")

    run = once(work)
    with pytest.raises(OSError, match="away"):
        await run()
    for _ in range(3):
        await run()
    assert tries == 2
