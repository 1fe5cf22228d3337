"""One, two and four processes of the bot on one MongoDB with 1,000 servers and 10,000 playlists, and on paper 100,000.

Everything shares this machine: the processes, the database, the simulated Discord and Spotify, and the members. So the
throughput says little about machines of their own; what is lost or doubled, and what a command costs, does.
"""

from __future__ import annotations

import asyncio
import math
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import bson
from pymongo import MongoClient, monitoring

from benchmarks.figures import Figure
from benchmarks.idle import Queries
from bot.mongo import open_stores
from bot.sealing import Sealer
from bot.stores.due import Due, DueKind
from sandbox.fake_discord.cast import new_channel, new_guild
from sandbox.lending import lend_new
from sandbox.world import World
from tests.mongo_server.server import mongo_server, on_mongodb, without_repeats
from tests.shared_records import a_list
from tests.simulation.plan import Plan
from tests.simulation.running import simulate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.guilds import Guild
    from tests.mongo_server.server import MongoServer

SERVERS: Final = 1_000
LISTS: Final = 10  # to a server
AT_ONCE: Final = 50  # inserted at the same time
LATER: Final = timedelta(days=2)  # nothing of these playlists is due before
PROCESSES: Final = (1, 2, 4)
DAY: Final = Plan(contributions=600, members=100, lists=4, at_once=50, failing=5, kills=6)
SETTLE_S: Final = 5.0
IDLE_S: Final = 60.0
RUNS: Final = 20  # of each command
GUILD: Final = "Tape Heads"
MB: Final = 2**20

# On paper: what members do in a day, as assumed.
MANY: Final = 100_000  # servers
COMMANDS: Final = 20  # per server
ADDITIONS: Final = 5  # of these
PEAK: Final = 3  # times the average, in the busiest hour
LOAD: Final = 0.5  # of a core, at most, in the busiest hour
GUILDS_PER_SHARD: Final = 1_000
BUDGET: Final = 800  # requests a day that an app in development mode may send


async def scale() -> AsyncIterator[Figure]:
    """A day's additions in minutes, while processes die and come back; then nothing; then what commands cost."""
    calls = 0.0
    for processes in PROCESSES:
        with mongo_server() as server:
            async for figure in _day(server, processes):
                calls = figure.value if figure.unit == "requests" else calls
                yield figure
        with mongo_server() as server:
            idle_cost = [figure async for figure in _idle(server, processes)]
            for figure in idle_cost:
                yield figure
    with mongo_server() as server:
        costs = [figure async for figure in _commands(server)]
    for figure in costs:
        yield figure
    for figure in on_paper({figure.name: figure.value for figure in (*costs, *idle_cost)}, calls):
        yield figure


async def _day(server: MongoServer, processes: int) -> AsyncIterator[Figure]:
    settings = on_mongodb(without_repeats(server.database("scale")))

    async def prepare(world: World) -> None:
        await _fill(world, settings)

    plan = replace(DAY, processes=processes)
    report = await simulate(plan, settings, lambda _: None, prepare=prepare)
    name = _named(processes)
    for what, value, unit in (
        ("additions accepted", report.accepted, f"of {DAY.contributions}"),
        ("lost", report.lost, ""),
        ("doubled", report.double, ""),
        ("out of order", report.disordered, ""),
        ("processes killed and added", report.kills, ""),
        ("worst recovery", report.worst_recovery_s, "s"),
        ("answers", report.answers_per_s, "per second"),
        ("answer, median", report.answer_median_ms, "ms"),
        ("answer, p99", report.answer_p99_ms, "ms"),
        ("Spotify, per addition", report.calls_per_contribution, "requests"),
    ):
        yield Figure(f"{name}: {what}", value, unit, 1)


async def _idle(server: MongoServer, processes: int) -> AsyncIterator[Figure]:
    settings = on_mongodb(without_repeats(server.database("scale")))
    world = World(bot="process", processes=processes, settings=settings)
    await _fill(world, settings)
    async with world:
        await asyncio.sleep(SETTLE_S)
        pids = [process.pid for process in world._processes.values()]  # noqa: SLF001 - each is measured
        before = [_cpu_s(pid) for pid in pids]
        await asyncio.sleep(IDLE_S)
        used = [100 * (_cpu_s(pid) - cpu) / IDLE_S for pid, cpu in zip(pids, before, strict=True)]
        memory = [_resident_mb(pid) for pid in pids]
    name = _named(processes)
    yield Figure(f"{name}: CPU of an idle one", round(sum(used) / len(used), 2), "% of a core", len(used))
    yield Figure(f"{name}: memory of an idle one", round(max(memory), 1), "MB", len(memory))


async def _commands(server: MongoServer) -> AsyncIterator[Figure]:
    """Calls to the database and CPU of the bot, which runs inside this process for this, and in one of its own."""
    queries = Queries()
    monitoring.register(queries)
    settings = on_mongodb(without_repeats(server.database("scale"))) | {"SPOTIFY_DAILY_BUDGET": "1000000"}
    async with World(settings=settings) as world:
        for what, act in await _usual(world):
            await act(0)
            await asyncio.sleep(SETTLE_S)
            before = queries.count
            for number in range(1, RUNS + 1):
                await act(number)
            await asyncio.sleep(1)  # what is still being written
            calls = (queries.count - before) / RUNS
            yield Figure(f"calls to the database: {what}", round(calls, 1), "per command", RUNS)
        yield Figure("an addition with its events", _stored(settings["MONGODB_URI"]), "bytes", RUNS)
    settings = on_mongodb(without_repeats(server.database("other"))) | {"SPOTIFY_DAILY_BUDGET": "1000000"}
    async with World(bot="process", settings=settings) as world:
        usual = await _usual(world)
        await asyncio.sleep(SETTLE_S)
        before_s = _cpu_s(world.bot_pid)
        for number in range(1, RUNS + 1):
            for _, act in usual:
                await act(number)
        used = 1000 * (_cpu_s(world.bot_pid) - before_s) / (RUNS * len(usual))
    yield Figure("CPU of the bot per command", round(used, 1), "ms", RUNS * len(usual))


async def _usual(world: World) -> Sequence[tuple[str, Callable[[int], Awaitable[object]]]]:
    """What members mostly do."""
    owner, member = (world.discord.actor(name, guild=GUILD) for name in ("ada", "linus"))
    await world.link(owner)
    lent = await lend_new(world, owner, "Scaled")
    tracks = world.spotify.release(RUNS + 1)
    seen = world.spotify.release(RUNS + 1)

    async def reply(actor: Actor, name: str, **options: str) -> None:
        await (await actor.command(name, **options)).reply()

    return (
        ("/add", lambda n: reply(member, "add", track=tracks[n].uri, playlist=f"list:{lent.list_id}")),
        ("/track", lambda n: reply(member, "track", query=seen[n].uri)),
        ("/shared show", lambda _: reply(member, "shared show", list=lent.list_id)),
        ("/shared pending", lambda _: reply(member, "shared pending", list=lent.list_id)),
    )


def on_paper(measured: Mapping[str, float], requests: float) -> Iterator[Figure]:
    """What 100,000 servers would need, from the figures above and the assumptions named on the page."""
    cpu_ms, stored = measured["CPU of the bot per command"], measured["an addition with its events"]
    per_second = MANY * COMMANDS * PEAK / 86_400
    by_cpu = math.ceil(per_second * cpu_ms / 1000 / LOAD)
    shards = MANY // GUILDS_PER_SHARD
    yield Figure("100,000 servers: commands in the busiest hour", round(per_second, 1), "per second", 1)
    yield Figure("100,000 servers: processes, by CPU", by_cpu, "", 1)
    yield Figure("100,000 servers: shards", shards, "", 1)
    yield Figure(
        "100,000 servers: database grows by", round(MANY * ADDITIONS * 365 * stored / 1e9), "GB a year", 1
    )
    asked = MANY * ADDITIONS * requests
    yield Figure("100,000 servers: requests to Spotify", round(asked), "a day", 1)
    yield Figure("100,000 servers: quotas of an app in development mode", math.ceil(asked / BUDGET), "", 1)


async def _fill(world: World, settings: Mapping[str, str]) -> None:
    """Servers that the bot is in, and their playlists, of which nothing is due."""
    servers = [*_servers(world)]
    later = world.clock.now() + LATER
    async with open_stores(settings["MONGODB_URI"], Sealer([settings["TOKEN_KEYS"]])) as stores:
        lists = [
            a_list(
                f"{number:022d}",
                list_id=f"{number:08d}",
                name=f"List {number}",
                guild_id=server.id,
                owner_id=server.owner.id,
                account_id="somebody",
            )
            for server_no, server in enumerate(servers)
            for number in range(server_no * LISTS, (server_no + 1) * LISTS)
        ]
        for start in range(0, len(lists), AT_ONCE):
            async with asyncio.TaskGroup() as group:
                for one in lists[start : start + AT_ONCE]:
                    group.create_task(stores.lists.create(one))
        kinds = (DueKind.LOOK, DueKind.OWNER, DueKind.PLAYABLE, DueKind.YEAR)
        await stores.due.add(*(Due(kind, one.list_id, later) for one in lists for kind in kinds))


def _servers(world: World) -> Iterator[Guild]:
    state = world.discord.state
    owner = world.discord.members["barbara"]
    for number in range(SERVERS):
        server = new_guild(
            state.ids, f"Server {number}", owner, [owner], world.discord.bot_user, half=number % 2
        )
        new_channel(state.ids, server, "general")
        world.discord.guilds.append(server)
        yield server


def _stored(uri: str) -> int:
    """The size of what an addition leaves behind, without indexes and before the database compresses it."""
    client: MongoClient[dict[str, object]] = MongoClient(uri)
    with client:
        database = client.get_default_database()
        sizes = [
            sum(len(bson.encode(document)) for document in database[name].find())
            for name in ("contributions", "events")
        ]
        return round(sum(sizes) / database["contributions"].count_documents({}))


def _named(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB
