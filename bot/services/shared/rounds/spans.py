"""A stretch of a shared playlist's time, a round, a month, a year or all of it, and what members liked most in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.calendar import home_of, month_began, year_began
from bot.services.shared.core.likes import likes_of, recording_key
from bot.services.shared.core.ranking import best_first
from bot.stores.contributions import EVER_INSIDE, INSIDE, Leave

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

AT_ONCE: Final = 500
# It left because of its time, not of what it is.
STILL_COUNTS: Final = frozenset({Leave.ROUND, Leave.DROPPED, Leave.STAYED})


class Period(StrEnum):
    ROUND = "round"
    LAST_ROUND = "last_round"
    MONTH = "month"
    LAST_MONTH = "last_month"
    YEAR = "year"
    LAST_YEAR = "last_year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Span:
    """What was added in one round, or from `began` until before `ended`. All of these are None for all there is.

    key: tells it from the list's other spans: "round 3", "2026-11", "2026", "all".
    """

    key: str
    round_no: int | None = None
    began: datetime | None = None
    ended: datetime | None = None

    def has(self, one: Contribution) -> bool:
        if self.round_no is not None:
            return one.round_no == self.round_no
        return (self.began is None or one.created_at >= self.began) and (
            self.ended is None or one.created_at < self.ended
        )


@dataclass(frozen=True, slots=True)
class Rated:
    contribution: Contribution
    likes: int


def round_span(number: int) -> Span:
    return Span(f"round {number}", round_no=number)


def year_span(year: int, zone: str) -> Span:
    """By the calendar of the time zone."""
    return Span(f"{year:04}", began=year_began(year, zone), ended=year_began(year + 1, zone))


def month_span(year: int, month: int, zone: str) -> Span:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Span(
        f"{year:04}-{month:02}",
        began=month_began(year, month, zone),
        ended=month_began(year, month + 1, zone),
    )


def span_of(period: Period, shared: SharedPlaylist, now: datetime) -> Span:
    """In the list's time zone. The last round of a list in its first one is that round."""
    zone = shared.settings.time_zone
    today = now.astimezone(home_of(zone))
    spans = {
        Period.ROUND: round_span(shared.round_no),
        Period.LAST_ROUND: round_span(max(shared.round_no - 1, 1)),
        Period.MONTH: month_span(today.year, today.month, zone),
        Period.LAST_MONTH: month_span(today.year, today.month - 1, zone),
        Period.YEAR: year_span(today.year, zone),
        Period.LAST_YEAR: year_span(today.year - 1, zone),
        Period.ALL: Span("all"),
    }
    return spans[period]


async def rated(stores: Stores, shared: SharedPlaylist, span: Span) -> list[Rated]:
    """What was added in it and wasn't taken out for what it is, best first, each recording once."""
    found: dict[str, Contribution] = {}
    after = 0
    while True:
        some = await stores.contributions.in_state(shared.list_id, EVER_INSIDE, limit=AT_ONCE, after=after)
        for one in some:
            if span.has(one) and (one.state in INSIDE or one.leave in STILL_COUNTS):
                found.setdefault(recording_key(one), one)
        if len(some) < AT_ONCE:
            break
        after = some[-1].number or 0
    likes = await likes_of(stores.likes, shared.list_id, found.values())
    return [Rated(one, likes.get(one.contribution_id, 0)) for one in best_first(found.values(), likes)]
