"""When something is due for a shared playlist, in MongoDB: one document per kind and list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pymongo import UpdateOne

from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import insert_new
from bot.stores.due import Due

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection, Document
    from bot.stores.due import DueKind

_AT_ONCE: Final = 500  # documents in one request


class MongoDueTimes:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        await self._collection.create_index([("kind", 1), ("due_at", 1)])

    async def add(self, *dues: Due) -> None:
        with unavailable_when_failing():
            for start in range(0, len(dues), _AT_ONCE):
                await insert_new(
                    self._collection, [document_of(due) for due in dues[start : start + _AT_ONCE]]
                )

    async def lists_with(self, kind: DueKind) -> frozenset[str]:
        with unavailable_when_failing():
            documents = await self._collection.find({"kind": kind.value}, {"list_id": 1}).to_list(None)
        return frozenset(document["list_id"] for document in documents)

    async def hasten(self, *dues: Due) -> None:
        await self.add(*dues)  # two upserts of one document can conflict
        earlier = [
            UpdateOne({"_id": _key(due), "due_at": {"$gt": due.due_at}}, {"$set": {"due_at": due.due_at}})
            for due in dues
        ]
        with unavailable_when_failing():
            if earlier:
                await self._collection.bulk_write(earlier, ordered=False)

    async def until(self, kind: DueKind, now: datetime, *, limit: int) -> tuple[Due, ...]:
        with unavailable_when_failing():
            documents = (
                await self._collection.find({"kind": kind.value, "due_at": {"$lte": now}})
                .sort([("due_at", 1), ("list_id", 1)])
                .limit(limit)
                .to_list(None)
            )
        return tuple(Due(kind, document["list_id"], document["due_at"]) for document in documents)

    async def next(self, kind: DueKind, by: datetime | None = None) -> datetime | None:
        # With this, a server that sorts what it finds instead of following the index has next to nothing to sort.
        ends = {} if by is None else {"due_at": {"$lte": by}}
        with unavailable_when_failing():
            document = await self._collection.find_one({"kind": kind.value, **ends}, sort=[("due_at", 1)])
        found: datetime | None = document["due_at"] if document else None
        return found

    async def move(self, old: Due, due_at: datetime | None) -> bool:
        here = {"_id": _key(old), "due_at": old.due_at}
        with unavailable_when_failing():
            if due_at is None:
                return bool((await self._collection.delete_one(here)).deleted_count)
            result = await self._collection.update_one(here, {"$set": {"due_at": due_at}})
        return bool(result.matched_count)


def _key(due: Due) -> str:
    return f"{due.kind.value} {due.list_id}"


def document_of(due: Due) -> Document:
    return {"_id": _key(due), "kind": due.kind.value, "list_id": due.list_id, "due_at": due.due_at}
