"""The promises of `History`, on every database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.stores.history import Event, Happening, HistoryPage
from tests.stores.records import ADA, GRACE, NOW
from tests.stores.shared_records import HOSTILE, LIST, OTHER_GUILD, event

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores


async def everything(stores: Stores, limit: int = 3, **which: Any) -> list[Event]:
    """All events, read page by page."""
    events: list[Event] = []
    page = await stores.history.page(LIST, limit=limit, **which)
    events += page.events
    while page.next:
        assert len(page.events) == limit
        page = await stores.history.page(LIST, limit=limit, before=page.next, **which)
        events += page.events
    return events


async def test_empty(stores: Stores) -> None:
    """A list nothing happened in has an empty page, and appending nothing is nothing."""
    await stores.history.append()
    assert await stores.history.page(LIST, limit=10) == HistoryPage((), None)


async def test_round_trip(open_stores: OpenStores) -> None:
    """An event comes back as it was told, also after a restart."""
    told = event(
        guild_id=OTHER_GUILD,
        happening=Happening.DECLINED,
        actor_id=GRACE,
        contribution_id="c",
        uri="spotify:track:1",
        detail={"reason": HOSTILE, "yes": 2**53},
    )
    bare = event(2, actor_id=None, member_id=None)
    async with open_stores() as stores:
        await stores.history.append(told, bare)
    async with open_stores() as stores:
        assert await everything(stores) == [bare, told]


async def test_newest_first(stores: Stores) -> None:
    """Events come by their time, newest first; of one moment, the one told last comes first."""
    at = [NOW + timedelta(milliseconds=ms) for ms in (5, 1, 5, 3)]
    events = [event(n, at=moment) for n, moment in enumerate(at)]
    for one in events:
        await stores.history.append(one)
    await stores.history.append(event(8), event(9))
    assert [one.event_id for one in await everything(stores)] == [f"event {n}" for n in (2, 0, 3, 1, 9, 8)]


async def test_once(stores: Stores) -> None:
    """An event that is told again is kept once, as it was; new ones beside it are kept."""
    await stores.history.append(event(1))
    await stores.history.append(event(1, happening=Happening.LANDED, actor_id=GRACE), event(2), event(2))
    assert await everything(stores) == [event(2), event(1)]
    assert await everything(stores, member_id=GRACE) == []


async def test_once_race(stores: Stores) -> None:
    """Also when it is told many times at once."""
    await asyncio.gather(*(stores.history.append(event(1), event(n)) for n in range(2, 22)))
    found = await everything(stores, limit=5)
    assert sorted(one.event_id for one in found) == sorted(f"event {n}" for n in range(1, 22))


async def test_lists_apart(stores: Stores) -> None:
    """A list's history holds nothing of another's."""
    await stores.history.append(event(1), event(2, list_id="other"))
    assert await everything(stores) == [event(1)]


async def test_member(stores: Stores) -> None:
    """A member's page has what they did and what was done with their contributions, each once."""
    events = [
        event(1),
        event(2, actor_id=GRACE),
        event(3, member_id=GRACE),
        event(4, actor_id=GRACE, member_id=GRACE),
        event(5, actor_id=None, member_id=None),
    ]
    await stores.history.append(*events)
    assert await everything(stores, limit=1, member_id=ADA) == [events[2], events[1], events[0]]
    assert await everything(stores, limit=2, member_id=GRACE) == [events[3], events[2], events[1]]


async def test_exact_end(stores: Stores) -> None:
    """When a page ends with the last event, no further page is promised."""
    await stores.history.append(event(1), event(2))
    assert (await stores.history.page(LIST, limit=2)).next is None


async def test_stable(stores: Stores) -> None:
    """What happens while somebody turns pages neither repeats nor hides what was there."""
    await stores.history.append(*(event(n) for n in range(6)))
    first = await stores.history.page(LIST, limit=3)
    await stores.history.append(event(10), event(11, at=NOW + timedelta(hours=1)))
    second = await stores.history.page(LIST, limit=3, before=first.next)
    assert [one.event_id for one in first.events + second.events] == [f"event {n}" for n in range(5, -1, -1)]


async def test_short_cursor(stores: Stores) -> None:
    """What leads to the next page fits into a button, and has no colon."""
    await stores.history.append(*(event(n, at=NOW + timedelta(days=9999)) for n in range(3)))
    cursor = (await stores.history.page(LIST, limit=1)).next
    assert cursor
    assert len(cursor) < 40
    assert ":" not in cursor


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(st.integers(0, 4), max_size=12), limit=st.integers(1, 5))
async def test_pages_are_whole(stores: Stores, moments: list[int], limit: int) -> None:
    """However times coincide and pages are cut, every event is on one page."""
    run = uuid4().hex  # a list of its own: examples repeat
    events = [
        event(n, event_id=f"{run} {n}", list_id=run, at=NOW + timedelta(seconds=s))
        for n, s in enumerate(moments)
    ]
    await stores.history.append(*events)
    found: list[Event] = []
    page = await stores.history.page(run, limit=limit)
    while True:
        found += page.events
        if page.next is None:
            break
        page = await stores.history.page(run, limit=limit, before=page.next)
    assert found == sorted(events, key=lambda one: (one.at, int(one.event_id.split()[1])), reverse=True)
