"""The write journals in SQLite: one row per shared playlist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.stores.bodies import Body
from bot.stores.journal import Journal

if TYPE_CHECKING:
    from bot.sqlite.database import Database, Row

_BODY: Final = Body(Journal)


class SqliteJournals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, list_id: str) -> Journal:
        rows = await self._database.read("SELECT body FROM journals WHERE list_id = ?", list_id)
        return _BODY.unpack(rows[0][0]) if rows else Journal(list_id)

    async def swap(self, old: Journal, new: Journal) -> Journal | None:
        stored = replace(new, list_id=old.list_id, version=old.version + 1)
        if old.version == 0:
            changed = await self._database.write(
                "INSERT INTO journals (unsettled, version, body, list_id) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (list_id) DO NOTHING RETURNING 1",
                *columns(stored),
            )
        else:
            changed = await self._database.write(
                "UPDATE journals SET (unsettled, version, body) = (?, ?, ?)"
                " WHERE list_id = ? AND version = ? RETURNING 1",
                *columns(stored),
                old.version,
            )
        return stored if changed else None

    async def unsettled(self) -> tuple[str, ...]:
        rows = await self._database.read("SELECT list_id FROM journals WHERE unsettled = 1 ORDER BY list_id")
        return tuple(list_id for (list_id,) in rows)


def columns(journal: Journal) -> Row:
    """unsettled, version, body, list_id."""
    return int(journal.batch is not None), journal.version, _BODY.pack(journal), journal.list_id
