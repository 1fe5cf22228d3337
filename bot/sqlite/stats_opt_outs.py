"""Who doesn't want to be named in charts and numbers, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.sqlite.database import Database

LEFT_OUT: Final = ("CREATE TABLE left_out (member_id INTEGER PRIMARY KEY) STRICT",)
_MOST_MARKS: Final = 10_000  # SQLite allows 32,766 in a statement


class SqliteStatsOptOuts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, member_id: int) -> bool:
        return bool(
            await self._database.write(
                "INSERT INTO left_out VALUES (?) ON CONFLICT DO NOTHING RETURNING 1", member_id
            )
        )

    async def drop(self, member_id: int) -> bool:
        return bool(
            await self._database.write("DELETE FROM left_out WHERE member_id = ? RETURNING 1", member_id)
        )

    async def among(self, member_ids: Collection[int]) -> frozenset[int]:
        found: set[int] = set()
        asked = list(member_ids)
        for start in range(0, len(asked), _MOST_MARKS):
            several = asked[start : start + _MOST_MARKS]
            rows = await self._database.read(
                f"SELECT member_id FROM left_out WHERE member_id IN ({', '.join('?' * len(several))})",  # noqa: S608 - marks only
                *several,
            )
            found.update(member_id for (member_id,) in rows)
        return frozenset(found)
