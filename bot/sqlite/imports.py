"""Files that members bring into shared playlists, in SQLite. Their lines are compressed."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.sqlite.database import to_ms
from bot.stores.bodies import Body
from bot.stores.imports import ImportState, ListImport

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sqlite.database import Database, Row

IMPORTS: Final = (
    """CREATE TABLE imports (
        seq INTEGER PRIMARY KEY,
        import_id TEXT NOT NULL UNIQUE,
        member_id INTEGER NOT NULL,
        running INTEGER NOT NULL,
        due_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        body BLOB NOT NULL,
        content BLOB NOT NULL -- compressed
    ) STRICT""",
    "CREATE INDEX imports_due ON imports (running, due_at)",
    "CREATE INDEX imports_member ON imports (member_id, seq)",
)
_BODY: Final = Body(ListImport)


class SqliteImports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, one: ListImport, content: bytes) -> None:
        await self._database.write(
            "INSERT INTO imports (import_id, member_id, running, due_at, version, body, content)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            one.import_id,
            one.member_id,
            *columns(one),
            zlib.compress(content),
        )

    async def get(self, import_id: str) -> ListImport | None:
        rows = await self._database.read("SELECT body FROM imports WHERE import_id = ?", import_id)
        return _BODY.unpack(rows[0][0]) if rows else None

    async def content(self, import_id: str) -> bytes | None:
        rows = await self._database.read("SELECT content FROM imports WHERE import_id = ?", import_id)
        return zlib.decompress(rows[0][0]) if rows else None

    async def swap(self, old: ListImport, new: ListImport, content: bytes | None = None) -> ListImport | None:
        stored = replace(new, import_id=old.import_id, member_id=old.member_id, version=old.version + 1)
        changed = await self._database.write(
            "UPDATE imports SET (running, due_at, version, body, content) = (?, ?, ?, ?, ifnull(?, content))"
            " WHERE import_id = ? AND version = ? RETURNING 1",
            *columns(stored),
            None if content is None else zlib.compress(content),
            old.import_id,
            old.version,
        )
        return stored if changed else None

    async def running(self) -> tuple[ListImport, ...]:
        rows = await self._database.read("SELECT body FROM imports WHERE running = 1 ORDER BY due_at, seq")
        return tuple(_BODY.unpack(body) for (body,) in rows)

    async def of_member(self, member_id: int) -> tuple[ListImport, ...]:
        rows = await self._database.read(
            "SELECT body FROM imports WHERE member_id = ? ORDER BY seq DESC", member_id
        )
        return tuple(_BODY.unpack(body) for (body,) in rows)

    async def sweep(self, now: datetime) -> None:
        await self._database.write("DELETE FROM imports WHERE running = 0 AND due_at <= ?", to_ms(now))

    async def forget_member(self, member_id: int) -> bool:
        return bool(
            await self._database.write("DELETE FROM imports WHERE member_id = ? RETURNING 1", member_id)
        )


def columns(one: ListImport) -> Row:
    """running, due_at, version, body."""
    return int(one.state is ImportState.RUNNING), to_ms(one.due_at), one.version, _BODY.pack(one)
