"""When a list's day began and its next day or round begins, in the time zone its managers chose."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.services.shared.rounds import times
from bot.services.shared.rounds.times import home_of

if TYPE_CHECKING:
    from bot.stores.lists import Settings


def day_began(now: datetime, time_zone: str) -> datetime:
    """Midnight before `now`, in UTC. Where a clock change leaves midnight out: the moment of the change."""
    return _midnight(_local_day(now, time_zone), time_zone)


def next_day(now: datetime, time_zone: str) -> datetime:
    return _midnight(_local_day(now, time_zone) + timedelta(days=1), time_zone)


def next_round(now: datetime, settings: Settings) -> datetime | None:
    """When the next round begins by itself. None: somebody has to begin it."""
    return times.next_round(now, settings.rounds, settings.time_zone)


def _local_day(now: datetime, time_zone: str) -> date:
    return now.astimezone(home_of(time_zone)).date()


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=home_of(time_zone)).astimezone(UTC)
