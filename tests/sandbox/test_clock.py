"""The sandbox's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.clock import Clock, SharedClock

if TYPE_CHECKING:
    from pathlib import Path


def test_advance() -> None:
    """Time runs on from where it was moved to."""
    clock = Clock()
    clock.advance(timedelta(days=180))
    clock.advance(3.5)
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(days=180, seconds=3) < ahead < timedelta(days=180, seconds=4)


def test_never_back() -> None:
    """Time does not run backwards."""
    with pytest.raises(ValueError, match="backwards"):
        Clock().advance(-1)


def test_shared(tmp_path: Path) -> None:
    """Two clocks with the same file, as in two processes, keep the same time, also one opened later."""
    file = tmp_path / "clock"
    with SharedClock(file) as mine, SharedClock(file) as theirs:
        mine.advance(timedelta(days=14))
        assert theirs.ahead == timedelta(days=14)
        with SharedClock(file) as late:
            late.advance(60)
        assert mine.ahead == theirs.ahead == timedelta(days=14, minutes=1)


def test_another_world_may_begin_earlier(tmp_path: Path) -> None:
    """A loaded world goes on at its own time, also an earlier one, for every process that shares the clock."""
    earlier = datetime.now(UTC) - timedelta(days=400)
    with SharedClock(tmp_path / "clock") as clock, SharedClock(tmp_path / "clock") as other:
        clock.start_at(earlier)
        assert timedelta() <= other.now() - earlier < timedelta(minutes=1)
