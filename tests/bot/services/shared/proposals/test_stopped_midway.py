"""Something comes in the way while many tracks are added: what was kept by then is told as kept, with the reason."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.proposals.outcomes import Accepted, Known, StoppedMidwayError
from bot.services.shared.proposals.propose import AT_A_TIME
from bot.shared_errors import ListBusyError, ListPausedError
from bot.stores.lists import ListStatus
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, FREE, Bench
from tests.shared_records import GUILD, NOW

if TYPE_CHECKING:
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
    """Another process has taken the turn over: what is in by then is in."""
    breaking = cast("Leases", Breaking(stores.leases, "acquire", 1))
    bench = Bench(replace(stores, leases=breaking))
    await bench.lend(rules=FREE)
    with pytest.raises(StoppedMidwayError) as stopped:
        await bench.add(1, *range(1, 31))
    assert isinstance(stopped.value.why, ListBusyError)
    assert len(stopped.value.outcomes) == AT_A_TIME - 1


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
    await bench.managing.pause(ADA, GUILD, shared.list_id)
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
