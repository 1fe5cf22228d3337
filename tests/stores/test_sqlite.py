"""What holds for the SQLite file beyond the contract: its modes, its lock, its schema, and a kill -9."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import DatabaseInUseError, DatabaseTooNewError, StoreUnavailableError
from bot.sqlite import open_stores
from bot.sqlite.database import open_database, to_ms
from bot.sqlite.migrations import STEPS, migrate
from bot.sqlite.quota import LEDGER
from tests.stores.records import ADA, NOW, SOON, account

if TYPE_CHECKING:
    from bot.sealing import Sealer

ROOT = Path(__file__).parents[2]
MORE_STEPS = (
    *STEPS,
    ("ALTER TABLE accounts ADD COLUMN nickname TEXT", "UPDATE accounts SET nickname = 'ada'"),
)


def fill(file: Path, text: bytes) -> None:
    file.write_bytes(text)


def content(directory: Path) -> bytes:
    """All the bytes in all the files."""
    return b"".join(file.read_bytes() for file in sorted(directory.iterdir()))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("busy_timeout", 5000),
        ("foreign_keys", 1),
        ("secure_delete", 1),
    ],
)
async def test_pragmas(database_file: Path, pragma: str, value: object) -> None:
    """The connection is as durable and as patient as we say."""
    async with open_database(database_file) as database:
        assert await database.read(f"PRAGMA {pragma}") == [(value,)]


async def test_modes(database_file: Path, sealer: Sealer) -> None:
    """Nobody else on the machine can read the directory or a file in it."""
    async with open_stores(database_file, sealer) as stores:
        await stores.values.put("key", "value")
        modes = {file.name: file.stat().st_mode & 0o777 for file in database_file.parent.iterdir()}
    assert modes == dict.fromkeys(
        ["mixtape.db", "mixtape.db-wal", "mixtape.db-shm", "mixtape.db.lock"], 0o600
    )
    assert database_file.parent.stat().st_mode & 0o777 == 0o700


async def test_loose_modes(tmp_path: Path, sealer: Sealer) -> None:
    """A database file others could read is closed to them."""
    path = tmp_path / "mixtape.db"
    path.touch(mode=0o644)
    async with open_stores(path, sealer):
        assert path.stat().st_mode & 0o777 == 0o600


async def test_lock(database_file: Path, sealer: Sealer) -> None:
    """A second process on the file is refused, naming it; afterwards the file is free again."""
    async with open_stores(database_file, sealer) as stores:
        with pytest.raises(DatabaseInUseError, match=r"mixtape\.db$") as caught:
            async with open_stores(database_file, sealer):
                pytest.fail("opened twice")
        assert caught.value.path == database_file
        await stores.ping()
    async with open_stores(database_file, sealer):
        pass


async def test_kill(database_file: Path, sealer: Sealer) -> None:
    """After kill -9 every acknowledged write is there, and the next process can start."""
    dispatcher = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.stores.endless_writer",
        database_file,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert dispatcher.stdout
    acknowledged = [await dispatcher.stdout.readline() for _ in range(100)]
    dispatcher.kill()
    acknowledged += (await dispatcher.stdout.read()).splitlines()
    assert await dispatcher.wait() < 0
    async with open_stores(database_file, sealer) as stores:
        for line in acknowledged:
            assert await stores.values.get(line.decode().strip()) == "acknowledged"


async def test_leases_are_broken(database_file: Path, sealer: Sealer) -> None:
    """A new process takes every lease: nobody else can be alive."""
    async with open_stores(database_file, sealer) as stores:
        assert await stores.leases.acquire("refresh", "one", NOW, SOON)
    async with open_stores(database_file, sealer) as stores:
        assert await stores.leases.acquire("refresh", "two", NOW, SOON)


async def test_migration(database_file: Path, sealer: Sealer) -> None:
    """A file of version 1 is brought forward with its content, once."""
    async with open_stores(database_file, sealer) as stores:
        await stores.accounts.link(account())
    for _ in range(2):
        async with open_database(database_file) as database:
            await migrate(database, MORE_STEPS)
            assert await database.read("SELECT member_id, nickname FROM accounts") == [(ADA, "ada")]
            assert await database.read("PRAGMA user_version") == [(len(MORE_STEPS),)]


async def test_requests_of_an_older_bot(database_file: Path, sealer: Sealer) -> None:
    """What an older bot counted by quarter of an hour only counts on, as nobody's."""
    async with open_database(database_file) as database:
        await migrate(database, STEPS[: STEPS.index(LEDGER)])
        await database.write("INSERT INTO quota_spent (quarter, requests) VALUES (7, 30), (8, 1)")
        await database.write("INSERT INTO quota_block (id, until) VALUES (1, ?)", to_ms(SOON))
    async with open_stores(database_file, sealer) as stores:
        counted, until = await stores.quota.exchange({}, {}, since=0, oldest=0)
    assert counted == {(7, "all", 0, 0): 30, (8, "all", 0, 0): 1}
    assert until == {"": (SOON, False)}


async def test_broken_migration(database_file: Path, sealer: Sealer) -> None:
    """If one step of an upgrade fails, the file stays as it was, at its version, whatever steps went before."""
    async with open_database(database_file) as database:
        await migrate(database, STEPS[:3])
        with pytest.raises(sqlite3.OperationalError, match="syntax"):
            await migrate(database, (*STEPS, ("DROP TABLE accounts", "nonsense")))
        assert await database.read("PRAGMA user_version") == [(3,)]
    async with open_stores(database_file, sealer) as stores:
        await stores.accounts.link(account())


async def test_newer_file(database_file: Path, sealer: Sealer) -> None:
    """A file that a newer bot has changed is refused, and left as it is."""
    async with open_database(database_file) as database:
        await migrate(database, MORE_STEPS)
    with pytest.raises(DatabaseTooNewError, match=f"version {len(MORE_STEPS)}") as caught:
        async with open_stores(database_file, sealer):
            pytest.fail("opened")
    assert (caught.value.database, caught.value.version, caught.value.known) == (
        database_file,
        len(MORE_STEPS),
        len(STEPS),
    )
    async with open_database(database_file) as database:
        assert await database.read("PRAGMA user_version") == [(len(MORE_STEPS),)]


async def test_not_a_database(tmp_path: Path, sealer: Sealer) -> None:
    """A file that is something else is refused, and left as it is."""
    letter = tmp_path / "letter"
    fill(letter, b"Dear grandmother, " * 100)
    with pytest.raises(StoreUnavailableError):
        async with open_stores(letter, sealer):
            pytest.fail("opened")
    assert content(tmp_path).startswith(b"Dear grandmother, ")


async def test_no_directory(tmp_path: Path, sealer: Sealer) -> None:
    """Where no directory can be made the error names the file."""
    (tmp_path / "data").touch()
    with pytest.raises(StoreUnavailableError, match=r"data/mixtape\.db"):
        async with open_stores(tmp_path / "data" / "mixtape.db", sealer):
            pytest.fail("opened")


async def test_disk_full(database_file: Path) -> None:
    """On a full disk a write is refused, what was there stays, and all goes on when there is room again."""
    async with open_database(database_file) as database:
        await migrate(database)
        [(pages,)] = await database.read("PRAGMA page_count")
        await database.read(f"PRAGMA max_page_count = {pages}")
        await database.write("INSERT INTO key_values VALUES ('small', 'value')")
        with pytest.raises(StoreUnavailableError):
            await database.write("INSERT INTO key_values VALUES ('large', hex(zeroblob(100000)))")
        assert await database.read("SELECT key FROM key_values") == [("small",)]
        await database.read("PRAGMA max_page_count = 100000")
        await database.write("INSERT INTO key_values VALUES ('large', hex(zeroblob(100000)))")


@pytest.mark.parametrize("cure", ["PRAGMA max_page_count = 100000", "PRAGMA query_only = OFF"])
async def test_ping_needs_a_write(database_file: Path, sealer: Sealer, cure: str) -> None:
    """As long as nothing can be kept the ping fails, though everything can be read; it leaves nothing behind."""
    async with open_stores(database_file, sealer) as stores:
        database = stores.values._database  # type: ignore[attr-defined] # to fill the disk
        await stores.ping()
        await stores.values.put("key", "value")
        await database.read("VACUUM")
        [(pages,)] = await database.read("PRAGMA page_count")
        await database.read(
            f"PRAGMA max_page_count = {pages}" if "page" in cure else "PRAGMA query_only = ON"
        )
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                await stores.ping()
        assert await stores.values.get("key") == "value"
        await database.read(cure)
        await stores.ping()
        assert await stores.values.get("ping") is None


async def test_locked(database_file: Path) -> None:
    """While somebody holds the file with another tool a write is refused, not half done."""
    async with open_database(database_file) as database:
        await migrate(database)
        await database.read("PRAGMA busy_timeout = 1")
        other = sqlite3.connect(database_file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError):
            await database.write("INSERT INTO key_values VALUES ('key', 'value')")
        other.close()
        await database.write("INSERT INTO key_values VALUES ('key', 'value')")


async def test_wrong_sql(database_file: Path) -> None:
    """A mistake of ours does not pass for a full disk."""
    async with open_database(database_file) as database:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await database.read("SELECT * FROM nowhere")


async def test_cancelled(database_file: Path) -> None:
    """A transaction that is cancelled half-way leaves nothing, and the next one works."""
    async with open_database(database_file) as database:
        await migrate(database)
        half_way = asyncio.Event()

        async def never_ends() -> None:
            async with database.transaction() as run:
                await run("INSERT INTO key_values VALUES ('key', 'half')")
                half_way.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(never_ends())
        await half_way.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.read("SELECT * FROM key_values") == []
        await database.write("INSERT INTO key_values VALUES ('key', 'whole')")


async def test_cancelled_too_late(database_file: Path) -> None:
    """A cancellation while a change is committed comes after it: whoever made the change learns that it is made."""
    async with open_database(database_file) as database:
        await migrate(database)
        cancelled = threading.Event()
        reached: list[str] = []

        async def change() -> None:
            await database.write("INSERT INTO key_values VALUES ('key', 'value')")
            reached.append("changed")
            await asyncio.sleep(0)
            reached.append("went on")

        task = asyncio.create_task(change())
        loop = asyncio.get_running_loop()

        def cancel() -> None:
            task.cancel()
            loop.call_soon(cancelled.set)

        def meanwhile(statement: str) -> None:
            """In the thread of the connection, before the statement is run."""
            if statement == "COMMIT":
                loop.call_soon_threadsafe(cancel)
                assert cancelled.wait(5)

        await database._connection.set_trace_callback(meanwhile)  # nothing else tells of the right moment
        with pytest.raises(asyncio.CancelledError):
            await task
        assert reached == ["changed"]
        assert task.cancelling() == 1
        assert await database.read("SELECT * FROM key_values") == [("key", "value")]


async def test_timeout_too_late(database_file: Path) -> None:
    """Whose time was over while a change was committed is told just that, and nothing of it is left over."""
    async with open_database(database_file) as database:
        await migrate(database)
        over = threading.Event()
        loop, limit = asyncio.get_running_loop(), asyncio.timeout(60)

        def meanwhile(statement: str) -> None:
            if statement == "COMMIT":
                loop.call_soon_threadsafe(limit.reschedule, loop.time())
                loop.call_soon_threadsafe(lambda: loop.call_later(0.01, over.set))
                assert over.wait(5)

        await database._connection.set_trace_callback(meanwhile)  # as above

        async def change() -> None:
            async with limit:
                await database.write("INSERT INTO key_values VALUES ('key', 'value')")
                await asyncio.sleep(0)

        with pytest.raises(TimeoutError):
            await change()
        assert await database.read("SELECT * FROM key_values") == [("key", "value")]


async def test_no_dirty_read(database_file: Path) -> None:
    """Nobody reads what a transaction has written but not committed."""
    async with open_database(database_file) as database:
        await migrate(database)
        async with database.transaction() as run:
            await run("INSERT INTO key_values VALUES ('key', 'value')")
            reading = asyncio.create_task(database.read("SELECT 1 FROM key_values"))
            await run("DELETE FROM key_values")
        assert await reading == []


async def test_erased_bytes(database_file: Path, sealer: Sealer) -> None:
    """What a member erased is gone from the file, too, once the bot has stopped."""
    async with open_stores(database_file, sealer) as stores:
        await stores.accounts.link(account(spotify_id="spotify-of-ada"))
    assert b"spotify-of-ada" in content(database_file.parent)
    async with open_stores(database_file, sealer) as stores:
        await stores.accounts.unlink(ADA)
    assert b"spotify-of-ada" not in content(database_file.parent)
