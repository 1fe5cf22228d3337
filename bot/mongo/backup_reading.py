"""MongoDB as records: from one moment if the server can do that, while the bot goes on."""

from __future__ import annotations

import secrets
import zlib
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pymongo.errors import ConfigurationError, OperationFailure

from bot.errors import DatabaseTooNewError
from bot.mongo.contribution_documents import BODY as CONTRIBUTION
from bot.mongo.database import connect, unavailable_when_failing
from bot.mongo.history import EVENT
from bot.mongo.notices import NOTICE
from bot.mongo.outboxes import notices_in, waiting_in
from bot.mongo.presence import Presence
from bot.mongo.quota import BLOCK
from bot.mongo.schema import SCHEMA, schema_of
from bot.mongo.snapshots import SNAPSHOT
from bot.stores.backup import (
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
)
from bot.stores.bodies import Body
from bot.stores.due import Due, DueKind
from bot.stores.imports import ListImport
from bot.stores.journal import Journal
from bot.stores.likes import Like
from bot.stores.lists import SharedPlaylist
from bot.stores.playlist_jobs import JobLists, PlaylistJob

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from motor.motor_asyncio import AsyncIOMotorClientSession

    from bot.mongo.database import Document, Mongo
    from bot.stores.backup import Record

NUMBER: Final = "number "  # how the names of these counters start
_AT_ONCE: Final = 200  # documents in one answer
_JOURNAL: Final = Body(Journal)
_LIST: Final = Body(SharedPlaylist)
_IMPORT: Final = Body(ListImport)
_JOB: Final = Body(PlaylistJob)
_JOB_LISTS: Final = Body(JobLists)


def _vote(one: Document) -> Record:
    key, ballot_no = one["ballot"].split(" ")
    return VoteRecord(key, int(ballot_no), int(one["member_id"]), bool(one["yes"]), one["at"])


def _like(one: Document) -> Record:
    like = Like(one["list_id"], one["recording"], int(one["member_id"]), one["contribution_id"], one["at"])
    return LikeRecord(like)


def _notice(one: Document) -> Record:
    if "body" not in one:
        return SentRecord(one["_id"], one["attempts"], one["remembered_until"])
    notice = NOTICE.unpack(one["body"])
    return NoticeRecord(replace(notice, due_at=one["due_at"], attempts=one["attempts"]))


def _account(one: Document) -> Record:
    return AccountRecord(
        int(one["_id"]),
        one["account_id"],
        one["spotify_id"],
        tuple(one["scopes"]),
        one["authorized_at"],
        bytes(one["tokens"]),
        one["version"],
    )


def _counter(one: Document) -> Record | None:
    name = one["_id"]
    return NumberRecord(name.removeprefix(NUMBER), int(one["last"])) if name.startswith(NUMBER) else None


def _quota(one: Document) -> Record:
    if "until" in one:
        return BlockRecord(one["_id"].removeprefix(BLOCK).strip(), one["until"], bool(one.get("used_up")))
    return SpentRecord(
        int(one["quarter"]), one["kind"], int(one["guild_id"]), int(one["member_id"]), int(one["requests"])
    )


# Each collection, in the order of PLACES, how its documents are sorted, and what each one becomes.
_READERS: Final[tuple[tuple[str, list[tuple[str, int]], Callable[[Document], Record | None]], ...]] = (
    ("votes", [], _vote),
    ("likes", [], _like),
    # Backwards through its index, so that no server has to sort.
    (
        "events",
        [("list_id", -1), ("at", 1), ("seq", 1)],
        lambda one: EventRecord(EVENT.unpack(one["body"])),
    ),
    ("snapshots", [], lambda one: SnapshotRecord(SNAPSHOT.unpack(zlib.decompress(one["body"])))),
    ("journals", [], lambda one: JournalRecord(_JOURNAL.unpack(one["body"]))),
    ("due", [], lambda one: DueRecord(Due(DueKind(one["kind"]), one["list_id"], one["due_at"]))),
    ("notices", [], _notice),
    (
        "imports",
        [("seq", 1)],
        lambda one: ImportRecord(_IMPORT.unpack(one["body"]), zlib.decompress(one["content"])),
    ),
    ("key_values", [], lambda one: FactRecord(one["_id"], one["value"])),
    ("contributions", [("_id", 1)], lambda one: ContributionRecord(CONTRIBUTION.unpack(one["body"]))),
    ("counters", [], _counter),
    ("lists", [], lambda one: ListRecord(_LIST.unpack(one["body"]))),
    (
        "playlist_jobs",
        [("seq", 1)],
        lambda one: JobRecord(_JOB.unpack(one["body"]), _JOB_LISTS.unpack(zlib.decompress(one["lists"]))),
    ),
    ("accounts", [], _account),
    ("left_out", [], lambda one: OptOutRecord(int(one["_id"]))),
    ("quota", [], _quota),
)


class MongoSource:
    name = "MongoDB"

    def __init__(self, database: Mongo, session: AsyncIOMotorClientSession | None) -> None:
        self._database = database
        self._session = session
        self.one_moment = session is not None

    async def records(self) -> AsyncIterator[Record]:
        """Raises StoreUnavailableError."""
        with unavailable_when_failing():
            for collection, order, record in _READERS:
                found = self._database[collection].find(
                    sort=order or None, batch_size=_AT_ONCE, session=self._session
                )
                async for document in found:
                    if made := record(document):
                        yield made
                    for waiting in _outbox(document):
                        yield waiting


@asynccontextmanager
async def open_source(uri: str) -> AsyncIterator[MongoSource]:
    """Raises DatabaseTooNewError, RestoreUnfinishedError and StoreUnavailableError."""
    async with connect(uri) as database:
        await Presence(database).must_be_whole()
        with unavailable_when_failing():
            version = await schema_of(database)
        if version > SCHEMA:
            raise DatabaseTooNewError(f"the MongoDB database {database.name}", version, SCHEMA)
        async with await database.client.start_session(snapshot=True) as session:
            with unavailable_when_failing():
                one_moment = await _shows_one_moment(database, session)
            yield MongoSource(database, session if one_moment else None)


async def _shows_one_moment(database: Mongo, session: AsyncIOMotorClientSession) -> bool:
    """Whether the session goes on showing the moment of its first look, which is now; some servers only say so."""
    beside = database[Presence.collection]
    probe: Document = {"_id": f"probe {secrets.token_hex(8)}", "seen_at": datetime(1970, 1, 1, tzinfo=UTC)}
    try:
        await beside.find_one({}, session=session)
        await beside.insert_one(probe)
        seen = await beside.find_one({"_id": probe["_id"]}, session=session)
        await beside.delete_one({"_id": probe["_id"]})
    except (OperationFailure, ConfigurationError):  # a server on its own, or an old one
        return False
    return seen is None


def _outbox(document: Document) -> Iterator[Record]:
    """Events and notices that still have to get their own place."""
    yield from map(EventRecord, waiting_in(document))
    yield from map(NoticeRecord, notices_in(document))
