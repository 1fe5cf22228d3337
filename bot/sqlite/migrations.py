"""The SQLite schema, as the steps that build it. A released step never changes; add a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import DatabaseTooNewError
from bot.sqlite.due import DUE
from bot.sqlite.imports import IMPORTS
from bot.sqlite.likes import LIKES
from bot.sqlite.notices import NOTICES
from bot.sqlite.personal_data import LISTS_OF_MEMBERS
from bot.sqlite.playlist_jobs import PLAYLIST_JOBS
from bot.sqlite.quota import BLOCKS, LEDGER, REASONS
from bot.sqlite.shared_schema import (
    CLOSED_LISTS,
    COUNTS_OF_ERASED,
    NO_EMPTY_COUNTS,
    SHARED_PLAYLISTS,
    UNFINISHED_CONTRIBUTIONS,
    VOTES_OF_MEMBERS,
)
from bot.sqlite.stats_opt_outs import LEFT_OUT
from bot.sqlite.workload import TROUBLED_LISTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sqlite.database import Database

# Times are whole milliseconds since 1970, scopes are words separated by spaces, hashes and sealed values are bytes.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE accounts (
            member_id INTEGER PRIMARY KEY,
            account_id TEXT NOT NULL UNIQUE,
            spotify_id TEXT NOT NULL,
            scopes TEXT NOT NULL,
            authorized_at INTEGER NOT NULL,
            tokens BLOB NOT NULL, -- sealed
            version INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE attempts (
            member_id INTEGER PRIMARY KEY,
            attempt_id TEXT NOT NULL,
            member_name TEXT NOT NULL,
            status TEXT NOT NULL,
            scopes TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            token_hash BLOB NOT NULL,
            state_hash BLOB,
            cookie_hash BLOB,
            code_hash BLOB,
            tries_left INTEGER NOT NULL,
            secrets BLOB NOT NULL, -- sealed: verifier and waiting account
            version INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX attempts_token ON attempts (token_hash)",
        "CREATE INDEX attempts_cookie ON attempts (cookie_hash)",
        "CREATE INDEX attempts_expiry ON attempts (expires_at)",
        """CREATE TABLE leases (
            name TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            until INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE key_values (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT""",
    ),
    (
        """CREATE TABLE quota_spent (
            quarter INTEGER PRIMARY KEY, -- of an hour, since 1970
            requests INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE quota_block (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            until INTEGER NOT NULL
        ) STRICT""",
        "DELETE FROM key_values WHERE key LIKE 'blocked until:%'",  # where blocks used to be stored
    ),
    SHARED_PLAYLISTS,
    LEFT_OUT,
    CLOSED_LISTS,
    VOTES_OF_MEMBERS,
    DUE,
    UNFINISHED_CONTRIBUTIONS,
    NOTICES,
    NO_EMPTY_COUNTS,
    LEDGER,
    COUNTS_OF_ERASED,
    BLOCKS,
    PLAYLIST_JOBS,
    LIKES,
    REASONS,
    TROUBLED_LISTS,
    IMPORTS,
    LISTS_OF_MEMBERS,
)


async def migrate(database: Database, steps: Sequence[Sequence[str]] = STEPS) -> None:
    """Upgrade the schema to the newest version in one transaction, so that a failed upgrade leaves the old file.

    Raises DatabaseTooNewError, and changes nothing, if a newer bot has used the file.
    """
    [(version,)] = await database.read("PRAGMA user_version")
    if version > len(steps):
        raise DatabaseTooNewError(database.path, version, len(steps))
    if version == len(steps):
        return
    async with database.transaction() as run:
        for statements in steps[version:]:
            for statement in statements:
                await run(statement)
        await run(f"PRAGMA user_version = {len(steps)}")
