"""Snowflakes: ids that carry the moment they were made, as Discord's do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


class Snowflakes:
    """Hands out ids that only grow. Source: docs.discord.com/developers/reference (snowflakes)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.last = 0

    def next(self) -> int:
        milliseconds = (self._now() - _EPOCH) // timedelta(milliseconds=1)
        self.last = max(self.last + 1, milliseconds << 22)
        return self.last

    def next_in_half(self, half: int) -> int:
        """One that falls to this of two shards: 0 or 1."""
        moment = (self.next() >> 22) + 1
        self.last = (moment + (moment - half) % 2) << 22
        return self.last
