"""The day's budget: what still goes out, for whom, and that a day later all is as at the beginning."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.spotify.errors import SpotifyBudgetError
from bot.spotify.purpose import Part, Priority, Purpose, part_of
from bot.spotify.quota import (
    LOOKS_UNTIL,
    PARTS,
    QUARTER_S,
    SCARCE_FROM,
    SHARED_FROM,
    STOPS,
    Quota,
    fair_share,
)

if TYPE_CHECKING:
    from bot.spotify.purpose import Share
    from bot.spotify.quota import Row

START = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
DAY = timedelta(hours=24)
SLACK = timedelta(minutes=15)  # quarters of an hour are counted whole


ADA, GRACE, HEDY, LINUS = 11, 12, 13, 14
HERE, THERE, ELSEWHERE = 1, 2, 3


def spent_by(quota: Quota, priority: Priority, share: Share | None, now: datetime = START) -> int:
    """How many requests go out until one is refused (at most 2,000)."""
    for count in range(2_000):
        try:
            quota.spend(priority, share, now)
        except SpotifyBudgetError:
            return count
    return 2_000


def in_turn(quota: Quota, priority: Priority, *shares: Share) -> Counter[Share]:
    """How many requests each gets, asking in turn until all are refused."""
    got: Counter[Share] = Counter()
    left = list(shares)
    while left:
        for share in tuple(left):
            try:
                quota.spend(priority, share, START)
            except SpotifyBudgetError:
                left.remove(share)
            else:
                got[share] += 1
    return got


@pytest.mark.parametrize(
    ("priority", "part"),
    [
        (Priority.SUGGESTION, Part.SUGGESTIONS),
        (Priority.LOOKUP, Part.LOOKUPS),
        (Priority.WRITE, Part.PERSONAL),
        (Priority.LOOKUP, Part.PERSONAL),
        (Priority.VERIFY, Part.SHARED),
    ],
)
def test_parts_of_the_day(priority: Priority, part: Part) -> None:
    """No kind of work can take more than its part; then the others still have theirs, and a day later it's back."""
    quota, most = Quota(800), round(PARTS[part] * 800)
    for _ in range(min(most, round(STOPS[priority] * 800) if STOPS[priority] < 1 else most)):
        quota.spend(priority, None, START, part)
    with pytest.raises(SpotifyBudgetError) as caught:
        quota.spend(priority, None, START, part)
    for other in set(Part) - {part}:
        quota.spend(Priority.WRITE, None, START, other)
    quota.spend(priority, None, caught.value.until, part)


def test_accepted_is_never_held_back() -> None:
    """What was accepted for a shared playlist goes in, however much of their part is used."""
    quota = Quota(100)
    for _ in range(200):
        quota.spend(Priority.ACCEPTED, None, START, Part.SHARED)
    with pytest.raises(SpotifyBudgetError):
        quota.spend(Priority.VERIFY, None, START, Part.SHARED)


@pytest.mark.parametrize(
    ("purpose", "as_app", "as_member"),
    [
        (Purpose(Priority.SUGGESTION), Part.SUGGESTIONS, Part.SUGGESTIONS),
        (Purpose(Priority.LOOKUP), Part.LOOKUPS, Part.PERSONAL),
        (Purpose(), Part.LOOKUPS, Part.PERSONAL),
        (Purpose(Priority.ACCEPTED), Part.SHARED, Part.SHARED),
        (Purpose(Priority.VERIFY), Part.SHARED, Part.SHARED),
        (Purpose(Priority.REFRESH), None, None),
        (Purpose(Priority.LOOKUP, part=Part.SHARED), Part.SHARED, Part.SHARED),
    ],
)
def test_part_of(purpose: Purpose, as_app: Part | None, as_member: Part | None) -> None:
    """Which part a call uses follows from what it's for and with whose token; a caller can say otherwise."""
    assert part_of(purpose, as_member=False) == as_app
    assert part_of(purpose, as_member=True) == as_member


def test_thresholds() -> None:
    """Of 800: suggestions until 560, verification until 680, lookups until 760, writes and refreshes always."""
    quota = Quota(800)
    counts = [
        spent_by(quota, priority, None)
        for priority in (Priority.SUGGESTION, Priority.VERIFY, Priority.LOOKUP)
    ]
    assert counts == [560, 120, 80]
    assert spent_by(quota, Priority.WRITE, None) == spent_by(quota, Priority.REFRESH, None) == 2_000


def test_second_guild_is_still_served() -> None:
    """One who asks without end leaves a third to who comes later, and to who comes after that."""
    quota = Quota(800)
    assert spent_by(quota, Priority.LOOKUP, (HERE, ADA)) == 534  # two thirds
    assert spent_by(quota, Priority.LOOKUP, (THERE, GRACE)) > 100
    assert spent_by(quota, Priority.LOOKUP, (HERE, ADA)) == 0
    assert spent_by(quota, Priority.LOOKUP, (HERE, HEDY)) == 0  # their server has had more than its share
    assert spent_by(quota, Priority.LOOKUP, (ELSEWHERE, LINUS)) > 0


def test_second_member_is_still_served() -> None:
    """In the only server that is active, one who asks without end leaves something to another member."""
    quota = Quota(800)
    assert spent_by(quota, Priority.LOOKUP, (HERE, ADA)) == 534
    assert spent_by(quota, Priority.LOOKUP, (HERE, GRACE)) >= 60
    assert spent_by(quota, Priority.LOOKUP, (THERE, HEDY)) >= 60


ONE = {
    "in four servers": [(guild, ADA) for guild in range(2, 6)],
    "in fifty servers": [(guild, ADA) for guild in range(2, 52)],
    "in direct messages": [(None, ADA), (2, ADA)],
    "as fifty accounts": [(2, member) for member in range(100, 150)],
    "as two accounts": [(2, 100), (2, 101)],
}
SEVERAL = {
    "in two servers": [(2, 100), (3, 101)],
    "crowds in two servers": [(guild, member) for guild in (2, 3) for member in range(100, 125)],
    "the same crowd in two": [(guild, member) for guild in (2, 3) for member in range(100, 150)],
}


@pytest.mark.parametrize(
    ("priority", "greedy"),
    [
        *(pytest.param(Priority.WRITE, shares, id=f"{who}, writing") for who, shares in ONE.items()),
        *(pytest.param(Priority.LOOKUP, shares, id=who) for who, shares in (ONE | SEVERAL).items()),
    ],
)
def test_nobody_takes_it_all(priority: Priority, greedy: list[Share]) -> None:
    """However many servers or accounts somebody uses, a member elsewhere who comes last still gets an equal share.

    It is smaller where there are many servers, and at most what the others leave: a fifth.
    """
    quota = Quota(100)
    in_turn(quota, priority, *greedy)
    assert quota.used <= 80
    guilds = {guild for guild, _ in greedy} | {HERE}
    assert spent_by(quota, Priority.LOOKUP, (HERE, GRACE)) >= min(20, 100 // len(guilds))


def test_only_server() -> None:
    """Where there is one server only, nothing is kept back for others; for its members it is."""
    quota = Quota(800, lambda: 1)
    assert spent_by(quota, Priority.LOOKUP, (HERE, ADA)) == 534
    assert spent_by(quota, Priority.LOOKUP, (HERE, GRACE)) == 760 - 534
    assert spent_by(quota, Priority.WRITE, (HERE, HEDY)) == 287  # half of what the second leaves
    assert spent_by(quota, Priority.WRITE, (HERE, ADA)) == 0


def test_one_by_one() -> None:
    """Fifty accounts that come one after another get no more than if they came together."""
    quota = Quota(100)
    for member in range(100, 150):
        spent_by(quota, Priority.LOOKUP, (2, member))
    assert quota.used <= 75
    assert spent_by(quota, Priority.LOOKUP, (HERE, GRACE)) == 20


def test_shares() -> None:
    """A server's is what the others leave, a member's what the others there leave of it, over all their servers."""
    quota = Quota(120)
    for share, often in {(1, ADA): 21, (2, GRACE): 37, (2, HEDY): 11, (3, LINUS): 11}.items():
        for _ in range(often):
            quota.spend(Priority.WRITE, share, START)
    assert quota.used == 80  # two thirds: from here on shares count, of the 90 that aren't kept for others
    assert quota.held_until((1, ADA), START) is None  # an equal part would be 30
    assert quota.held_until((2, GRACE), START) is None  # 48 of 90 - 21 - 11, and 37 of 58 - 11
    for _ in range(10):
        quota.spend(Priority.WRITE, (2, GRACE), START)
    assert quota.held_until((2, GRACE), START) is not None  # the server is at 58
    assert quota.held_until((2, HEDY), START) is not None
    assert quota.held_until((3, LINUS), START) is None
    assert quota.held_until((3, GRACE), START) is not None  # 47 elsewhere are more than any member has here
    quota.spend(Priority.ACCEPTED, (2, GRACE), START)  # begun is begun


@pytest.mark.parametrize(
    ("others", "share"),
    [
        pytest.param([], 90, id="alone"),
        pytest.param([90, 90], 30, id="all want everything"),
        pytest.param([5, 10], 75, id="the others need little"),
        pytest.param([100, 10], 40, id="one needs little"),
        pytest.param([0, 0, 0], 90, id="the others need nothing"),
    ],
)
def test_fair_share(others: list[int], share: int) -> None:
    """Who needs less than an equal part has all they need; the rest is shared equally."""
    assert fair_share(90, others) == share
    assert fair_share(90, others[::-1]) == share


def test_one_wants_half() -> None:
    """Where one of thirty servers wants as much as all others together, it gets what they leave, and they get all."""
    quota = Quota(800, lambda: 30)
    got: Counter[int] = Counter()
    for turn in range(400):
        for guild in (1, 2 + turn % 29):  # the first server asks as often as all others together
            try:
                quota.spend(Priority.LOOKUP, (guild, guild), START)
            except SpotifyBudgetError:
                continue
            got[guild] += 1
    assert all(got[guild] >= 400 // 29 for guild in range(2, 31))
    assert got[1] > 300


def test_looks_yield() -> None:
    """Nobody waits for a look at a playlist, so from half the budget on it isn't taken; a member's own still is."""
    quota = Quota(800)
    assert spent_by(quota, Priority.VERIFY, (HERE, None)) == 400
    assert spent_by(quota, Priority.VERIFY, (HERE, ADA)) > 100


def test_waits_until() -> None:
    """What is written for somebody above their share waits until the time that is named, and not longer."""
    quota = Quota(90)
    for minute in range(60):
        quota.spend(Priority.WRITE, (HERE, ADA), START + timedelta(minutes=minute))
    later = START + timedelta(hours=2)
    until = quota.held_until((HERE, ADA), later)
    assert until is not None
    assert START + DAY <= until <= START + DAY + SLACK
    assert quota.held_until((HERE, GRACE), later) is None
    with pytest.raises(SpotifyBudgetError) as caught:
        quota.spend(Priority.WRITE, (HERE, ADA), later)
    assert (caught.value.until, caught.value.for_others) == (until, True)
    assert quota.held_until((HERE, ADA), until - timedelta(seconds=1)) is not None
    assert quota.held_until((HERE, ADA), until) is None


def test_all_get_the_same() -> None:
    """Ten who ask in turn, each in their own server or all in one, all get the same."""
    for shares in ([(who, who) for who in range(1, 11)], [(HERE, who) for who in range(1, 11)]):
        got = in_turn(Quota(800), Priority.LOOKUP, *shares)
        assert max(got.values()) - min(got.values()) <= 1
        assert got.total() >= 0.75 * 800
    assert in_turn(Quota(800), Priority.LOOKUP, *((who, who) for who in range(1, 11))).total() > 0.85 * 760


def test_forgotten_member() -> None:
    """What a member used counts on, in their server, but no longer as theirs."""
    quota = Quota(100)
    spent_by(quota, Priority.LOOKUP, (HERE, ADA))
    quota.learn({(quota.oldest + 96, "all", HERE, ADA): 3}, quota.since)
    used = quota.used
    quota.forget(ADA)
    assert (quota.used, quota.used_by(ADA)) == (used, 0)
    assert {member for _, _, _, member in quota.take_unstored()} == {0}


def test_refusal_says_when() -> None:
    """At the time a refusal names, and not before, the same request goes out."""
    quota = Quota(100)
    for minute in range(95):
        quota.spend(Priority.WRITE, None, START + timedelta(minutes=minute))
    later = START + timedelta(minutes=95)
    with pytest.raises(SpotifyBudgetError) as caught:
        quota.check(Priority.LOOKUP, None, later)
    until = caught.value.until
    assert START + DAY <= until <= START + DAY + SLACK
    with pytest.raises(SpotifyBudgetError):
        quota.check(Priority.LOOKUP, None, until - timedelta(milliseconds=1))
    quota.check(Priority.LOOKUP, None, until)


class QuotaMachine(RuleBasedStateMachine):
    """Against a model that remembers each request with its time."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = 40
        self.quota = Quota(self.budget)
        self.now = START
        self.model: list[datetime] = []
        self.stored: Counter[Row] = Counter()

    @rule(seconds=st.integers(0, 8 * 3600))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        priority=st.sampled_from(Priority),
        share=st.sampled_from([None, (1, ADA), (1, GRACE), (2, ADA), (3, None), (None, HEDY)]),
        often=st.integers(1, 9),
    )
    def spend(self, priority: Priority, share: Share | None, often: int) -> None:
        for _ in range(often):
            surely, perhaps = self.used()
            until: datetime | None = None
            scarce_from = 0.0
            try:
                self.quota.spend(priority, share, self.now)
            except SpotifyBudgetError as refused:
                until = refused.until
                scarce_from = self.budget * (
                    STOPS[priority] if share is None else min(SCARCE_FROM, SHARED_FROM * STOPS[priority])
                )
                if priority is Priority.VERIFY and share is not None and not share[1]:
                    scarce_from = LOOKS_UNTIL * self.budget
            if until is None:
                assert surely < STOPS[priority] * self.budget
                self.model.append(self.now)
            else:
                assert perhaps >= scarce_from
                assert self.now < until <= self.now + DAY + SLACK

    @rule()
    def store(self) -> None:
        since = self.quota.since
        self.stored.update(self.quota.take_unstored())
        self.quota.learn({row: count for row, count in self.stored.items() if row[0] >= since}, since)

    @rule(share=st.sampled_from([(1, ADA), (4, LINUS)]), ago=st.integers(0, 3))
    def another_process_stores(self, share: Share, ago: int) -> None:
        """What it held back for a while comes late, and counts within a quarter of an hour."""
        at = self.now - ago * SLACK
        guild, member = share
        self.stored[int(at.timestamp()) // QUARTER_S, "all", guild or 0, member or 0] += 1
        self.model.append(at)
        if ago > 1:
            self.now += SLACK
            self.quota.move_to(self.now)
        self.store()

    @rule()
    def fail_to_store(self) -> None:
        self.quota.take_unstored()
        self.quota.give_back()

    @precondition(lambda self: self.model)
    @rule()
    def restart(self) -> None:
        self.store()
        self.quota = Quota(self.budget)
        self.quota.learn(self.stored, self.quota.oldest)

    @invariant()
    def counts_a_day(self) -> None:
        self.quota.check(Priority.WRITE, None, self.now)  # moves it to the present
        surely, perhaps = self.used()
        assert surely <= self.quota.used <= perhaps
        by_member = self.quota.used_by(ADA) + self.quota.used_by(GRACE) + self.quota.used_by(HEDY)
        assert by_member <= self.quota.used

    def used(self) -> tuple[int, int]:
        """Requests that must count, and those that may."""
        surely = sum(moment > self.now - DAY for moment in self.model)
        return surely, sum(moment > self.now - DAY - SLACK for moment in self.model)


TestQuotaMachine = QuotaMachine.TestCase
TestQuotaMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_writes_have_no_limit() -> None:
    """The table says so, too; shares hold for them."""
    assert STOPS[Priority.WRITE] == STOPS[Priority.REFRESH] == math.inf
