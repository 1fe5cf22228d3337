"""The database in the settings, as what a backup is read from, or put into."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.sqlite.migrations import STEPS
from bot.storage import DATABASE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.settings import Settings
    from bot.stores.backup import Source, Target

SCHEMA: Final = len(STEPS)  # MongoDB's documents change together with SQLite's tables


@asynccontextmanager
async def source(settings: Settings) -> AsyncIterator[Source]:
    """Raises StoreUnavailableError; so does reading from it."""
    if settings.mongodb_uri:
        from bot.mongo import backup_reading  # noqa: PLC0415 - Motor is loaded only where it's used

        async with backup_reading.open_source(settings.mongodb_uri) as opened:
            yield opened
    else:
        from bot.sqlite.backup_reading import SqliteSource  # noqa: PLC0415 - the same in reverse

        yield SqliteSource(settings.data_dir / DATABASE)


@asynccontextmanager
async def target(settings: Settings) -> AsyncIterator[Target]:
    if settings.mongodb_uri:
        from bot.mongo import backup_writing  # noqa: PLC0415 - as above

        async with backup_writing.open_target(settings.mongodb_uri) as opened:
            yield opened
    else:
        from bot.sqlite.backup_writing import SqliteTarget  # noqa: PLC0415 - as above

        yield SqliteTarget(settings.data_dir / DATABASE)


def name(settings: Settings) -> str:
    return "MongoDB" if settings.mongodb_uri else str(settings.data_dir / DATABASE)
