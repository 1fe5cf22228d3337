"""What work on one's own playlist costs: calls, seconds and memory for 10,000 items, and for 300 shuffled."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from bot.stores.lists import search_key
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.playlists import FakePlaylist

ITEMS = 10_000
RUNS = 20
SHUFFLED = 300
TWICE = 50
PATIENCE_S = 300


class _Desk:
    """Ada with one long playlist. wait: until the message says so."""

    def __init__(self, world: World, actor: Actor, playlist: FakePlaylist) -> None:
        self.world = world
        self.actor = actor
        self.playlist = playlist

    async def wait(self, message: Message, *words: str) -> None:
        await self.world.discord.wait_for(
            lambda: any(word in message.text for word in words) or None,
            " or ".join(words),
            PATIENCE_S,
        )

    async def ask(self, name: str, expected: str, **options: str) -> Message:
        run = await self.actor.command(f"playlist {name}", playlist=self.playlist.name, **options)
        message = await run.reply()
        await self.wait(message, expected)
        return message

    async def do(self, message: Message, button: str, expected: str) -> None:
        await self.actor.press(message, button)
        await self.wait(message, expected)

    def lay_in_blocks(self, world: World) -> None:
        """In order by title, but for the order of some blocks."""
        uris = sorted(self.playlist.uris, key=lambda uri: search_key(world.title_of(uri)))
        size = len(uris) // RUNS
        blocks = [uris[first : first + size] for first in range(0, len(uris), size)]
        random.Random(1).shuffle(blocks)  # noqa: S311 - only has to be the same each time
        self.playlist.replace([uri for block in blocks for uri in block])


async def own_playlists() -> AsyncIterator[Figure]:
    """Each step as the member sees it, from the command or the press to its last answer."""
    settings = {"SPOTIFY_DAILY_BUDGET": "100000"}
    async with World(bot="process", settings=settings) as world:
        desk = await _desk(world, ITEMS)
        begun, calls = time.perf_counter(), len(world.spotify.calls)

        def taken(what: str) -> tuple[Figure, Figure]:
            nonlocal begun, calls
            seconds, sent = time.perf_counter() - begun, len(world.spotify.calls) - calls
            return Figure(f"{what}: calls", sent, "calls", 1), Figure(what, round(seconds, 2), "s", 1)

        def again() -> None:
            nonlocal begun, calls
            begun, calls = time.perf_counter(), len(world.spotify.calls)

        await desk.ask("export", f"{ITEMS:,} tracks", format="csv")
        for figure in taken(f"{ITEMS:,} items read and exported"):
            yield figure
        desk.playlist.add(desk.playlist.uris[:TWICE])
        again()
        asked = await desk.ask("dedupe", "Remove duplicates from")
        await desk.do(asked, "Remove duplicates", "no duplicates any more")
        for figure in taken(f"{ITEMS:,} items and {TWICE} copies deduped"):
            yield figure
        desk.lay_in_blocks(world)
        again()
        asked = await desk.ask("sort", "Sort **", by="title")
        await desk.do(asked, "Sort", "is sorted")
        for figure in taken(f"{ITEMS:,} items in {RUNS} runs sorted"):
            yield figure
        yield Figure("peak memory of the bot", round(_peak(world.bot_pid), 1), "MB", 1)
        random.Random(2).shuffle(desk.playlist.items)  # noqa: S311 - only has to be the same each time
        desk.playlist.begin_version()
        again()
        asked = await desk.ask("sort", "Sort **", by="title")
        for figure in taken(f"{ITEMS:,} shuffled items, previewed"):
            yield figure
        print(asked.text)
    async with World(bot="process", settings=settings) as world:
        desk = await _desk(world, SHUFFLED)
        begun, calls = time.perf_counter(), len(world.spotify.calls)
        asked = await desk.ask("sort", "Sort **", by="shuffle")
        await desk.do(asked, "Sort", "is sorted")
        for figure in taken(f"{SHUFFLED} items shuffled"):
            yield figure


async def _desk(world: World, items: int) -> _Desk:
    actor = world.discord.actor("ada")
    await world.link(actor)
    known = [track.uri for track in world.spotify.catalogue.tracks.values()]
    known += [track.uri for track in world.spotify.release(max(0, items - len(known)))]
    playlist = world.spotify.new_playlist("ada", "All of It", known[:items])
    return _Desk(world, actor, playlist)


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
