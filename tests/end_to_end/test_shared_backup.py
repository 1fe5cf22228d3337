"""A backup made while the bot runs and members add tracks, restored later: nothing is lost, and nothing is in twice."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, spotify_shows
from tests.end_to_end.operator_commands import run
from tests.shared_records import lend

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

WRITES = "POST /playlists/*/items"
NAME = "Friday Mix"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


@pytest.fixture
def playlist(world: World) -> FakePlaylist:
    return world.spotify.known_playlists.empty


@pytest.fixture
def file(world: World) -> Path:
    return world.directory / "a.backup"


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def restore(world: World, file: Path, *arguments: str) -> str:
    """With the bot stopped meanwhile, and long enough after it for Spotify to show everything."""
    await world.stop_bot()
    status, said = await run(world, "restore", file, *arguments)
    assert status == 0, said
    await world.start_bot()
    await world.advance(minutes=5)
    return said


async def states(world: World, shared: SharedPlaylist) -> dict[str, State]:
    stores = world.app.stores
    several = await stores.contributions.in_state(shared.list_id, set(State), limit=99)
    return {one.uri: one.state for one in several}


async def test_goes_on_where_it_was(
    world: World, shared: SharedPlaylist, playlist: FakePlaylist, linus: Actor, file: Path
) -> None:
    """What was being written during the backup landed after it: it's found, and everything later is adopted."""
    first, second, third, fourth = world.spotify.release(4)
    await add(linus, first.uri, shared.name)
    slow = world.spotify.faults.add(Fault(WRITES, "latency", delay_s=3))
    adding = await linus.command("add", track=second.uri, playlist=shared.name)
    await slow.struck()
    status, said = await run(world, "backup", file)
    assert status == 0, said
    assert mode(file) == 0o600
    await adding.reply()
    await spotify_shows(world, lambda: len(playlist.items) == 2)
    await add(linus, third.uri, shared.name)
    said = await restore(world, file, "--replace")
    assert "1 shared playlist, 2 contributions, 1 link." in said
    await add(linus, fourth.uri, shared.name)
    await spotify_shows(world, lambda: len(playlist.items) >= 4)
    assert playlist.uris == [one.uri for one in (first, second, third, fourth)]
    assert (await states(world, shared))[second.uri] is State.LANDED


async def test_waits_and_is_not_there(
    world: World, shared: SharedPlaylist, playlist: FakePlaylist, linus: Actor, file: Path
) -> None:
    """What was accepted and never reached Spotify is sent once, before what comes later; nobody has to do anything."""
    first, second = world.spotify.release(2)
    world.spotify.faults.add(Fault(WRITES, "rate_limit", times=None, retry_after=3600))
    waits = (await (await linus.command("add", track=first.uri, playlist=shared.name)).reply()).text
    assert "Accepted for" in waits
    status, said = await run(world, "backup", file)
    assert status == 0, said
    world.spotify.faults.clear()
    await restore(world, file, "--replace")
    await add(linus, second.uri, shared.name)
    await world.advance(hours=2)
    await spotify_shows(world, lambda: len(playlist.items) == 2)
    assert playlist.uris == [first.uri, second.uri]
