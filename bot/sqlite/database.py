"""The SQLite file that holds everything if no MongoDB is set: one file, one process, one connection."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiosqlite
from filelock import FileLock, Timeout

from bot.errors import DatabaseInUseError, StoreUnavailableError
from bot.system import make_private

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    Row = tuple[Any, ...]  # a row becomes a record where it arrives
    Run = Callable[..., Awaitable[list[Row]]]  # run(sql, *parameters)

log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # acknowledged writes survive a power cut
    "PRAGMA busy_timeout = 5000",  # someone may be reading the file with the sqlite3 shell
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # data a member erases is overwritten, not just unlinked
    "PRAGMA trusted_schema = OFF",
)


class Database:
    """One connection, used by one transaction or query at a time, so nobody ever sees half a change."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        self._turn = asyncio.Lock()
        self._closed = False

    async def read(self, sql: str, *parameters: object) -> list[Row]:
        async with self._my_turn():
            return await self._run(sql, *parameters)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Run]:
        """Commit at the end, or change nothing if an exception (including a cancellation) leaves the block.

        A cancellation that arrives during the commit is too late for it, and hits whatever the task awaits next.
        """
        async with self._my_turn():
            try:
                await self._run("BEGIN IMMEDIATE")
                yield self._run
                await self._commit()
            except BaseException:
                await self._connection.rollback()  # no effect if SQLite has already rolled back
                raise

    async def write(self, sql: str, *parameters: object) -> list[Row]:
        """Run one statement in a transaction; its RETURNING clause says which rows it changed."""
        async with self.transaction() as run:
            return await run(sql, *parameters)

    async def _commit(self) -> None:
        commit = asyncio.create_task(self._run("COMMIT"))
        cancelled = False
        while not commit.done():
            try:
                await asyncio.wait({commit})
            except asyncio.CancelledError:
                cancelled = True
        if cancelled and (task := asyncio.current_task()) is not None:
            task.uncancel()  # once more, not twice
            task.cancel()
        commit.result()

    async def _run(self, sql: str, *parameters: object) -> list[Row]:
        return [tuple(row) for row in await self._connection.execute_fetchall(sql, parameters)]

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        async with self._turn:
            if self._closed:
                raise StoreUnavailableError("the database is closed")
            with unavailable_when_failing():
                yield

    async def close(self) -> None:
        async with self._turn:
            self._closed = True
            await self._connection.close()  # otherwise the connection's thread keeps the process alive


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[Database]:
    """Open the file for this process only, creating it (0600) and its directory (0700) if needed.

    Raises DatabaseInUseError if another process has it open.
    """
    with only_process(path):
        async with open_locked(path) as database:
            yield database


@asynccontextmanager
async def open_locked(path: Path) -> AsyncIterator[Database]:
    """The same for a process that holds the lock already."""
    try:
        os.close(_private_file(path))  # SQLite gives its -wal and -shm files the same mode
    except OSError as error:
        raise StoreUnavailableError(f"can't open {path}: {error.strerror}") from error
    with unavailable_when_failing():
        # isolation_level=None: transactions start where we say, not where the module guesses.
        database = Database(path, await aiosqlite.connect(path, isolation_level=None))
    try:
        for pragma in _PRAGMAS:
            await database.read(pragma)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_beside(path: Path) -> AsyncIterator[Database]:
    """Open an existing file while the bot may be using it, without its lock; SQLite sorts out who writes when."""
    with unavailable_when_failing():
        database = Database(path, await aiosqlite.connect(existing(path), uri=True, isolation_level=None))
    try:
        for pragma in _PRAGMAS[1:]:  # the first would change the file
            await database.read(pragma)
        yield database
    finally:
        await database.close()


def existing(path: Path) -> str:
    """Its address for SQLite, which then doesn't create it. Raises StoreUnavailableError if it isn't there."""
    if not path.is_file():
        raise StoreUnavailableError(f"there is no file {path}")
    return f"{path.absolute().as_uri()}?mode=rw"


def to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


@contextmanager
def only_process(path: Path) -> Iterator[None]:
    """Hold the instance lock. The system releases it when the process ends, however it ends.

    Raises DatabaseInUseError.
    """
    lock = FileLock(path.with_name(path.name + ".lock"), mode=0o600, thread_local=False)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise DatabaseInUseError(path) from None
    except OSError as error:
        raise StoreUnavailableError(f"can't open {path}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _private_file(path: Path) -> int:
    """Open a file that nobody else can read, creating it if needed."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    make_private(descriptor)
    return descriptor


@contextmanager
def unavailable_when_failing() -> Iterator[None]:
    """Turn "the disk is full", "locked", "not a database" and so on into StoreUnavailableError."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # the stores know what it means
    except sqlite3.DatabaseError as error:
        code = getattr(
            error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE
        )  # missing if the error comes from sqlite3 itself
        if code in {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE}:
            raise  # wrong SQL: our mistake, not the disk's
        log.error("SQLite: %s (%s)", error, error.sqlite_errorname)  # noqa: TRY400 - raised on, with the traceback
        raise StoreUnavailableError("SQLite failed") from error
