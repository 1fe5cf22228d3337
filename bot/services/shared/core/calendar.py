"""When a round ends and when the digest is due, in the list's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.stores.lists import Rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.stores.lists import Settings, SharedPlaylist


DIGEST_HOUR = 9  # nobody is asleep, nobody has gone home


def next_round(after: datetime, rounds: Rounds, zone: str) -> datetime | None:
    """The first Monday, or first of a month, 00:00 there, after `after`; None: only by hand.

    If clocks are set forward across midnight, the first moment of that day.
    """
    home = home_of(zone)
    match rounds:
        case Rounds.BY_HAND:
            return None
        case Rounds.WEEKLY:
            days = _mondays(after.astimezone(home).date())
        case Rounds.MONTHLY:
            days = _firsts(after.astimezone(home).date())
    return next(moment for day in days if (moment := _at(day, 0, home)) > after)


def next_end(shared: SharedPlaylist) -> datetime | None:
    """When the list's round ends; None: only by hand. A time in the past is overdue."""
    if shared.settings.rounds is not Rounds.BY_HAND and shared.round_ends is not None:
        return shared.round_ends
    began = max(shared.round_began or shared.created_at, shared.settings.rounds_from or shared.created_at)
    return next_round(began, shared.settings.rounds, shared.settings.time_zone)


def end_elsewhere(shared: SharedPlaylist, zone: str, now: datetime) -> datetime | None:
    """When the list's round ends once its time zone is `zone`: it neither loses its last days nor gains any.

    It ends on the same day as before, when that day starts there. If it has already started, the end stays
    the same. None: only by hand.
    """
    end = next_end(shared)
    if end is None:
        return None
    date_here = end.astimezone(home_of(shared.settings.time_zone)).date()
    days = _mondays(date_here) if shared.settings.rounds is Rounds.WEEKLY else _firsts(date_here)
    there = _at(next(days), 0, home_of(zone))
    return there if there > now else end


def next_digest(after: datetime, zone: str) -> datetime:
    """The first 09:00 there after `after`."""
    home = home_of(zone)
    days = _days(after.astimezone(home).date(), timedelta(days=1))
    return next(moment for day in days if (moment := _at(day, DIGEST_HOUR, home)) > after)


def _at(day: date, hour: int, home: ZoneInfo) -> datetime:
    """A time skipped by a clock change is read on the clock before the change: so it's the moment of the change."""
    return datetime.combine(day, time(hour), home).astimezone(UTC)


def _days(first: date, step: timedelta) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += step


def _mondays(first: date) -> Iterator[date]:
    return _days(first - timedelta(days=first.weekday()), timedelta(days=7))


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


def next_day(now: datetime, time_zone: str) -> datetime:
    return _midnight(_local_day(now, time_zone) + timedelta(days=1), time_zone)


def next_round_of(now: datetime, settings: Settings) -> datetime | None:
    """When the next round starts by the calendar alone. None: someone has to start it."""
    return next_round(now, settings.rounds, settings.time_zone)


def _local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(home_of(time_zone)).date()


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=home_of(time_zone)).astimezone(UTC)
