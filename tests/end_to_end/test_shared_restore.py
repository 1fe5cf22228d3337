"""Going back to an earlier version of a shared playlist, as curators meet it: seen first, and in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import add, lent_with_local_file, only_list, said, spotify_shows

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

pytestmark = pytest.mark.two_processes


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent to Tape Heads an hour ago."""
    return await lent_with_local_file(world, linked)


@pytest.mark.two_processes(halves=True)
async def test_versions(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """Versions come with date and reason, saved by hand, chosen from a menu, and seen before they come back."""
    assert "Only curators" in await said(linus, "restore")
    assert await linus.suggest("shared restore", "version", "") == []
    menu = await (await linked.command("shared restore")).reply()
    kept = await (await linked.press(menu, "Save current version")).updated()
    assert "version 2: 34 tracks" in kept.text
    offered = await linked.suggest("shared restore", "version", "by hand")
    assert [choice.value for choice in offered] == ["2"]
    own.remove(own.uris[7])
    await add(linus, world.spotify.known.live.uri, NAME)
    asked = await (await linked.command("shared restore", list=NAME, version="2")).reply()
    assert "1 track coming back" in asked.text
    assert "1 track to be removed" in asked.text
    left = await (await linked.press(asked, "Keep as is")).updated()
    assert "stays as it is" in left.text
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
    assert "Can't be restored" in asked.text
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
    assert "Nothing is lost, and I'll continue" in midway.text
    menu = await (await linked.command("shared restore")).reply()
    assert "stopped halfway" in menu.text
    changed = asyncio.Event()
    world.spotify.listeners.append(changed.set)
    await world.advance(seconds=40)
    async with asyncio.timeout(5):
        while own.uris != wanted:
            changed.clear()
            await changed.wait()


@pytest.mark.one_process("it reads the playlist at once, which the other may be about to write to")
async def test_before_every_bulk_change(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """A restore, the end of a round and a handover each keep what was there before, to go back to."""
    grace = world.discord.actor("grace", channel="music")
    await world.link(grace)
    held: list[list[str]] = []

    async def remember_and_add(uri: str) -> None:
        await world.advance(minutes=5)
        await add(linus, uri, NAME)
        held.append((await spotify_list(world)).uris)

    known = world.spotify.known
    await remember_and_add(known.live.uri)
    asked = await (await linked.command("shared restore", version="1")).reply()
    await (await linked.press(asked, "Restore")).updated()
    await remember_and_add(known.acoustic.uri)
    asked = await (await linked.command("shared rotate")).reply()
    await linked.press(asked, "End the round")
    await world.discord.wait_for(lambda: "has started" in asked.text or None, "the end of the round")
    await spotify_shows(world, lambda: len(own.items) == 1)  # the local file
    await remember_and_add(known.plain.uri)
    offered = await (await linked.command("shared transfer", member="grace")).reply()
    await (await grace.press(offered, "Take it over")).updated()
    shared = await only_list(world)
    numbers = [int(choice.value) for choice in await linked.suggest("shared restore", "version", "")]
    kept = [await world.app.stores.snapshots.get(shared.list_id, number) for number in numbers]
    holding = [list(snapshot.uris) for snapshot in kept if snapshot is not None]
    assert [uris in holding for uris in held] == [True, True, True]


async def test_changed_while_looking(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """What somebody adds between the preview and the press is not swept away unseen: the preview is shown anew."""
    own.remove(own.uris[3])
    asked = await (await linked.command("shared restore", version="1")).reply()
    assert "to be removed" not in asked.text
    await world.advance(minutes=5)
    await add(linus, world.spotify.known.live.uri, NAME)
    again = await (await linked.press(asked, "Restore")).updated()
    assert "changed in the meantime, so nothing was restored yet" in again.text
    assert "1 track to be removed" in again.text
    assert world.spotify.known.live.uri in own.uris
    done = await (await linked.press(again, "Restore")).updated()
    assert "1 brought back, 1 removed" in done.text
    assert world.spotify.known.live.uri not in own.uris


async def spotify_list(world: World) -> FakePlaylist:
    """What the one list stands for now."""
    return world.spotify.playlist((await only_list(world)).playlist_id)
