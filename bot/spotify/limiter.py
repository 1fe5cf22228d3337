"""When the bot can talk to Spotify: few requests at a time, important ones first, none while Spotify says to wait.

The quota belongs to the developer account, so one member's 429 applies to everyone, and a block survives a restart.
Nobody is kept waiting until it ends: new and queued requests are refused at once, with the time it ends. What is closed
is everything, or the group of endpoints whose quota is used up: `bot.spotify.buckets`.
Source: developer.spotify.com/documentation/web-api/concepts/rate-limits and .../references/changes/july-2026
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
import time
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from bot.spotify.buckets import EVERYTHING, LONGEST_WAIT, Buckets
from bot.spotify.errors import SpotifyRateLimitedError
from bot.spotify.limits import RATE_WINDOW
from bot.spotify.purpose import Priority, Share
from bot.spotify.quota import BULK_STOPS, Quota
from bot.spotify.quota_ledger import Bookkeeper
from bot.spotify.slots import Slots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.spotify.purpose import Part
    from bot.spotify.quota_ledger import Block, Ledger

log = logging.getLogger(__name__)

# No Retry-After for a used-up quota: its reset time isn't published, so check once an hour.
QUOTA_WAIT_S: Final = 3600
MOST_QUOTA_WAIT_S: Final = 6 * 3600  # doubled each time it's still used up, up to this
LONGEST_WAIT_S: Final = round(LONGEST_WAIT.total_seconds())
SHORT_S: Final = 60  # a wait of at most this is for all endpoints: the limit on requests in 30 seconds

TIDY: Final = timedelta(hours=12)  # so that nothing about a member is kept for longer than two days

PATIENT: Final = frozenset({Priority.VERIFY})  # nobody is waiting for these
PATIENCE: Final = timedelta(seconds=5)


class Limiter:
    """`await limiter.enter(...)` before each request, `limiter.leave()` after it.

    concurrency: how many requests can run at once. budget: requests in 24 hours.
    guilds: how many servers share it; 0: unknown.
    ledger: where counters and block survive this process. clock: seconds that only increase.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        concurrency: int = 3,
        budget: int = 800,
        guilds: Callable[[], int] = lambda: 0,
        ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._slots = Slots(concurrency)
        self._budget = budget
        self._quota = Quota(budget, guilds)
        self._buckets = Buckets(now)
        self._books = Bookkeeper(ledger, self._quota, learn_block=self._learn_block, clock=clock, sleep=sleep)

    @property
    def until(self) -> datetime | None:
        """The end of the block of everything; None if requests can be sent."""
        return self._buckets.until()

    @property
    def closed(self) -> Mapping[str, datetime]:
        """Until when Spotify told us to wait, by `Bucket`; EVERYTHING if it's for all of them."""
        return self._buckets.closed()

    @property
    def used(self) -> int:
        """Requests in the last 24 hours, including other processes'."""
        return self._quota.used

    @property
    def bulk_a_day(self) -> int:
        """How many requests bulk work can send in 24 hours in which nobody else sends any."""
        return int(self._budget * BULK_STOPS)

    @property
    def bulk_left(self) -> int:
        """How many of them it can still send, after what everybody has used."""
        self._quota.move_to(self._now())
        return max(0, self.bulk_a_day - self._quota.used)

    def enter_at_once(
        self, priority: Priority, share: Share | None, *, part: Part | None = None, bucket: str = EVERYTHING
    ) -> bool:
        """Like `enter`, if that needs no waiting; otherwise False, and nothing has changed."""
        if self._clock() >= self._books.stale_at or not self._buckets.is_open(bucket):
            return False
        if not self._slots.take():
            return False
        try:
            self._spend(priority, share, part)
        except BaseException:
            self._slots.free()
            raise
        return True

    async def enter(
        self,
        priority: Priority = Priority.LOOKUP,
        share: Share | None = None,
        *,
        part: Part | None = None,
        bucket: str = EVERYTHING,
    ) -> None:
        """Wait for a slot, and count the request.

        part, bucket: which part of the day it uses, and which endpoints.
        Raises SpotifyRateLimitedError while Spotify told us to wait, SpotifyBudgetError if the day's budget holds
        this kind of request back. Only `PATIENT` requests wait for a block to end, and only for a short one.
        """
        await self._books.freshen()
        await self._pass_block(priority, bucket)
        self._quota.check(priority, share, self._now(), part)
        await self._buckets.pass_trial(bucket)
        try:
            await self._take_slot(priority, share, bucket)
            try:
                self._spend(priority, share, part)
            except BaseException:
                self._slots.free()
                raise
        except BaseException:
            self._buckets.answered(bucket, well=False)
            raise

    async def _take_slot(self, priority: Priority, share: Share | None, bucket: str) -> None:
        if not self._slots.take():
            await self._slots.wait(priority, share)
        try:
            self._refuse_in_block(bucket)  # one may have started just as our turn came
        except BaseException:
            self._slots.free()
            raise

    def is_worth_waiting(self, priority: Priority, bucket: str = EVERYTHING) -> bool:
        """Whether `enter` would wait for the current block to end."""
        until = self._buckets.until(bucket)
        return until is not None and priority in PATIENT and until - self._now() <= PATIENCE

    def leave(self, bucket: str = EVERYTHING, *, well: bool = True) -> None:
        """well: Spotify answered, with anything but a 429."""
        self._slots.free()
        self._buckets.answered(bucket, well=well)

    def block(
        self, retry_after: str | None, *, quota: bool, bucket: str = EVERYTHING
    ) -> SpotifyRateLimitedError:
        """Record a 429, refuse everything that is queued for it, and return the error to raise.

        retry_after: the raw header, seconds or a date; None if it was missing.
        quota: the answer's reason was QUOTA_EXCEEDED. That, and what takes long, is for the bucket alone.
        """
        now = self._now()
        header = _in_seconds(retry_after, now)
        seconds = wait_s(header, quota=quota, refusals=self._buckets.refusals(bucket))
        where = bucket if quota or seconds > SHORT_S else EVERYTHING
        until = now + timedelta(seconds=seconds)
        if self._begin_block(where, until, used_up=quota):
            what = where or "everything"
            log.warning(
                "Spotify told the bot to wait until %s (%s; quota used up: %s)",
                until.isoformat(),
                what,
                quota,
            )
            self._books.owe_block(where, (until, quota))
        return SpotifyRateLimitedError(self._buckets.until(where) or until, quota=quota)

    def held_until(self, share: Share) -> datetime | None:
        """How long writes for them have to wait because others have used less; None: they don't."""
        return self._quota.held_until(share, self._now())

    def used_part(self) -> float:
        """Which part of the day's budget is used; more than 1 if it was exceeded."""
        return self._quota.used_part(self._now())

    async def forget(self, member_id: int) -> None:
        """Erase everywhere what a member has used."""
        await self._books.forget(member_id)

    def used_by(self, member_id: int) -> int:
        """How many of those were for this member."""
        return self._quota.used_by(member_id)

    @property
    def budget(self) -> int:
        """Requests allowed in 24 hours."""
        return self._quota.budget

    async def tidy(self) -> datetime:
        """Have expired counts erased, even if nothing is being sent; returns when to do it again."""
        self._quota.move_to(self._now())
        await self._books.tidy()
        return self._now() + TIDY

    async def freshen(self) -> None:
        """Learn what was stored, perhaps by an earlier process."""
        await self._books.freshen()

    async def close(self) -> None:
        """Store what isn't stored yet."""
        await self._books.close()

    def _spend(self, priority: Priority, share: Share | None, part: Part | None) -> None:
        self._quota.spend(priority, share, self._now(), part)
        self._books.owe()

    def _refuse_in_block(self, bucket: str) -> None:
        if (until := self._buckets.until(bucket)) is not None:
            raise SpotifyRateLimitedError(until, quota=self._buckets.used_up(bucket))

    async def _pass_block(self, priority: Priority, bucket: str) -> None:
        while (until := self._buckets.until(bucket)) is not None:
            if not self.is_worth_waiting(priority, bucket):
                raise SpotifyRateLimitedError(until, quota=self._buckets.used_up(bucket))
            await self._sleep((until - self._now()).total_seconds())

    def _learn_block(self, bucket: str, block: Block) -> None:
        until, used_up = block
        if until > self._now() and self._begin_block(bucket, until, used_up=used_up):
            log.warning(
                "Spotify told another process, or an earlier one, to wait until %s (%s; quota used up: %s)",
                until.isoformat(),
                bucket or "everything",
                used_up,
            )

    def _begin_block(self, bucket: str, until: datetime, *, used_up: bool) -> bool:
        begun = self._buckets.close(bucket, until, used_up=used_up)
        if begun and bucket == EVERYTHING:  # those queued for one bucket are refused as their turn comes
            self._slots.refuse_all(lambda: SpotifyRateLimitedError(until, quota=used_up))
        return begun


def _in_seconds(retry_after: str | None, now: datetime) -> str | None:
    """The raw header, or the seconds until its date: HTTP allows both (RFC 9110, section 10.2.3)."""
    if retry_after is None or not re.search("[A-Za-z]", retry_after):
        return retry_after  # it could be a date
    try:
        until = parsedate_to_datetime(retry_after)
        left = until - now if until.tzinfo else until.replace(tzinfo=UTC) - now
    except (ValueError, OverflowError):
        return retry_after
    return str(max(math.ceil(left.total_seconds()), 0))


def wait_s(retry_after: str | None, *, quota: bool, refusals: int = 0) -> int:
    """How long a 429 asks us to wait, in whole seconds, 1 to LONGEST_WAIT_S. refusals: in a row before this one."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(max(int(text[:12]), 1), LONGEST_WAIT_S)
    if not quota:
        return round(RATE_WINDOW.total_seconds())
    return min(QUOTA_WAIT_S << min(refusals, 10), MOST_QUOTA_WAIT_S)
