"""The one clock: nothing is looked at before it is due, and nothing that is due is missed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.clock import CLAIM, LOOK_AGAIN, Chore, Clock, DueLists
from bot.stores.due import Due, DueKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores import Stores

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Wall:
    """A clock on the wall that tests move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Counted:
    """A chore that counts its runs and says what it was told to say."""

    def __init__(self, due: datetime | None = None, *, fails: int = 0) -> None:
        self.runs = 0
        self.due = due
        self.fails = fails
        self.ran = asyncio.Event()

    async def run(self) -> datetime | None:
        self.runs += 1
        self.ran.set()
        if self.runs <= self.fails:
            raise OSError("away")
        return self.due

    async def again(self, runs: int) -> None:
        while self.runs < runs:
            self.ran.clear()
            await asyncio.wait_for(self.ran.wait(), 5)


@asynccontextmanager
async def running(*chores: Chore, wall: Wall) -> AsyncIterator[Clock]:
    clock = Clock(chores, now=wall)
    task = asyncio.create_task(clock.run())
    yield clock
    await clock.close(1)
    await task


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with sqlite.open_stores(tmp_path / "x.db", Sealer([new_key()])) as opened:
        yield opened


async def settled() -> None:
    """Everything that can go on without time passing has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_first() -> None:
    """Each chore runs once at the start, and then not until it is due."""
    wall, one, never = Wall(), Counted(NOW + HOUR), Counted()
    async with running(Chore("one", one.run), Chore("never", never.run), wall=wall) as clock:
        await one.again(1)
        await settled()
        assert (one.runs, never.runs) == (1, 1)
        wall.now += HOUR
        one.due = wall.now + HOUR
        clock._woken.set()  # what the end of the sleep does
        await one.again(2)
        await settled()
        assert (one.runs, never.runs) == (2, 1)


async def test_sleeps_till_due() -> None:
    """It needs no wake to be there when something is due."""
    wall = Wall()
    started = asyncio.get_running_loop().time()

    def now() -> datetime:
        return NOW + timedelta(seconds=asyncio.get_running_loop().time() - started)

    one = Counted(NOW + timedelta(milliseconds=30))
    clock = Clock([Chore("one", one.run)], now=now)
    task = asyncio.create_task(clock.run())
    await one.again(2)
    assert now() >= NOW + timedelta(milliseconds=30)
    one.due = None
    await clock.close(1)
    await task
    assert wall.now == NOW


async def test_alarm() -> None:
    """Whoever rings a chore's alarm wakes it, and no other."""
    wall, one, other = Wall(), Counted(), Counted()
    chore = Chore("one", one.run)
    async with running(chore, Chore("other", other.run), wall=wall):
        await one.again(1)
        await settled()
        chore.woken.set()
        await one.again(2)
        await settled()
        assert (one.runs, other.runs) == (2, 1)


async def test_alarm_while_running() -> None:
    """An alarm that rings while the chore runs is not lost: it runs once more."""
    wall, gate = Wall(), asyncio.Event()
    runs = Counted()

    async def run() -> datetime | None:
        await runs.run()
        await gate.wait()
        return None

    chore = Chore("one", run)
    async with running(chore, wall=wall):
        await runs.again(1)
        chore.woken.set()
        gate.set()
        await runs.again(2)


async def test_set_back() -> None:
    """After the clock was set back everything is looked at again, since no told time can be believed."""
    wall, one = Wall(), Counted(NOW + HOUR)
    async with running(Chore("one", one.run), wall=wall) as clock:
        await one.again(1)
        await settled()
        wall.now -= 5 * HOUR
        clock._woken.set()  # it wakes at least once a minute
        await one.again(2)


async def test_failure(caplog: pytest.LogCaptureFixture) -> None:
    """A chore that fails is said once, tried again, and keeps no other waiting."""
    wall, bad, good = Wall(), Counted(fails=3), Counted(NOW + HOUR)
    async with running(Chore("bad", bad.run), Chore("good", good.run), wall=wall) as clock:
        await bad.again(1)
        for runs in (2, 3, 4):
            await settled()
            wall.now += timedelta(seconds=15)
            clock._woken.set()
            await bad.again(runs)
        assert good.runs == 1
    assert [record.getMessage() for record in caplog.records] == ["bad failed (OSError); will try again"]


async def test_slow() -> None:
    """A chore that takes long keeps no other waiting."""
    wall, gate, good = Wall(), asyncio.Event(), Counted()

    async def slow() -> datetime | None:
        await gate.wait()
        return None

    chore = Chore("good", good.run)
    async with running(Chore("slow", slow), chore, wall=wall):
        for runs in (1, 2, 3):
            await good.again(runs)
            chore.woken.set()
        await good.again(4)
        gate.set()


async def test_close_waits() -> None:
    """What is under way may come to its end when the clock is closed."""
    wall, gate, done = Wall(), asyncio.Event(), []

    async def run() -> datetime | None:
        await gate.wait()
        done.append(True)
        return None

    clock = Clock([Chore("slow", run, stop=gate.set)], now=wall)
    task = asyncio.create_task(clock.run())
    await settled()
    await clock.close(5)
    await task
    assert done == [True]


async def test_lists(stores: Stores) -> None:
    """Only lists that are due are touched, each is put off to the time it said, and the next time is known."""
    wall, seen = Wall(), list[str]()
    answers = {"a": NOW + HOUR, "b": None}

    async def run_one(list_id: str) -> datetime | None:
        seen.append(list_id)
        return answers[list_id]

    for list_id, due_at in (("a", NOW), ("b", NOW - HOUR), ("c", NOW + 3 * HOUR)):
        await stores.due.add(Due(DueKind.ROUND, list_id, due_at))
    lists = DueLists(DueKind.ROUND, stores.due, run_one, now=wall)
    await lists.run()
    assert seen == ["b", "a"]
    assert await stores.due.next(DueKind.ROUND) == NOW + HOUR
    wall.now += HOUR - timedelta(seconds=10)
    assert await lists.run() == NOW + HOUR
    assert seen == ["b", "a"]


async def test_hastened_meanwhile(stores: Stores) -> None:
    """What becomes due while a list is being looked at is looked at again."""
    wall, runs = Wall(), 0

    async def run_one(list_id: str) -> datetime | None:
        nonlocal runs
        runs += 1
        if runs == 1:
            await stores.due.hasten(Due(DueKind.ROUND, list_id, wall.now))
        return wall.now + HOUR

    await stores.due.add(Due(DueKind.ROUND, "a", NOW))
    lists = DueLists(DueKind.ROUND, stores.due, run_one, now=wall)
    assert await lists.run() == NOW
    await lists.run()
    assert runs == 2


async def test_one_process(stores: Stores) -> None:
    """Of two that look at the same moment one does it; when that one dies, the other does after a while."""
    wall, runs = Wall(), list[int]()

    def process(number: int) -> DueLists:
        async def run_one(list_id: str) -> datetime | None:
            assert list_id == "a"
            runs.append(number)
            if number == 1:
                raise asyncio.CancelledError  # as a kill looks from inside
            return None

        return DueLists(DueKind.ROUND, stores.due, run_one, now=wall)

    await stores.due.add(Due(DueKind.ROUND, "a", NOW))
    with pytest.raises(asyncio.CancelledError):
        await process(1).run()
    assert await process(2).run() == NOW + LOOK_AGAIN
    assert runs == [1]
    wall.now += CLAIM
    await process(2).run()
    assert runs == [1, 2]
    assert await stores.due.next(DueKind.ROUND) is None


async def test_claims_one_by_one(stores: Stores) -> None:
    """A list is claimed when it's its turn, for the whole time, however long those before it took."""
    wall, until = Wall(), list[timedelta]()

    async def run_one(_: str) -> datetime | None:
        (due,) = [
            one for one in await stores.due.until(DueKind.ROUND, NOW + HOUR, limit=5) if one.due_at > NOW
        ]
        until.append(due.due_at - wall.now)
        wall.now += CLAIM
        return None

    await stores.due.add(Due(DueKind.ROUND, "a", NOW - HOUR), Due(DueKind.ROUND, "b", NOW))
    await DueLists(DueKind.ROUND, stores.due, run_one, now=wall).run()
    assert until == [CLAIM, CLAIM]


async def test_pause(stores: Stores) -> None:
    """Where there is to be a pause between two lists, the next one waits for it."""
    wall, seen = Wall(), list[str]()
    until = [NOW]

    async def run_one(list_id: str) -> datetime | None:
        seen.append(list_id)
        until.append(wall.now + timedelta(minutes=10))
        return NOW + 6 * HOUR

    await stores.due.add(Due(DueKind.LOOK, "a", NOW), Due(DueKind.LOOK, "b", NOW))
    lists = DueLists(DueKind.LOOK, stores.due, run_one, now=wall, resting=lambda: until[-1])
    assert await lists.run() == NOW + timedelta(minutes=10)
    assert seen == ["a"]
    wall.now += timedelta(minutes=10)
    await lists.run()
    assert seen == ["a", "b"]


async def test_busy() -> None:
    """It's busy while a chore runs, and only then."""
    done = asyncio.Event()

    async def work() -> None:
        await done.wait()

    async with running(Chore("work", work), wall=Wall()) as clock:
        await settled()
        assert clock.busy
        done.set()
        await settled()
        assert not clock.busy
