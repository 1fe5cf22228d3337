"""The day's budget: what still goes out, for whom, and that a day later all is as at the beginning."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.spotify.errors import SpotifyBudgetError
from bot.spotify.purpose import Priority
from bot.spotify.quota import SHARED_FROM, STOPS, Quota

START = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
DAY = timedelta(hours=24)
SLACK = timedelta(minutes=15)  # quarters of an hour are counted whole


def spent_by(quota: Quota, priority: Priority, share: object, now: datetime = START) -> int:
    """How many requests go out until one is refused (at most 2,000)."""
    for count in range(2_000):
        try:
            quota.spend(priority, share, now)
        except SpotifyBudgetError:
            return count
    return 2_000


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
    """One who asks without end leaves something to who comes later, and to who comes after that."""
    quota = Quota(800)
    assert spent_by(quota, Priority.LOOKUP, "greedy") == 570  # three quarters of what lookups may use
    assert spent_by(quota, Priority.LOOKUP, "second") > 100
    assert spent_by(quota, Priority.LOOKUP, "greedy") == 0


def test_alone_everything_counts_as_shared_from_three_quarters_on() -> None:
    """Ten who ask in turn all get the same."""
    quota = Quota(800)
    got = [0] * 10
    for _ in range(200):
        for who in range(10):
            try:
                quota.spend(Priority.LOOKUP, who, START)
            except SpotifyBudgetError:
                continue
            got[who] += 1
    assert max(got) - min(got) <= 1
    assert sum(got) > 0.85 * 760


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
        self.stored: dict[int, int] = {}

    @rule(seconds=st.integers(0, 8 * 3600))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        priority=st.sampled_from(Priority),
        share=st.sampled_from([None, "a", "b", "c"]),
        often=st.integers(1, 9),
    )
    def spend(self, priority: Priority, share: str | None, often: int) -> None:
        for _ in range(often):
            surely, perhaps = self.used()
            until: datetime | None = None
            scarce_from = 0.0
            try:
                self.quota.spend(priority, share, self.now)
            except SpotifyBudgetError as refused:
                until = refused.until
                scarce_from = STOPS[priority] * self.budget * (1 if share is None else SHARED_FROM)
            if until is None:
                assert surely < STOPS[priority] * self.budget
                self.model.append(self.now)
            else:
                assert perhaps >= scarce_from
                assert self.now < until <= self.now + DAY + SLACK

    @rule()
    def store(self) -> None:
        for quarter, requests in self.quota.take_unstored().items():
            self.stored[quarter] = self.stored.get(quarter, 0) + requests
        self.quota.learn(dict(self.stored))

    @rule()
    def fail_to_store(self) -> None:
        self.quota.take_unstored()
        self.quota.give_back()

    @precondition(lambda self: self.model)
    @rule()
    def restart(self) -> None:
        self.store()
        self.quota = Quota(self.budget)
        self.quota.learn(dict(self.stored))

    @invariant()
    def counts_a_day(self) -> None:
        self.quota.check(Priority.WRITE, None, self.now)  # moves it to the present
        surely, perhaps = self.used()
        assert surely <= self.quota.used <= perhaps

    def used(self) -> tuple[int, int]:
        """Requests that must count, and those that may."""
        surely = sum(moment > self.now - DAY for moment in self.model)
        return surely, sum(moment > self.now - DAY - SLACK for moment in self.model)


TestQuotaMachine = QuotaMachine.TestCase
TestQuotaMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_writes_have_no_limit() -> None:
    """The table says so, too."""
    assert STOPS[Priority.WRITE] == STOPS[Priority.REFRESH] == math.inf
