"""Leases in MongoDB: they coordinate all processes that share the database."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection


class MongoLeases:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        with unavailable_when_failing():
            with suppress(DuplicateKeyError):  # the name exists
                await self._collection.insert_one({"_id": name, "holder": holder, "until": until})
                return True
            result = await self._collection.update_one(
                {"_id": name, "$or": [{"holder": holder}, {"until": {"$lte": now}}]},
                {"$set": {"holder": holder, "until": until}},
            )
        return result.matched_count == 1

    async def renew(self, name: str, holder: str, until: datetime) -> bool:
        with unavailable_when_failing():
            result = await self._collection.update_one(
                {"_id": name, "holder": holder}, {"$set": {"until": until}}
            )
        return result.matched_count == 1

    async def release(self, name: str, holder: str) -> None:
        with unavailable_when_failing():
            await self._collection.delete_one({"_id": name, "holder": holder})
