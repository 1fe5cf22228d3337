"""The promises of `Leases` and `KeyValues`, on every database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from tests.stores.records import NOW, SOON
from tests.stores.test_contract_accounts import texts

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores


async def test_acquire(stores: Stores) -> None:
    """A held lease is refused to others; another name is another lease."""
    assert await stores.leases.acquire("refresh", "one", NOW, SOON)
    assert not await stores.leases.acquire("refresh", "two", NOW, SOON)
    assert await stores.leases.acquire("other", "two", NOW, SOON)


async def test_extend(stores: Stores) -> None:
    """The holder may extend its own lease."""
    later = SOON + timedelta(minutes=1)
    assert await stores.leases.acquire("refresh", "one", NOW, SOON)
    assert await stores.leases.acquire("refresh", "one", NOW, later)
    assert not await stores.leases.acquire("refresh", "two", SOON, later)


async def test_run_out(stores: Stores) -> None:
    """A lease that has run out is free, and its former holder has to ask again."""
    assert await stores.leases.acquire("refresh", "one", NOW, SOON)
    assert not await stores.leases.acquire("refresh", "two", SOON - timedelta(milliseconds=1), SOON)
    assert await stores.leases.acquire("refresh", "two", SOON, SOON + timedelta(minutes=1))
    assert not await stores.leases.acquire("refresh", "one", SOON, SOON + timedelta(minutes=1))


async def test_renew(stores: Stores) -> None:
    """Who holds a lease can extend it, also when it has run out, but not once somebody else has had it."""
    later = SOON + timedelta(minutes=1)
    assert not await stores.leases.renew("refresh", "one", later)
    await stores.leases.acquire("refresh", "one", NOW, SOON)
    assert await stores.leases.renew("refresh", "one", later)
    assert not await stores.leases.acquire("refresh", "two", SOON, later)
    assert not await stores.leases.renew("refresh", "two", later)
    assert not await stores.leases.renew("other", "one", later)
    assert await stores.leases.acquire("refresh", "two", later, later + timedelta(minutes=1))
    assert not await stores.leases.renew("refresh", "one", later + timedelta(hours=1))
    await stores.leases.release("refresh", "two")
    assert not await stores.leases.renew("refresh", "one", later + timedelta(hours=1))
    assert await stores.leases.acquire("refresh", "three", later, later + timedelta(minutes=1))


async def test_release(stores: Stores) -> None:
    """A lease given back is free; giving back somebody else's, or none, does nothing."""
    await stores.leases.acquire("refresh", "one", NOW, SOON)
    await stores.leases.release("refresh", "two")
    await stores.leases.release("other", "one")
    assert not await stores.leases.acquire("refresh", "two", NOW, SOON)
    await stores.leases.release("refresh", "one")
    assert await stores.leases.acquire("refresh", "two", NOW, SOON)


@pytest.mark.parametrize("expired", [False, True])
async def test_race(stores: Stores, *, expired: bool) -> None:
    """Of 50 who ask for a free lease at the same time exactly one gets it."""
    if expired:
        await stores.leases.acquire("refresh", "gone", NOW - timedelta(minutes=1), NOW)
    results = await asyncio.gather(*(stores.leases.acquire("refresh", f"{n}", NOW, SOON) for n in range(50)))
    assert sum(results) == 1
    assert await stores.leases.acquire("refresh", f"{results.index(True)}", NOW, SOON)


async def test_value(stores: Stores) -> None:
    """A value is kept until another takes its place."""
    assert await stores.values.get("blocked until") is None
    await stores.values.put("blocked until", "noon")
    await stores.values.put("blocked until", "evening")
    assert await stores.values.get("blocked until") == "evening"
    assert await stores.values.get("other") is None


async def test_values_starting(stores: Stores) -> None:
    """Values are found by how their keys begin, in order; an erased one is gone, and the others stay."""
    for key in ("seat:20", "seat:10", "seat", "seatless", "seau:1"):
        await stores.values.put(key, f"of {key}")
    assert [*(await stores.values.starting("seat:")).items()] == [
        ("seat:10", "of seat:10"),
        ("seat:20", "of seat:20"),
    ]
    await stores.values.erase("seat:10")
    await stores.values.erase("seat:30")
    assert await stores.values.starting("seat:") == {"seat:20": "of seat:20"}
    assert await stores.values.get("seat:10") is None
    assert await stores.values.get("seatless") == "of seatless"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=texts, value=texts)
async def test_any_value(stores: Stores, key: str, value: str) -> None:
    """Every text can be a key and a value."""
    await stores.values.put(key, value)
    assert await stores.values.get(key) == value


async def test_value_kept(open_stores: OpenStores) -> None:
    """A value is still there when the bot starts again."""
    async with open_stores() as stores:
        await stores.values.put("blocked until", "noon")
    async with open_stores() as stores:
        assert await stores.values.get("blocked until") == "noon"
