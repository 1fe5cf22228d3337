"""With SHARD_GROUPS, a process has the group of shards it holds a lease on, and waits until one is free."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.services.leases import LeaseTakenError
from bot.shards import in_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.leases import Lease, LeaseKeeper
    from bot.shards import Shards

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=30)  # after a kill, a group is free no later than this
LOOK_S: Final = 2.0  # between looks whether one is free


class ShardGroups:
    """Nothing is held without groups: the operator says which shards are ours, or they all are.

    lost: set when the database was away for so long that another process has our group now. Both would answer.
    """

    def __init__(
        self,
        shards: Shards,
        leases: LeaseKeeper,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        lease: timedelta = LEASE,
    ) -> None:
        self.lost = asyncio.Event()
        self._shards = shards
        self._leases = leases
        self._sleep = sleep
        self._lease = lease
        self._held = AsyncExitStack()
        self._watch: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Wait until a group is free, and hold it until it's given back."""
        said = False
        if self._shards.plan.groups is None:
            return
        while (lease := await self._try()) is None:
            if not said:
                log.info("other processes have all shards; waiting until some are free")
                said = True
            await self._sleep(LOOK_S)
        self._watch = asyncio.create_task(self._notice(lease))
        log.info("this process has shards %s of 0 to %d", in_words(self._shards.ids), self._shards.count - 1)

    async def give_back(self) -> None:
        """Another process can have the group at once."""
        if self._watch is not None:
            self._watch.cancel()
        await self._held.aclose()

    async def _try(self) -> Lease | None:
        for ids in self._shards.plan.groups_of_ids():
            try:
                lease = await self._held.enter_async_context(
                    self._leases.held(f"shards:{in_words(ids)}", self._lease)
                )
            except (LeaseTakenError, StoreUnavailableError):
                continue
            self._shards.ids = ids
            return lease
        return None

    async def _notice(self, lease: Lease) -> None:
        await lease.lost.wait()
        self.lost.set()
