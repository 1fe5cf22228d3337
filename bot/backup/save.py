"""Makes a backup, while the bot runs or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot import VERSION
from bot.backup.databases import SCHEMA
from bot.backup.file import FORMAT, Header, writing
from bot.stores.backup import LAST_BACKUP, FactRecord, nothing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.stores.backup import Reached, Source


@dataclass(frozen=True, slots=True)
class Saved:
    """counts: records by kind."""

    counts: Mapping[str, int]
    size: int


async def save(source: Source, path: Path, *, now: datetime, reached: Reached = nothing) -> Saved:
    """Raises BackupError and StoreUnavailableError; nothing stays of the file then."""
    header = Header(FORMAT, SCHEMA, VERSION, now, source.name, source.one_moment)
    with writing(path, header) as file:
        reached("backup: begun")
        async for record in source.records():
            if not (isinstance(record, FactRecord) and record.key == LAST_BACKUP):
                file.add(record)
        reached("backup: read")
    reached("backup: saved")
    return Saved(dict(file.counts), path.stat().st_size)  # noqa: ASYNC240 - of a program that does nothing else
