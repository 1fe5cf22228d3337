"""Rules that go by the clock: coming back, the time between two tracks, proposals during votes, the longest stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.clocks import stays_until
from bot.stores.contributions import Ballot, BallotKind, Leave, State
from bot.stores.lists import Mode, Roles, Rules, Settings
from tests.bot.services.shared.rules.rules_desk import GRACE, LINUS, Table, song
from tests.shared_records import NOW, a_list

if TYPE_CHECKING:
    from bot.stores import Stores

DAY = timedelta(days=1)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one
ZONES = ("UTC", "Europe/Stockholm", "Asia/Beirut", "Australia/Lord_Howe", "America/New_York")


@pytest.fixture
def table(stores: Stores) -> Table:
    return Table(stores)


@pytest.mark.parametrize(
    ("state", "leave"),
    [
        (State.DECLINED, None),
        (State.LEAVING, Leave.VOTED_OFF),
        *((State.REMOVED, leave) for leave in Leave),
    ],
)
async def test_not_again(table: Table, state: State, leave: Leave | None) -> None:
    """What left, however it did, or was declined may come again after its days; by any release, to the second."""
    table.set(again_days=30)
    await table.bring(song(), state=state, leave=leave, changed_at=NOW - 10 * DAY)
    for track in (song(), song(9, "Song 1 (Remastered)")):
        (refusal,) = await table.refusals(track)
        assert (refusal.rule, refusal.limit) == ("not_again", 30)
        assert refusal.until == NOW + 20 * DAY
        assert refusal.found == (state is State.DECLINED)
    assert await table.names(song(2)) == []
    table.time = NOW + 20 * DAY - timedelta(milliseconds=1)
    assert await table.names(song()) == ["not_again"]
    table.time = NOW + 20 * DAY
    assert await table.names(song()) == []


@pytest.mark.parametrize(
    "state", sorted(set(State) - {State.DECLINED, State.REMOVED, State.LEAVING, State.LANDED})
)
async def test_what_never_was_in(table: Table, state: State) -> None:
    """What expired, was withdrawn or is on its way is no reason."""
    table.set(again_days=30)
    await table.bring(song(), state=state)
    assert await table.names(song()) == []


async def test_the_latest_counts(table: Table) -> None:
    """Of several times that it left, the last one; and what is taken back by its member is none."""
    table.set(again_days=3)
    await table.bring(song(), state=State.REMOVED, leave=Leave.ROUND, changed_at=NOW - 9 * DAY)
    await table.bring(song(), state=State.REMOVED, leave=Leave.UNDONE, left_by=GRACE)
    assert await table.names(song()) == []
    await table.bring(song(), state=State.REMOVED, leave=Leave.DROPPED, changed_at=NOW - DAY)
    await table.bring(song(), state=State.DECLINED, changed_at=NOW - 2 * DAY)
    (refusal,) = await table.refusals(song())
    assert (refusal.until, refusal.found) == (NOW + 2 * DAY, 0)


async def test_one_reason_for_votes(table: Table) -> None:
    """What was voted out can't come back at all: that is said alone."""
    table.set(again_days=3, never_again=True)
    await table.bring(song(), state=State.REMOVED, leave=Leave.VOTED_OFF)
    assert await table.names(song()) == ["never_again"]


async def test_pause(table: Table) -> None:
    """A member waits out the minutes after whatever they added; others have their own, and roles can skip it."""
    table.set(minutes_between=30)
    table.shared = replace(table.shared, roles=Roles(bypass=(7,)))
    assert await table.names(song()) == []
    await table.bring(song(), LINUS, state=State.DECLINED)
    table.time = NOW + timedelta(minutes=29)
    (refusal,) = await table.refusals(song(2))
    assert (refusal.rule, refusal.limit, refusal.until) == ("pause", 30, NOW + timedelta(minutes=30))
    assert await table.names(song(2), Actor(GRACE)) == []
    assert await table.names(song(2), Actor(LINUS, frozenset({7}))) == []
    table.time = NOW + timedelta(minutes=30)
    assert await table.names(song(2)) == []


async def test_pause_after_a_slip(table: Table) -> None:
    """What a member withdrew or took back doesn't make them wait."""
    table.set(minutes_between=30)
    await table.bring(song(1), LINUS, state=State.WITHDRAWN)
    await table.bring(song(2), LINUS, state=State.REMOVED, leave=Leave.UNDONE, left_by=LINUS)
    assert await table.names(song(3)) == []
    await table.bring(song(4), LINUS, state=State.REMOVED, leave=Leave.UNDONE, left_by=GRACE)
    assert await table.names(song(3)) == ["pause"]


async def test_pause_in_one_request(table: Table) -> None:
    """Of several tracks at once, the first one goes in."""
    table.set(minutes_between=30)
    answers = await table.book.check_many(table.shared, Actor(LINUS), [song(1), song(2), song(3)])
    assert [[refusal.rule for refusal in refusals] for refusals in answers] == [[], ["pause"], ["pause"]]
    assert [refusal.earlier for refusals in answers for refusal in refusals] == [True, True]


async def test_closed_while_voting(table: Table) -> None:
    """No proposal while members vote on another one; it says until when at the latest. Votes to remove don't count."""
    table.set(closed_while_voting=True)
    table.shared = replace(table.shared, mode=Mode.VOTE)

    def ballot(kind: BallotKind, hours: int, *, is_open: bool = True) -> Ballot:
        return Ballot(1, kind, GRACE, NOW, NOW + timedelta(hours=hours), open=is_open)

    await table.bring(song(1), ballot=ballot(BallotKind.VOTE_OFF, 9))
    await table.bring(song(2), state=State.DECLINED, ballot=ballot(BallotKind.VOTE_IN, 9, is_open=False))
    assert await table.names(song(5)) == []
    await table.bring(song(3), state=State.PENDING, ballot=ballot(BallotKind.VOTE_IN, 2))
    await table.bring(song(4), state=State.PENDING, ballot=ballot(BallotKind.VOTE_IN, 3))
    (refusal,) = await table.refusals(song(5))
    assert (refusal.rule, refusal.until) == ("closed_while_voting", NOW + timedelta(hours=3))
    table.time = NOW + timedelta(hours=3)
    assert await table.names(song(5)) == []
    table.time = NOW
    table.shared = replace(table.shared, mode=Mode.OPEN)
    assert await table.names(song(5)) == []


@given(MOMENTS, st.integers(1, 3_650), st.sampled_from(ZONES))
def test_longest_stay(since: datetime, days: int, zone: str) -> None:
    """A track leaves at the first midnight there after its days: never earlier, and less than a day later."""
    settings = Settings(time_zone=zone)
    shared = a_list("0" * 22, owner_id=1, account_id="a", rules=Rules(stay_days=days), settings=settings)
    until = stays_until(since, shared)
    assert until is not None
    assert since + days * DAY <= until < since + (days + 1) * DAY + timedelta(hours=2)
    home = ZoneInfo(zone)
    before = (until - timedelta(milliseconds=1)).astimezone(home)
    assert before.date() < until.astimezone(home).date()
    assert until.astimezone(home).time() <= time(1)


def test_no_longest_stay() -> None:
    """Without the rule, tracks stay for good."""
    assert stays_until(NOW, a_list("0" * 22, owner_id=1, account_id="a")) is None
