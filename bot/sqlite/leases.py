"""Leases in SQLite. They only coordinate tasks within one process: nobody else has the file open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sqlite.database import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sqlite.database import Database


class SqliteLeases:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        taken = await self._database.write(
            "INSERT INTO leases (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name)"
            " DO UPDATE SET holder = excluded.holder, until = excluded.until"
            " WHERE leases.holder = excluded.holder OR leases.until <= ? RETURNING 1",
            name,
            holder,
            to_ms(until),
            to_ms(now),
        )
        return bool(taken)

    async def renew(self, name: str, holder: str, until: datetime) -> bool:
        return bool(
            await self._database.write(
                "UPDATE leases SET until = ? WHERE name = ? AND holder = ? RETURNING 1",
                to_ms(until),
                name,
                holder,
            )
        )

    async def release(self, name: str, holder: str) -> None:
        await self._database.write("DELETE FROM leases WHERE name = ? AND holder = ?", name, holder)

    async def clear(self) -> None:
        """Drop all leases. Only at startup: their holders were tasks of a process that is gone."""
        await self._database.write("DELETE FROM leases")
