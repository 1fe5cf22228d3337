"""Likes in MongoDB: one document per member and recording in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Mapping

    from bot.mongo.database import Collection, Document
    from bot.stores.likes import Like

_AT_ONCE: Final = 5_000  # keys in one query


class MongoLikes:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        await self._collection.create_index([("list_id", 1), ("recording", 1), ("member_id", 1)])
        await self._collection.create_index("member_id")

    async def put(self, like: Like) -> bool:
        with unavailable_when_failing():
            try:
                await self._collection.insert_one(document_of(like))
            except DuplicateKeyError:
                return False
        return True

    async def drop(self, list_id: str, recording: str, member_id: int) -> bool:
        with unavailable_when_failing():
            result = await self._collection.delete_one(
                {"_id": _key(list_id, recording, member_id), "list_id": list_id}
            )
        return result.deleted_count > 0

    async def counts(self, list_id: str, recordings: Several[str] | None = None) -> Mapping[str, int]:
        if recordings is None:
            return await self._counted({"list_id": list_id})
        counted: dict[str, int] = {}
        wanted = sorted(set(recordings))
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            counted |= await self._counted({"list_id": list_id, "recording": {"$in": some}})
        return counted

    async def given(self, list_id: str, likes: Several[tuple[str, int]]) -> frozenset[tuple[str, int]]:
        wanted = {
            _key(list_id, recording, member_id): (recording, member_id) for recording, member_id in likes
        }
        keys, found = sorted(wanted), set[tuple[str, int]]()
        for start in range(0, len(keys), _AT_ONCE):
            with unavailable_when_failing():
                documents = await self._collection.find(
                    {"list_id": list_id, "_id": {"$in": keys[start : start + _AT_ONCE]}}, {"_id": 1}
                ).to_list(None)
            found.update(wanted[document["_id"]] for document in documents)
        return frozenset(found)

    async def erase_list(self, list_id: str) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"list_id": list_id})

    async def _counted(self, condition: Document) -> dict[str, int]:
        with unavailable_when_failing():
            groups = await self._collection.aggregate(
                [{"$match": condition}, {"$group": {"_id": "$recording", "n": {"$sum": 1}}}]
            ).to_list(None)
        return {group["_id"]: int(group["n"]) for group in groups}


def document_of(like: Like) -> Document:
    return {
        "_id": _key(like.list_id, like.recording, like.member_id),
        "list_id": like.list_id,
        "recording": like.recording,
        "member_id": Int64(like.member_id),
        "contribution_id": like.contribution_id,
        "at": like.at,
    }


def _key(list_id: str, recording: str, member_id: int) -> str:
    return f"{list_id} {recording} {member_id}"
