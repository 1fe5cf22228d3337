"""A change, its events and its notices are one document: they stay in its outbox until they have their own place."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pymongo.errors import PyMongoError

from bot.errors import StoreUnavailableError
from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import EVENT
from bot.mongo.notices import NOTICE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.mongo.database import Collection, Document
    from bot.mongo.history import MongoHistory
    from bot.mongo.notices import MongoNotices
    from bot.stores.history import Event
    from bot.stores.notices import Notice

log = logging.getLogger(__name__)

EMPTIED: Document = {"outbox": "", "notices": "", "untold": ""}  # to unset


def with_outbox(document: Document, events: Iterable[Event]) -> Document:
    """For a document that is being inserted."""
    outbox = [EVENT.pack(event) for event in events]
    return document | ({"outbox": outbox, "untold": True} if outbox else {})


def and_outbox(update: Document, events: Iterable[Event], notices: Iterable[Notice] = ()) -> Document:
    """For an update that sets fields: what's already in the outbox stays."""
    new = {
        "outbox": [EVENT.pack(event) for event in events],
        "notices": [NOTICE.pack(notice) for notice in notices],
    }
    pushed = {field: {"$each": packed} for field, packed in new.items() if packed}
    if not pushed:
        return update
    return update | {"$set": update["$set"] | {"untold": True}, "$push": pushed}


def waiting_in(document: Document) -> list[Event]:
    return [EVENT.unpack(packed) for packed in document.get("outbox", ())]


def notices_in(document: Document) -> list[Notice]:
    return [NOTICE.unpack(packed) for packed in document.get("notices", ())]


def place(document: Document) -> Document:
    """The condition that finds a document again: its ID, and its server if it has one, which it can be sharded by."""
    return {name: document[name] for name in ("_id", "guild_id") if name in document}


class Outboxes:
    """The outboxes of all documents in `collections`, which have an ID and a version."""

    def __init__(self, history: MongoHistory, notices: MongoNotices, *collections: Collection) -> None:
        self._history = history
        self._notices = notices
        self._collections = collections
        self._untold = False  # an outbox couldn't be emptied

    async def prepare(self) -> None:
        for collection in self._collections:
            await collection.create_index("untold", sparse=True)

    async def tell(self) -> None:
        """Deliver what was left in outboxes, by a process that was killed or while a server was unavailable."""
        for collection in self._collections:
            with unavailable_when_failing():
                async for document in collection.find({"untold": True}):
                    await self._tell(collection, place(document), document)

    async def change(self, collection: Collection, here: Document, version: int, update: Document) -> bool:
        """Change the document if it still has this version, and deliver what `and_outbox` put into its outbox.

        here: as from `place`. Raises PyMongoError; the change may have been made then.
        """
        try:
            result = await collection.update_one(here | {"version": version}, update)
        except PyMongoError:
            self._untold = True
            raise
        if result.matched_count and "$push" in update:
            await self.empty(collection, here)
        return bool(result.matched_count)

    async def empty(self, collection: Collection, here: Document, document: Document | None = None) -> None:
        """Deliver what's in its outbox, now or later: the change itself is safe, whatever happens here.

        here: as from `place`. document: as stored, if known.
        """
        try:
            await self._tell(collection, here, document)
            if self._untold:
                await self.tell()
                self._untold = False
        except StoreUnavailableError:
            log.warning(
                "%s %s is stored; its events may still be in its outbox", collection.name, here["_id"]
            )
            self._untold = True

    async def _tell(self, collection: Collection, here: Document, document: Document | None = None) -> None:
        """What another change adds meanwhile is delivered as well."""
        while True:
            if document is None:
                with unavailable_when_failing():
                    document = await collection.find_one(here)
            if document is None or "untold" not in document:
                return
            await self._history.append(*waiting_in(document))
            await self._notices.add(*notices_in(document))
            as_read = here | {"version": document["version"]}
            with unavailable_when_failing():
                if (await collection.update_one(as_read, {"$unset": EMPTIED})).matched_count:
                    return
            document = None
