"""How often the bot starts a session at Discord's gateway, counted across all its processes and restarts.

At 1,000 a day, Discord resets the bot's token. So after sessions that fail, the pauses grow, and far below that
number the bot stops. Shards take turns: of those in one bucket (shard number modulo `max_concurrency`), only one may
identify within five seconds, whatever process it is in.
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
TURN_S: Final = 5.5  # the same, as clocks and networks differ
LONGEST_PAUSE_S: Final = 900
LONGEST_REST_S: Final = 60  # if none was started: the network or Discord's gateway is down
LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """As GET /gateway/bot says, or the usual values. shards: how many the bot has, over all processes."""

    shards: int = 1
    total: int = 1000
    remaining: int | None = None
    concurrency: int = 1

    def allow(self, begun: int) -> bool:
        """Whether one more can be started after this many of ours in a day, however many others there are."""
        used = 0 if self.remaining is None else self.total - self.remaining
        return begun < MOST + MOST_PER_SHARD * self.shards and max(begun, used) < self.total // 2


class _Held(msgspec.Struct):
    """Times in milliseconds since 1970.

    at: within the last day. unanswered_of: by shard, how many of its latest led to no session. turns: by bucket, from
    when on the next shard may.
    """

    at: list[int] = []
    unanswered_of: dict[int, int] = {}
    turns: dict[int, int] = {}


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
        self._begun_here: set[int] = set()
        self._uncounted: list[int] = []  # while the database was unavailable
        self._counting = asyncio.Lock()

    async def wait(self, limits: SessionLimits, fruitless: int, shard: int = 0) -> None:
        """Wait until it's the shard's turn, and as long as earlier failures require. Raises IdentifiesUsedUpError.

        fruitless: the shard's consecutive connections that ended before a session was started, or without one.
        """
        held = await self._patiently()
        self._check(held, limits)
        unanswered = held.unanswered_of.get(shard, 0)
        if shard not in self._begun_here:
            unanswered -= 1  # the process may have been killed in between
        pause_s: float = max(_pause_s(unanswered, LONGEST_PAUSE_S), _pause_s(fruitless, LONGEST_REST_S))
        if pause_s:
            log.warning(
                "no Discord session yet (%d were started in 24 hours); trying again in %d s",
                len(held.at),
                pause_s,
            )
        if pause_s := await self._turn(limits, shard, pause_s):
            await self._sleep(pause_s)

    async def _turn(self, limits: SessionLimits, shard: int, pause_s: float) -> float:
        """Reserve the first moment after the pause without another shard of the bucket; in how many seconds."""
        bucket, now = shard % limits.concurrency, int(self._now().timestamp() * 1000)
        earliest = now + int(pause_s * 1000)
        latest = earliest + int(TURN_S * 1000) * (limits.shards + 1)  # beyond this, a clock was set
        moment = earliest

        def reserve(held: _Held) -> _Held:
            nonlocal moment
            reserved = held.turns.get(bucket, 0)
            moment = max(earliest, reserved) if reserved <= latest else earliest
            return _Held(held.at, held.unanswered_of, held.turns | {bucket: moment + int(TURN_S * 1000)})

        try:
            await self._alone(reserve)
        except (StoreUnavailableError, LeaseTakenError):
            log.warning("shard %d doesn't know whose turn it is, because the database is unavailable", shard)
        return (moment - now) / 1000

    async def count(self, limits: SessionLimits, shard: int = 0) -> None:
        """Called right before each IDENTIFY is sent. Raises IdentifiesUsedUpError; then it must not be sent."""
        self._begun_here.add(shard)
        async with self._counting:
            self._uncounted.append(int(self._now().timestamp() * 1000))
            try:
                await self._alone(lambda held: self._one_more(held, limits, shard))
            except (StoreUnavailableError, LeaseTakenError):
                log.warning(
                    "a Discord session is counted in memory only, because the database is unavailable"
                )
            else:
                self._uncounted.clear()

    async def answered(self, shard: int = 0) -> None:
        """A session started: the shard's next one doesn't have to wait."""
        try:
            if (await self._read()).unanswered_of.get(shard):
                await self._alone(
                    lambda held: _Held(held.at, _without(held.unanswered_of, shard), held.turns)
                )
        except (StoreUnavailableError, LeaseTakenError):
            log.warning("the database is unavailable, so a started Discord session was not recorded")

    def _one_more(self, held: _Held, limits: SessionLimits, shard: int) -> _Held:
        self._check(held, limits)
        unanswered = held.unanswered_of.get(shard, 0) + len(self._uncounted)
        return _Held([*held.at, *self._uncounted], held.unanswered_of | {shard: unanswered}, held.turns)

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
        return _Held([at for at in held.at if abs(now - at) < day], held.unanswered_of, held.turns)

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


def _without(counts: dict[int, int], shard: int) -> dict[int, int]:
    return {each: count for each, count in counts.items() if each != shard}


def _pause_s(tries: int, longest: int) -> int:
    return min(FIRST_PAUSE_S * 2 ** min(tries - 1, 20), longest) if tries > 0 else 0
