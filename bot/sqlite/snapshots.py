"""What shared playlists held, in SQLite: compressed, since ten thousand URIs are long."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.stores.bodies import Body
from bot.stores.history import Snapshot, SnapshotInfo

if TYPE_CHECKING:
    from bot.sqlite.database import Database, Row

SNAPSHOT: Final = Body(Snapshot)
INFO: Final = Body(SnapshotInfo)


class SqliteSnapshots:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, snapshot: Snapshot, *, keep: int) -> SnapshotInfo:
        list_id = snapshot.info.list_id
        async with self._database.transaction() as run:
            [(latest,)] = await run(
                "SELECT coalesce(max(number), 0) FROM snapshots WHERE list_id = ?", list_id
            )
            info = replace(snapshot.info, number=latest + 1)
            await run(
                "INSERT INTO snapshots (list_id, number, actor_id, info, body) VALUES (?, ?, ?, ?, ?)",
                *columns(replace(snapshot, info=info)),
            )
            await run(
                "DELETE FROM snapshots WHERE list_id = ? AND number <= ?", list_id, info.number - max(keep, 1)
            )
        return info

    async def get(self, list_id: str, number: int) -> Snapshot | None:
        return _one(
            await self._database.read(
                "SELECT body FROM snapshots WHERE list_id = ? AND number = ?", list_id, number
            )
        )

    async def latest(self, list_id: str) -> Snapshot | None:
        return _one(
            await self._database.read(
                "SELECT body FROM snapshots WHERE list_id = ? ORDER BY number DESC LIMIT 1", list_id
            )
        )

    async def of_list(self, list_id: str) -> tuple[SnapshotInfo, ...]:
        rows = await self._database.read(
            "SELECT info FROM snapshots WHERE list_id = ? ORDER BY number DESC", list_id
        )
        return tuple(INFO.unpack(info) for (info,) in rows)


def columns(snapshot: Snapshot) -> Row:
    info = snapshot.info
    return info.list_id, info.number, info.actor_id, INFO.pack(info), zlib.compress(SNAPSHOT.pack(snapshot))


def _one(rows: list[Row]) -> Snapshot | None:
    return SNAPSHOT.unpack(zlib.decompress(rows[0][0])) if rows else None
