"""How often the bot starts a session at Discord's gateway, counted across all its processes and restarts.

At 1,000 a day, Discord resets the bot's token. So after sessions that fail, the pauses grow, and far below that
number the bot stops.
Source: docs.discord.com/developers/events/gateway (identifying, session start limit)
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from bot.errors import IdentifiesUsedUpError, StoreUnavailableError
from bot.services.leases import LeaseTakenError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.leases import LeaseKeeper
    from bot.stores import KeyValues

log = logging.getLogger(__name__)

KEY: Final = "identifies"
DAY: Final = timedelta(hours=24)
MOST: Final = 100
MOST_PER_SHARD: Final = 4
FIRST_PAUSE_S: Final = 5  # Discord's minimum between two of them
LONGEST_PAUSE_S: Final = 900
LONGEST_REST_S: Final = 60  # if none was started: the network or Discord's gateway is down
LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """As GET /gateway/bot says, or the usual values."""

    shards: int = 1
    total: int = 1000
    remaining: int | None = None

    def allow(self, begun: int) -> bool:
        """Whether one more can be started after this many of ours in a day, however many others there are."""
        used = 0 if self.remaining is None else self.total - self.remaining
        return begun < MOST + MOST_PER_SHARD * self.shards and max(begun, used) < self.total // 2


class _Held(msgspec.Struct):
    """at: milliseconds since 1970, within the last day. unanswered: how many of the latest led to no session."""

    at: list[int] = []
    unanswered: int = 0


class Identifies:
    def __init__(
        self,
        values: KeyValues,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._values = values
        self._leases = leases
        self._now = now
        self._sleep = sleep
        self._begun_here = False
        self._uncounted: list[int] = []  # while the database was unavailable

    async def wait(self, limits: SessionLimits, fruitless: int) -> None:
        """Wait as long as earlier failures require. Raises IdentifiesUsedUpError.

        fruitless: this process's consecutive connections that ended before a session was started, or without one.
        """
        held = await self._patiently()
        self._check(held, limits)
        unanswered = (
            held.unanswered if self._begun_here else held.unanswered - 1
        )  # the process may have been killed in between
        pause_s = max(_pause_s(unanswered, LONGEST_PAUSE_S), _pause_s(fruitless, LONGEST_REST_S))
        if pause_s:
            log.warning(
                "no Discord session yet (%d were started in 24 hours); trying again in %d s",
                len(held.at),
                pause_s,
            )
            await self._sleep(pause_s)

    async def count(self, limits: SessionLimits) -> None:
        """Called right before each IDENTIFY is sent. Raises IdentifiesUsedUpError; then it must not be sent."""
        self._begun_here = True
        self._uncounted.append(int(self._now().timestamp() * 1000))
        try:
            await self._alone(lambda held: self._one_more(held, limits))
        except (StoreUnavailableError, LeaseTakenError):
            log.warning("a Discord session is counted in memory only, because the database is unavailable")
        else:
            self._uncounted.clear()

    async def answered(self) -> None:
        """A session started: the next one doesn't have to wait."""
        try:
            if (await self._read()).unanswered:
                await self._alone(lambda held: _Held(held.at))
        except (StoreUnavailableError, LeaseTakenError):
            log.warning("the database is unavailable, so a started Discord session was not recorded")

    def _one_more(self, held: _Held, limits: SessionLimits) -> _Held:
        self._check(held, limits)
        return _Held([*held.at, *self._uncounted], held.unanswered + len(self._uncounted))

    def _check(self, held: _Held, limits: SessionLimits) -> None:
        if not limits.allow(len(held.at)):
            oldest = datetime.fromtimestamp(held.at[0] / 1000, UTC) if held.at else self._now()
            raise IdentifiesUsedUpError(len(held.at), oldest + DAY)

    async def _alone(self, change: Callable[[_Held], _Held]) -> None:
        """Change what is stored while no other process does."""
        async with self._leases.held(KEY, LEASE, patience_s=LEASE.total_seconds()):
            await self._values.put(KEY, msgspec.json.encode(change(await self._read())).decode())

    async def _read(self) -> _Held:
        kept = await self._values.get(KEY)
        held = msgspec.json.decode(kept, type=_Held) if kept else _Held()
        now, day = self._now().timestamp() * 1000, DAY.total_seconds() * 1000
        return _Held([at for at in held.at if abs(now - at) < day], held.unanswered)

    async def _patiently(self) -> _Held:
        """Without the database, there's nothing the bot could do on Discord."""
        pause_s = 1
        while True:
            try:
                return await self._read()
            except StoreUnavailableError:
                log.warning("the database is unavailable; connecting to Discord again in %d s", pause_s)
                await self._sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_REST_S)


def _pause_s(tries: int, longest: int) -> int:
    return min(FIRST_PAUSE_S * 2 ** min(tries - 1, 20), longest) if tries > 0 else 0
