"""When a list's day began and its next day or round begins, in the time zone its managers chose."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.stores.lists import Rounds

if TYPE_CHECKING:
    from bot.stores.lists import Settings


def day_began(now: datetime, time_zone: str) -> datetime:
    """Midnight before `now`, in UTC. Where a clock change leaves midnight out: the moment of the change."""
    return _midnight(_local_day(now, time_zone), time_zone)


def next_day(now: datetime, time_zone: str) -> datetime:
    return _midnight(_local_day(now, time_zone) + timedelta(days=1), time_zone)


def next_round(now: datetime, settings: Settings) -> datetime | None:
    """When the next round begins by itself. None: somebody has to begin it."""
    today = _local_day(now, settings.time_zone)
    match settings.rounds:
        case Rounds.WEEKLY:
            begins = today + timedelta(days=7 - today.weekday())
        case Rounds.MONTHLY:
            begins = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
        case Rounds.BY_HAND:
            return None
    return _midnight(begins, settings.time_zone)


def _local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(_zone(time_zone)).date()


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=_zone(time_zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    """UTC for a zone this computer no longer knows: zones were checked when they were set."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
