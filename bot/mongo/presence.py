"""Keeps the bot and a restore apart: a running bot says so here, and so does a restore that isn't finished."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import RestoreUnfinishedError, StoreUnavailableError
from bot.mongo.database import put, unavailable_when_failing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.mongo.database import Mongo

log = logging.getLogger(__name__)

RENEWED: Final = timedelta(seconds=30)
GONE: Final = timedelta(minutes=2)  # without a renewal, a process is taken for dead
_MARK: Final = "restore"


class Presence:
    """One document per running process, and one while a restore is under way. By the machine's clock."""

    collection = "presence"

    def __init__(self, database: Mongo) -> None:
        self._collection = database[self.collection]
        self._process = f"bot {secrets.token_hex(8)}"

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
            await put(self._collection, {"_id": self._process, "seen_at": datetime.now(UTC)})

    async def _leave(self) -> None:
        try:
            with unavailable_when_failing():
                await self._collection.delete_one({"_id": self._process})
        except StoreUnavailableError:
            log.info("couldn't note that this process ends")
