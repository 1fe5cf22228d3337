"""A change and the events that tell of it are one document: they lie in its outbox until the history has them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.errors import StoreUnavailableError
from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import EVENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.mongo.database import Collection, Document
    from bot.mongo.history import MongoHistory
    from bot.stores.history import Event

log = logging.getLogger(__name__)

EMPTIED: Document = {"outbox": "", "untold": ""}  # to be unset


def with_outbox(document: Document, events: Iterable[Event]) -> Document:
    """For a document that is inserted."""
    outbox = [EVENT.pack(event) for event in events]
    return document | ({"outbox": outbox, "untold": True} if outbox else {})


def and_outbox(update: Document, events: Iterable[Event]) -> Document:
    """For an update that sets fields: what lies in the outbox already stays there."""
    outbox = [EVENT.pack(event) for event in events]
    if not outbox:
        return update
    return update | {"$set": update["$set"] | {"untold": True}, "$push": {"outbox": {"$each": outbox}}}


def waiting_in(document: Document) -> list[Event]:
    return [EVENT.unpack(packed) for packed in document.get("outbox", ())]


class Outboxes:
    """Those of all documents in `collections`, which have an id and a version."""

    def __init__(self, history: MongoHistory, *collections: Collection) -> None:
        self._history = history
        self._collections = collections
        self._untold = False  # some outbox could not be emptied

    async def prepare(self) -> None:
        for collection in self._collections:
            await collection.create_index("untold", sparse=True)

    async def tell(self) -> None:
        """Bring into the history what was left in outboxes: by a process that was killed, or a server away."""
        for collection in self._collections:
            with unavailable_when_failing():
                async for document in collection.find({"untold": True}):
                    await self._tell(collection, document)

    async def empty(self, collection: Collection, document: Document) -> None:
        """Bring its events into the history, now or later: the change itself is safe, whatever happens here."""
        if "outbox" not in document:
            return
        try:
            await self._tell(collection, document)
            if self._untold:
                await self.tell()
                self._untold = False
        except StoreUnavailableError:
            log.warning(
                "%s %s is stored; its history may wait in its outbox", collection.name, document["_id"]
            )
            self._untold = True

    async def _tell(self, collection: Collection, document: Document) -> None:
        """Should another change have come between, that one empties the outbox."""
        await self._history.append(*waiting_in(document))
        with unavailable_when_failing():
            await collection.update_one(
                {"_id": document["_id"], "version": document["version"]}, {"$unset": EMPTIED}
            )
