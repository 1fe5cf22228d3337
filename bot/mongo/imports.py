"""Files that members bring into shared playlists, in MongoDB. Their lines are compressed."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.mongo.database import unavailable_when_failing
from bot.stores.bodies import Body
from bot.stores.imports import ImportState, ListImport

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.counters import Counters
    from bot.mongo.database import Collection, Document

_BODY: Final = Body(ListImport)
COUNTER: Final = "imports"


class MongoImports:
    def __init__(self, collection: Collection, counters: Counters) -> None:
        self._collection = collection
        self._counters = counters

    async def prepare(self) -> None:
        await self._collection.create_index([("running", 1), ("due_at", 1)])
        await self._collection.create_index([("member_id", 1), ("seq", -1)])

    async def add(self, one: ListImport, content: bytes) -> None:
        seq = await self._counters.take(COUNTER)
        with unavailable_when_failing():
            await self._collection.insert_one(document_of(one, content, seq))

    async def get(self, import_id: str) -> ListImport | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": import_id}, {"body": 1})
        return _BODY.unpack(document["body"]) if document else None

    async def content(self, import_id: str) -> bytes | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": import_id}, {"content": 1})
        return zlib.decompress(document["content"]) if document else None

    async def swap(self, old: ListImport, new: ListImport, content: bytes | None = None) -> ListImport | None:
        stored = replace(new, import_id=old.import_id, member_id=old.member_id, version=old.version + 1)
        change = _fields(stored)
        if content is not None:
            change["content"] = zlib.compress(content)
        with unavailable_when_failing():
            result = await self._collection.update_one(
                {"_id": old.import_id, "version": old.version}, {"$set": change}
            )
        return stored if result.matched_count else None

    async def running(self) -> tuple[ListImport, ...]:
        return await self._found({"running": True}, [("due_at", 1), ("seq", 1)])

    async def of_member(self, member_id: int) -> tuple[ListImport, ...]:
        return await self._found({"member_id": member_id}, [("seq", -1)])

    async def sweep(self, now: datetime) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"running": False, "due_at": {"$lte": now}})

    async def forget_member(self, member_id: int) -> bool:
        with unavailable_when_failing():
            return bool((await self._collection.delete_many({"member_id": member_id})).deleted_count)

    async def _found(self, condition: Document, order: list[tuple[str, int]]) -> tuple[ListImport, ...]:
        with unavailable_when_failing():
            documents = await self._collection.find(condition, {"body": 1}).sort(order).to_list(None)
        return tuple(_BODY.unpack(document["body"]) for document in documents)


def document_of(one: ListImport, content: bytes, seq: int) -> Document:
    return {
        "_id": one.import_id,
        "member_id": one.member_id,
        "seq": seq,
        "content": zlib.compress(content),
        **_fields(one),
    }


def _fields(one: ListImport) -> Document:
    return {
        "running": one.state is ImportState.RUNNING,
        "due_at": one.due_at,
        "version": one.version,
        "body": _BODY.pack(one),
    }
