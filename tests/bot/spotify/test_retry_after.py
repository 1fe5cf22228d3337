"""`Retry-After` as a date: HTTP allows it beside seconds, and the wait lasts until then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spotify.limiter import LONGEST_WAIT_S, QUOTA_WAIT_S, Limiter
from bot.spotify.limits import RATE_WINDOW

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


def waited(header: str | None, *, quota: bool = False, now: datetime = NOW) -> timedelta:
    limiter = Limiter(lambda: now, concurrency=1, budget=100)
    return limiter.block(header, quota=quota).until - now


@pytest.mark.parametrize("quota", [False, True])
@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("Wed, 21 Oct 2026 08:28:00 GMT", 3600),
        ("Wed, 21 Oct 2026 07:28:01 GMT", 1),
        (" Wed, 21 Oct 2026 08:28:00 GMT ", 3600),
        ("wed, 21 oct 2026 08:28:00 gmt", 3600),
        ("Wed, 21 Oct 2026 08:28:00 UTC", 3600),
        ("Wed, 21 Oct 2026 10:28:00 +0200", 3600),
        ("Wed, 21 Oct 2026 08:28:00 -0000", 3600),
        ("21 Oct 2026 08:28:00 GMT", 3600),
        ("Wednesday, 21-Oct-26 08:28:00 GMT", 3600),
        ("Wed Oct 21 08:28:00 2026", 3600),
        ("Fri, 23 Oct 2026 07:28:00 GMT", LONGEST_WAIT_S),
        ("Fri, 23 Oct 2026 07:28:01 GMT", LONGEST_WAIT_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT_S),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1),
        ("Wed, 21 Oct 2026 07:27:00 GMT", 1),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 1),
    ],
)
def test_dates(header: str, wait_s: int, *, quota: bool) -> None:
    """The wait ends then, in each of the three forms of HTTP, within the same limits as seconds."""
    assert waited(header, quota=quota) == timedelta(seconds=wait_s)


@pytest.mark.parametrize(
    "header",
    [
        "Wed, 32 Oct 2026 08:28:00 GMT",
        "Wed, 21 Oct 2026 25:28:00 GMT",
        "Wed, 21 Foo 2026 08:28:00 GMT",
        "Wed,",
        "GMT",
        "soon",
        "PT1H",
        "1h",
        "1e3",
        "2026-10-21",
        "08:28:00",
        "",
        None,
    ],
)
def test_no_dates(header: str | None) -> None:
    """What is no date and no seconds counts as a missing header."""
    assert waited(header) == RATE_WINDOW
    assert waited(header, quota=True) == timedelta(seconds=QUOTA_WAIT_S)


@given(st.integers(2, LONGEST_WAIT_S), st.integers(0, 4 * 10**15))
def test_any_date(wait_s: int, microseconds: int) -> None:
    """Whatever the moment, nobody asks before the date, and nobody waits a second longer."""
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    until = (now + timedelta(seconds=wait_s)).replace(microsecond=0)
    waits = waited(format_datetime(until, usegmt=True), now=now)
    assert until <= now + waits < until + timedelta(seconds=1) or waits == timedelta(seconds=1)


@given(st.text(), st.booleans())
def test_any_text(header: str, quota: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the header holds, the wait has an end."""
    assert timedelta(seconds=1) <= waited(header, quota=quota) <= timedelta(seconds=LONGEST_WAIT_S)


@given(st.text("0123456789 ,:-+.GMTUCwedsunoctnv\t", max_size=40))
def test_nearly_dates(header: str) -> None:
    """Nor does anything that looks a little like a date trip it."""
    assert timedelta(seconds=1) <= waited(header) <= timedelta(seconds=LONGEST_WAIT_S)
