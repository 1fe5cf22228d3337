"""How the bot is doing, for everyone to see: its database, Spotify's quota, the seats. Nothing secret is in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import StoreUnavailableError
from bot.spotify.buckets import EVERYTHING, Bucket

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.services.consents import Consents
    from bot.services.seats import SeatCount, Seats
    from bot.spotify.limiter import Limiter

__all__ = ["EVERYTHING", "Bucket", "Status", "StatusView"]


@dataclass(frozen=True, slots=True)
class StatusView:
    """database_s: how long a write took; None: the database is unavailable, and then `seats` is None, too.

    used, budget: requests to Spotify in the last 24 hours, and how many are allowed. closed: until when Spotify told us
    to wait, by `Bucket`; "" is everything.
    """

    version: str
    database: str
    database_s: float | None
    used: int
    budget: int
    closed: Mapping[str, datetime]
    seats: SeatCount | None
    refusing_since: datetime | None = None  # Spotify refuses consents it should accept, many at once


class Status:
    def __init__(
        self,
        limiter: Limiter,
        seats: Seats,
        *,
        consents: Consents,
        version: str,
        database: str,
        ping: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """database: what it is called. ping: writes something unimportant to it. clock: seconds that only increase."""
        self._limiter = limiter
        self._seats = seats
        self._consents = consents
        self._version = version
        self._database = database
        self._ping = ping
        self._clock = clock

    async def view(self) -> StatusView:
        took, seats, incident = None, None, None
        started = self._clock()
        try:
            await self._ping()
            took = self._clock() - started
            seats = await self._seats.count()
            incident = await self._consents.incident()
            await self._limiter.freshen()
        except StoreUnavailableError:
            pass  # that is what is shown
        return StatusView(
            version=self._version,
            database=self._database,
            database_s=took,
            used=self._limiter.used,
            budget=self._limiter.budget,
            closed=self._limiter.closed,
            seats=seats,
            refusing_since=incident.since if incident else None,
        )
