"""What the bot keeps on disk, seen from outside: who is linked, a copy of it all, and putting a copy back."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from bot.storage import DATABASE, KEY_FILE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_S = 1.0
_LINKS = "SELECT member_id, account_id, scopes, authorized_at FROM accounts ORDER BY authorized_at"


@dataclass(frozen=True, slots=True)
class StoredLink:
    member_id: int
    account_id: str
    scopes: frozenset[str]
    since: datetime


class Copy(Struct):
    """The database as one file, and the keys to it. None: there is none yet."""

    database: bytes | None = None
    keys: str | None = None

    def flaw(self) -> str | None:
        """What is wrong with the database, as SQLite says it; None: nothing."""
        if self.database is None:
            return None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / DATABASE
            path.write_bytes(self.database)
            try:
                with closing(sqlite3.connect(path)) as connection:
                    ((found, *_), *_) = connection.execute("PRAGMA integrity_check")
                    ((version,),) = connection.execute("PRAGMA user_version")
                    if version:  # the bot has made its tables
                        connection.execute(_LINKS).fetchone()
            except sqlite3.DatabaseError as error:
                return str(error)
        return None if found == "ok" else str(found)


class BotData:
    """The folder of a bot that keeps its data in SQLite; with MongoDB there is nothing to see here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def links(self) -> list[StoredLink]:
        """The Spotify accounts that are linked now."""
        if not self._database.exists():
            return []
        try:
            with closing(sqlite3.connect(self._database, timeout=0)) as connection:
                rows = connection.execute(_LINKS).fetchall()
        except sqlite3.DatabaseError:
            return []  # the bot is just making it, or cannot use it either
        return [
            StoredLink(member, account, frozenset(scopes.split()), _EPOCH + timedelta(milliseconds=since))
            for member, account, scopes, since in rows
        ]

    def copy(self) -> Copy:
        """Also while the bot runs; SQLite sees to it that the copy is whole."""
        keys = self._keys.read_text() if self._keys.exists() else None
        if not self._database.exists():
            return Copy(None, keys)
        with (
            closing(sqlite3.connect(self._database, timeout=_BUSY_S)) as connection,
            closing(sqlite3.connect(":memory:")) as copied,
        ):
            connection.backup(copied)
            return Copy(copied.serialize(), keys)

    def replace(self, copy: Copy) -> None:
        """Put a copy in place of what is there. The bot must not be running."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in ("", "-wal", "-shm"):
            self._database.with_name(DATABASE + leftover).unlink(missing_ok=True)
        self._keys.unlink(missing_ok=True)
        if copy.database is not None:
            _write(self._database, copy.database)
        if copy.keys is not None:
            _write(self._keys, copy.keys.encode())

    @property
    def _database(self) -> Path:
        return self._folder / DATABASE

    @property
    def _keys(self) -> Path:
        return self._folder / KEY_FILE


def _write(path: Path, data: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(data)
