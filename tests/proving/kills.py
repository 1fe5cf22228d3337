"""kill -9 at every marked point: before and after each kind of write to the database, and after each to Spotify."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.mongo_server.server import mongo_server, on_mongodb, without_repeats
from tests.proving import backup_kills
from tests.proving.activities import ACTIVITIES, BROKEN, Activity
from tests.proving.dying_bot import AFTER, BEFORE, DEADLY, PASSED
from tests.proving.report import Section

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TITLE: Final = "Killed at every point"
KILLS: Final = 200  # at least, in the full form
SENT: Final = "sent"
READY_S: Final = 10.0  # promised
SETTINGS: Final = {"SPOTIFY_DAILY_BUDGET": "10000000", "SPOTIFY_CONCURRENCY": "20", "LOG_LEVEL": "WARNING"}
SHORT: Final = ("journal",)  # in the short form, with so many kills each
SHORT_KILLS: Final = 2


@dataclass(slots=True)
class Tried:
    """What came of one activity on one database. points: those it was killed at; marked: all it passes."""

    name: str
    kept: str
    database: str
    marked: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    missed: int = 0
    recovery_s: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Trial:
    """One activity in a world of its own, where the bot is killed again and again."""

    def __init__(self, world: World, activity: Activity, tried: Tried) -> None:
        self._world = world
        self._activity = activity
        self._tried = tried

    async def mark(self) -> None:
        """Do it twice without a kill: marked is every point that is passed both times."""
        first = await self._passed()
        second = {*await self._passed()}
        self._tried.marked = [point for point in first if point in second]

    async def _passed(self) -> list[str]:
        """Every point once, in order."""
        passed = self._world.directory / PASSED
        await self._activity.ready()
        before = len(self._world.spotify.calls)
        passed.touch()
        await self._activity.act()
        await self._activity.finish()
        points = passed.read_text().splitlines()
        passed.unlink()
        calls = self._world.spotify.calls[before:]
        points += [f"{SENT} {_kind(call.method, call.path)}" for call in calls if call.method != "GET"]
        self._tried.failures += [
            f"{self._tried.name}, not killed: {fault}" for fault in self._activity.faults()
        ]
        return [*dict.fromkeys(points)]

    async def kill(self, point: str) -> bool:
        """Do it, killed at this point, and again what a member would do; then look whether all is kept.

        False: the bot didn't come to the point.
        """
        await self._activity.ready()
        struck = await self._struck(point)
        if struck:
            self._tried.points.append(point)
            began = time.monotonic()
            await self._world.start_bot()
            self._tried.recovery_s.append(time.monotonic() - began)
        else:
            self._tried.missed += 1
        if not await self._activity.finish():
            self._tried.failures.append(f"{self._where(point)}: it isn't done")
            return struck
        await self._world.advance(seconds=40)  # a second copy would come late
        await asyncio.sleep(0.3)
        self._tried.failures += [f"{self._where(point)}: {fault}" for fault in self._activity.faults()]
        return struck

    async def _struck(self, point: str) -> bool:
        """Begin, and wait until the bot is dead, or all is done without it having come there."""
        moment, _, what = point.partition(" ")
        acting = asyncio.create_task(self._act())
        if moment == SENT:
            held = self._world.spotify.faults.add(Fault(what, "latency"))
            dying = asyncio.create_task(held.struck())
        else:
            (self._world.directory / DEADLY).write_text(point)
            dying = asyncio.create_task(self._world.bot_ended())
        await asyncio.wait({acting, dying}, return_when=asyncio.FIRST_COMPLETED)
        if moment != SENT and not dying.done():  # it may come to the point a little later
            await asyncio.wait({dying}, timeout=1)
        struck = dying.done()
        if moment == SENT:
            if struck:
                await self._world.kill_bot()
            self._world.spotify.faults.disarm(held)  # Spotify does what it was sent
        else:
            (self._world.directory / DEADLY).unlink(missing_ok=True)
        for task in (acting, dying):
            task.cancel()
        await asyncio.gather(acting, dying, return_exceptions=True)
        return struck

    async def _act(self) -> None:
        with contextlib.suppress(*BROKEN):
            await self._activity.act()
            await self._activity.finish()

    def _where(self, point: str) -> str:
        return f"{self._tried.name} on {self._tried.database}, killed {point}"


class Points:
    """What is marked on either of two databases."""

    def __init__(self) -> None:
        self._marked: dict[tuple[str, int], list[str]] = {}
        self._both = asyncio.Barrier(2)

    async def elsewhere(self, activity: str, number: int, marked: list[str]) -> list[str]:
        """Those of the other database, once they are known. marked: on the database with this number."""
        self._marked[activity, number] = marked
        await self._both.wait()
        return self._marked[activity, 1 - number]


async def prove(*, short: bool) -> Section:
    tried: list[Tried] = []
    with ExitStack() as stack:
        server = stack.enter_context(mongo_server())
        both = {"SQLite": {}, server.kind: on_mongodb(without_repeats(server.database("kills")))}
        points = Points()
        await asyncio.gather(
            *(
                _on(name, settings, number, tried, points, short=short)
                for number, (name, settings) in enumerate(both.items())
            )
        )
        for one in {each.name for each in tried}:
            server.drop(f"kills-{one}")
    return section(tried, short=short)


async def _on(
    database: str,
    settings: Mapping[str, str],
    number: int,
    tried: list[Tried],
    points: Points,
    *,
    short: bool,
) -> None:
    """Every activity on one database, each in a world and a database of its own. number: of the database, 0 or 1."""
    for kind in ACTIVITIES:
        if short and kind.name not in SHORT:
            continue
        one = Tried(kind.name, kind.kept, database)
        tried.append(one)
        own = SETTINGS | _apart(settings, kind.name)
        async with World(bot="process", program="tests.proving.dying_bot", settings=own) as world:
            activity = kind(world)
            await activity.prepare()
            trial = Trial(world, activity, one)
            await trial.mark()
            elsewhere = await points.elsewhere(kind.name, number, one.marked)
            for point in _chosen(one.marked, elsewhere, number, short=short):
                if not await trial.kill(point):
                    await trial.kill(point)  # it depends on what else the bot does at that moment
    copies = await backup_kills.killed_copies(_apart(settings, backup_kills.NAME), short=short)
    struck = [f"{AFTER} {point}" for point in copies.points]
    tried.append(
        Tried(
            backup_kills.NAME,
            backup_kills.KEPT,
            database,
            struck,
            struck,
            failures=[f"{backup_kills.NAME} on {database}, {fault}" for fault in copies.faults],
        )
    )


def _apart(settings: Mapping[str, str], name: str) -> dict[str, str]:
    """With a database of its own on the same server."""
    uri = settings.get("MONGODB_URI", "").replace("/kills?", f"/kills-{name}?")
    return dict(settings) | ({"MONGODB_URI": uri} if uri else {})


def _chosen(marked: Sequence[str], elsewhere: Sequence[str], number: int, *, short: bool) -> list[str]:
    """Two thirds of the points on each database, so that each point is met; a few of them in the short form.

    elsewhere: the points on the other database. Those that it lacks are all met here.
    """
    if short:
        return [*marked[number :: max(len(marked) // SHORT_KILLS, 1)]][:SHORT_KILLS]
    common = [point for point in sorted(marked) if point in elsewhere]
    return [point for point in marked if point not in elsewhere or common.index(point) % 3 != number]


def section(tried: Sequence[Tried], *, short: bool) -> Section:
    """Where a point was marked on both databases and met on neither, that's a failure of the proof itself."""
    rows, failures = [], [failure for one in tried for failure in one.failures]
    for name in dict.fromkeys(one.name for one in tried):
        ours = [one for one in tried if one.name == name]
        met = {point for one in ours for point in one.points}
        marked = {point for one in ours for point in one.marked}
        if not short and marked - met:
            failures += [f"{name}: never killed {point}" for point in sorted(marked - met)]
        rows.append(
            (
                name,
                ours[0].kept,
                *(_at(met, moment) for moment in (BEFORE, AFTER, SENT)),
                str(sum(len(one.points) for one in ours)),
                f"{max((s for one in ours for s in one.recovery_s), default=0):.1f} s",
            )
        )
    kills = sum(len(one.points) for one in tried)
    worst = max((s for one in tried for s in one.recovery_s), default=0.0)
    if not short and kills < KILLS:
        failures.append(f"only {kills} kills")
    if not short and worst > READY_S:
        failures.append(f"it took {worst:.1f} s to be back after a kill")
    databases = " and ".join(dict.fromkeys(one.database for one in tried))
    facts = [
        f"{kills} kills on {databases}; {sum(one.missed for one in tried)} times the bot didn't come to the point",
        f"nothing lost, doubled or out of order after {kills - len(set(failures))} of them",
        f"worst time from a start to online: {worst:.1f} s (promised: {READY_S:.0f} s)",
    ]
    says = (
        "The bot's process is ended as by kill -9 before and after each kind of write to the database, and after"
        " Spotify took a request and before the bot read the answer. Then it's started, members do what they would do,"
        " time passes, and what they see is compared with what they were told."
    )
    header = (
        "Activity",
        "Kept after each kill",
        "Points before a write",
        "Points after a write",
        "Answers lost",
        "Kills",
        "Worst start",
    )
    return Section(says, facts, header, rows, failures)


def _at(points: set[str], moment: str) -> str:
    return str(sum(point.startswith(moment) for point in points))


def _kind(method: str, path: str) -> str:
    """A call with `*` for every id."""
    return f"{method} " + re.sub(r"/(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{16,}", "/*", path)
