"""Tracks that were looked up lately, in MongoDB: one document each, until it expires."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pymongo.errors import DuplicateKeyError

from bot.mongo.database import put, unavailable_when_failing

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection

CLEARED: Final = timedelta(minutes=1)  # so often, by each process, what has expired is erased


class MongoKnownTracks:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._cleared_at: datetime | None = None

    async def prepare(self) -> None:
        await self._collection.create_index("until")

    async def get(self, key: str, now: datetime) -> bytes | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": key, "until": {"$gt": now}})
        return document["track"] if document else None

    async def put(self, key: str, track: bytes, now: datetime, until: datetime) -> None:
        document = {"_id": key, "track": track, "until": until}
        with unavailable_when_failing():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:  # it has expired, or another process was faster
                await put(self._collection, document)
            if self._cleared_at is None or abs(now - self._cleared_at) >= CLEARED:
                await self._collection.delete_many({"until": {"$lte": now}})
                self._cleared_at = now
