"""Which time a span covers, and what counts in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.likes import recording_key
from bot.services.shared.rounds.spans import Period, Span, month_span, rated, round_span, span_of, year_span
from bot.stores.contributions import Leave, Recording, State
from bot.stores.likes import Like
from bot.stores.lists import Settings
from tests.shared_records import NOW, a_list, bring, contribution

if TYPE_CHECKING:
    from bot.stores import Stores

TAPE = a_list("p", owner_id=7, account_id="owner", round_no=3)
ZONES = ("UTC", "Europe/Stockholm", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kathmandu")
FIRST, LAST = datetime(2020, 1, 1), datetime(2035, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def at(moment: datetime, **changes: Any) -> Any:
    return contribution(TAPE, 1, "spotify:track:1", 1, created_at=moment, **changes)


@given(MOMENTS, st.sampled_from(ZONES))
def test_every_moment_is_in_one(moment: datetime, zone: str) -> None:
    """A moment is in this month and year of its time zone, and in no neighbour of them."""
    tape = a_list("p", owner_id=7, account_id="owner", settings=Settings(time_zone=zone))
    one = at(moment)
    for now, before in ((Period.MONTH, Period.LAST_MONTH), (Period.YEAR, Period.LAST_YEAR)):
        this, last = span_of(now, tape, moment), span_of(before, tape, moment)
        assert this.has(one)
        assert not last.has(one)
        assert last.ended == this.began
        assert this.key != last.key
    assert span_of(Period.ALL, tape, moment).has(one)


def test_new_year() -> None:
    """A year begins at midnight of the list's time zone; January follows December."""
    assert year_span(2027, "Europe/Stockholm").began == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert month_span(2027, 0, "UTC").key == "2026-12"
    assert month_span(2026, 12, "UTC").ended == year_span(2027, "UTC").began


def test_rounds() -> None:
    """A round is the one an item came with; before the first there is none, so it is that one."""
    assert [span_of(each, TAPE, NOW).round_no for each in (Period.ROUND, Period.LAST_ROUND)] == [3, 2]
    first = a_list("p", owner_id=7, account_id="owner")
    assert span_of(Period.LAST_ROUND, first, NOW) == round_span(1)
    assert round_span(2).has(at(NOW, round_no=2))
    assert not round_span(2).has(at(NOW, round_no=3))


async def test_best_first(each_stores: Stores) -> None:
    """Each recording once, most liked first, whatever left with its round or made room; not what was voted out."""
    shared = await each_stores.lists.create(TAPE)
    ways: list[dict[str, Any]] = [
        {},
        {"state": State.REMOVED, "leave": Leave.ROUND},
        {"state": State.REMOVED, "leave": Leave.DROPPED},
        {"state": State.REMOVED, "leave": Leave.VOTED_OFF},
        {"state": State.REMOVED, "leave": Leave.UNDONE},
        {"state": State.DECLINED},
        {"recording": Recording("spotify:track:7", "GBABC2400001")},
        {"recording": Recording("spotify:track:8", "GBABC2400001")},
    ]
    held = [
        await bring(each_stores, shared, number, f"spotify:track:{number}", 1, **changes)
        for number, changes in enumerate(ways, start=1)
    ]
    for one, likes in zip(held, (1, 3, 2, 9, 9, 9, 2, 0), strict=True):
        for member_id in range(100, 100 + likes):
            await each_stores.likes.put(
                Like(shared.list_id, recording_key(one), member_id, one.contribution_id, NOW)
            )
    ranked = await rated(each_stores, shared, Span("all"))
    assert [(one.contribution.number, one.likes) for one in ranked] == [(2, 3), (3, 2), (7, 2), (1, 1)]
    none = await rated(each_stores, shared, Span("x", began=NOW + timedelta(seconds=1)))
    assert none == []


@pytest.mark.parametrize("period", Period)
async def test_empty(each_stores: Stores, period: Period) -> None:
    """A list without anything has no best of any time."""
    shared = await each_stores.lists.create(TAPE)
    assert await rated(each_stores, shared, span_of(period, shared, NOW)) == []
