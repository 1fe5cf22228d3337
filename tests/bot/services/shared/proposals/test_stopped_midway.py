"""Something comes in the way while many tracks are added: what was kept by then is told as kept, with the reason."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.proposals.outcomes import Accepted, Known, StoppedMidwayError
from bot.services.shared.proposals.propose import LEASE
from bot.shared_errors import ListBusyError, ListPausedError
from bot.stores.lists import ListStatus
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, FREE, Bench
from tests.shared_records import GUILD, NOW

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.errors import BotError
    from bot.stores import Contributions, Leases, Stores


@dataclass
class Breaking:
    """A store whose method `name` works `left` times, and then does what `then` says."""

    store: object
    name: str
    left: int
    then: BotError | None = None  # None: it answers False

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self.store, name)
        return self._call if name == self.name else whole

    async def _call(self, *args: Any, **more: Any) -> Any:
        self.left -= 1
        if self.left >= 0:
            return await getattr(self.store, self.name)(*args, **more)
        if self.then is not None:
            raise self.then
        return False


class Slow:
    """A store whose method `name` takes so long that `meanwhile` happens: the call after `left`, or from then on."""

    def __init__(self, store: object, name: str, left: int = 0, *, every: bool = False) -> None:
        self.store = store
        self.name = name
        self.left = left
        self.every = every
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self.store, name)
        return self._call if name == self.name else whole

    async def _call(self, *args: Any, **more: Any) -> Any:
        answer = await getattr(self.store, self.name)(*args, **more)
        self.left -= 1
        if self.meanwhile is not None and (self.left == -1 or (self.every and self.left < 0)):
            await self.meanwhile()
        return answer


async def test_database_goes(stores: Stores) -> None:
    """What was stored before the database went away is answered; the rest has its reason."""
    breaking = cast("Contributions", Breaking(stores.contributions, "add", 3, StoreUnavailableError()))
    bench = Bench(replace(stores, contributions=breaking))
    await bench.lend(rules=FREE)
    with pytest.raises(StoppedMidwayError) as stopped:
        await bench.add(1, *range(1, 9))
    assert [type(one) for one in stopped.value.outcomes] == [Accepted] * 3
    assert isinstance(stopped.value.why, StoreUnavailableError)
    assert len(await bench.kept(*range(1, 9))) == 3


async def test_turn_is_lost(stores: Stores) -> None:
    """The database was slow, and another process has taken the turn over: what is in by then is in, and no more."""
    slow = Slow(stores.contributions, "alike", 12)
    bench = Bench(replace(stores, contributions=cast("Contributions", slow)))
    shared = await bench.lend(rules=replace(FREE, never_again=True))

    async def taken_over() -> None:
        bench.time += 2 * LEASE
        name = f"propose:{shared.list_id}"
        assert await stores.leases.acquire(name, "another", bench.time, bench.time + LEASE)

    slow.meanwhile = taken_over
    with pytest.raises(StoppedMidwayError) as stopped:
        await bench.add(1, *range(1, 31))
    assert isinstance(stopped.value.why, ListBusyError)
    assert len(stopped.value.outcomes) == 12
    assert len(await bench.kept(*range(1, 31))) == 12


async def test_slow_database(stores: Stores) -> None:
    """However long the database takes, two processes do not both find that a track is not there yet."""
    slow = Slow(stores.contributions, "alike")
    one, two = Bench(replace(stores, contributions=cast("Contributions", slow))), Bench(stores)
    await one.lend()

    async def other_proposes() -> None:
        one.time += LEASE + timedelta(seconds=1)
        two.time = one.time
        (outcome,) = await two.add(2, actor=BOB)
        assert isinstance(outcome, Accepted)

    slow.meanwhile = other_proposes
    with pytest.raises(ListBusyError):
        await one.add(1)
    assert len(await two.kept()) == 1
    (known,) = await one.add(1)
    assert isinstance(known, Known)


async def test_slow_database_alone(stores: Stores) -> None:
    """Where nobody came in between, all that was proposed goes in, however long the database takes."""
    slow = Slow(stores.contributions, "alike", every=True)
    bench = Bench(replace(stores, contributions=cast("Contributions", slow)))
    await bench.lend(rules=replace(FREE, never_again=True))

    async def time_passes() -> None:
        bench.time += 2 * LEASE

    slow.meanwhile = time_passes
    assert [type(one) for one in await bench.add(1, 1, 2, 3)] == [Accepted] * 3


async def test_turn_is_not_given_back(stores: Stores) -> None:
    """All was kept, and only giving the turn back failed: then all is well."""
    breaking = cast("Leases", Breaking(stores.leases, "release", 0, StoreUnavailableError()))
    bench = Bench(replace(stores, leases=breaking))
    await bench.lend(rules=FREE)
    assert [type(one) for one in await bench.add(1, 1, 2)] == [Accepted] * 2


async def test_paused_meanwhile(stores: Stores) -> None:
    """Asked again, the same request tells the same, and nothing is kept twice."""
    bench = Bench(stores)
    shared = await bench.lend(rules=FREE, owner_id=ADA.member_id)
    adding = asyncio.create_task(bench.add(1, *range(1, 41), actor=BOB))
    while not await bench.kept(2):  # noqa: ASYNC110 - nobody tells when the second one is in
        await asyncio.sleep(0)
    await bench.admin.pause(ADA, GUILD, shared.list_id)
    with pytest.raises(StoppedMidwayError) as stopped:
        await adding
    assert isinstance(stopped.value.why, ListPausedError)
    kept = len(await bench.kept(*range(1, 41)))
    assert 0 < kept == len(stopped.value.outcomes) < 40
    with pytest.raises(StoppedMidwayError) as again:
        await bench.add(1, *range(1, 41), actor=BOB)
    assert len(again.value.outcomes) == kept
    assert len(await bench.kept(*range(1, 41))) == kept


async def test_nothing_kept(stores: Stores) -> None:
    """Where nothing was kept yet, the reason alone is told, as it says so."""
    bench = Bench(stores)
    shared = await bench.lend()
    await bench.add(1)
    await stores.leases.acquire(f"propose:{shared.list_id}", "another", NOW, NOW + timedelta(hours=1))
    with pytest.raises(ListBusyError):
        await bench.add(2, 2)
    await stores.leases.release(f"propose:{shared.list_id}", "another")
    breaking = cast("Contributions", Breaking(stores.contributions, "add", 0, StoreUnavailableError()))
    other = Bench(replace(stores, contributions=breaking))
    with pytest.raises(StoreUnavailableError):
        await other.add(3, 1, 3, actor=BOB)
    (known,) = await bench.add(4, 1, actor=BOB)
    assert isinstance(known, Known)
    assert shared.status is ListStatus.ACTIVE
