"""How long a member waits for an answer, what a command costs at Spotify, and what the idle bot weighs."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, median_and_p99
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

RUNS = 500
WARM_UP = 20
SETTLE_S = 3  # until start-up work is over


async def latency() -> AsyncIterator[Figure]:
    """From the interaction leaving Discord to the first and to the final answer of /track, one at a time."""
    async with World(bot="process") as world:
        actor = world.discord.actor("linus")
        words = [track.name for track in world.spotify.catalogue.tracks.values()]
        first, final = [], []
        for number in range(WARM_UP + RUNS):
            begun = time.perf_counter()
            run = await actor.command("track", query=f"{words[number]} ")
            await run.acknowledged()
            acknowledged = time.perf_counter()
            await run.reply()
            if number >= WARM_UP:
                first.append(acknowledged - begun)
                final.append(time.perf_counter() - begun)
        for figure in median_and_p99("/track, to the first answer", first):
            yield figure
        for figure in median_and_p99("/track, to the final answer", final):
            yield figure


async def calls() -> AsyncIterator[Figure]:
    """Requests to Spotify's Web API per command; those for tokens are not counted."""
    async with World() as world:
        actor = world.discord.actor("ada")
        track = world.spotify.known.plain
        name = world.spotify.known_playlists.empty.name

        async def count(what: str, act: Callable[[], Awaitable[object]]) -> Figure:
            before = len(_api_calls(world))
            await act()
            return Figure(f"Spotify calls: {what}", len(_api_calls(world)) - before, "calls", 1)

        async def command(name: str, **options: str) -> None:
            await (await actor.command(name, **options)).reply()

        yield await count("/link", lambda: world.link(actor))
        yield await count("/track with a text", lambda: command("track", query=track.name))
        yield await count("/track again", lambda: command("track", query=track.name))
        yield await count("/track with a link", lambda: command("track", query=_url(world)))
        yield await count("/playlists", lambda: command("playlists"))
        yield await count("/add, all new", lambda: command("add", track=track.uri, playlist=name))
        yield await count("/add, already in it", lambda: command("add", track=track.uri, playlist=name))
        yield await count("/account", lambda: command("account"))
        yield await count("/unlink", lambda: command("unlink"))


async def memory() -> AsyncIterator[Figure]:
    """Resident memory of a bot that nobody has used yet, in a process of its own, on SQLite."""
    async with World(bot="process") as world:
        await asyncio.sleep(SETTLE_S)
        megabytes = _resident(world.bot_pid)
    yield Figure("memory of the idle bot on SQLite", round(megabytes, 1), "MB", 1)


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def _api_calls(world: World) -> list[object]:
    return [call for call in world.spotify.calls if call.token_kind is not None]


def _url(world: World) -> str:
    other = next(
        track for track in world.spotify.catalogue.tracks.values() if track.id != world.spotify.known.plain.id
    )
    return f"https://open.spotify.com/intl-de/track/{other.id}?si=abc"
