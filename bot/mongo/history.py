"""What happened in shared playlists, in MongoDB: documents are only added, or removed with their contribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bson import DatetimeMS, Int64
from pymongo.errors import BulkWriteError

from bot.mongo.database import unavailable_when_failing
from bot.stores.bodies import Body
from bot.stores.history import FORMER_MEMBER, Event, HistoryPage

if TYPE_CHECKING:
    from bot.mongo.counters import Counters
    from bot.mongo.database import Collection, Document

EVENT: Final = Body(Event)
_DUPLICATE: Final = 11000
COUNTER: Final = "history"


class MongoHistory:
    def __init__(self, collection: Collection, counters: Counters) -> None:
        self._collection = collection
        self._counters = counters

    async def prepare(self) -> None:
        await self._collection.create_index([("list_id", 1), ("at", -1), ("seq", -1)])
        await self._collection.create_index([("list_id", 1), ("members", 1), ("at", -1), ("seq", -1)])
        await self._collection.create_index([("members", 1), ("list_id", 1)])

    async def append(self, *events: Event) -> None:
        if not events:
            return
        # Their order among events of the same moment; a skipped number does no harm.
        first = await self._counters.take(COUNTER, len(events))
        documents = [document_of(event, seq) for seq, event in enumerate(events, first)]
        with unavailable_when_failing():
            await insert_new(self._collection, documents)

    async def erase_of(self, list_id: str, contribution_id: str) -> None:
        """Erase the events of a contribution, whose IDs start with its own."""
        between = {"$gte": f"{contribution_id}:", "$lt": f"{contribution_id};"}
        await self._collection.delete_many({"list_id": list_id, "_id": between})

    async def page(
        self, list_id: str, *, limit: int, before: str | None = None, member_id: int | None = None
    ) -> HistoryPage:
        condition: Document = {"list_id": list_id}
        if member_id is not None:
            condition["members"] = Int64(member_id)
        if before is not None:
            at, seq = map(int, before.split("."))
            moment, last = DatetimeMS(at), Int64(seq)
            condition["at"] = {
                "$lte": moment
            }  # adds nothing to the next line, but lets the index find the place
            condition["$or"] = [{"at": {"$lt": moment}}, {"at": moment, "seq": {"$lt": last}}]
        with unavailable_when_failing():
            # One more than requested: it shows whether there is another page.
            documents = (
                await self._collection.find(condition)
                .sort([("at", -1), ("seq", -1)])
                .limit(limit + 1)
                .to_list(None)
            )
        shown = documents[:limit]
        return HistoryPage(
            events=tuple(EVENT.unpack(document["body"]) for document in shown),
            next=_cursor(shown[-1]) if len(documents) > limit and shown else None,
        )


def _cursor(document: Document) -> str:
    return f"{int(DatetimeMS(document['at']))}.{document['seq']}"


async def insert_new(collection: Collection, documents: list[Document]) -> int:
    """Insert those that violate no unique index, and return how many that was."""
    try:
        result = await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        details = error.details or {}
        if any(failure["code"] != _DUPLICATE for failure in details["writeErrors"]):
            raise
        return int(details["nInserted"])
    return len(result.inserted_ids)


def members(event: Event) -> list[Int64]:
    """Whose involvement can be asked for."""
    named = {event.actor_id, event.member_id} - {None, FORMER_MEMBER}
    return [Int64(member) for member in named if member is not None]


def document_of(event: Event, seq: int) -> Document:
    return {
        "_id": event.event_id,
        "list_id": event.list_id,
        "at": event.at,
        "seq": Int64(seq),
        "members": members(event),
        "body": EVENT.pack(event),
    }
