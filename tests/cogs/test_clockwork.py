"""The loops: a chore that fails, hangs or is woken, and a clean end."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cogs.clockwork import Chore, Clockwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

NEVER_S = 3600


class Work:
    """Counts how often it is done, and fails or hangs as told."""

    def __init__(self, *, fails: int = 0) -> None:
        self.done = 0
        self.fails = fails
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self._counted = asyncio.Condition()

    async def run(self) -> None:
        self.began.set()
        await self.may_end.wait()
        async with self._counted:
            self.done += 1
            self._counted.notify_all()
        if self.done <= self.fails:
            raise ValueError("marker")

    async def times(self, count: int) -> None:
        async with self._counted:
            await self._counted.wait_for(lambda: self.done >= count)


@asynccontextmanager
async def running(*chores: Chore, tick_s: float = NEVER_S) -> AsyncIterator[Clockwork]:
    clockwork = Clockwork(chores, tick_s=tick_s)
    await clockwork.cog_load()
    try:
        yield clockwork
    finally:
        await clockwork.cog_unload()


async def test_a_failing_chore(caplog: pytest.LogCaptureFixture) -> None:
    """A chore that fails is tried again, logged once until it works, and keeps no other waiting."""
    bad, good = Work(fails=3), Work()
    async with running(Chore("bad", bad.run), Chore("good", good.run), tick_s=0):
        await asyncio.gather(bad.times(5), good.times(5))
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors] == ["bad failed (ValueError); trying on"]


async def test_a_slow_chore() -> None:
    """A chore that takes long keeps no other waiting."""
    slow, good = Work(), Work()
    slow.may_end.clear()
    async with running(Chore("slow", slow.run), Chore("good", good.run), tick_s=0):
        await slow.began.wait()
        await good.times(3)
        assert slow.done == 0
        slow.may_end.set()


async def test_woken() -> None:
    """A chore is done at once when somebody says that it is due, and so is every one when time has passed."""
    one, other = Work(), Work()
    first = Chore("one", one.run)
    async with running(first, Chore("other", other.run)) as clockwork:
        await asyncio.gather(one.times(1), other.times(1))
        first.woken.set()
        await one.times(2)
        clockwork.wake()
        await asyncio.gather(one.times(3), other.times(2))


async def test_what_is_under_way_ends_well() -> None:
    """When the bot stops, a chore under way is told, comes to its end, and is not begun again."""
    work = Work()
    work.may_end.clear()
    told = asyncio.Event()
    clockwork = Clockwork([Chore("work", work.run, stop=told.set)], tick_s=NEVER_S)
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
    work.may_end.clear()
    clockwork = Clockwork([Chore("work", work.run)], tick_s=NEVER_S, finish_s=0.01)
    await clockwork.cog_load()
    await work.began.wait()
    await clockwork.cog_unload()
    assert work.done == 0
