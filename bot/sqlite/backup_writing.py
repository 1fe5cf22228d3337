"""Puts the records of a backup into a new SQLite file, which replaces the old one once it's complete."""

from __future__ import annotations

import logging
import os
import sqlite3
import zlib
from collections import defaultdict
from contextlib import asynccontextmanager, closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from bot.errors import StoreUnavailableError
from bot.sqlite.contribution_rows import insert
from bot.sqlite.database import existing, only_process, open_locked, to_ms, unavailable_when_failing
from bot.sqlite.history import EVENT
from bot.sqlite.imports import columns as import_columns
from bot.sqlite.journals import columns as journal_columns
from bot.sqlite.lists import columns as list_columns
from bot.sqlite.lists import note_members
from bot.sqlite.migrations import migrate
from bot.sqlite.notices import add_notices
from bot.sqlite.playlist_jobs import columns as job_columns
from bot.sqlite.snapshots import columns as snapshot_columns
from bot.stores.backup import (
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
from bot.stores.bodies import Body
from bot.stores.history import FORMER_MEMBER
from bot.stores.personal_data import after_all
from bot.stores.playlist_jobs import JobLists
from bot.system import sync_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from bot.sqlite.database import Database, Row, Run
    from bot.stores.backup import Reached, Record

log = logging.getLogger(__name__)

_JOB_LISTS: Final = Body(JobLists)
REPLACED: Final = (
    " ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)"  # of tombstones: the later one
)
_AT_ONCE: Final = 1_000  # rows in a statement, which may hold 32,766 values


# What needs no more than its row: the table with its columns, and their values.
_ROWS: Final[dict[type, tuple[str, Callable[[Any], Row]]]] = {
    VoteRecord: (
        "votes (contribution_id, ballot_no, member_id, yes, at)",
        lambda one: (one.contribution_id, one.ballot_no, one.member_id, int(one.yes), to_ms(one.at)),
    ),
    LikeRecord: (
        "likes (list_id, recording, member_id, contribution_id, at)",
        lambda one: (
            one.like.list_id,
            one.like.recording,
            one.like.member_id,
            one.like.contribution_id,
            to_ms(one.like.at),
        ),
    ),
    SnapshotRecord: (
        "snapshots (list_id, number, actor_id, info, body)",
        lambda one: snapshot_columns(one.snapshot),
    ),
    JournalRecord: (
        "journals (unsettled, version, body, list_id)",
        lambda one: journal_columns(one.journal),
    ),
    DueRecord: (
        "due (kind, list_id, due_at)",
        lambda one: (one.due.kind.value, one.due.list_id, to_ms(one.due.due_at)),
    ),
    SentRecord: (
        "notices (notice_id, told, due_at, attempts)",
        lambda one: (one.notice_id, 1, to_ms(one.remembered_until), one.attempts),
    ),
    ImportRecord: (
        "imports (import_id, member_id, running, due_at, version, body, content)",
        lambda one: (
            one.one.import_id,
            one.one.member_id,
            *import_columns(one.one),
            zlib.compress(one.content),
        ),
    ),
    JobRecord: (
        "playlist_jobs (job_id, member_id, running, due_at, version, body, lists)",
        lambda one: (
            one.job.job_id,
            one.job.member_id,
            *job_columns(one.job),
            zlib.compress(_JOB_LISTS.pack(one.lists)),
        ),
    ),
    AccountRecord: (
        "accounts (member_id, account_id, spotify_id, scopes, authorized_at, tokens, version)",
        lambda one: (
            one.member_id,
            one.account_id,
            one.spotify_id,
            " ".join(one.scopes),
            to_ms(one.authorized_at),
            one.tokens,
            one.version,
        ),
    ),
    OptOutRecord: ("left_out (member_id)", lambda one: (one.member_id,)),
    FactRecord: ("key_values (key, value)", lambda one: (one.key, one.value)),
    SpentRecord: (
        "quota_ledger (quarter, kind, guild_id, member_id, requests)",
        lambda one: (one.quarter, one.kind, one.guild_id, one.member_id, one.requests),
    ),
    BlockRecord: (
        "quota_blocks (bucket, until, used_up)",
        lambda one: (one.bucket, to_ms(one.until), int(one.used_up)),
    ),
}
_DATA: Final = (
    "accounts",
    "lists",
    "contributions",
    "playlist_jobs",
    "left_out",
)  # what nobody likes to lose


class SqliteTarget:
    def __init__(self, path: Path) -> None:
        self._path = path

    async def is_empty(self) -> bool:
        if not self._path.exists():
            return True
        with (
            unavailable_when_failing(),
            closing(sqlite3.connect(existing(self._path), uri=True)) as connection,
        ):
            there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            return not any(
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()  # noqa: S608 - from above
                for table in _DATA
                if table in there
            )

    async def tombstones(self) -> Mapping[str, str]:
        try:
            if not self._path.exists():
                return {}
            with closing(sqlite3.connect(existing(self._path), uri=True)) as connection:
                query = "SELECT key, value FROM key_values WHERE key >= ? AND key < ?"
                return dict(connection.execute(query, (TOMBSTONE, after_all(TOMBSTONE))).fetchall())
        except sqlite3.DatabaseError:
            log.warning(
                "%s can't be read, so nobody knows what members had deleted since the backup", self._path
            )
            return {}

    @asynccontextmanager
    async def replacing(self, reached: Reached = nothing, /) -> AsyncIterator[SqliteSink]:
        """Raises DatabaseInUseError while the bot runs."""
        draft = self._path.with_name(f"{self._path.name}.restoring")
        with only_process(self._path):
            _remove(draft)  # of an earlier try
            try:
                async with open_locked(draft) as database:
                    await database.read(
                        "PRAGMA synchronous = OFF"
                    )  # it counts for nothing before it's complete
                    await migrate(database)
                    yield SqliteSink(database)
                    await database.read("PRAGMA wal_checkpoint(TRUNCATE)")
                reached("restore: new file written")
                with unavailable_when_failing():
                    _settle(self._path)
                reached("restore: old file settled")
                _put_in_place(draft, self._path)
                reached("restore: new file in place")
            finally:
                _remove(draft)


class SqliteSink:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, records: Sequence[Record]) -> None:
        several: defaultdict[type, list[Any]] = defaultdict(list)
        for record in records:
            several[type(record)].append(record)
        async with self._database.transaction() as run:
            for kind, alike in several.items():
                if kind in _ROWS:
                    into, columns = _ROWS[kind]
                    then = REPLACED if kind is FactRecord else ""
                    await _insert(run, into, map(columns, alike), then)
                elif kind is ListRecord:
                    await self._add_lists(run, alike)
                elif kind is EventRecord:
                    await self._append(run, alike)
                elif kind is ContributionRecord:
                    await insert(run, [one.contribution for one in alike])
                elif kind is NoticeRecord:
                    await add_notices(run, [one.notice for one in alike])
                elif kind is NumberRecord:
                    for one in alike:
                        await run(
                            "INSERT INTO list_numbers (list_id, last) VALUES (?, ?)"
                            " ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                            one.list_id,
                            one.last,
                        )
                else:
                    raise LookupError(kind)

    async def _add_lists(self, run: Run, records: Sequence[ListRecord]) -> None:
        """The same as a list's `create`, for many."""
        into = "lists (guild_id, owner_id, is_open, name_key, playlist_id, version, trouble, body, list_id)"
        await _insert(run, into, [(*list_columns(one.playlist), one.playlist.list_id) for one in records])
        for one in records:
            await note_members(run, one.playlist)

    async def _append(self, run: Run, records: Sequence[EventRecord]) -> None:
        """The same as `append_events`, for many."""
        events = {one.event.event_id: one.event for one in records}
        rows = (
            (event.event_id, event.list_id, to_ms(event.at), EVENT.pack(event)) for event in events.values()
        )
        then = " ON CONFLICT (event_id) DO NOTHING RETURNING seq, event_id"
        added = await _insert(run, "events (event_id, list_id, at, body)", rows, then)
        members = [
            (events[key].list_id, member_id, to_ms(events[key].at), seq)
            for seq, key in added
            for member_id in {events[key].actor_id, events[key].member_id} - {None, FORMER_MEMBER}
        ]
        await _insert(run, "event_members (list_id, member_id, at, seq)", members)


async def _insert(run: Run, into: str, rows: Iterable[Row], then: str = "") -> list[Row]:
    """Returns what `then` says."""
    left = iter(rows)
    returned: list[Row] = []
    while several := list(islice(left, _AT_ONCE)):
        marks = f"({', '.join('?' * len(several[0]))})"
        returned += await run(
            f"INSERT INTO {into} VALUES {', '.join([marks] * len(several))}{then}",  # noqa: S608 - names and marks only
            *(value for row in several for value in row),
        )
    return returned


def _settle(path: Path) -> None:
    """Leave nothing beside the old file: SQLite would take its log for the new file's."""
    if path.exists():
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise StoreUnavailableError(f"another program is using {path}") from error
        except sqlite3.DatabaseError:
            log.warning("%s can't be read any more; it's replaced as it is", path)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreUnavailableError(f"can't replace {path}: {error.strerror}") from error


def _remove(draft: Path) -> None:
    for beside in ("", "-wal", "-shm"):
        draft.with_name(draft.name + beside).unlink(missing_ok=True)
