"""Small facts that survive a restart, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sqlite.database import Database


class SqliteValues:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        rows = await self._database.read("SELECT value FROM key_values WHERE key = ?", key)
        return rows[0][0] if rows else None

    async def put(self, key: str, value: str) -> None:
        await self._database.write("REPLACE INTO key_values (key, value) VALUES (?, ?)", key, value)
