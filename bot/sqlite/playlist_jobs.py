"""Bulk work on members' own playlists, in SQLite. The lists are compressed: ten thousand URIs are long."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms
from bot.sqlite.notices import add_notices
from bot.stores.bodies import Body
from bot.stores.playlist_jobs import JobLists, JobState, PlaylistJob

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sqlite.database import Database, Row
    from bot.stores.notices import Notice

PLAYLIST_JOBS: Final = (
    """CREATE TABLE playlist_jobs (
        seq INTEGER PRIMARY KEY,
        job_id TEXT NOT NULL UNIQUE,
        member_id INTEGER NOT NULL,
        running INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        lists BLOB NOT NULL -- compressed
    ) STRICT""",
    "CREATE INDEX playlist_jobs_due ON playlist_jobs (running, due_at)",
    "CREATE INDEX playlist_jobs_member ON playlist_jobs (member_id, seq)",
)
_JOB: Final = Body(PlaylistJob)
_LISTS: Final = Body(JobLists)


class SqlitePlaylistJobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, job: PlaylistJob, lists: JobLists) -> None:
        await self._database.write(
            "INSERT INTO playlist_jobs (job_id, member_id, running, due_at, version, body, lists)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            job.job_id,
            job.member_id,
            *columns(job),
            zlib.compress(_LISTS.pack(lists)),
        )

    async def get(self, job_id: str) -> PlaylistJob | None:
        rows = await self._database.read("SELECT body FROM playlist_jobs WHERE job_id = ?", job_id)
        return _JOB.unpack(rows[0][0]) if rows else None

    async def lists(self, job_id: str) -> JobLists | None:
        rows = await self._database.read("SELECT lists FROM playlist_jobs WHERE job_id = ?", job_id)
        return _LISTS.unpack(zlib.decompress(rows[0][0])) if rows else None

    async def swap(self, old: PlaylistJob, new: PlaylistJob, *notices: Notice) -> PlaylistJob | None:
        stored = replace(new, job_id=old.job_id, member_id=old.member_id, version=old.version + 1)
        async with self._database.transaction() as run:
            if not await run(
                "UPDATE playlist_jobs SET (running, due_at, version, body) = (?, ?, ?, ?)"
                " WHERE job_id = ? AND version = ? RETURNING 1",
                *columns(stored),
                old.job_id,
                old.version,
            ):
                return None
            await add_notices(run, notices)
        return stored

    async def running(self) -> tuple[PlaylistJob, ...]:
        rows = await self._database.read(
            "SELECT body FROM playlist_jobs WHERE running = 1 ORDER BY due_at, seq"
        )
        return tuple(_JOB.unpack(body) for (body,) in rows)

    async def of_member(self, member_id: int) -> tuple[PlaylistJob, ...]:
        rows = await self._database.read(
            "SELECT body FROM playlist_jobs WHERE member_id = ? ORDER BY seq DESC", member_id
        )
        return tuple(_JOB.unpack(body) for (body,) in rows)

    async def sweep(self, now: datetime) -> None:
        await self._database.write("DELETE FROM playlist_jobs WHERE running = 0 AND due_at <= ?", to_ms(now))

    async def forget_member(self, member_id: int) -> bool:
        return bool(
            await self._database.write("DELETE FROM playlist_jobs WHERE member_id = ? RETURNING 1", member_id)
        )


def columns(job: PlaylistJob) -> Row:
    """running, due_at, version, body."""
    return int(job.state is JobState.RUNNING), to_ms(job.due_at), job.version, _JOB.pack(job)
