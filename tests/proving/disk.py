"""A full disk: what members are told, what is kept, and that it goes on by itself when there is room."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from aiohttp import ClientError, ClientSession

from bot.errors import StoreUnavailableError
from bot.sqlite.database import open_database
from bot.sqlite.migrations import STEPS, migrate
from bot.storage import DATABASE
from sandbox.bot_data import BotData
from sandbox.world import BotStartError, World
from tests.end_to_end.lending import add, made_by, make, said, spotify_shows
from tests.proving.report import Section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sandbox.fake_discord import Actor

TITLE: Final = "A full disk"
LIST: Final = "Our Tape"
SIZE: Final = "16m"
NOTHING: Final = "nothing was saved or changed"
PATIENCE_S: Final = 60
OLD_VERSION: Final = 3  # of the schema
OLD_ROWS: Final = 500
ROOM: Final = 4096  # bytes a page of SQLite needs
LOGGED: Final = "GET /readyz 200"  # asked only after there is room again


class Disk(Protocol):
    """A folder on a disk that can be filled for one process, and gets room again."""

    way: str
    folder: Path

    def fill(self, pid: int, *, leave: int = 0) -> None: ...

    def free(self, pid: int) -> None: ...

    def full_for_children(self, *, leave: int) -> AbstractContextManager[None]: ...


class SmallDisk:
    """A file system of its own in memory. Filled with one large file."""

    way = "a file system of its own, in memory (tmpfs)"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, pid: int, *, leave: int = 0) -> None:  # noqa: ARG002 - it's full for everybody
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12):
                try:
                    while shutil.disk_usage(self.folder).free > leave:
                        file.write(bytes(size))
                except OSError:
                    continue

    def free(self, pid: int) -> None:  # noqa: ARG002 - as above
        self._filler.unlink(missing_ok=True)

    @contextmanager
    def full_for_children(self, *, leave: int) -> Iterator[None]:  # noqa: ARG002 - what's there stays there
        self.fill(os.getpid())
        yield
        self.free(os.getpid())


class LimitedProcess:
    """An ordinary folder, for a process that can't write to files any more (RLIMIT_FSIZE)."""

    way = "a limit on the size of the bot's files (RLIMIT_FSIZE), as no file system can be mounted here"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, pid: int, *, leave: int = 0) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (leave, resource.RLIM_INFINITY))

    def free(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    @contextmanager
    def full_for_children(self, *, leave: int) -> Iterator[None]:
        self.fill(os.getpid(), leave=leave)  # they inherit it
        yield
        self.free(os.getpid())


@contextmanager
def _disk(*, mounted: bool) -> Iterator[Disk]:
    folder = Path(tempfile.mkdtemp(prefix="mixtape-disk-"))
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)]
        if not mounted or subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - ours
            yield LimitedProcess(folder)
            return
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - ours
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def prove(*, short: bool) -> Section:
    """Short: once, and without mounting anything."""
    with ExitStack() as stack:
        disk = stack.enter_context(_disk(mounted=not short))
        found = await _while_it_runs(disk, 1 if short else 5)
        found += await _at_the_start(stack.enter_context(_disk(mounted=not short)))
        found += await _in_a_checkpoint(stack.enter_context(_disk(mounted=not short)))
    tried = Counter((when, promised) for when, promised, _ in found)
    broken = Counter((when, promised) for when, promised, problem in found if problem)
    return Section(
        f"The bot in a process of its own, on SQLite, with its log on the same disk, which is full by {disk.way}.",
        [f"{len(found)} checks"],
        ("When", "Promised", "Times", "Kept"),
        [(*check, str(times), str(times - broken[check])) for check, times in tried.items()],
        [f"{when}: {promised}: {problem}" for when, promised, problem in found if problem],
    )


Found = list[tuple[str, str, str]]  # when, what is promised, what wasn't kept


async def _while_it_runs(disk: Disk, rounds: int) -> Found:
    """Members add before, while and after it is full; the log is on the same disk."""
    found: Found = []
    settings = {"DATA_DIR": str(disk.folder / "data"), "LOG_LEVEL": "DEBUG"}
    world = World(bot="process", settings=settings)
    world.log_path.symlink_to(disk.folder / "bot.log")
    async with world:
        ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
        await world.link(ada)
        await make(ada, LIST)
        (playlist,) = made_by(world, "ada", LIST)
        accepted: list[str] = []
        for number in range(1, rounds + 1):
            when = "while it runs"
            before, refused, after = (track.uri for track in world.spotify.release(3))
            accepted.append(before)
            await _accepted(linus, before, when, found)
            disk.fill(world.bot_pid, leave=(number - 1) % 3 * ROOM)  # in the middle of a write, too
            told = [await add(linus, refused) for _ in range(3)]
            _note(found, when, "members are told that nothing was accepted", _not_told(told))
            _note(found, when, "not ready, and alive", await _health(world, 503))
            _note(
                found,
                when,
                "what was there can be read",
                "" if "Our Tape" in await said(ada, "show") else "no",
            )
            disk.free(world.bot_pid)
            _note(found, when, "ready again by itself", await _health(world, 200))
            accepted.append(after)
            await _accepted(linus, after, when, found)
            if any("Accepted" in one or "Added" in one for one in told):
                accepted.append(refused)  # the little room that was left was enough for it
        with suppress(TimeoutError):
            await spotify_shows(world, lambda: len(playlist.uris) >= len(accepted))
        missing, more = set(accepted) - set(playlist.uris), len(playlist.uris) - len(accepted)
        landed = f"{len(missing)} missing, {more} more than accepted" if missing or more else ""
        _note(found, "afterwards", "what was accepted is in the playlist once, and nothing else", landed)
        log = world.log_path.read_text()
        _note(found, "afterwards", "the log on the same disk goes on", "" if LOGGED in log else log[-300:])
        status = await world.stop_bot()
        _note(found, "afterwards", "the bot stops cleanly", "" if status == 0 else f"status {status}")
        _note(found, "afterwards", "the database is whole", world.bot_data.copy().flaw() or "")
    return found


async def _accepted(member: Actor, uri: str, when: str, found: Found) -> None:
    told = await add(member, uri)
    _note(found, when, "a member adds when there is room", "" if "Our Tape" in told else told)


def _not_told(told: list[str]) -> str:
    """The room that was left may do for a first one."""
    late = [one for one in told[1:] if NOTHING not in one]
    return late[0] if late else ""


def _note(found: Found, when: str, promised: str, problem: str) -> None:
    found.append((when, promised, problem))


async def _health(world: World, ready: int) -> str:
    """What is wrong with the answers of /readyz and /healthz after a while."""
    seen: list[tuple[int, int]] = []
    try:
        async with asyncio.timeout(PATIENCE_S), ClientSession() as session:
            while not seen or seen[-1] != (ready, 200):
                seen.append(
                    (await _status(session, world, "readyz"), await _status(session, world, "healthz"))
                )
    except (TimeoutError, ClientError) as error:
        return f"{seen[-1:]} {type(error).__name__}"
    return ""


async def _status(session: ClientSession, world: World, path: str) -> int:
    async with session.get(f"{world.public_url}/{path}") as answer:
        return answer.status


async def _at_the_start(disk: Disk) -> Found:
    """An older database is to be upgraded, and there is no room for it."""
    found: Found = []
    path = disk.folder / "data" / DATABASE
    async with World(bot="process", settings={"DATA_DIR": str(path.parent)}) as world:
        await world.stop_bot()
        _make_older(path)
        with disk.full_for_children(leave=16 * ROOM):  # less than the upgrade needs
            started, said_so = "it started", ""
            try:
                await world.start_bot()
            except BotStartError as error:
                started, said_so = "", str(error)
            await world.stop_bot()
        when = "while the database is upgraded"
        _note(found, when, "the bot doesn't start", started)
        words = "" if "disk is full" in said_so or "SQLITE_" in said_so else said_so or "it started"
        _note(found, when, "it says why", words)
        version, rows = _older(path)
        old = "" if (version, rows) == (OLD_VERSION, OLD_ROWS) else f"version {version}, {rows} rows"
        _note(found, when, "the database is the old one, whole", _flaw(path) or old)
        await world.start_bot()
        await world.stop_bot()
        version, rows = _older(path)
        new = "" if (version, rows) == (len(STEPS), OLD_ROWS) else f"version {version}, {rows} rows"
        _note(found, when, "with room it's upgraded, and everything is there", new)
    return found


def _make_older(path: Path) -> None:
    """As an early version left it, with so much in it that an upgrade needs room."""
    for leftover in ("", "-wal", "-shm"):
        path.with_name(DATABASE + leftover).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        for step in STEPS[:OLD_VERSION]:
            for statement in step:
                database.execute(statement)
        database.executemany(
            "INSERT INTO key_values VALUES (?, ?)", [(f"old:{number}", "kept") for number in range(OLD_ROWS)]
        )
        database.execute(f"PRAGMA user_version = {OLD_VERSION}")


def _older(path: Path) -> tuple[int, int]:
    """The schema's version, and how many of the old rows are there."""
    with closing(sqlite3.connect(path)) as database:
        ((version,),) = database.execute("PRAGMA user_version")
        ((rows,),) = database.execute(
            "SELECT count(*) FROM key_values WHERE key LIKE 'old:%' AND value = 'kept'"
        )
    return version, rows


async def _in_a_checkpoint(disk: Disk) -> Found:
    """What was committed is in the write-ahead log only, and there is no room to move it into the database."""
    found: Found = []
    path = disk.folder / "checkpoint" / DATABASE
    async with open_database(path) as database:
        await migrate(database)
        await database.read("PRAGMA wal_autocheckpoint = 0")
        for number in range(OLD_ROWS):
            await database.write("INSERT INTO key_values VALUES (?, hex(zeroblob(1000)))", f"old:{number}")
        when = "while the write-ahead log is moved"
        disk.fill(os.getpid())
        try:
            await database.read("PRAGMA wal_checkpoint(TRUNCATE)")
            _note(found, when, "it fails, and says so", "it didn't fail")
        except StoreUnavailableError:
            _note(found, when, "it fails, and says so", "")
        finally:
            disk.free(os.getpid())
        await database.read("PRAGMA wal_checkpoint(TRUNCATE)")
        [(rows,)] = await database.read("SELECT count(*) FROM key_values WHERE key LIKE 'old:%'")
        _note(found, when, "nothing committed is lost", "" if rows == OLD_ROWS else f"{rows} rows")
    _note(found, when, "the database is whole", _flaw(path))
    return found


def _flaw(path: Path) -> str:
    return BotData(path.parent).copy().flaw() or ""
