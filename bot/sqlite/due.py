"""When something is due for a shared playlist, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.sqlite.database import from_ms, to_ms
from bot.stores.due import Due

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sqlite.database import Database
    from bot.stores.due import DueKind

DUE: Final = (
    """CREATE TABLE due (
        kind TEXT NOT NULL,
        list_id TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        PRIMARY KEY (kind, list_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX due_time ON due (kind, due_at, list_id)",
)
_AT_ONCE: Final = 1_000  # rows in one transaction


class SqliteDueTimes:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, *dues: Due) -> None:
        await self._insert(dues, "NOTHING")

    async def lists_with(self, kind: DueKind) -> frozenset[str]:
        rows = await self._database.read("SELECT list_id FROM due WHERE kind = ?", kind.value)
        return frozenset(list_id for (list_id,) in rows)

    async def hasten(self, *dues: Due) -> None:
        await self._insert(dues, "UPDATE SET due_at = min(due_at, excluded.due_at)")

    async def until(self, kind: DueKind, now: datetime, *, limit: int) -> tuple[Due, ...]:
        rows = await self._database.read(
            "SELECT list_id, due_at FROM due WHERE kind = ? AND due_at <= ? ORDER BY due_at, list_id LIMIT ?",
            kind.value,
            to_ms(now),
            limit,
        )
        return tuple(Due(kind, list_id, from_ms(due_at)) for list_id, due_at in rows)

    async def next(self, kind: DueKind, by: datetime | None = None) -> datetime | None:
        rows = await self._database.read(
            "SELECT due_at FROM due WHERE kind = ? ORDER BY due_at LIMIT 1", kind.value
        )
        found = from_ms(rows[0][0]) if rows else None
        return found if found is not None and (by is None or found <= by) else None

    async def move(self, old: Due, due_at: datetime | None) -> bool:
        place = (old.kind.value, old.list_id, to_ms(old.due_at))
        if due_at is None:
            moved = await self._database.write(
                "DELETE FROM due WHERE kind = ? AND list_id = ? AND due_at = ? RETURNING 1", *place
            )
        else:
            moved = await self._database.write(
                "UPDATE due SET due_at = ? WHERE kind = ? AND list_id = ? AND due_at = ? RETURNING 1",
                to_ms(due_at),
                *place,
            )
        return bool(moved)

    async def _insert(self, dues: tuple[Due, ...], otherwise: str) -> None:
        for start in range(0, len(dues), _AT_ONCE):
            async with self._database.transaction() as run:
                for due in dues[start : start + _AT_ONCE]:
                    await run(
                        f"INSERT INTO due VALUES (?, ?, ?) ON CONFLICT DO {otherwise}",  # noqa: S608 - see above
                        due.kind.value,
                        due.list_id,
                        to_ms(due.due_at),
                    )
