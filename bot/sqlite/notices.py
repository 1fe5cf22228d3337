"""Notices still to be sent, in SQLite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.sqlite.database import from_ms, to_ms
from bot.stores.bodies import Body
from bot.stores.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.sqlite.database import Database, Row, Run

NOTICES: Final = (
    """CREATE TABLE notices (
        notice_id TEXT PRIMARY KEY,
        told INTEGER NOT NULL,
        due_at INTEGER NOT NULL, -- of those told: until when the id is remembered
        attempts INTEGER NOT NULL,
        member_id INTEGER, -- to whom; NULL: to a channel, or told
        body BLOB -- NULL: told
    ) STRICT""",
    "CREATE INDEX notices_due ON notices (told, due_at, notice_id)",
    "CREATE INDEX notices_member ON notices (member_id) WHERE member_id IS NOT NULL",
)
NOTICE: Final = Body(Notice)


class SqliteNotices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *notices: Notice) -> None:
        if notices:
            async with self._database.transaction() as run:
                await add_notices(run, notices)

    async def due(self, now: datetime, *, limit: int) -> tuple[Notice, ...]:
        rows = await self._database.read(
            "SELECT due_at, attempts, body FROM notices WHERE told = 0 AND due_at <= ?"
            " ORDER BY due_at, notice_id LIMIT ?",
            to_ms(now),
            limit,
        )
        return tuple(map(_record, rows))

    async def next(self) -> datetime | None:
        rows = await self._database.read(
            "SELECT due_at FROM notices WHERE told = 0 ORDER BY due_at, notice_id LIMIT 1"
        )
        return from_ms(rows[0][0]) if rows else None

    async def claim(self, notice: Notice, until: datetime) -> Notice | None:
        rows = await self._database.write(
            "UPDATE notices SET attempts = attempts + 1, due_at = ?"
            " WHERE notice_id = ? AND told = 0 AND attempts = ? AND due_at = ?"
            " RETURNING due_at, attempts, body",
            to_ms(until),
            notice.notice_id,
            notice.attempts,
            to_ms(notice.due_at),
        )
        return _record(rows[0]) if rows else None

    async def postpone(self, claimed: Notice, due_at: datetime) -> bool:
        return bool(
            await self._database.write(
                "UPDATE notices SET due_at = ? WHERE notice_id = ? AND told = 0 AND attempts = ? RETURNING 1",
                to_ms(due_at),
                claimed.notice_id,
                claimed.attempts,
            )
        )

    async def done(self, claimed: Notice, remember_until: datetime) -> bool:
        return bool(
            await self._database.write(
                "UPDATE notices SET told = 1, due_at = ?, member_id = NULL, body = NULL"
                " WHERE notice_id = ? AND told = 0 AND attempts = ? RETURNING 1",
                to_ms(remember_until),
                claimed.notice_id,
                claimed.attempts,
            )
        )

    async def sweep(self, now: datetime) -> None:
        await self._database.write("DELETE FROM notices WHERE told = 1 AND due_at <= ?", to_ms(now))

    async def forget_member(self, member_id: int) -> None:
        await self._database.write("DELETE FROM notices WHERE member_id = ?", member_id)


async def add_notices(run: Run, notices: Iterable[Notice]) -> None:
    """Within a running transaction."""
    for notice in notices:
        await run(
            "INSERT INTO notices VALUES (?, 0, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            notice.notice_id,
            to_ms(notice.due_at),
            notice.attempts,
            notice.member_id,
            NOTICE.pack(notice),
        )


def _record(row: Row) -> Notice:
    due_at, attempts, body = row
    return replace(NOTICE.unpack(body), due_at=from_ms(due_at), attempts=attempts)
