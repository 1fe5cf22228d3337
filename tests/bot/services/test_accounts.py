"""When a consent ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.services.consents import consent_ends


@pytest.mark.parametrize(
    ("begun", "ends"),
    [
        ((2026, 1, 15), (2026, 7, 15)),
        ((2026, 8, 31), (2027, 2, 28)),
        ((2027, 8, 31), (2028, 2, 29)),
        ((2026, 12, 1), (2027, 6, 1)),
    ],
)
def test_six_calendar_months(begun: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    """A consent lasts six calendar months, to the last day where a month is too short."""
    assert consent_ends(datetime(*begun, tzinfo=UTC)) == datetime(*ends, tzinfo=UTC)
