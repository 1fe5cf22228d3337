"""What the bot does while nobody asks for anything, by how many playlists are lent: its CPU, and its queries.

Each size on each database runs in a process of its own, all side by side. The bot runs inside that process, so its CPU
is the process's; a server for MongoDB's protocol is counted apart.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pymongo import monitoring

from benchmarks.figures import Figure
from bot.stores.due import Due, DueKind
from sandbox.lending import lend_new
from sandbox.world import World
from tests.mongo_server.server import mongo_server, on_mongodb, without_repeats

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.stores.lists import SharedPlaylist

    Row = tuple[str, float, str, int]  # name, value, unit, runs

ROOT: Final = Path(__file__).resolve().parent.parent
SIZES: Final = (1, 1_000, 10_000)
DATABASES: Final = ("sqlite", "mongodb")
IDLE_S: Final = 600.0
SETTLE_S: Final = 5.0  # until start-up work is over
LOOKS: Final = 6  # slow looks in an hour
PAUSE: Final = timedelta(minutes=10)  # between two of them
LOOK_S: Final = 3.0  # until one is over
ADDED: Final = 30
GUILD: Final = "Tape Heads"


class Queries(monitoring.CommandListener):
    """Counts what goes to the database: statements of SQLite, commands of MongoDB."""

    count = 0

    def started(self, _event: object) -> None:
        self.count += 1

    def succeeded(self, _event: object) -> None:
        """Counted when it started."""

    def failed(self, _event: object) -> None:
        """Counted when it started."""

    def statement(self, sql: str) -> None:
        self.count += not sql.startswith(("BEGIN", "COMMIT", "--"))


class Watch:
    """The CPU of this process and of the database's, and its queries, since it was begun."""

    def __init__(self, queries: Queries, server: int | None) -> None:
        self._queries = queries
        self._server = server
        self._begun = self._now()

    def rows(self, what: str) -> list[Row]:
        wall, own, server, queries = (
            after - before for after, before in zip(self._now(), self._begun, strict=True)
        )
        rows: list[Row] = [
            (f"CPU of the bot, {what}", round(100 * own / wall, 3), "% of a core", 1),
            (f"queries, {what}", round(60 * queries / wall, 1), "a minute", 1),
        ]
        if self._server is not None:
            rows.append((f"CPU of the database, {what}", round(100 * server / wall, 3), "% of a core", 1))
        return rows

    def _now(self) -> tuple[float, float, float, float]:
        server = _cpu_of(self._server) if self._server is not None else 0.0
        return time.perf_counter(), time.process_time(), server, float(self._queries.count)


async def idle() -> AsyncIterator[Figure]:
    """CPU and queries with nothing due, with the slow looks the budget allows, and the time of one addition."""
    jobs = [(database, size) for database in DATABASES for size in SIZES]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.idle",
            database,
            str(size),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        for database, size in jobs
    ]
    for (database, size), process in zip(jobs, processes, strict=True):
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{database} with {size}: exit status {process.returncode}")
        for name, value, unit, runs in json.loads(output.splitlines()[-1]):
            yield Figure(f"{database}, {size:,} playlists: {name}", value, unit, runs)


async def measure(database: str, size: int, idle_s: float) -> list[Row]:
    queries = Queries()
    async with AsyncExitStack() as stack:
        settings, server = {"SPOTIFY_DAILY_BUDGET": "1000000"}, None
        if database == "mongodb":
            monitoring.register(queries)
            started = stack.enter_context(mongo_server())
            settings |= on_mongodb(without_repeats(started.database("idle")))
            server = _listener(started.uri)
        world = await stack.enter_async_context(World(settings=settings))
        owner = world.discord.actor("ada", guild=GUILD)
        await world.link(owner)
        lent = [await lend_new(world, owner, f"List {number}") for number in range(min(size, 2 * LOOKS))]
        first = await world.app.stores.lists.by_id(lent[0].list_id)
        assert first is not None  # noqa: S101 - lent just now
        await _fill(world, first, range(len(lent), size))
        await world.restart_bot()  # as a bot begins its day
        if database == "sqlite":
            connection: Any = world.app.stores.lists
            await connection._database._connection.set_trace_callback(queries.statement)  # noqa: SLF001 - to count
        await asyncio.sleep(SETTLE_S)
        watch = Watch(queries, server)
        await asyncio.sleep(idle_s)
        rows = watch.rows("nothing due")
        due = (Due(DueKind.LOOK, one.list_id, world.clock.now()) for one in lent)
        await world.app.stores.due.hasten(*due)
        watch = Watch(queries, server)
        for _ in range(LOOKS):
            await world.advance(minutes=10)
            await asyncio.sleep(LOOK_S)
        rows += watch.rows(f"{LOOKS} slow looks in {round(LOOKS * LOOK_S)} s")
        return [*rows, ("one addition, median", await _addition(world, lent[0].list_id), "ms", ADDED)]


async def _fill(world: World, like: SharedPlaylist, numbers: range) -> None:
    """Lists as the one that was lent; Spotify does not know their playlists, and is not asked for them in this hour."""
    stores, later = world.app.stores, world.clock.now() + timedelta(days=2)
    for number in numbers:
        list_id = f"{number:08d}"
        await stores.lists.create(
            replace(like, list_id=list_id, playlist_id=f"{number:022d}", name=f"List {number}")
        )
    kinds = (DueKind.LOOK, DueKind.OWNER, DueKind.PLAYABLE, DueKind.YEAR)
    await stores.due.add(*(Due(kind, f"{number:08d}", later) for number in numbers for kind in kinds))


async def _addition(world: World, list_id: str) -> float:
    """From the command until the track is in the playlist, in ms."""
    taken = []
    member = world.discord.actor("linus", guild=GUILD)
    for track in world.spotify.release(ADDED):
        begun = time.perf_counter()
        await (await member.command("add", track=track.uri, playlist=f"list:{list_id}")).reply()
        taken.append(1000 * (time.perf_counter() - begun))
    return round(statistics.median(taken), 1)


def _listener(uri: str) -> int | None:
    """The process that serves this address; None where it is not one of this machine's."""
    port = f":{int(uri.rpartition(':')[2].strip('/')):04X} "
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()
        if port in line[:40] and " 0A " in line
    }
    for process in Path("/proc").glob("[0-9]*"):
        try:
            held = {str(link.readlink()) for link in (process / "fd").iterdir()}
        except OSError:
            continue
        if held & {f"socket:[{inode}]" for inode in inodes}:
            return int(process.name)
    return None


def _cpu_of(process: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asked, count, *seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(measure(asked, int(count), float(seconds[0]) if seconds else IDLE_S))))
