"""The time of day, from a clock that may be wrong: for a moment, which is waited out, or for long, which is said."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

LEAP: Final = timedelta(minutes=1)  # less is no leap
DOUBT_S: Final = 60.0  # how long a leap has to last until it's believed
WRONG: Final = timedelta(minutes=1)  # further off than this is worth a warning
CURE: Final = "Turn on time synchronisation: sudo timedatectl set-ntp true"


def wall_clock() -> datetime:
    return datetime.now(UTC)


def seconds_passed() -> float:
    """Since some moment, whatever the clock is set to; where the system can tell, including while it slept."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class SteadyTime:
    """A clock that leaps ahead is only believed after a minute; until then, time goes on as before.

    So a clock that is wrong for a moment ends no vote, round or link early. One that is set back is believed at once:
    nothing ends early because of it, and nothing that was done is done again.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = wall_clock,
        passed: Callable[[], float] = seconds_passed,
    ) -> None:
        self._wall = wall
        self._passed = passed
        self._started = wall() - timedelta(
            seconds=passed()
        )  # when `passed` was 0, by the clock that is believed
        self._leapt_at: float | None = None

    def now(self) -> datetime:
        wall, passed = self._wall(), self._passed()
        expected = self._started + timedelta(seconds=passed)
        leap = wall - expected
        if leap > LEAP:
            if self._leapt_at is None:
                self._leapt_at = passed
                log.warning(
                    "the clock leapt ahead by %s; it will be believed in a minute. %s", _rounded(leap), CURE
                )
            if passed - self._leapt_at < DOUBT_S:
                return expected
        elif leap < -LEAP:
            log.warning("the clock was set back by %s. %s", _rounded(-leap), CURE)
        self._leapt_at = None
        self._started += leap
        return wall


class ClockCheck:
    """Says in the log when our clock isn't Spotify's, and when it is again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._wrong = False

    def compare(self, date: str | None) -> None:
        """date: the header of an answer that has just arrived."""
        try:
            theirs = parsedate_to_datetime(date or "").astimezone(UTC)
        except ValueError:
            return
        off = self._now() - theirs
        wrong = abs(off) > WRONG
        if wrong and not self._wrong:
            where = "ahead of" if off > timedelta() else "behind"
            log.warning(
                "the clock is %s %s Spotify's, so times shown are wrong. %s", _rounded(abs(off)), where, CURE
            )
        elif self._wrong and not wrong:
            log.info("the clock agrees with Spotify's again")
        self._wrong = wrong


def _rounded(span: timedelta) -> timedelta:
    return timedelta(seconds=round(span.total_seconds()))
