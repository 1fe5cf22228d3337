"""When rounds end and digests come: on any weekday at any hour there, every few weeks, whatever the clocks do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.calendar import end_elsewhere, next_digest, next_end, next_round
from bot.stores.lists import Digests, Rounds, Settings, Weekday
from tests.shared_records import a_list

ZONES = (
    "UTC",
    "Europe/Stockholm",
    "America/New_York",
    "America/Sao_Paulo",  # set its clocks forward at midnight until 2018
    "Africa/Cairo",  # does so on Fridays, and until 2014 and from 2023 on
    "Asia/Beirut",  # at midnight on Sundays
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # left out a whole day in 2011
    "Pacific/Kiritimati",
    "America/Scoresbysund",
)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
RECURRING = st.sampled_from([Rounds.WEEKLY, Rounds.MONTHLY])
HOURS = timedelta(hours=26)
WHOLE_DAYS = [zone for zone in ZONES if zone != "Pacific/Apia"]  # none of which was ever left out
CALENDARS = st.builds(
    Settings,
    rounds=RECURRING,
    round_weekday=st.sampled_from(Weekday),
    round_hour=st.integers(0, 23),
    round_weeks=st.integers(1, 52),
    digests=st.sampled_from(Digests),
    digest_weekday=st.sampled_from(Weekday),
    digest_hour=st.integers(0, 23),
    time_zone=st.sampled_from(WHOLE_DAYS),
)


def by_the_clock(moment: datetime, hour: int, home: ZoneInfo) -> bool:
    """Whether it is that hour there, or the very moment at which the clocks leave it out."""
    there = moment.astimezone(home)
    before = (moment - timedelta(milliseconds=1)).astimezone(home)
    left_out = there.utcoffset() != before.utcoffset() and before.time() < time(hour, 1) and there.hour > hour
    return there.hour == hour or left_out


def day_number(weekday: Weekday) -> int:
    return ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].index(weekday)


@given(MOMENTS, CALENDARS)
def test_any_weekday_and_hour(after: datetime, settings: Settings) -> None:
    """It lies ahead, on the right day and at the right hour there, and no earlier one would do."""
    home, weekly = ZoneInfo(settings.time_zone), settings.rounds is Rounds.WEEKLY
    moment = next_round(after, settings)
    assert moment is not None
    there = moment.astimezone(home)
    assert there.weekday() == day_number(settings.round_weekday) if weekly else there.day == 1
    assert by_the_clock(moment, settings.round_hour, home)
    weeks = settings.round_weeks if weekly else 1
    longest = timedelta(days=7 * weeks if weekly else 31)
    assert longest * (weeks - 1) / weeks - HOURS <= moment - after <= longest + HOURS


@given(MOMENTS, CALENDARS)
def test_one_round_after_the_other(after: datetime, settings: Settings) -> None:
    """Rounds that each begin when the one before ends, or a while later, last their weeks by the calendar there."""
    home = ZoneInfo(settings.time_zone)
    moment = next_round(after, replace(settings, rounds=Rounds.WEEKLY))
    assert moment is not None
    late = moment + timedelta(days=2)  # the bot was away
    for began in (moment, late):
        following = next_round(began, replace(settings, rounds=Rounds.WEEKLY))
        assert following is not None
        days = following.astimezone(home).date() - moment.astimezone(home).date()
        assert days == timedelta(weeks=settings.round_weeks)


def test_a_day_left_out() -> None:
    """Where a whole day is left out, a round that would have ended on it ends the next day."""
    settings = Settings(rounds=Rounds.WEEKLY, round_weekday=Weekday.FRIDAY, time_zone="Pacific/Apia")
    moment = next_round(datetime(2011, 12, 28, 12, tzinfo=UTC), settings)
    assert moment == datetime(2011, 12, 30, 10, tzinfo=UTC)  # there it is Saturday, 0:00


@given(MOMENTS, CALENDARS)
def test_digests(after: datetime, settings: Settings) -> None:
    """A digest comes at its hour, daily or on its weekday."""
    home, weekly = ZoneInfo(settings.time_zone), settings.digests is Digests.WEEKLY
    moment = next_digest(after, settings)
    assert after < moment <= after + timedelta(days=7 if weekly else 1) + HOURS
    assert by_the_clock(moment, settings.digest_hour, home)
    assert not weekly or moment.astimezone(home).weekday() == day_number(settings.digest_weekday)


def plain(rounds: Rounds, zone: str) -> Settings:
    """As lists were before weekday, hour and weeks could be chosen."""
    return Settings(rounds=rounds, time_zone=zone)


@given(MOMENTS, RECURRING, st.sampled_from(ZONES))
def test_it_is_the_first_moment_of_such_a_day(after: datetime, rounds: Rounds, zone: str) -> None:
    """It lies ahead, on the right day there, and a moment earlier it was another day."""
    moment = next_round(after, plain(rounds, zone))
    assert moment is not None
    assert moment > after
    there = moment.astimezone(ZoneInfo(zone))
    assert there.weekday() == 0 if rounds is Rounds.WEEKLY else there.day == 1
    before = (moment - timedelta(milliseconds=1)).astimezone(ZoneInfo(zone))
    assert before.date() < there.date()


@given(MOMENTS, RECURRING, st.sampled_from(ZONES))
def test_none_is_left_out(after: datetime, rounds: Rounds, zone: str) -> None:
    """There is no such day between the moment and what comes next; and the same end follows from any moment between."""
    moment = next_round(after, plain(rounds, zone))
    assert moment is not None
    longest = timedelta(days=7) if rounds is Rounds.WEEKLY else timedelta(days=31)
    assert moment - after <= longest + HOURS
    halfway = after + (moment - after) / 2
    assert next_round(halfway, plain(rounds, zone)) == moment
    following = next_round(moment, plain(rounds, zone))
    assert following is not None
    assert following > moment


@given(MOMENTS, CALENDARS, st.sampled_from(WHOLE_DAYS), st.floats(0, 0.999))
def test_other_clocks_of_any_calendar(after: datetime, settings: Settings, other: str, part: float) -> None:
    """Whatever the calendar, a round ends on its day and at its hour in the new zone, or when it would have."""
    began = next_round(after, settings)
    assert began is not None
    shared = a_list(
        "0" * 22, owner_id=1, account_id="a", created_at=began, round_began=began, settings=settings
    )
    end = next_end(shared)
    assert end is not None
    now = began + (end - began) * part
    ends = end_elsewhere(shared, other, now)
    assert ends is not None
    assert ends > now
    assert abs(ends - end) <= HOURS
    if ends != end:
        assert by_the_clock(ends, settings.round_hour, ZoneInfo(other))
        same_day = end.astimezone(ZoneInfo(settings.time_zone)).date()
        assert ends.astimezone(ZoneInfo(other)).date() == same_day


@given(MOMENTS, RECURRING, st.sampled_from(ZONES), st.sampled_from(ZONES), st.floats(0, 0.999))
def test_other_clocks(after: datetime, rounds: Rounds, zone: str, other: str, part: float) -> None:
    """A change of the clocks in the middle of a round leaves it its days, and the one after it, too."""
    settings = plain(rounds, zone)
    began = next_round(after, settings)
    assert began is not None
    shared = a_list(
        "0" * 22, owner_id=1, account_id="a", created_at=began, round_began=began, settings=settings
    )
    end = next_end(shared)
    assert end is not None
    now = began + (end - began) * part
    ends = end_elsewhere(shared, other, now)
    assert ends is not None
    assert ends > now
    assert abs(ends - end) <= HOURS
    there = ends.astimezone(ZoneInfo(other))
    if ends != end:
        assert there.weekday() == 0 if rounds is Rounds.WEEKLY else there.day == 1
        assert (ends - timedelta(milliseconds=1)).astimezone(ZoneInfo(other)).date() < there.date()
    moved = replace(shared, settings=replace(settings, time_zone=other, rounds_from=now), round_ends=ends)
    assert next_end(moved) == ends
    following = next_end(replace(moved, round_began=ends, round_ends=None))
    assert following is not None
    assert following - ends >= (timedelta(days=7) if rounds is Rounds.WEEKLY else timedelta(days=28)) - HOURS


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_other_clocks_by_hand(zone: str) -> None:
    """Where nothing ends by itself, nothing does with other clocks."""
    shared = a_list("0" * 22, owner_id=1, account_id="a")
    assert end_elsewhere(shared, zone, shared.created_at) is None


@given(MOMENTS, st.sampled_from(ZONES))
def test_a_digest_a_day(after: datetime, zone: str) -> None:
    """Nine o'clock there, once a day."""
    moment = next_digest(after, Settings(time_zone=zone))
    assert after < moment <= after + timedelta(days=1) + HOURS
    assert moment.astimezone(ZoneInfo(zone)).hour == 9


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("Europe/Stockholm", datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Stockholm", datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("Nowhere/Land", datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        ("../../etc/passwd", datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)),
    ],
)
def test_weeks(zone: str, after: datetime, expected: datetime) -> None:
    """The weeks in which the clocks change are an hour shorter and longer; a zone nobody knows counts as UTC."""
    assert next_round(after, plain(Rounds.WEEKLY, zone)) == expected


@pytest.mark.parametrize("rounds", [Rounds.WEEKLY, Rounds.MONTHLY])
def test_a_year_in_every_zone(rounds: Rounds) -> None:
    """Nowhere in the world do clocks that are changed leave out a round, make one twice, or begin it on another day."""
    for zone in available_timezones():
        home, moment = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
        while moment < datetime(2027, 3, 1, tzinfo=UTC):
            following = next_round(moment, plain(rounds, zone))
            assert following is not None
            there = following.astimezone(home)
            assert there.weekday() == 0 if rounds is Rounds.WEEKLY else there.day == 1
            assert (following - timedelta(milliseconds=1)).astimezone(home).date() < there.date()
            assert following - moment <= timedelta(days=7 if rounds is Rounds.WEEKLY else 31, hours=2)
            moment = following


def test_by_hand() -> None:
    """A list whose rounds end by hand has no such moment."""
    assert next_round(datetime(2026, 11, 20, tzinfo=UTC), Settings()) is None
