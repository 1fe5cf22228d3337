"""The promises of `DueTimes`, on every database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.stores.due import Due, DueKind
from tests.stores.records import NOW, SOON

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

LATER = SOON + timedelta(hours=1)


async def test_empty(stores: Stores) -> None:
    """At first nothing is due."""
    assert await stores.due.until(DueKind.LOOK, LATER, limit=10) == ()
    assert await stores.due.next(DueKind.LOOK) is None


async def test_kept(open_stores: OpenStores) -> None:
    """What is due is known after a restart, by time, each kind apart."""
    a, b = Due(DueKind.LOOK, "a", SOON), Due(DueKind.LOOK, "b", NOW)
    async with open_stores() as stores:
        await stores.due.add(a, b, Due(DueKind.ROUND, "a", NOW))
    async with open_stores() as stores:
        assert await stores.due.until(DueKind.LOOK, SOON, limit=10) == (b, a)
        assert await stores.due.until(DueKind.LOOK, NOW, limit=10) == (b,)
        assert await stores.due.until(DueKind.LOOK, SOON, limit=1) == (b,)
        assert await stores.due.next(DueKind.LOOK) == NOW
        assert await stores.due.next(DueKind.DIGEST) is None
        assert await stores.due.lists_with(DueKind.LOOK) == {"a", "b"}
        assert await stores.due.lists_with(DueKind.DIGEST) == frozenset()


async def test_add_keeps(stores: Stores) -> None:
    """Adding changes nothing that is known already; hastening does, and only to an earlier time."""
    await stores.due.add(Due(DueKind.LOOK, "a", SOON))
    await stores.due.add(Due(DueKind.LOOK, "a", NOW), Due(DueKind.LOOK, "b", LATER))
    assert await stores.due.next(DueKind.LOOK) == SOON
    await stores.due.hasten(Due(DueKind.LOOK, "a", LATER))
    assert await stores.due.next(DueKind.LOOK) == SOON
    await stores.due.hasten(Due(DueKind.LOOK, "a", NOW), Due(DueKind.LOOK, "c", LATER))
    assert [due.list_id for due in await stores.due.until(DueKind.LOOK, LATER, limit=9)] == ["a", "b", "c"]
    assert await stores.due.next(DueKind.LOOK) == NOW


async def test_move(stores: Stores) -> None:
    """A time is put off or struck out only by whoever knows it as it is."""
    old = Due(DueKind.LOOK, "a", NOW)
    await stores.due.add(old)
    assert await stores.due.move(old, SOON)
    assert not await stores.due.move(old, LATER)
    assert not await stores.due.move(old, None)
    assert await stores.due.next(DueKind.LOOK) == SOON
    assert await stores.due.next(DueKind.LOOK, SOON) == SOON
    assert await stores.due.next(DueKind.LOOK, SOON - timedelta(milliseconds=1)) is None
    assert await stores.due.move(Due(DueKind.LOOK, "a", SOON), None)
    assert await stores.due.next(DueKind.LOOK) is None


async def test_many(stores: Stores) -> None:
    """Thousands can be added at once, and those due are found."""
    await stores.due.add(*(Due(DueKind.OWNER, f"{n:04}", NOW + timedelta(seconds=n)) for n in range(2500)))
    found = await stores.due.until(DueKind.OWNER, NOW + timedelta(seconds=2), limit=10)
    assert [due.list_id for due in found] == ["0000", "0001", "0002"]


async def test_race(stores: Stores) -> None:
    """Of many who claim the same, one gets it; of many who hasten, the earliest time stays."""
    old = Due(DueKind.LOOK, "a", NOW)
    await stores.due.add(old)
    moved = await asyncio.gather(*(stores.due.move(old, SOON + timedelta(seconds=n)) for n in range(30)))
    assert sum(moved) == 1
    await asyncio.gather(
        *(stores.due.hasten(Due(DueKind.ROUND, "b", NOW + timedelta(seconds=n))) for n in range(30))
    )
    assert await stores.due.next(DueKind.ROUND) == NOW
