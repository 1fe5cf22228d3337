"""One at a time: by a lease across all processes of the bot, and by a lock per key within one process.

Not part of `services/shared`: tokens are also refreshed under a lease, and shared playlists build on tokens.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Generic, TypeVar
from weakref import WeakValueDictionary

from bot.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
    from datetime import datetime, timedelta

    from bot.stores import Leases

log = logging.getLogger(__name__)

K = TypeVar("K", bound="Hashable")

RENEWED: Final = 3  # times during the life of a lease
PAUSE_S: Final = 0.1  # between checks whether a lease is free


class LeaseTakenError(Exception):
    """Someone else holds the lease, or has taken it over."""


class Lease:
    """A lease we hold. Created by `LeaseKeeper.held`. lost: set when another process is seen to have taken it over."""

    def __init__(
        self,
        name: str,
        ttl: timedelta,
        store: Leases,
        *,
        now: Callable[[], datetime],
        taken: Callable[[], Exception],
    ) -> None:
        """taken: creates the error raised if someone else has it."""
        self.name = name
        self._ttl = ttl
        self._store = store
        self._now = now
        self._taken = taken
        self._holder = secrets.token_hex(8)  # unique to this one: no other task extends it by mistake
        self._renewed_at: datetime | None = None
        self.lost = asyncio.Event()

    async def acquire(self) -> bool:
        now = self._now()
        acquired = await self._store.acquire(self.name, self._holder, now, now + self._ttl)
        if acquired:
            self._renewed_at = now
        return acquired

    async def confirm(self) -> None:
        """Call this before anything nobody else may do in between: the lease is then ours for two thirds of its life.

        Only asks the database if it wasn't renewed recently. Raises LeaseTakenError, or the error passed to `held`,
        if someone else has had it since.
        """
        since = self._renewed_at
        if since is not None and self._now() - self._ttl / RENEWED < since <= self._now():
            return
        if not await self._renew():
            raise self._taken()

    async def keep(self) -> None:
        """Keep renewing it until this is cancelled or someone else has taken it over."""
        while True:
            # By the machine's clock: the bot's own may be stopped, or moved.
            await asyncio.sleep(self._ttl.total_seconds() / RENEWED)
            try:
                if not await self._renew():
                    self.lost.set()
                    log.warning("lease %r was taken over by another process", _kind(self.name))
                    return
            except StoreUnavailableError:
                log.info("lease %r couldn't be renewed; will try again", _kind(self.name))

    async def release(self) -> None:
        await _release(self._store, self.name, self._holder)

    async def _renew(self) -> bool:
        now = self._now()
        renewed = await self._store.renew(self.name, self._holder, now + self._ttl)
        self._renewed_at = now if renewed else None
        return renewed


class LeaseKeeper:
    """Created once per process. sleep: for waiting until a lease is free."""

    def __init__(
        self,
        store: Leases,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._now = now
        self._sleep = sleep
        self._process = secrets.token_hex(8)

    @asynccontextmanager
    async def held(
        self,
        name: str,
        ttl: timedelta,
        *,
        patience_s: float = 0,
        taken: Callable[[], Exception] = LeaseTakenError,
    ) -> AsyncIterator[Lease]:
        """Hold a lease while the block runs, and keep it renewed; after a kill it expires within `ttl`.

        Call `confirm` before anything inside that must not be done twice: the database may be too slow for the renewal.
        taken: creates the error raised if someone else holds it for longer than `patience_s`.
        """
        lease = Lease(name, ttl, self._store, now=self._now, taken=taken)
        for _ in range(math.ceil(patience_s / PAUSE_S)):
            if acquired := await lease.acquire():
                break
            await self._sleep(PAUSE_S)
        else:
            acquired = await lease.acquire()
        if not acquired:
            raise taken()
        renewal = asyncio.create_task(lease.keep())
        try:
            yield lease
        finally:
            try:
                renewal.cancel()
                await asyncio.wait({renewal})
            finally:
                await lease.release()

    async def claim(self, name: str, ttl: timedelta) -> bool:
        """Whether this process, and no other, may do something in the period that starts now; again, if so."""
        now = self._now()
        return await self._store.acquire(name, self._process, now, now + ttl)

    async def unclaim(self, name: str) -> None:
        """It's done."""
        await _release(self._store, name, self._process)


async def _release(store: Leases, name: str, holder: str) -> None:
    """Release it. If that fails, it expires, and what was done under it is still done."""
    try:
        await store.release(name, holder)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no failure of what was done
        log.warning("lease %r was not released and will expire: %s", _kind(name), type(error).__name__)


def _kind(name: str) -> str:
    """The name without what the lease is about."""
    return name.partition(":")[0]


class KeyedLocks(Generic[K]):
    """One lock per key, kept as long as someone uses it. Waiters get it in turn."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[K, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: K) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())
