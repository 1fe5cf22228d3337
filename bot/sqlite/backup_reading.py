"""The SQLite file as records: read at one moment, while the bot may be using it."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.errors import DatabaseTooNewError, DatabaseTooOldError
from bot.sqlite.contribution_rows import BODY as CONTRIBUTION
from bot.sqlite.database import existing, from_ms, unavailable_when_failing
from bot.sqlite.history import EVENT
from bot.sqlite.migrations import STEPS
from bot.sqlite.snapshots import SNAPSHOT
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
from bot.stores.notices import Notice
from bot.stores.playlist_jobs import JobLists, PlaylistJob

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from bot.stores.backup import Record

_JOURNAL: Final = Body(Journal)
_LIST: Final = Body(SharedPlaylist)
_NOTICE: Final = Body(Notice)
_IMPORT: Final = Body(ListImport)
_JOB: Final = Body(PlaylistJob)
_JOB_LISTS: Final = Body(JobLists)


def _notice(key: str, told: int, due_at: int, attempts: int, body: bytes | None) -> Record:
    if told or body is None:
        return SentRecord(key, attempts, from_ms(due_at))
    return NoticeRecord(replace(_NOTICE.unpack(body), due_at=from_ms(due_at), attempts=attempts))


def _account(  # noqa: PLR0917 - its columns
    member: int, account: str, spotify: str, scopes: str, authorized_at: int, tokens: bytes, version: int
) -> Record:
    return AccountRecord(
        member, account, spotify, tuple(scopes.split()), from_ms(authorized_at), tokens, version
    )


# A query for each table, in the order of PLACES, and what each row becomes.
_READERS: Final[tuple[tuple[str, Callable[..., Record]], ...]] = (
    (
        "SELECT contribution_id, ballot_no, member_id, yes, at FROM votes",
        lambda key, no, member, yes, at: VoteRecord(key, no, member, bool(yes), from_ms(at)),
    ),
    (
        "SELECT list_id, recording, member_id, contribution_id, at FROM likes",
        lambda key, recording, member, one, at: LikeRecord(Like(key, recording, member, one, from_ms(at))),
    ),
    ("SELECT body FROM events ORDER BY seq", lambda body: EventRecord(EVENT.unpack(body))),
    (
        "SELECT body FROM snapshots ORDER BY list_id, number",
        lambda body: SnapshotRecord(SNAPSHOT.unpack(zlib.decompress(body))),
    ),
    ("SELECT body FROM journals", lambda body: JournalRecord(_JOURNAL.unpack(body))),
    (
        "SELECT kind, list_id, due_at FROM due",
        lambda kind, key, at: DueRecord(Due(DueKind(kind), key, from_ms(at))),
    ),
    ("SELECT notice_id, told, due_at, attempts, body FROM notices", _notice),
    (
        "SELECT body, content FROM imports ORDER BY seq",
        lambda body, content: ImportRecord(_IMPORT.unpack(body), zlib.decompress(content)),
    ),
    ("SELECT key, value FROM key_values", FactRecord),
    (
        "SELECT body FROM contributions ORDER BY seq",
        lambda body: ContributionRecord(CONTRIBUTION.unpack(body)),
    ),
    ("SELECT list_id, last FROM list_numbers", NumberRecord),
    ("SELECT body FROM lists", lambda body: ListRecord(_LIST.unpack(body))),
    (
        "SELECT body, lists FROM playlist_jobs ORDER BY seq",
        lambda body, lists: JobRecord(_JOB.unpack(body), _JOB_LISTS.unpack(zlib.decompress(lists))),
    ),
    (
        "SELECT member_id, account_id, spotify_id, scopes, authorized_at, tokens, version FROM accounts",
        _account,
    ),
    ("SELECT member_id FROM left_out", OptOutRecord),
    ("SELECT quarter, kind, guild_id, member_id, requests FROM quota_ledger", SpentRecord),
    (
        "SELECT bucket, until, used_up FROM quota_blocks",
        lambda bucket, until, used_up: BlockRecord(bucket, from_ms(until), bool(used_up)),
    ),
)


class SqliteSource:
    name = "SQLite"
    one_moment = True

    def __init__(self, path: Path) -> None:
        self._path = path

    async def records(self) -> AsyncIterator[Record]:
        """Raises StoreUnavailableError, DatabaseTooNewError or DatabaseTooOldError."""
        with unavailable_when_failing(), closing(self._connect()) as connection:
            for record in self._read(connection):
                yield record

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(existing(self._path), uri=True, isolation_level=None)

    def _read(self, connection: sqlite3.Connection) -> Iterator[Record]:
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("BEGIN")  # everything that is read from here on is from one moment
        ((version,),) = connection.execute("PRAGMA user_version")
        if version > len(STEPS):
            raise DatabaseTooNewError(self._path, version, len(STEPS))
        if version < len(STEPS):
            raise DatabaseTooOldError(self._path, version, len(STEPS))
        for query, record in _READERS:
            for row in connection.execute(query):
                yield record(*row)
