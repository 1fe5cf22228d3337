"""Bulk work on members' own playlists, in MongoDB. The lists are compressed: ten thousand URIs are long."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.mongo.database import unavailable_when_failing
from bot.mongo.outboxes import and_outbox
from bot.stores.bodies import Body
from bot.stores.playlist_jobs import JobLists, JobState, PlaylistJob

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.counters import Counters
    from bot.mongo.database import Collection, Document
    from bot.mongo.outboxes import Outboxes
    from bot.stores.notices import Notice

_JOB: Final = Body(PlaylistJob)
_LISTS: Final = Body(JobLists)
COUNTER: Final = "playlist jobs"


class MongoPlaylistJobs:
    def __init__(self, collection: Collection, counters: Counters, outboxes: Outboxes) -> None:
        self._collection = collection
        self._counters = counters
        self._outboxes = outboxes

    async def prepare(self) -> None:
        await self._collection.create_index([("running", 1), ("due_at", 1)])
        await self._collection.create_index([("member_id", 1), ("seq", -1)])

    async def add(self, job: PlaylistJob, lists: JobLists) -> None:
        seq = await self._counters.take(COUNTER)
        with unavailable_when_failing():
            await self._collection.insert_one(document_of(job, lists, seq))

    async def get(self, job_id: str) -> PlaylistJob | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": job_id}, {"body": 1})
        return _JOB.unpack(document["body"]) if document else None

    async def lists(self, job_id: str) -> JobLists | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": job_id}, {"lists": 1})
        return _LISTS.unpack(zlib.decompress(document["lists"])) if document else None

    async def swap(self, old: PlaylistJob, new: PlaylistJob, *notices: Notice) -> PlaylistJob | None:
        stored = replace(new, job_id=old.job_id, member_id=old.member_id, version=old.version + 1)
        update = and_outbox({"$set": _fields(stored)}, (), notices)
        with unavailable_when_failing():
            swapped = await self._outboxes.change(self._collection, {"_id": old.job_id}, old.version, update)
        return stored if swapped else None

    async def running(self) -> tuple[PlaylistJob, ...]:
        return await self._found({"running": True}, [("due_at", 1), ("seq", 1)])

    async def of_member(self, member_id: int) -> tuple[PlaylistJob, ...]:
        return await self._found({"member_id": member_id}, [("seq", -1)])

    async def sweep(self, now: datetime) -> None:
        with unavailable_when_failing():
            await self._collection.delete_many({"running": False, "due_at": {"$lte": now}})

    async def forget_member(self, member_id: int) -> bool:
        with unavailable_when_failing():
            return bool((await self._collection.delete_many({"member_id": member_id})).deleted_count)

    async def _found(self, condition: Document, order: list[tuple[str, int]]) -> tuple[PlaylistJob, ...]:
        with unavailable_when_failing():
            documents = await self._collection.find(condition, {"body": 1}).sort(order).to_list(None)
        return tuple(_JOB.unpack(document["body"]) for document in documents)


def document_of(job: PlaylistJob, lists: JobLists, seq: int) -> Document:
    return {
        "_id": job.job_id,
        "member_id": job.member_id,
        "seq": seq,
        "lists": zlib.compress(_LISTS.pack(lists)),
        **_fields(job),
    }


def _fields(job: PlaylistJob) -> Document:
    return {
        "running": job.state is JobState.RUNNING,
        "due_at": job.due_at,
        "version": job.version,
        "body": _JOB.pack(job),
    }
