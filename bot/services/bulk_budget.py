"""How much of the day's requests bulk work may use, so that the rest stays for everyone else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.spotify.limiter import Limiter
    from bot.spotify.purpose import Share

NO_ROOM: Final = timedelta(minutes=15)  # until the day's requests are counted again


class BulkBudget:
    def __init__(self, limiter: Limiter, now: Callable[[], datetime]) -> None:
        self._limiter = limiter
        self._now = now

    def days(self, requests: int) -> int:
        """How many days they take, at today's budget and what is used of it already; 0: they can be sent now."""
        left = requests - self._limiter.bulk_left
        return -(-left // max(1, self._limiter.bulk_a_day)) if left > 0 else 0

    def held_until(self, share: Share) -> datetime | None:
        """Until when others come first; None: it may go on."""
        if (until := self._limiter.held_until(share)) is not None:
            return until
        return None if self._limiter.bulk_left > 0 else self._now() + NO_ROOM
