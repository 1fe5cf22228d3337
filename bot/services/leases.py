"""One at a time: over all processes of the bot by a lease, inside one process by a lock per key.

Not part of `services/shared`: tokens are refreshed under a lease as well, and shared playlists build on tokens.
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

RENEWED: Final = 3  # times in the life of a lease
PAUSE_S: Final = 0.1  # between two looks whether a lease is free by now


class LeaseTakenError(Exception):
    """Somebody else holds the lease, or has taken it over."""


class Lease:
    """One that is held. Made by `LeaseKeeper.held`."""

    def __init__(
        self,
        name: str,
        ttl: timedelta,
        store: Leases,
        *,
        now: Callable[[], datetime],
        taken: Callable[[], Exception],
    ) -> None:
        """taken: makes what is raised when somebody else has it."""
        self.name = name
        self._ttl = ttl
        self._store = store
        self._now = now
        self._taken = taken
        self._holder = secrets.token_hex(8)  # of this one only: no other task extends it by mistake
        self._renewed_at: datetime | None = None

    async def acquire(self) -> bool:
        now = self._now()
        acquired = await self._store.acquire(self.name, self._holder, now, now + self._ttl)
        if acquired:
            self._renewed_at = now
        return acquired

    async def confirm(self) -> None:
        """To be called before what nobody else may do in between: it is ours for two thirds of its time to come.

        Asks the database only when it was not renewed lately. Raises LeaseTakenError, or what `held` was told to
        raise, when somebody else has had it since.
        """
        since = self._renewed_at
        if since is not None and self._now() - self._ttl / RENEWED < since <= self._now():
            return
        if not await self._renew():
            raise self._taken()

    async def keep(self) -> None:
        """Renew it in time, until this is cancelled or somebody else has taken it over."""
        while True:
            # By the clock of the machine: the bot's own may stand still, or be moved.
            await asyncio.sleep(self._ttl.total_seconds() / RENEWED)
            try:
                if not await self._renew():
                    log.warning("lease %r was taken over by somebody else", _kind(self.name))
                    return
            except StoreUnavailableError:
                log.info("lease %r could not be renewed and is tried again", _kind(self.name))

    async def release(self) -> None:
        await _release(self._store, self.name, self._holder)

    async def _renew(self) -> bool:
        now = self._now()
        renewed = await self._store.renew(self.name, self._holder, now + self._ttl)
        self._renewed_at = now if renewed else None
        return renewed


class LeaseKeeper:
    """Made once per process. sleep: for waiting until a lease is free."""

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
        """Hold a lease for as long as the block takes, and have it renewed; after a kill it ends within `ttl`.

        Whoever does something inside that must not be done twice calls `confirm` before it: the database may be too
        slow for the renewal. taken: makes what is raised when somebody else holds it for longer than `patience_s`.
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
        """Whether this process may do a thing in the time that begins now, as no other one may; again, if it may."""
        now = self._now()
        return await self._store.acquire(name, self._process, now, now + ttl)

    async def unclaim(self, name: str) -> None:
        """The thing is done."""
        await _release(self._store, name, self._process)


async def _release(store: Leases, name: str, holder: str) -> None:
    """Give it back. Where that fails it ends by itself, and what was done under it is done all the same."""
    try:
        await store.release(name, holder)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no failure of what was done
        log.warning("lease %r ends by itself: %s", _kind(name), type(error).__name__)


def _kind(name: str) -> str:
    """Without what it is about."""
    return name.partition(":")[0]


class KeyedLocks(Generic[K]):
    """A lock for each key, kept as long as somebody uses it. Who waits for one gets it in turn."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[K, asyncio.Lock] = WeakValueDictionary()

    def of(self, key: K) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())
