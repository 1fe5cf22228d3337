"""When a failed request is tried again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spotify.retry import BUDGET_S, TRIES, is_trouble, wait_s


def test_waits_grow_and_end() -> None:
    """Two repetitions, the second after a longer wait, then no more."""
    assert [wait_s(tried, 0, 0.5) for tried in (1, 2, 3, 4)] == [0.25, 0.5, None, None]


def test_broken_answers() -> None:
    """An answer that was cut off or is too large is requested once more, and not after another failure either."""
    assert [wait_s(tried, 0, 0.5, broken=True) for tried in (1, 2, 3)] == [0.25, None, None]


@given(st.integers(1, TRIES - 1), st.floats(0, 60), st.floats(0, 1))
def test_budget(tried: int, elapsed_s: float, chance: float) -> None:
    """No try begins after the budget, whatever the jitter."""
    wait = wait_s(tried, elapsed_s, chance)
    if wait is None:
        assert elapsed_s > BUDGET_S - 1
    else:
        assert 0.1 < wait < 1
        assert elapsed_s + wait <= BUDGET_S


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(200, False), (400, False), (408, True), (429, False), (499, False), (500, True), (599, True)],
)
def test_trouble(status: int, *, trouble: bool) -> None:
    """5xx and a gateway's 408 are trouble on the way; everything else is an answer."""
    assert is_trouble(status) is trouble
