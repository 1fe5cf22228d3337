"""Notices still to be sent, in MongoDB: one document each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bson import Int64

from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import insert_new
from bot.stores.bodies import Body
from bot.stores.notices import Notice

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection, Document

NOTICE: Final = Body(Notice)


class MongoNotices:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        for field in ("due_at", "remembered_until", "member_id"):
            await self._collection.create_index(field, sparse=True)

    async def add(self, *notices: Notice) -> None:
        if notices:
            with unavailable_when_failing():
                await insert_new(self._collection, [document_of(notice) for notice in notices])

    async def due(self, now: datetime, *, limit: int) -> tuple[Notice, ...]:
        with unavailable_when_failing():
            documents = (
                await self._collection.find({"due_at": {"$lte": now}})
                .sort([("due_at", 1), ("_id", 1)])
                .limit(limit)
                .to_list(None)
            )
        return tuple(map(_record, documents))

    async def next(self) -> datetime | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"due_at": {"$exists": True}}, sort=[("due_at", 1)])
        found: datetime | None = document["due_at"] if document else None
        return found

    async def claim(self, notice: Notice, until: datetime) -> Notice | None:
        with unavailable_when_failing():
            result = await self._collection.update_one(
                _as_it_is(notice) | {"due_at": notice.due_at},
                {"$set": {"due_at": until, "attempts": notice.attempts + 1}},
            )
        # Nothing else of a notice ever changes.
        return replace(notice, due_at=until, attempts=notice.attempts + 1) if result.matched_count else None

    async def postpone(self, claimed: Notice, due_at: datetime) -> bool:
        with unavailable_when_failing():
            result = await self._collection.update_one(_as_it_is(claimed), {"$set": {"due_at": due_at}})
        return bool(result.matched_count)

    async def done(self, claimed: Notice, remember_until: datetime) -> bool:
        with unavailable_when_failing():
            result = await self._collection.update_one(
                _as_it_is(claimed),
                {
                    "$set": {"remembered_until": remember_until},
                    "$unset": {"due_at": "", "member_id": "", "body": ""},
                },
            )
        return bool(result.matched_count)

    async def sweep(self, now: datetime) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"remembered_until": {"$lte": now}})

    async def forget_member(self, member_id: int) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"member_id": Int64(member_id)})


def _as_it_is(notice: Notice) -> Document:
    """Only unsent notices have a time."""
    return {"_id": notice.notice_id, "attempts": notice.attempts, "due_at": {"$exists": True}}


def document_of(notice: Notice) -> Document:
    document: Document = {
        "_id": notice.notice_id,
        "due_at": notice.due_at,
        "attempts": notice.attempts,
        "body": NOTICE.pack(notice),
    }
    return document | ({} if notice.member_id is None else {"member_id": Int64(notice.member_id)})


def _record(document: Document) -> Notice:
    return replace(NOTICE.unpack(document["body"]), due_at=document["due_at"], attempts=document["attempts"])
