"""Sessions at Discord are counted over all processes, begun after growing pauses, and stopped in time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import IdentifiesUsedUpError, StoreUnavailableError
from bot.identifies import KEY, LONGEST_PAUSE_S, LONGEST_REST_S, Identifies, SessionLimits
from bot.services.leases import LeaseKeeper
from tests.stores.records import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.stores import Stores

USUAL = SessionLimits()


@dataclass
class Time:
    now: datetime = NOW
    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)


def process(stores: Stores, time: Time) -> Identifies:
    leases = LeaseKeeper(stores.leases, now=lambda: time.now, sleep=time.sleep)
    return Identifies(stores.values, leases, now=lambda: time.now, sleep=time.sleep)


async def test_growing_pauses(stores: Stores) -> None:
    """Each session that comes to nothing is followed by a longer pause; one that is begun ends that."""
    time = Time()
    bot = process(stores, time)
    for _ in range(10):
        await bot.wait(USUAL, 0)
        await bot.count(USUAL)
    assert time.pauses == [5, 10, 20, 40, 80, 160, 320, 640, LONGEST_PAUSE_S]
    await bot.answered()
    await bot.wait(USUAL, 0)
    assert len(time.pauses) == 9


async def test_no_connection(stores: Stores) -> None:
    """Where none could be begun, since the network is away, nothing is counted, and the pauses grow less."""
    time = Time()
    bot = process(stores, time)
    for fruitless in range(1, 8):
        await bot.wait(USUAL, fruitless)
    assert time.pauses == [5, 10, 20, 40, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]
    assert await stores.values.get(KEY) is None


async def test_pauses_outlive_a_restart(stores: Stores) -> None:
    """A bot that is started again and again does not begin anew; one that was killed in between starts at once."""
    time = Time()
    first = process(stores, time)
    await first.wait(USUAL, 0)
    await first.count(USUAL)
    second = process(stores, time)
    await second.wait(USUAL, 0)
    assert time.pauses == []
    await second.count(USUAL)
    await process(stores, time).wait(USUAL, 0)
    assert time.pauses == [5]


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (SessionLimits(), 104),
        (SessionLimits(shards=3), 112),
        (SessionLimits(total=100), 50),
        (SessionLimits(total=1000, remaining=1000), 104),
        (SessionLimits(shards=200, total=1000), 500),
    ],
)
async def test_stops(stores: Stores, limits: SessionLimits, most: int) -> None:
    """Over all processes and restarts so many are begun in a day, never more than half of what Discord allows."""
    time = Time()
    for _ in range(most):
        bot = process(stores, Time(time.now))
        await bot.wait(limits, 0)
        await bot.count(limits)
        await bot.answered()
        time.now += timedelta(seconds=10)
    with pytest.raises(IdentifiesUsedUpError) as stopped:
        await process(stores, time).wait(limits, 0)
    assert (stopped.value.count, stopped.value.until) == (most, NOW + timedelta(hours=24))
    with pytest.raises(IdentifiesUsedUpError):
        await process(stores, time).count(limits)  # not even if nobody waited before
    time.now = NOW + timedelta(hours=24, seconds=1)
    later = process(stores, time)
    await later.wait(limits, 0)
    await later.count(limits)


async def test_what_others_began(stores: Stores) -> None:
    """What Discord counts of others with the same token counts, too."""
    bot = process(stores, Time())
    await bot.wait(SessionLimits(remaining=501), 0)
    for remaining in (500, 0):
        with pytest.raises(IdentifiesUsedUpError):
            await bot.wait(SessionLimits(remaining=remaining), 0)


async def test_many_at_once(stores: Stores) -> None:
    """However many processes begin one in the same moment, each is counted."""

    async def at_once(_: float) -> None:
        await asyncio.sleep(0)  # a lease that runs out while all wait would be another matter

    bots = [
        Identifies(
            stores.values,
            LeaseKeeper(stores.leases, now=lambda: NOW, sleep=at_once),
            now=lambda: NOW,
            sleep=at_once,
        )
        for _ in range(8)
    ]
    await asyncio.gather(*(bot.count(USUAL) for bot in bots))
    with pytest.raises(IdentifiesUsedUpError) as stopped:
        await bots[0].wait(SessionLimits(total=16), 0)
    assert stopped.value.count == 8


@pytest.mark.parametrize("hours", [-30, -5, 5, 30])
async def test_clock_set(stores: Stores, hours: int) -> None:
    """A clock that is set, back or forth, neither stops the bot for ever nor lets it forget within the day."""
    time = Time()
    bot = process(stores, time)
    for _ in range(104):
        await bot.count(USUAL)
    time.now += timedelta(hours=hours)
    if abs(hours) > 24:
        await bot.count(USUAL)
    else:
        with pytest.raises(IdentifiesUsedUpError):
            await bot.count(USUAL)


class Away:
    """A database that is away for so many questions."""

    def __init__(self, stores: Stores, times: int) -> None:
        self._values = stores.values
        self.times = times

    async def get(self, key: str) -> str | None:
        if self.times:
            self.times -= 1
            raise StoreUnavailableError
        return await self._values.get(key)

    async def put(self, key: str, value: str) -> None:
        await self._values.put(key, value)

    async def starting(self, prefix: str) -> Mapping[str, str]:
        return await self._values.starting(prefix)

    async def erase(self, key: str) -> None:
        await self._values.erase(key)


async def test_database_away(stores: Stores) -> None:
    """While the database is away no session is begun; one that was about to be is counted as soon as it is back."""
    time = Time()
    values = Away(stores, 3)
    bot = Identifies(
        values, LeaseKeeper(stores.leases, now=lambda: time.now), now=lambda: time.now, sleep=time.sleep
    )
    await bot.wait(USUAL, 0)
    assert time.pauses == [1, 2, 4]
    values.times = 1
    await bot.count(USUAL)
    await bot.count(USUAL)
    with pytest.raises(IdentifiesUsedUpError) as stopped:
        await bot.wait(SessionLimits(total=4), 0)
    assert stopped.value.count == 2
