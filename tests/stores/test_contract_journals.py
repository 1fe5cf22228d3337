"""The promises of `Journals`, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stores.journal import Batch, Journal, Sent, Work
from tests.stores.records import NOW, SOON
from tests.stores.shared_records import LIST

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

BATCH = Batch(
    "batch",
    Work.REMOVE,
    ("spotify:track:1", "spotify:track:2"),
    Sent.UNKNOWN,
    NOW,
    places=(3, 1),
    left=("spotify:track:1",),
    left_places=(9_999,),
    total_before=10_000,
    absences=(NOW, SOON),
    attempts=2,
)


async def test_empty(stores: Stores) -> None:
    """A list that was never written has an empty journal of version 0."""
    assert await stores.journals.of(LIST) == Journal(LIST)
    assert await stores.journals.unsettled() == ()


async def test_round_trip(open_stores: OpenStores) -> None:
    """A journal comes back as it was kept, also after a restart."""
    journal = Journal(LIST, BATCH, total=7, snapshots=("a", "b"), waiting_until=SOON)
    async with open_stores() as stores:
        assert await stores.journals.swap(Journal(LIST), journal) == replace(journal, version=1)
    async with open_stores() as stores:
        assert await stores.journals.of(LIST) == replace(journal, version=1)
        assert await stores.journals.of("other") == Journal("other")


async def test_fence(stores: Stores) -> None:
    """Who holds an old version can write nothing, from the first version on."""
    empty = Journal(LIST)
    first = await stores.journals.swap(empty, replace(empty, total=1))
    assert first
    assert await stores.journals.swap(empty, replace(empty, total=2)) is None
    second = await stores.journals.swap(first, replace(first, total=3))
    assert second == Journal(LIST, total=3, version=2)
    assert await stores.journals.swap(first, replace(first, total=4)) is None
    assert await stores.journals.of(LIST) == second


async def test_unsettled(stores: Stores) -> None:
    """Lists whose journal holds a batch are found, until it is settled."""
    one = await stores.journals.swap(Journal("one"), Journal("one", BATCH))
    await stores.journals.swap(Journal("two"), Journal("two", BATCH))
    await stores.journals.swap(Journal("three"), Journal("three", total=1))
    assert one
    assert await stores.journals.unsettled() == ("one", "two")
    await stores.journals.swap(one, replace(one, batch=None))
    assert await stores.journals.unsettled() == ("two",)


async def test_race(stores: Stores) -> None:
    """Of fifty who write the same version at once one succeeds; of the first version and of later ones."""
    journal = Journal(LIST)
    for _ in range(3):
        results = await asyncio.gather(
            *(stores.journals.swap(journal, replace(journal, total=n)) for n in range(50))
        )
        [journal] = [won for won in results if won]
        assert await stores.journals.of(LIST) == journal
