"""Numbers that are each given out once, in MongoDB: one document per sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bson import Int64

from bot.mongo.database import changed_or_made, unavailable_when_failing

if TYPE_CHECKING:
    from bot.mongo.database import Collection, Document


class Counters:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def take(self, name: str, block: int = 1) -> int:
        """The first of `block` consecutive numbers that nobody has had before."""
        changed = await self._change(name, {"$inc": {"last": Int64(block)}})
        return int(changed["last"]) - block + 1

    async def leave_behind(self, name: str, number: int) -> None:
        """From now on, only give out numbers greater than `number`."""
        await self._change(name, {"$max": {"last": Int64(number)}})

    async def _change(self, name: str, change: Document) -> Document:
        with unavailable_when_failing():
            return await changed_or_made(self._collection, {"_id": name, "last": Int64(0)}, change)
