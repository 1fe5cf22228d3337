"""Whether a million contributions in the store make the bot slower than a thousand do: on SQLite, in one run."""

from __future__ import annotations

import statistics
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.storage import DATABASE
from bot.stores.contributions import Contribution, Leave, Recording, State, Via
from bot.stores.history import Event, Happening
from sandbox.lending import lend_new
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from bot.stores import Stores
    from sandbox.fake_discord import Actor

GUILD = "Tape Heads"
FEW, MANY = 1_000, 1_000_000
RUNS = 150
WARM_UP = 10
INSIDE = 200  # items in the playlist that is looked at; the others left it again
LISTS = 10  # the contributions are spread over so many lists
MEMBERS = 200
CHUNK = 10_000


class Grown:
    """A world whose bot remembers so many contributions, and one list in it to work with."""

    def __init__(self, world: World, size: int) -> None:
        self.world = world
        self.size = size
        self.actor: Actor = world.discord.actor("ada", guild=GUILD)
        self.list_id = ""
        self.gone = [track.uri for track in world.spotify.catalogue.tracks.values()]
        self.tracks = iter(world.spotify.release(INSIDE + WARM_UP + RUNS))

    async def prepare(self) -> None:
        await self.world.link(self.actor)
        lent = await lend_new(self.world, self.actor, "Grown")
        self.list_id = lent.list_id
        await self.world.stop_bot()
        inside = [next(self.tracks).uri for _ in range(INSIDE)]
        self.world.spotify.playlist(lent.playlist_id).add(inside)
        path = Path(self.world.environment["DATA_DIR"]) / DATABASE
        async with sqlite.open_stores(path, Sealer([new_key()])) as stores:
            await self._fill(stores, inside)
        await self.world.start_bot()

    async def _fill(self, stores: Stores, inside: list[str]) -> None:
        """Also in the list itself there are many: what came and went."""
        for start in range(0, self.size, CHUNK):
            made = [self._contribution(n, inside) for n in range(start, min(start + CHUNK, self.size))]
            await stores.contributions.add_all(made)
            await stores.history.append(*(_event(contribution) for contribution in made))

    def _contribution(self, number: int, inside: list[str]) -> Contribution:
        now = self.world.clock.now()
        place, other = divmod(number, LISTS)
        mine = other == 0
        landed = mine and place < len(inside) and place < self.size // LISTS
        at = now - timedelta(days=3) - timedelta(seconds=self.size - number)
        uri = inside[place] if landed else self._left(number)
        return Contribution(
            contribution_id=f"g{number:011d}",
            origin=f"grown {number}",
            list_id=self.list_id if mine else f"other{other:03d}",
            guild_id=self.world.discord.guild(GUILD).id,
            member_id=1_000 + number % MEMBERS,
            via=Via.COMMAND,
            recording=Recording(
                uri, f"ZZGRW{number:07d}", (f"{number % 5_000:022d}",), 200_000, f"{number:x}"
            ),
            state=State.LANDED if landed else State.REMOVED,
            created_at=at,
            changed_at=at,
            number=number + 1,
            leave=None if landed else Leave.ROUND,
        )

    def _left(self, number: int) -> str:
        """What came and went. The latest are tracks that exist: they are looked up where history is shown."""
        from_the_end = self.size - number
        return self.gone[from_the_end] if from_the_end < len(self.gone) else f"spotify:track:{number:022d}"

    async def show(self) -> None:
        await (await self.actor.command("shared show", list=self.list_id)).reply()

    async def history(self) -> None:
        await (await self.actor.command("shared history", list=self.list_id)).reply()

    async def add(self) -> None:
        uri = next(self.tracks).uri
        await (await self.actor.command("add", track=uri, playlist=f"list:{self.list_id}")).reply()


def _event(contribution: Contribution) -> Event:
    return Event(
        event_id=f"{contribution.contribution_id}:landed",
        guild_id=contribution.guild_id,
        list_id=contribution.list_id,
        at=contribution.created_at,
        happening=Happening.LANDED,
        member_id=contribution.member_id,
        contribution_id=contribution.contribution_id,
        uri=contribution.uri,
    )


async def growth() -> AsyncIterator[Figure]:
    """Medians from the command to its answer, with few and with many contributions, in turn."""
    async with AsyncExitStack() as stack:
        worlds = []
        for size in (FEW, MANY):
            settings = {"SPOTIFY_DAILY_BUDGET": "1000000"}
            world = await stack.enter_async_context(World(bot="process", settings=settings))
            worlds.append(Grown(world, size))
            await worlds[-1].prepare()
        for name, few, many in zip(
            ("/shared show", "/shared history", "/add"), *map(_commands, worlds), strict=True
        ):
            medians = await _medians(few, many)
            for size, median in zip((FEW, MANY), medians, strict=True):
                yield Figure(
                    f"{name} with {size:,} contributions, median", round(median * 1000, 2), "ms", RUNS
                )
            yield Figure(f"{name}, grown a thousand times", round(medians[1] / medians[0], 2), "times", RUNS)


def _commands(grown: Grown) -> Iterator[Callable[[], Awaitable[None]]]:
    yield from (grown.show, grown.history, grown.add)


async def _medians(*acts: Callable[[], Awaitable[None]]) -> list[float]:
    taken: list[list[float]] = [[] for _ in acts]
    for number in range(WARM_UP + RUNS):
        for act, times in zip(acts, taken, strict=True):
            begun = time.perf_counter()
            await act()
            if number >= WARM_UP:
                times.append(time.perf_counter() - begun)
    return [statistics.median(times) for times in taken]
