"""Contributions that come at the same moment are written together."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

from bot.services.shared.outbox.debounce import PATIENCE, Debounce
from tests.bot.services.shared.outbox.outbox_desk import StillClock


def test_waits_for_others() -> None:
    """As long as one is under way the others wait; with the last one the waiting is over, and that is told."""
    clock, told = StillClock(), []
    debounce = Debounce(now=clock.now, over=lambda: told.append(True))
    assert not debounce.worth_waiting()
    with debounce.pending():
        with debounce.pending():
            assert debounce.worth_waiting()
        assert debounce.worth_waiting()
        assert told == []
    assert not debounce.worth_waiting()
    assert told == [True]


def test_patience_ends() -> None:
    """One that takes long, or a stream without end, keeps nobody waiting for longer than two seconds."""
    clock = StillClock()
    debounce = Debounce(now=clock.now, over=lambda: None)
    with ExitStack() as stack:
        stack.enter_context(debounce.pending())
        for _ in range(3):
            assert debounce.worth_waiting()
            clock.advance(PATIENCE)
            stack.enter_context(debounce.pending())
            assert not debounce.worth_waiting()


def test_clock_put_back() -> None:
    """A clock that is set back makes nobody wait for it to catch up."""
    moments = [StillClock().now(), StillClock().now() - timedelta(hours=1)]
    debounce = Debounce(now=lambda: moments.pop(0), over=lambda: None)
    with debounce.pending():
        assert not debounce.worth_waiting()
