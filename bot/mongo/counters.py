"""Numbers that are each given out once, in MongoDB: one document per sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bson import Int64

from bot.mongo.database import change_or_make, changed_or_made, unavailable_when_failing

if TYPE_CHECKING:
    from bot.mongo.database import Collection, Document


class Counters:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def take(self, name: str, block: int = 1) -> int:
        """The first of `block` consecutive numbers that nobody has had before."""
        with unavailable_when_failing():
            changed = await changed_or_made(self._collection, _empty(name), {"$inc": {"last": Int64(block)}})
        return int(changed["last"]) - block + 1

    async def leave_behind(self, name: str, number: int) -> None:
        """From now on, only give out numbers greater than `number`."""
        with unavailable_when_failing():
            await change_or_make(self._collection, _empty(name), {"$max": {"last": Int64(number)}})


def _empty(name: str) -> Document:
    return {"_id": name, "last": Int64(0)}
