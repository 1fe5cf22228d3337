"""Small facts that survive a restart, in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.mongo.database import put, unavailable_when_failing
from bot.stores.personal_data import after_all

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    async def starting(self, prefix: str) -> Mapping[str, str]:
        condition = {"_id": {"$gte": prefix, "$lt": after_all(prefix)}}
        with unavailable_when_failing():
            documents = await self._collection.find(condition).sort("_id").to_list(None)
        return {document["_id"]: document["value"] for document in documents}

    async def erase(self, key: str) -> None:
        with unavailable_when_failing():
            await self._collection.delete_one({"_id": key})
