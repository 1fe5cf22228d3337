"""The time of day from a clock that leaps, is set back, or is wrong."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from bot.steady_time import DOUBT_S, ClockCheck, SteadyTime

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 11, 29, 12, tzinfo=UTC)


@dataclass
class Machine:
    """off: how wrong its clock is."""

    passed_s: float = 5_000.0
    off: timedelta = timedelta()

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.passed_s) + self.off

    def passed(self) -> float:
        return self.passed_s

    @property
    def right(self) -> datetime:
        return self.wall() - self.off


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def steady(machine: Machine) -> SteadyTime:
    return SteadyTime(machine.wall, machine.passed)


def lines(caplog: pytest.LogCaptureFixture) -> Sequence[str]:
    return [record.getMessage() for record in caplog.records]


def test_as_the_clock_says(machine: Machine, steady: SteadyTime) -> None:
    """As long as nobody sets the clock, its time is taken; small corrections, too."""
    for off_s in (0, 0.3, 30, -20, 10):
        machine.passed_s += 10
        machine.off = timedelta(seconds=off_s)
        assert steady.now() == machine.wall()


def test_wrong_for_a_moment(machine: Machine, steady: SteadyTime, caplog: pytest.LogCaptureFixture) -> None:
    """A leap that is over within a minute is never seen, and is said once."""
    machine.off = timedelta(days=200)
    for _ in range(5):
        machine.passed_s += 10
        assert steady.now() == machine.right
    machine.off = timedelta()
    machine.passed_s += 10
    assert steady.now() == machine.right
    assert [line.partition(";")[0] for line in lines(caplog)] == [
        "the clock leapt ahead by 200 days, 0:00:00"
    ]


def test_leap_that_lasts(machine: Machine, steady: SteadyTime) -> None:
    """After a minute a leap is believed: the clock was wrong before."""
    machine.off = timedelta(hours=3)
    assert steady.now() == machine.right
    machine.passed_s += DOUBT_S
    assert steady.now() == machine.wall()
    machine.passed_s += 1
    assert steady.now() == machine.wall()


def test_leaps_again_and_again(machine: Machine, steady: SteadyTime) -> None:
    """Each leap is doubted for a minute of its own."""
    for _ in range(10):
        machine.off = timedelta(hours=3)
        machine.passed_s += 30
        assert steady.now() == machine.right
        machine.off = timedelta()
        machine.passed_s += 30
        assert steady.now() == machine.right


def test_set_back(machine: Machine, steady: SteadyTime, caplog: pytest.LogCaptureFixture) -> None:
    """A clock that is set back is believed at once."""
    machine.off = timedelta(hours=-5)
    assert steady.now() == machine.wall()
    machine.passed_s += 1
    assert steady.now() == machine.wall()
    assert [line.partition(".")[0] for line in lines(caplog)] == ["the clock was set back by 5:00:00"]


def test_compared(caplog: pytest.LogCaptureFixture) -> None:
    """A clock that isn't Spotify's is a warning, once; then it is said when it agrees again. Odd dates are ignored."""
    caplog.set_level(logging.INFO)
    now = [START + timedelta(hours=2)]
    check = ClockCheck(lambda: now[0])
    for date in (None, "", "yesterday", "Mon, 99 Nov 2026", format_datetime(START), format_datetime(START)):
        check.compare(date)
    now[0] = START - timedelta(seconds=5)
    for _ in range(2):
        check.compare(format_datetime(START))
    assert [line.partition(",")[0] for line in lines(caplog)] == [
        "the clock is 2:00:00 ahead of Spotify's",
        "the clock agrees with Spotify's again",
    ]
