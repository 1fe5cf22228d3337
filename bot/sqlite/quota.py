"""The common account of requests to Spotify, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sqlite.database import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.sqlite.database import Database


class SqliteQuota:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def exchange(
        self, spent: Mapping[int, int], blocked_until: datetime | None, oldest: int, /
    ) -> tuple[Mapping[int, int], datetime | None]:
        async with self._database.transaction() as run:
            for quarter, requests in spent.items():
                await run(
                    "INSERT INTO quota_spent (quarter, requests) VALUES (?, ?) ON CONFLICT (quarter)"
                    " DO UPDATE SET requests = requests + excluded.requests",
                    quarter,
                    requests,
                )
            await run("DELETE FROM quota_spent WHERE quarter < ?", oldest)
            if blocked_until is not None:
                await run(
                    "INSERT INTO quota_block (id, until) VALUES (1, ?) ON CONFLICT (id)"
                    " DO UPDATE SET until = max(until, excluded.until)",
                    to_ms(blocked_until),
                )
            counted = await run("SELECT quarter, requests FROM quota_spent")
            block = await run("SELECT until FROM quota_block")
        return dict(counted), from_ms(block[0][0]) if block else None
