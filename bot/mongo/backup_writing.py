"""Puts the records of a backup into MongoDB, instead of what is there. Until all are in, a mark keeps the bot out."""

from __future__ import annotations

from collections import defaultdict
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from bson import Int64

from bot.errors import BotRunningError
from bot.mongo import imports, playlist_jobs
from bot.mongo.backup_reading import NUMBER
from bot.mongo.contribution_documents import inserted
from bot.mongo.database import connect, unavailable_when_failing
from bot.mongo.due import document_of as due_of
from bot.mongo.history import COUNTER as HISTORY
from bot.mongo.history import document_of as event_of
from bot.mongo.history import insert_new
from bot.mongo.journals import document_of as journal_of
from bot.mongo.likes import document_of as like_of
from bot.mongo.lists import document_of as list_of
from bot.mongo.notices import document_of as notice_of
from bot.mongo.presence import Presence
from bot.mongo.quota import block_of
from bot.mongo.quota import document_of as spent_of
from bot.mongo.snapshots import counter as snapshot_counter
from bot.mongo.snapshots import document_of as snapshot_of
from bot.mongo.votes import document_of as vote_of
from bot.stores.backup import (
    PLACES,
    TOMBSTONE,
    AccountRecord,
    BlockRecord,
    ContributionRecord,
    DueRecord,
    EventRecord,
    FactRecord,
    ImportRecord,
    JobRecord,
    JournalRecord,
    LikeRecord,
    ListRecord,
    NoticeRecord,
    NumberRecord,
    OptOutRecord,
    SentRecord,
    SnapshotRecord,
    SpentRecord,
    VoteRecord,
    nothing,
)
from bot.stores.personal_data import after_all

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from bot.mongo.database import Document, Mongo
    from bot.stores.backup import Reached, Record

_DATA: Final = (
    "accounts",
    "lists",
    "contributions",
    "playlist_jobs",
    "left_out",
)  # what nobody likes to lose
_STAY: Final = {"presence", "key_values"}
_TOMBSTONES: Final = {"_id": {"$gte": TOMBSTONE, "$lt": after_all(TOMBSTONE)}}
_COLLECTION_OF: Final = {
    record: place.collection for place in PLACES if place.collection for record in place.records
}


def _account(one: AccountRecord) -> Document:
    return {
        "_id": Int64(one.member_id),
        "account_id": one.account_id,
        "spotify_id": one.spotify_id,
        "scopes": list(one.scopes),
        "authorized_at": one.authorized_at,
        "tokens": one.tokens,
        "version": one.version,
    }


def _sent(one: SentRecord) -> Document:
    return {"_id": one.notice_id, "attempts": one.attempts, "remembered_until": one.remembered_until}


# What each record becomes. `_Sink` gives a number to those that have one.
_DOCUMENTS: Final[dict[type, Callable[[Any], Document]]] = {
    VoteRecord: lambda one: vote_of(
        one.contribution_id, one.ballot_no, one.member_id, yes=one.yes, at=one.at
    ),
    LikeRecord: lambda one: like_of(one.like),
    SnapshotRecord: lambda one: snapshot_of(one.snapshot),
    JournalRecord: lambda one: journal_of(one.journal),
    DueRecord: lambda one: due_of(one.due),
    NoticeRecord: lambda one: notice_of(one.notice),
    SentRecord: _sent,
    ContributionRecord: lambda one: inserted(one.contribution),
    ListRecord: lambda one: list_of(one.playlist),
    AccountRecord: _account,
    OptOutRecord: lambda one: {"_id": Int64(one.member_id)},
    FactRecord: lambda one: {"_id": one.key, "value": one.value},
    SpentRecord: lambda one: spent_of((one.quarter, one.kind, one.guild_id, one.member_id), one.requests),
    BlockRecord: lambda one: block_of(one.bucket, one.until, used_up=one.used_up),
}
_NUMBERED: Final[dict[type, tuple[str, Callable[[Any, int], Document]]]] = {
    EventRecord: (HISTORY, lambda one, seq: event_of(one.event, seq)),
    ImportRecord: (imports.COUNTER, lambda one, seq: imports.document_of(one.one, one.content, seq)),
    JobRecord: (playlist_jobs.COUNTER, lambda one, seq: playlist_jobs.document_of(one.job, one.lists, seq)),
}


class MongoTarget:
    def __init__(self, database: Mongo, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def is_empty(self) -> bool:
        """What an interrupted restore left doesn't count."""
        if await self._presence.is_restoring():
            return True
        with unavailable_when_failing():
            return not any([await self._database[name].find_one({}, {"_id": 1}) for name in _DATA])

    async def tombstones(self) -> Mapping[str, str]:
        with unavailable_when_failing():
            found = await self._database["key_values"].find(_TOMBSTONES).to_list(None)
        return {one["_id"]: one["value"] for one in found}

    @asynccontextmanager
    async def replacing(self, reached: Reached = nothing, /) -> AsyncIterator[MongoSink]:
        """Raises BotRunningError."""
        marked_before = await self._presence.is_restoring()
        await self._presence.mark()
        if await self._presence.somebody():
            if not marked_before:
                await self._presence.unmark()
            raise BotRunningError
        reached("restore: marked")
        with unavailable_when_failing():
            for name in {place.collection for place in PLACES if place.collection} - _STAY:
                await self._database.drop_collection(name)  # the bot makes the indexes anew
            await self._database["key_values"].delete_many({"$nor": [_TOMBSTONES]})
        reached("restore: emptied")
        sink = MongoSink(self._database)
        yield sink
        await sink.finish()
        reached("restore: filled")
        await self._presence.unmark()


class MongoSink:
    def __init__(self, database: Mongo) -> None:
        self._database = database
        self._counters: defaultdict[str, int] = defaultdict(int)

    async def put(self, records: Sequence[Record]) -> None:
        documents: defaultdict[str, list[Document]] = defaultdict(list)
        for record in records:
            kind = type(record)
            if isinstance(record, NumberRecord):
                self._note(f"{NUMBER}{record.list_id}", record.last)
                continue
            if isinstance(record, SnapshotRecord):
                info = record.snapshot.info
                self._note(snapshot_counter(info.list_id), info.number)
            elif isinstance(record, ContributionRecord) and record.contribution.number is not None:
                self._note(f"{NUMBER}{record.contribution.list_id}", record.contribution.number)
            documents[_COLLECTION_OF[kind]].append(self._document(kind, record))
        with unavailable_when_failing():
            for name, several in documents.items():
                await insert_new(
                    self._database[name], several
                )  # a waiting event may also be in its place already

    async def finish(self) -> None:
        counters = [{"_id": name, "last": Int64(last)} for name, last in self._counters.items()]
        if counters:
            with unavailable_when_failing():
                await self._database["counters"].insert_many(counters)

    def _document(self, kind: type, record: Record) -> Document:
        if kind not in _NUMBERED:
            return _DOCUMENTS[kind](record)
        counter, made = _NUMBERED[kind]
        self._counters[counter] += 1
        return made(record, self._counters[counter])

    def _note(self, counter: str, number: int) -> None:
        self._counters[counter] = max(self._counters[counter], number)


@asynccontextmanager
async def open_target(uri: str) -> AsyncIterator[MongoTarget]:
    async with connect(uri) as database:
        yield MongoTarget(database, Presence(database))
