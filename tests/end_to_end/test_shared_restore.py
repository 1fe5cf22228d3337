"""Going back to an earlier version of a shared playlist, as curators meet it: seen first, and in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import add, lent_with_local_file, said

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


@pytest.fixture
def linus(world: World) -> Actor:
    return world.discord.actor("linus", channel="music")


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent to Tape Heads an hour ago."""
    return await lent_with_local_file(world, linked)


async def test_versions(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """Versions are suggested with date and reason, kept by hand, chosen from a menu, and seen before they come back."""
    assert "Only curators" in await said(linus, "restore")
    assert await linus.suggest("shared restore", "version", "") == []
    menu = await (await linked.command("shared restore")).reply()
    kept = await (await linked.press(menu, "Keep the present one")).updated()
    assert "version 2: 34 tracks" in kept.text
    offered = await linked.suggest("shared restore", "version", "by hand")
    assert [choice.value for choice in offered] == ["2"]
    own.remove(own.uris[7])
    await add(linus, world.spotify.known.live.uri, NAME)
    asked = await (await linked.command("shared restore", list=NAME, version="2")).reply()
    assert "1 track comes back" in asked.text
    assert "1 track leaves" in asked.text
    left = await (await linked.press(asked, "Leave it as it is")).updated()
    assert "Nothing was changed" in left.text
    menu = await (await linked.command("shared restore")).reply()
    asked = await (await linked.choose(menu, "2")).updated()
    await world.restart_bot()
    done = await (await linked.press(asked, "Restore")).updated()
    assert "back at version 2" in done.text
    assert world.spotify.known.live.uri not in own.uris
    for unknown in ("99", "x", "9" * 20):
        assert "no longer kept" in await said(linked, "restore", version=unknown)


async def test_local_files_are_named(linked: Actor, own: FakePlaylist) -> None:
    """A local file that was deleted in Spotify cannot be brought back, and the preview says which."""
    own.remove(own.uris[-1])
    own.remove(own.uris[0])
    asked = await (await linked.command("shared restore", version="1")).reply()
    assert "Demo Tape by Ada" in asked.text
    assert "Cannot be brought back" in asked.text
    await (await linked.press(asked, "Restore")).updated()
    assert len(own.items) == 33


async def test_lost_answer(world: World, linked: Actor, own: FakePlaylist) -> None:
    """When Spotify stops answering midway that is said, /shared restore knows of it, and it goes on by itself."""
    wanted = own.uris
    for place in (20, 10, 2):
        own.remove(own.uris[place])
    asked = await (await linked.command("shared restore", version="1")).reply()
    world.spotify.faults.add(Fault("POST /playlists/*/items", "reset_before", after=1))
    midway = await (await linked.press(asked, "Restore")).updated()
    assert "I go on by myself" in midway.text
    menu = await (await linked.command("shared restore")).reply()
    assert "stopped midway" in menu.text
    changed = asyncio.Event()
    world.spotify.listeners.append(changed.set)
    await world.advance(seconds=40)
    async with asyncio.timeout(5):
        while own.uris != wanted:
            changed.clear()
            await changed.wait()
