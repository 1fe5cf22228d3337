"""When a round ends and when the digest is due, in the list's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.stores.lists import Digests, Rounds, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.stores.lists import Settings, SharedPlaylist


def next_round(after: datetime, settings: Settings) -> datetime | None:
    """When a round that begins after `after` ends by the calendar alone; None: only by hand.

    On the first such weekday, or first of a month, at that hour there; of rounds of several weeks, as many weeks later
    as make it the last one. If clocks are set forward across that hour, the moment of the change.
    """
    if settings.rounds is Rounds.BY_HAND:
        return None
    home = home_of(settings.time_zone)
    days = _days_of(settings, after.astimezone(home).date())
    moments = (moment for day in days if (moment := _at(day, settings.round_hour, home)) > after)
    weeks = settings.round_weeks if settings.rounds is Rounds.WEEKLY else 1
    return next(islice(moments, weeks - 1, None))


def next_end(shared: SharedPlaylist) -> datetime | None:
    """When the list's round ends; None: only by hand. A time in the past is overdue."""
    if shared.settings.rounds is not Rounds.BY_HAND and shared.round_ends is not None:
        return shared.round_ends
    began = max(shared.round_began or shared.created_at, shared.settings.rounds_from or shared.created_at)
    return next_round(began, shared.settings)


def end_elsewhere(shared: SharedPlaylist, zone: str, now: datetime) -> datetime | None:
    """When the list's round ends once its time zone is `zone`: it neither loses its last days nor gains any.

    It ends on the same day as before, at the same hour there. If that is over, the end stays the same.
    None: only by hand.
    """
    end = next_end(shared)
    if end is None:
        return None
    date_here = end.astimezone(home_of(shared.settings.time_zone)).date()
    there = _at(next(_days_of(shared.settings, date_here)), shared.settings.round_hour, home_of(zone))
    return there if there > now else end


def next_digest(after: datetime, settings: Settings) -> datetime:
    """The first time after `after` that is the digest's hour there, and its weekday if it's weekly."""
    home = home_of(settings.time_zone)
    today = after.astimezone(home).date()
    if settings.digests is Digests.WEEKLY:
        days = _weekdays(today, settings.digest_weekday)
    else:
        days = _days(today, timedelta(days=1))
    return next(moment for day in days if (moment := _at(day, settings.digest_hour, home)) > after)


def _days_of(settings: Settings, first: date) -> Iterator[date]:
    """On which rounds can end; the first is `first` or the last one before it."""
    return _weekdays(first, settings.round_weekday) if settings.rounds is Rounds.WEEKLY else _firsts(first)


def _at(day: date, hour: int, home: ZoneInfo) -> datetime:
    """A time skipped by a clock change is read on the clock before the change: so it's the moment of the change."""
    return datetime.combine(day, time(hour), home).astimezone(UTC)


def _days(first: date, step: timedelta) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += step


def _weekdays(first: date, weekday: Weekday) -> Iterator[date]:
    since = (first.weekday() - list(Weekday).index(weekday)) % 7
    return _days(first - timedelta(days=since), timedelta(days=7))


def _firsts(first: date) -> Iterator[date]:
    day = first.replace(day=1)
    while True:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def home_of(name: str) -> ZoneInfo:
    """UTC if the name is not (or no longer) valid."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_began(now: datetime, time_zone: str) -> datetime:
    """Midnight before `now`, in UTC. If a clock change skips midnight: the moment of the change."""
    return _midnight(_local_day(now, time_zone), time_zone)


def month_began(year: int, month: int, time_zone: str) -> datetime:
    """Its first midnight there, in UTC; month 13 is the next year's first."""
    return _midnight(date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1), time_zone)


def year_began(year: int, time_zone: str) -> datetime:
    return month_began(year, 1, time_zone)


def next_day(now: datetime, time_zone: str) -> datetime:
    return _midnight(_local_day(now, time_zone) + timedelta(days=1), time_zone)


def _local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(home_of(time_zone)).date()


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=home_of(time_zone)).astimezone(UTC)
