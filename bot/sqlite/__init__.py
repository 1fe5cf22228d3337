"""The bot's data in one SQLite file: the default, no server needed."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.sqlite.accounts import SqliteAccounts
from bot.sqlite.attempts import SqliteAttempts
from bot.sqlite.backup_reading import SqliteSource
from bot.sqlite.contributions import SqliteContributions
from bot.sqlite.database import open_beside as database_beside
from bot.sqlite.database import open_database
from bot.sqlite.due import SqliteDueTimes
from bot.sqlite.history import SqliteHistory
from bot.sqlite.imports import SqliteImports
from bot.sqlite.journals import SqliteJournals
from bot.sqlite.leases import SqliteLeases
from bot.sqlite.likes import SqliteLikes
from bot.sqlite.lists import SqliteLists
from bot.sqlite.migrations import STEPS, migrate
from bot.sqlite.notices import SqliteNotices
from bot.sqlite.personal_data import SqliteTraces
from bot.sqlite.playlist_jobs import SqlitePlaylistJobs
from bot.sqlite.quota import SqliteQuota
from bot.sqlite.sealed import SqliteSealedRows
from bot.sqlite.snapshots import SqliteSnapshots
from bot.sqlite.stats_opt_outs import SqliteStatsOptOuts
from bot.sqlite.values import SqliteValues
from bot.sqlite.votes import SqliteVotes
from bot.sqlite.workload import SqliteWorkloads
from bot.stores import Stores
from bot.stores.beside import Beside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.sealing import Sealer
    from bot.sqlite.database import Database


PING_SIZE = 4096


@asynccontextmanager
async def open_stores(path: Path, sealer: Sealer) -> AsyncIterator[Stores]:
    """Open the file, creating it if needed, for this process only.

    Raises DatabaseInUseError, DatabaseTooNewError or StoreUnavailableError; nothing stays open then.
    """
    async with open_database(path) as database:
        await migrate(database)
        await SqliteLeases(database).clear()
        yield _stores(database, sealer)


@asynccontextmanager
async def open_beside(path: Path, sealer: Sealer) -> AsyncIterator[Beside]:
    """An existing file, while the bot may be using it. Raises StoreUnavailableError."""
    async with database_beside(path) as database:
        [(schema,)] = await database.read("PRAGMA user_version")
        [(version,)] = await database.read("SELECT sqlite_version()")
        yield Beside(_stores(database, sealer), f"SQLite {version}", schema, len(STEPS))


def _stores(database: Database, sealer: Sealer) -> Stores:
    async def ping() -> None:
        # A page of its own: if the last pages are full, a smaller row might still fit somewhere.
        async with database.transaction() as run:
            await run("REPLACE INTO key_values (key, value) VALUES ('ping', ?)", " " * PING_SIZE)
            await run("DELETE FROM key_values WHERE key = 'ping'")

    return Stores(
        accounts=SqliteAccounts(database, sealer),
        attempts=SqliteAttempts(database, sealer),
        leases=SqliteLeases(database),
        values=SqliteValues(database),
        quota=SqliteQuota(database),
        lists=SqliteLists(database),
        contributions=SqliteContributions(database),
        votes=SqliteVotes(database),
        likes=SqliteLikes(database),
        history=SqliteHistory(database),
        snapshots=SqliteSnapshots(database),
        journals=SqliteJournals(database),
        stats_opt_outs=SqliteStatsOptOuts(database),
        due=SqliteDueTimes(database),
        notices=SqliteNotices(database),
        personal_data=SqliteTraces(database),
        playlist_jobs=SqlitePlaylistJobs(database),
        workload=SqliteWorkloads(database),
        imports=SqliteImports(database),
        sealed=SqliteSealedRows(database),
        known_tracks=None,
        records=SqliteSource(database.path).records,
        ping=ping,
    )
