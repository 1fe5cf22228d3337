"""Sessions at Discord are counted over all processes, begun after growing pauses, and stopped in time."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import IdentifiesUsedUpError, StoreUnavailableError
from bot.identifies import KEY, LONGEST_PAUSE_S, LONGEST_REST_S, TURN_S, Identifies, SessionLimits
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
    assert time.pauses == [TURN_S, 10, 20, 40, 80, 160, 320, 640, LONGEST_PAUSE_S]
    await bot.answered()
    await bot.wait(USUAL, 0)
    assert time.pauses[9:] == [TURN_S]  # the shortest Discord allows


async def test_no_connection(stores: Stores) -> None:
    """Where none could be begun, since the network is away, nothing is counted, and the pauses grow less."""
    time = Time()
    bot = process(stores, time)
    for fruitless in range(1, 8):
        await bot.wait(USUAL, fruitless)
    assert time.pauses == [5, 10, 20, 40, LONGEST_REST_S, LONGEST_REST_S, LONGEST_REST_S]
    assert json.loads(await stores.values.get(KEY) or "")["at"] == []


async def test_pauses_outlive_a_restart(stores: Stores) -> None:
    """A bot that is started again and again doesn't begin anew; one that was killed in between only awaits its turn."""
    time = Time()
    first = process(stores, time)
    await first.wait(USUAL, 0)
    await first.count(USUAL)
    second = process(stores, time)
    await second.wait(USUAL, 0)
    assert time.pauses == [TURN_S]
    time.now += timedelta(minutes=1)
    await second.count(USUAL)
    await process(stores, time).wait(USUAL, 0)
    assert time.pauses == [TURN_S, 5]


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        (SessionLimits(), 104),
        (SessionLimits(shards=3), 112),
        (SessionLimits(total=100), 50),
        (SessionLimits(total=1000, remaining=1000), 104),
        (SessionLimits(shards=200, total=300), 150),
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


async def test_shards_take_turns(stores: Stores) -> None:
    """Of the shards in one bucket only one begins at a time, whatever process it is in; other buckets don't wait."""
    limits, pauses = SessionLimits(shards=6, concurrency=2), {}
    for shard in range(6):
        time = Time()
        await process(stores, time).wait(limits, 0, shard)
        pauses[shard] = sum(time.pauses)
    assert pauses == {0: 0, 1: 0, 2: TURN_S, 3: TURN_S, 4: 2 * TURN_S, 5: 2 * TURN_S}
    late = Time(NOW + timedelta(minutes=1))
    await process(stores, late).wait(limits, 0, 0)
    assert late.pauses == []


async def test_one_shard_is_refused(stores: Stores) -> None:
    """The pauses of a shard that is refused again and again grow; another one's session ends none of that."""
    time = Time()
    bot, limits = process(stores, time), SessionLimits(shards=2, concurrency=2)
    for _ in range(3):
        await bot.wait(limits, 0, 1)
        await bot.count(limits, 1)
    await bot.wait(limits, 0, 0)
    await bot.count(limits, 0)
    await bot.answered(0)
    assert time.pauses == [TURN_S, 10]
    await bot.wait(limits, 0, 1)
    assert time.pauses == [TURN_S, 10, 20]


@pytest.mark.parametrize("hours", [-30, -5])
async def test_turns_after_a_clock_was_set(stores: Stores, hours: int) -> None:
    """A turn that another clock reserved for hours ahead holds up nobody."""
    await process(stores, Time()).wait(USUAL, 0)
    back = Time(NOW + timedelta(hours=hours))
    await process(stores, back).wait(USUAL, 0)
    assert back.pauses == []


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
