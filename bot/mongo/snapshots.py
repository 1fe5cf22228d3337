"""What shared playlists held, in MongoDB: compressed, since ten thousand URIs are long."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo import UpdateOne

from bot.mongo.database import unavailable_when_failing
from bot.stores.bodies import Body
from bot.stores.history import Snapshot, SnapshotInfo
from bot.stores.indexing import NOBODY

if TYPE_CHECKING:
    from bot.mongo.counters import Counters
    from bot.mongo.database import Collection, Document

SNAPSHOT: Final = Body(Snapshot)
INFO: Final = Body(SnapshotInfo)
_AT_ONCE: Final = 100  # documents in one request: a slow server has 5 s for it


class MongoSnapshots:
    def __init__(self, collection: Collection, counters: Counters) -> None:
        self._collection = collection
        self._counters = counters

    async def prepare(self) -> None:
        await self._collection.create_index([("list_id", 1), ("number", -1)], unique=True)
        await self._collection.create_index([("actor_id", 1), ("list_id", 1)])
        await self._complete()

    async def _complete(self) -> None:
        """Documents stored before there was an actor apart from `info`."""
        old = {"actor_id": {"$exists": False}}
        while documents := (
            await self._collection.find(old, {"list_id": 1, "info": 1}).limit(_AT_ONCE).to_list(None)
        ):
            await self._collection.bulk_write(
                [
                    UpdateOne(
                        {"_id": one["_id"], "list_id": one["list_id"]},
                        {"$set": _actor(INFO.unpack(one["info"]))},
                    )
                    for one in documents
                ],
                ordered=False,
            )

    async def put(self, snapshot: Snapshot, *, keep: int) -> SnapshotInfo:
        list_id = snapshot.info.list_id
        number = await self._counters.take(counter(list_id))
        info = replace(snapshot.info, number=number)
        with unavailable_when_failing():
            await self._collection.insert_one(document_of(replace(snapshot, info=info)))
            await self._collection.delete_many(
                {"list_id": list_id, "number": {"$lte": number - max(keep, 1)}}
            )
        return info

    async def get(self, list_id: str, number: int) -> Snapshot | None:
        return await self._newest({"list_id": list_id, "number": number})

    async def latest(self, list_id: str) -> Snapshot | None:
        return await self._newest({"list_id": list_id})

    async def of_list(self, list_id: str) -> tuple[SnapshotInfo, ...]:
        with unavailable_when_failing():
            documents = (
                await self._collection.find({"list_id": list_id}, {"info": 1})
                .sort("number", -1)
                .to_list(None)
            )
        return tuple(INFO.unpack(document["info"]) for document in documents)

    async def _newest(self, condition: Document) -> Snapshot | None:
        with unavailable_when_failing():
            documents = await self._collection.find(condition).sort("number", -1).limit(1).to_list(None)
        return SNAPSHOT.unpack(zlib.decompress(documents[0]["body"])) if documents else None


def document_of(snapshot: Snapshot) -> Document:
    info = snapshot.info
    return {
        "_id": f"{info.list_id} {info.number}",
        "list_id": info.list_id,
        "number": info.number,
        **_actor(info),
        "info": INFO.pack(info),
        "body": zlib.compress(SNAPSHOT.pack(snapshot)),
    }


def _actor(info: SnapshotInfo) -> Document:
    """Always set, so that what an older bot stored is known by its absence."""
    return {"actor_id": Int64(info.actor_id or NOBODY)}


def taken_by(member_id: int) -> Document:
    """Those of the member, and those an older bot is storing beside this one, of which only `info` knows."""
    return {"$in": [Int64(member_id), None]}


def counter(list_id: str) -> str:
    return f"snapshot {list_id}"
