"""One at a time, over all processes and inside one; and what was done under a lease is never said to have failed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.leases import KeyedLocks, LeaseKeeper, LeaseTakenError

if TYPE_CHECKING:
    from bot.stores import Leases, Stores
    from tests.bot.link_desk import Time

TTL = timedelta(seconds=30)
SHORT = timedelta(milliseconds=30)


class Watched:
    """A store that counts renewals, and does what a test wants before it answers."""

    def __init__(self, store: Leases) -> None:
        self.store = store
        self.fails: dict[str, Exception] = {}
        self.renewals = 0
        self.renewed = asyncio.Event()  # three times

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any) -> Any:
            if name == "renew":
                self.renewals += 1
                if self.renewals == 3:
                    self.renewed.set()
            if error := self.fails.get(name):
                raise error
            return await getattr(self.store, name)(*args)

        return call


@pytest.fixture
def watched(stores: Stores) -> Watched:
    return Watched(stores.leases)


@pytest.fixture
def here(watched: Watched, time: Time) -> LeaseKeeper:
    return keeper(watched, time)


@pytest.fixture
def there(stores: Stores, time: Time) -> LeaseKeeper:
    """In another process."""
    return keeper(stores.leases, time)


def keeper(store: object, time: Time) -> LeaseKeeper:
    async def wait(_: float) -> None:
        time.pass_by(seconds=1)
        await asyncio.sleep(0)

    return LeaseKeeper(cast("Leases", store), now=time.now, sleep=wait)


async def test_one_at_a_time(here: LeaseKeeper, there: LeaseKeeper) -> None:
    """What is held is refused to other processes and to other tasks of the same one, until it is given back."""
    async with here.held("a", TTL), there.held("b", TTL):
        for leases in (here, there):
            with pytest.raises(LeaseTakenError):
                async with leases.held("a", TTL):
                    pytest.fail("held twice")
        with pytest.raises(StoreUnavailableError):
            async with there.held("a", TTL, taken=StoreUnavailableError):
                pytest.fail("held twice")
    async with there.held("a", TTL):
        pass


async def test_patience(here: LeaseKeeper, there: LeaseKeeper) -> None:
    """Who is patient waits until it is given back, or until whoever holds it was killed and its time is over."""
    holding, over = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with here.held("a", TTL):
            holding.set()
            await over.wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    waiting = asyncio.create_task(_enter(there, patience_s=2))
    await asyncio.sleep(0)
    over.set()
    await task
    await waiting
    assert await here.claim("a", TTL)  # as of somebody who was killed
    await _enter(there, patience_s=4)  # 40 looks, a second apart on this clock
    assert await here.claim("a", TTL)
    with pytest.raises(LeaseTakenError):
        await _enter(there, patience_s=2)


async def test_renewed(here: LeaseKeeper, there: LeaseKeeper, watched: Watched, time: Time) -> None:
    """Who is at work for long keeps the lease, though it was taken for a short time, and though a renewal fails."""
    watched.fails["renew"] = StoreUnavailableError()
    async with here.held("a", SHORT):
        time.pass_by(seconds=20)
        await watched.renewed.wait()
        watched.fails.clear()
        watched.renewals, watched.renewed = 0, asyncio.Event()
        await watched.renewed.wait()
        with pytest.raises(LeaseTakenError):
            await _enter(there)
    renewals = watched.renewals
    await _enter(there)
    assert watched.renewals == renewals  # nobody renews it any more


async def test_confirm(here: LeaseKeeper, there: LeaseKeeper, watched: Watched, time: Time) -> None:
    """Before what counts it is looked whether the lease is still ours; not in the database, if that is known anyway."""
    async with here.held("a", TTL) as lease:
        await lease.confirm()
        time.pass_by(seconds=9)
        await lease.confirm()
        assert watched.renewals == 0
        time.pass_by(hours=1)
        await lease.confirm()
        time.pass_by(hours=-2)  # the clock was set back
        await lease.confirm()
        assert watched.renewals == 2
        time.pass_by(hours=3)
        await _enter(there)  # while we were too slow; and is over again
        for _ in range(2):
            with pytest.raises(LeaseTakenError):
                await lease.confirm()


@pytest.mark.parametrize("error", [StoreUnavailableError(), RuntimeError()])
async def test_release_fails(
    here: LeaseKeeper, there: LeaseKeeper, watched: Watched, time: Time, error: Exception
) -> None:
    """A lease that cannot be given back ends by itself; what was done under it is no failure for that."""
    watched.fails["release"] = error
    async with here.held("a", TTL):
        pass
    assert await here.claim("b", TTL)
    await here.unclaim("b")
    with pytest.raises(LeaseTakenError):
        await _enter(there)
    time.pass_by(seconds=31)
    await _enter(there)
    assert await there.claim("b", TTL)


async def test_failure_stays(here: LeaseKeeper, watched: Watched) -> None:
    """What went wrong under a lease is told as it is, also when the lease cannot be given back."""
    watched.fails["release"] = StoreUnavailableError()
    with pytest.raises(ZeroDivisionError):
        async with here.held("a", TTL):
            raise ZeroDivisionError


async def test_given_back_when_cancelled(here: LeaseKeeper, there: LeaseKeeper) -> None:
    """Who is cancelled gives it back."""
    holding = asyncio.Event()

    async def hold() -> None:
        async with here.held("a", TTL):
            holding.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _enter(there)


async def test_claim(here: LeaseKeeper, there: LeaseKeeper, time: Time) -> None:
    """A claim is for one process and for a time; it may claim again, the others once that time is over."""
    assert await here.claim("a", TTL)
    assert await here.claim("a", TTL)
    assert not await there.claim("a", TTL)
    time.pass_by(seconds=31)
    assert await there.claim("a", TTL)
    await here.unclaim("a")
    assert not await here.claim("a", TTL)
    await there.unclaim("a")
    assert await here.claim("a", TTL)


async def test_locks() -> None:
    """One at a time for each key, in the order they came; other keys do not wait."""
    locks: KeyedLocks[int] = KeyedLocks()
    order: list[str] = []

    async def use(key: int, name: str) -> None:
        async with locks.of(key):
            order.append(name)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            order.append(name)

    await asyncio.gather(use(1, "a"), use(2, "b"), use(1, "c"))
    assert order == ["a", "b", "a", "b", "c", "c"]


async def _enter(leases: LeaseKeeper, patience_s: float = 0) -> None:
    async with leases.held("a", TTL, patience_s=patience_s):
        pass
