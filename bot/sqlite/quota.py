"""The ledger of requests to Spotify, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sqlite.database import from_ms, to_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sqlite.database import Database
    from bot.stores.process import Block, Row

LEDGER: Final = (
    """CREATE TABLE quota_ledger (
        quarter INTEGER NOT NULL, -- of an hour, since 1970
        kind TEXT NOT NULL, -- of requests; with the quarter it is the bucket
        guild_id INTEGER NOT NULL, -- 0: of no server
        member_id INTEGER NOT NULL, -- 0: nobody's
        requests INTEGER NOT NULL,
        PRIMARY KEY (quarter, kind, guild_id, member_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX quota_ledger_member ON quota_ledger (member_id)",
    "INSERT INTO quota_ledger SELECT quarter, 'all', 0, 0, requests FROM quota_spent",
    "DROP TABLE quota_spent",
)
BLOCKS: Final = (
    """CREATE TABLE quota_blocks (
        bucket TEXT PRIMARY KEY, -- of endpoints; empty: all of them
        until INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO quota_blocks SELECT '', until FROM quota_block",
    "DROP TABLE quota_block",
)
REASONS: Final = ("ALTER TABLE quota_blocks ADD COLUMN used_up INTEGER NOT NULL DEFAULT 0",)
ADD: Final = (
    "INSERT INTO quota_ledger (quarter, kind, guild_id, member_id, requests) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (quarter, kind, guild_id, member_id) DO UPDATE SET requests = requests + excluded.requests"
)


class SqliteQuota:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        async with self._database.transaction() as run:
            for row, requests in spent.items():
                await run(ADD, *row, requests)
            await run("DELETE FROM quota_ledger WHERE quarter < ?", oldest)
            for bucket, (until, used_up) in blocks.items():
                await run(
                    "INSERT INTO quota_blocks (bucket, until, used_up) VALUES (?, ?, ?) ON CONFLICT (bucket)"
                    " DO UPDATE SET (until, used_up) = (excluded.until, excluded.used_up)"
                    " WHERE excluded.until > until",
                    bucket,
                    to_ms(until),
                    int(used_up),
                )
            rows = await run(
                "SELECT quarter, kind, guild_id, member_id, requests FROM quota_ledger WHERE quarter >= ?",
                since,
            )
            closed = await run("SELECT bucket, until, used_up FROM quota_blocks")
        counted = {
            (quarter, kind, guild, member): requests for quarter, kind, guild, member, requests in rows
        }
        return counted, {bucket: (from_ms(until), bool(used_up)) for bucket, until, used_up in closed}

    async def forget_member(self, member_id: int) -> None:
        async with self._database.transaction() as run:
            theirs = await run(
                "DELETE FROM quota_ledger WHERE member_id = ? RETURNING quarter, kind, guild_id, requests",
                member_id,
            )
            for quarter, kind, guild_id, requests in theirs:
                await run(ADD, quarter, kind, guild_id, 0, requests)
