"""The write journals in MongoDB: one document per shared playlist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing
from bot.stores.bodies import Body
from bot.stores.journal import Journal

if TYPE_CHECKING:
    from bot.mongo.database import Collection, Document

_BODY: Final = Body(Journal)


class MongoJournals:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        await self._collection.create_index("unsettled")

    async def of(self, list_id: str) -> Journal:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": list_id})
        return _BODY.unpack(document["body"]) if document else Journal(list_id)

    async def swap(self, old: Journal, new: Journal) -> Journal | None:
        stored = replace(new, list_id=old.list_id, version=old.version + 1)
        document = document_of(stored)
        with unavailable_when_failing():
            if old.version:
                result = await self._collection.replace_one(
                    {"_id": old.list_id, "version": old.version}, document
                )
                return stored if result.matched_count else None
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                return None
        return stored

    async def unsettled(self) -> tuple[str, ...]:
        with unavailable_when_failing():
            documents = (
                await self._collection.find({"unsettled": True}, {"_id": 1}).sort("_id", 1).to_list(None)
            )
        return tuple(document["_id"] for document in documents)


def document_of(journal: Journal) -> Document:
    return {
        "_id": journal.list_id,
        "unsettled": journal.batch is not None,
        "version": journal.version,
        "body": _BODY.pack(journal),
    }
