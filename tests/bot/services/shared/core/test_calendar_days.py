"""Days and rounds of a list begin at midnight in its time zone, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.services.shared.core.calendar import day_began, next_day, next_round
from bot.stores.lists import Rounds, Settings


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "began", "ends"),
    [
        ("UTC", "2026-11-20 12:00", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("UTC", "2026-11-20 00:00", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("Asia/Tokyo", "2026-11-20 15:00", "2026-11-20 15:00", "2026-11-21 15:00"),
        ("America/New_York", "2026-11-20 04:59", "2026-11-19 05:00", "2026-11-20 05:00"),
        ("Europe/Stockholm", "2026-03-29 12:00", "2026-03-28 23:00", "2026-03-29 22:00"),  # 23 hours
        ("Europe/Stockholm", "2026-10-25 12:00", "2026-10-24 22:00", "2026-10-25 23:00"),  # 25 hours
        ("Asia/Beirut", "2026-03-29 12:00", "2026-03-28 22:00", "2026-03-29 21:00"),  # has no midnight
        ("Nowhere/Ever", "2026-11-20 12:00", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("../etc/passwd", "2026-11-20 12:00", "2026-11-20 00:00", "2026-11-21 00:00"),
    ],
)
def test_days(zone: str, now: str, began: str, ends: str) -> None:
    """The day that `now` is in, by the clocks on the wall there."""
    assert day_began(at(now), zone) == at(began)
    assert next_day(at(now), zone) == at(ends)


@pytest.mark.parametrize(
    ("rounds", "now", "begins"),
    [
        (Rounds.WEEKLY, "2026-11-20 12:00", "2026-11-22 23:00"),
        (Rounds.WEEKLY, "2026-11-22 23:00", "2026-11-29 23:00"),  # exactly then it has begun
        (Rounds.MONTHLY, "2026-11-20 12:00", "2026-11-30 23:00"),
        (Rounds.MONTHLY, "2026-12-31 22:59", "2026-12-31 23:00"),
        (Rounds.MONTHLY, "2027-01-31 12:00", "2027-01-31 23:00"),
        (Rounds.BY_HAND, "2026-11-20 12:00", None),
    ],
)
def test_rounds(rounds: Rounds, now: str, begins: str | None) -> None:
    """Rounds begin on Monday or on the first, in Stockholm at midnight; by hand whenever somebody says so."""
    settings = Settings(time_zone="Europe/Stockholm", rounds=rounds)
    assert next_round(at(now), settings) == (None if begins is None else at(begins))
