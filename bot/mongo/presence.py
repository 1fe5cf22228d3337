"""Which processes run, with which shards, and whether a restore is under way: so that these know of each other."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import RestoreUnfinishedError, StoreUnavailableError
from bot.mongo.database import put, unavailable_when_failing
from bot.shards import ShardPlan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.mongo.database import Mongo

log = logging.getLogger(__name__)

RENEWED: Final = timedelta(seconds=30)
GONE: Final = timedelta(minutes=2)  # without a renewal, a process is taken for dead
_MARK: Final = "restore"


class Presence:
    """One document per running process, and one while a restore is under way. By the machine's clock.

    It keeps the bot and a restore apart, and lets `python -m bot doctor` compare the processes' settings.
    """

    collection = "presence"

    def __init__(self, database: Mongo, shards: ShardPlan | None = None) -> None:
        """shards: as this process has been told, if it's one of the bot."""
        self._collection = database[self.collection]
        self._process = f"bot {secrets.token_hex(8)}"
        self._shards = shards and {"count": shards.count, "ids": shards.ids, "groups": shards.groups}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Raises RestoreUnfinishedError. The order matters: a restore marks first, and looks for processes then."""
        await self._forget_dead()
        await self._renew()
        try:
            await self.must_be_whole()
            renewal = asyncio.create_task(self._keep())
            try:
                yield
            finally:
                renewal.cancel()
                await asyncio.wait({renewal})
        finally:
            await self._leave()

    async def is_restoring(self) -> bool:
        with unavailable_when_failing():
            return await self._collection.find_one({"_id": _MARK}) is not None

    async def must_be_whole(self) -> None:
        """Raises RestoreUnfinishedError."""
        if await self.is_restoring():
            raise RestoreUnfinishedError

    async def mark(self) -> None:
        with unavailable_when_failing():
            await put(self._collection, {"_id": _MARK})

    async def unmark(self) -> None:
        with unavailable_when_failing():
            await self._collection.delete_one({"_id": _MARK})

    async def somebody(self) -> bool:
        """Whether a process of the bot uses the database."""
        await self._forget_dead()
        with unavailable_when_failing():
            return await self._collection.find_one({"seen_at": {"$exists": True}}) is not None

    async def shard_plans(self) -> tuple[ShardPlan, ...]:
        """One for each process that was seen in the last two minutes."""
        seen = {"seen_at": {"$gt": datetime.now(UTC) - GONE}, "shards": {"$type": "object"}}
        with unavailable_when_failing():
            told = [each["shards"] async for each in self._collection.find(seen)]
        return tuple(
            ShardPlan(each["count"], None if each["ids"] is None else tuple(each["ids"]), each["groups"])
            for each in told
        )

    async def _forget_dead(self) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"seen_at": {"$lte": datetime.now(UTC) - GONE}})

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(RENEWED.total_seconds())
            try:
                await self._renew()
            except StoreUnavailableError:
                log.info("couldn't note that this process runs; will try again")

    async def _renew(self) -> None:
        with unavailable_when_failing():
            now = datetime.now(UTC)
            await put(self._collection, {"_id": self._process, "seen_at": now, "shards": self._shards})

    async def _leave(self) -> None:
        try:
            with unavailable_when_failing():
                await self._collection.delete_one({"_id": self._process})
        except StoreUnavailableError:
            log.info("couldn't note that this process ends")
