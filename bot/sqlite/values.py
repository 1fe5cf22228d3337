"""Small facts that survive a restart, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stores.personal_data import after_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sqlite.database import Database


class SqliteValues:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        rows = await self._database.read("SELECT value FROM key_values WHERE key = ?", key)
        return rows[0][0] if rows else None

    async def put(self, key: str, value: str) -> None:
        await self._database.write("REPLACE INTO key_values (key, value) VALUES (?, ?)", key, value)

    async def starting(self, prefix: str) -> Mapping[str, str]:
        rows = await self._database.read(
            "SELECT key, value FROM key_values WHERE key >= ? AND key < ? ORDER BY key",
            prefix,
            after_all(prefix),
        )
        return dict(rows)

    async def erase(self, key: str) -> None:
        await self._database.write("DELETE FROM key_values WHERE key = ?", key)
