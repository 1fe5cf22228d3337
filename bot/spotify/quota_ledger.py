"""Keeps the quota's counters and Spotify's "wait until" where they survive restarts and other processes find them.

The store is asked at most once a second, and only while requests are being sent. Without it, the bot continues with
what it knows itself.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.spotify.quota import Quota, Row

    # Until when Spotify told us to wait, and whether that is because a quota is used up.
    Block: TypeAlias = tuple[datetime, bool]

log = logging.getLogger(__name__)

PACE_S: Final = 1.0  # between two requests to the store
PATIENCE_S: Final = 2.0  # what we know is good for this long while the store answers
CLOSE_S: Final = 2.0


class Ledger(Protocol):
    """Where all processes of one Spotify app keep their common count."""

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        """Add what this process used since last time, and return what all have used and the latest blocks.

        blocks: until when Spotify told this process to wait, and why, by bucket; "": for everything.
        since: the first quarter whose rows are returned. oldest: earlier quarters can be dropped.
        """
        ...

    async def forget_member(self, member_id: int) -> None:
        """Keep what they used, under nobody's name."""
        ...


class Bookkeeper:
    """learn_block: is told how long Spotify asked some other process to wait, and why.

    clock: seconds that only increase.
    """

    def __init__(
        self,
        ledger: Ledger | None,
        quota: Quota,
        *,
        learn_block: Callable[[str, Block], None],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:
        self._ledger = ledger
        self._quota = quota
        self._learn_block = learn_block
        self._clock = clock
        self._sleep = sleep
        self._learned_at = float("-inf")
        self.stale_at = (
            float("-inf") if ledger else float("inf")
        )  # from then on, what we know may be outdated
        self._blocks: dict[str, Block] = {}  # not stored yet
        self._exchanging: asyncio.Task[None] | None = None
        self._trailing: asyncio.Task[None] | None = None
        self._failing = False

    async def freshen(self) -> None:
        """Know what the others know, at most two seconds old. Concurrent callers share one request."""
        now = self._clock()
        if self._ledger is None or now < self.stale_at:
            return
        exchange = self._begin(self._ledger)
        if now >= self._learned_at + PATIENCE_S and not self._failing:
            await asyncio.shield(exchange)

    def owe(self) -> None:
        """Something was used: have it stored within about a second, even if nothing else happens."""
        if self._trailing is None and self._ledger is not None:
            self._trailing = asyncio.create_task(self._trail(self._ledger))

    def owe_block(self, bucket: str, block: Block) -> None:
        self._blocks[bucket] = block
        self.owe()

    async def forget(self, member_id: int) -> None:
        """Erase what they used, both here and in the store."""
        if self._exchanging is not None:  # it may be storing just that
            await asyncio.wait([self._exchanging])
        self._quota.forget(member_id)
        if self._ledger is not None:
            await self._ledger.forget_member(member_id)

    async def tidy(self) -> None:
        """Ask the store even if nothing was used, so that it erases what no longer counts."""
        if self._ledger is not None:
            await asyncio.shield(self._begin(self._ledger))

    async def close(self) -> None:
        """Store what isn't stored yet; at the end, when no more requests are sent."""
        if self._trailing is not None:
            self._trailing.cancel()
            await asyncio.wait([self._trailing])
        if self._exchanging is not None:
            await asyncio.wait([self._exchanging], timeout=CLOSE_S)
        if self._ledger is not None and self._owing:
            await asyncio.wait([self._begin(self._ledger)], timeout=CLOSE_S)

    @property
    def _owing(self) -> bool:
        return bool(self._blocks) or self._quota.unstored

    async def _trail(self, ledger: Ledger) -> None:
        try:
            while self._owing:
                await self._sleep(max(0.0, self.stale_at - self._clock()))
                await asyncio.shield(self._begin(ledger))
        finally:
            self._trailing = None

    def _begin(self, ledger: Ledger) -> asyncio.Task[None]:
        if self._exchanging is None:
            self._exchanging = asyncio.create_task(self._exchange(ledger))
        return self._exchanging

    async def _exchange(self, ledger: Ledger) -> None:
        since, oldest = self._quota.since, self._quota.oldest
        spent, self._blocks, blocks = self._quota.take_unstored(), {}, self._blocks
        try:
            stored, closed = await ledger.exchange(spent, blocks, since=since, oldest=oldest)
        except Exception as error:  # noqa: BLE001 - whatever the store raises, members are served without it
            self._quota.give_back()
            self._blocks = blocks | self._blocks
            if not self._failing:
                log.warning("the Spotify quota couldn't be stored: %s", type(error).__name__)
            self._failing = True
        else:
            self._failing = False
            self._quota.learn(stored, since)
            for bucket, block in closed.items():
                self._learn_block(bucket, block)
            self._learned_at = self._clock()
        finally:
            self.stale_at = self._clock() + PACE_S
            self._exchanging = None
