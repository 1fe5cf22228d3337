"""Small facts that survive a restart, in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.mongo.database import put, unavailable_when_failing

if TYPE_CHECKING:
    from bot.mongo.database import Collection


class MongoValues:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def get(self, key: str) -> str | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": key})
        if document is None:
            return None
        value: str = document["value"]
        return value

    async def put(self, key: str, value: str) -> None:
        with unavailable_when_failing():
            await put(self._collection, {"_id": key, "value": value})
