"""Figures for whoever watches the bot, in Prometheus' format. No IDs and no names of anybody are in them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter as Counted
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot import VERSION
from bot.errors import StoreUnavailableError
from bot.services.consents import consent_ends
from bot.stores.contributions import UNFINISHED
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from bot.shards import Shards
    from bot.spotify.limiter import Limiter
    from bot.stores import Stores

SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30)  # Discord waits 3 s for the first answer
DAYS_LEFT: Final = (0, 1, 7, 14, 30, 90)
LAG_EVERY_S: Final = 0.5


class Metrics:
    """Counts what happens in this process; what is in the database is counted when somebody looks."""

    def __init__(
        self, stores: Stores, limiter: Limiter, *, shards: Callable[[], Shards], now: Callable[[], datetime]
    ) -> None:
        """shards: of this process."""
        self._stores = stores
        self._limiter = limiter
        self._shards = shards
        self._now = now
        own = self._own = CollectorRegistry()
        about = Gauge("mixtape_info", "The version that runs", ["version"], registry=own)
        about.labels(VERSION).set(1)
        self._commands = Histogram(
            "mixtape_command_seconds",
            "Time to answer a command, by outcome: done, refused, failed, or suggested while typing",
            ["command", "outcome"],
            buckets=SECONDS,
            registry=own,
        )
        self._spotify = Counter(
            "mixtape_spotify_requests",
            "Requests to Spotify by kind and HTTP status; 0: there was no answer",
            ["kind", "status"],
            registry=own,
        )
        self._is_online = Gauge(
            "mixtape_discord_connected", "1 while connected to Discord with all shards", registry=own
        )
        self._up = Gauge(
            "mixtape_discord_shard_up",
            "1 while the shard is connected; only those here",
            ["shard"],
            registry=own,
        )
        self._used = Gauge(
            "mixtape_spotify_used", "Requests to Spotify in the last 24 hours, of all processes", registry=own
        )
        self._budget = Gauge(
            "mixtape_spotify_budget", "Requests to Spotify allowed in 24 hours", registry=own
        )
        self._waits = Gauge(
            "mixtape_spotify_wait_seconds",
            "How long Spotify still tells the bot to wait, by kind",
            ["kind"],
            registry=own,
        )
        self._contributions = Gauge(
            "mixtape_contributions",
            "Contributions that somebody still has work with: queued, sending, leaving, parked",
            ["state"],
            registry=own,
        )
        self._notices = Gauge("mixtape_notices_waiting", "Messages still to be sent", registry=own)
        self._lists = Gauge(
            "mixtape_lists_in_trouble",
            "Shared playlists nothing can be written to, by why",
            ["trouble"],
            registry=own,
        )
        self._consents = Gauge(
            "mixtape_consents",
            "Linked accounts whose consent ends within so many days (cumulative)",
            ["days_left"],
            registry=own,
        )
        self._is_readable = Gauge(
            "mixtape_database_up", "1 if the database answered for these figures", registry=own
        )
        self._lag = Gauge(
            "mixtape_loop_lag_seconds",
            "How late the event loop was at most since the last time somebody looked",
            registry=own,
        )
        self._worst_lag_s = 0.0

    def command(self, name: str, outcome: str, seconds: float) -> None:
        self._commands.labels(name, outcome).observe(seconds)

    def spotify(self, kind: str, status: int) -> None:
        self._spotify.labels(kind or "other", str(status)).inc()

    async def text(self) -> bytes:
        """Everything, as it is now."""
        shards = self._shards()
        self._is_online.set(int(shards.online))
        self._up.clear()
        for one in shards.ids:
            self._up.labels(str(one)).set(int(one in shards.up))
        self._lag.set(self._worst_lag_s)
        self._worst_lag_s = 0.0
        try:
            await self._count()
            self._is_readable.set(1)
        except StoreUnavailableError:
            self._is_readable.set(0)
            for gauge in (self._contributions, self._lists, self._consents):
                gauge.clear()  # rather nothing than what was
            self._notices.set(float("nan"))
        await self._ask_limiter()
        return generate_latest(self._own)

    async def _count(self) -> None:
        work = await self._stores.workload.count()
        for state in UNFINISHED:
            self._contributions.labels(state.value).set(work.contributions.get(state, 0))
        for trouble in Trouble:
            self._lists.labels(trouble.value).set(work.lists.get(trouble, 0))
        self._notices.set(work.notices)
        now = self._now()
        left = Counted(
            (consent_ends(since) - now).days for _, since in await self._stores.accounts.everyone()
        )
        for days in DAYS_LEFT:
            self._consents.labels(str(days)).set(sum(n for each, n in left.items() if each < days))
        self._consents.labels("+Inf").set(left.total())

    async def _ask_limiter(self) -> None:
        await self._limiter.freshen()
        self._used.set(self._limiter.used)
        self._budget.set(self._limiter.budget)
        self._waits.clear()
        now = self._now()
        for kind, until in self._limiter.closed.items():
            self._waits.labels(kind or "everything").set(max(0.0, (until - now).total_seconds()))

    @asynccontextmanager
    async def watching(
        self,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> AsyncIterator[None]:
        """Meanwhile the event loop is watched."""

        async def watch() -> None:
            while True:
                began = clock()
                await sleep(LAG_EVERY_S)
                self._worst_lag_s = max(self._worst_lag_s, clock() - began - LAG_EVERY_S)

        task = asyncio.create_task(watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
