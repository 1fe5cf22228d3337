"""Processes share out the shards by leases: each has a group, others wait, and one that is free is taken."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.leases import LeaseKeeper
from bot.shard_groups import LEASE, LOOK_S, ShardGroups
from bot.shards import ShardPlan, Shards, in_words
from tests.stores.records import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.stores import Stores

IN_TWO = ShardPlan(5, groups=2)


@dataclass
class Processes:
    """A clock of their own, which moves when one of them waits. They are all stopped in the end."""

    stores: Stores
    now: datetime = NOW
    looks: int = 0
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)
    started: list[ShardGroups] = field(default_factory=list)

    def start(self, plan: ShardPlan, lease: timedelta = LEASE) -> tuple[Shards, ShardGroups]:
        shards = Shards(plan)
        leases = LeaseKeeper(self.stores.leases, now=lambda: self.now)
        groups = ShardGroups(shards, leases, sleep=self.pause, lease=lease)
        self.started.append(groups)
        return shards, groups

    async def pause(self, seconds: float) -> None:
        assert seconds == LOOK_S
        self.waits.set()
        await self.goes_on.wait()


@pytest.fixture
async def processes(stores: Stores) -> AsyncIterator[Processes]:
    made = Processes(stores)
    yield made
    for each in made.started:
        await each.give_back()


async def test_groups(processes: Processes) -> None:
    """Two processes have all shards between them, and nobody else gets any before one stops."""
    (first, giving), (second, other), (third, waiting) = (processes.start(IN_TWO) for _ in range(3))
    await giving.take()
    await other.take()
    assert (first.ids, second.ids) == ((0, 1), (2, 3, 4))
    taking = asyncio.create_task(waiting.take())
    await processes.waits.wait()
    assert not third.ids
    await other.give_back()
    processes.goes_on.set()
    await taking
    assert in_words(third.ids) == "2-4"
    assert not giving.lost.is_set()


async def test_killed(processes: Processes) -> None:
    """The shards of a process that was killed are free once its lease is over."""
    _, killed = processes.start(ShardPlan(2, groups=1))
    await killed.take()
    shards, spare = processes.start(ShardPlan(2, groups=1))
    taking = asyncio.create_task(spare.take())
    await processes.waits.wait()
    processes.now += LEASE
    processes.goes_on.set()
    await taking
    assert shards.ids == (0, 1)


async def test_lost(processes: Processes) -> None:
    """A process whose shards another one has taken, as it seemed dead, hears of it."""
    _, slow = processes.start(IN_TWO, lease=timedelta(milliseconds=30))
    await slow.take()
    processes.now += LEASE
    shards, quick = processes.start(IN_TWO)
    await quick.take()
    assert shards.ids == (0, 1)
    await asyncio.wait_for(slow.lost.wait(), 10)
    assert not quick.lost.is_set()


async def test_alone(processes: Processes) -> None:
    """A process that has all shards, or is told which, waits for nobody: not even for itself, killed a moment ago."""
    for plan in (ShardPlan(None), ShardPlan(2, (1,))):
        for _ in range(2):
            _, groups = processes.start(plan)
            await groups.take()
    assert not processes.waits.is_set()


@pytest.mark.parametrize(
    ("ids", "words"), [((0,), "0"), ((0, 1, 2), "0-2"), ((0, 2), "0,2"), ((3, 4), "3-4")]
)
def test_in_words(ids: tuple[int, ...], words: str) -> None:
    """As an operator writes them."""
    assert in_words(ids) == words
