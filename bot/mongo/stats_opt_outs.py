"""Who doesn't want to be named in charts and numbers, in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing

if TYPE_CHECKING:
    from collections.abc import Collection as Several

    from bot.mongo.database import Collection

_AT_ONCE: Final = 10_000  # IDs in one query


class MongoStatsOptOuts:
    """One document per member, of which only the ID matters."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def put(self, member_id: int) -> bool:
        with unavailable_when_failing():
            try:
                await self._collection.insert_one({"_id": Int64(member_id)})
            except DuplicateKeyError:
                return False
        return True

    async def drop(self, member_id: int) -> bool:
        with unavailable_when_failing():
            result = await self._collection.delete_one({"_id": Int64(member_id)})
        return result.deleted_count > 0

    async def among(self, member_ids: Several[int]) -> frozenset[int]:
        found: set[int] = set()
        asked = [Int64(member_id) for member_id in member_ids]
        for start in range(0, len(asked), _AT_ONCE):
            with unavailable_when_failing():
                documents = await self._collection.find(
                    {"_id": {"$in": asked[start : start + _AT_ONCE]}}
                ).to_list(None)
            found.update(int(document["_id"]) for document in documents)
        return frozenset(found)
