"""Votes in SQLite: one row per member and ballot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sqlite.database import to_ms
from bot.stores.contributions import Tally

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sqlite.database import Database


class SqliteVotes:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def cast(
        self, contribution_id: str, ballot_no: int, member_id: int, now: datetime, *, yes: bool
    ) -> bool:
        changed = await self._database.write(
            "INSERT INTO votes (contribution_id, ballot_no, member_id, yes, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET yes = excluded.yes, at = excluded.at WHERE yes <> excluded.yes"
            " RETURNING 1",
            contribution_id,
            ballot_no,
            member_id,
            int(yes),
            to_ms(now),
        )
        return bool(changed)

    async def tally(self, contribution_id: str, ballot_no: int, *, without: int | None = None) -> Tally:
        counted: dict[int, int] = dict(
            await self._database.read(
                "SELECT yes, count(*) FROM votes WHERE contribution_id = ? AND ballot_no = ?"
                " AND member_id IS NOT ? GROUP BY yes",
                contribution_id,
                ballot_no,
                without,
            )
        )
        return Tally(yes=counted.get(1, 0), no=counted.get(0, 0))

    async def of_member(self, contribution_id: str, ballot_no: int, member_id: int) -> bool | None:
        rows = await self._database.read(
            "SELECT yes FROM votes WHERE contribution_id = ? AND ballot_no = ? AND member_id = ?",
            contribution_id,
            ballot_no,
            member_id,
        )
        return bool(rows[0][0]) if rows else None
