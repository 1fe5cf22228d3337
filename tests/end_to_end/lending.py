"""What the tests of a list's life do again and again: lend, ask, read."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.fake_spotify.playlists import LocalFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

PATIENCE_S = 60  # on a busy machine
ROAD_TRIP = "Road Trip"  # Ada's own playlist
YES_NEW, YES_OLD = "Create and lend", "Lend it"
LONG_S = 20.0  # for what a busy machine does slowly, where an answer gives up waiting


async def make(actor: Actor, name: str = "Our Tape", **options: object) -> Message:
    """/shared create, and the yes."""
    return await _lend(actor, "create", YES_NEW, name=name, **options)


async def adopt(actor: Actor, playlist: str, **options: object) -> Message:
    """/shared adopt, and the yes."""
    return await _lend(actor, "adopt", YES_OLD, playlist=playlist, **options)


async def said(actor: Actor, command: str, **options: object) -> str:
    """What a command of /shared answers."""
    return (await (await actor.command(f"shared {command}", **options)).reply()).text


def made_by(world: World, person: str, name: str) -> list[FakePlaylist]:
    """Their playlists of this name, at Spotify."""
    theirs = world.spotify.playlists_of(person)
    return [each for each in theirs if each.owner.name == person and each.name == name]


async def only_list(world: World, guild: str = "Tape Heads") -> SharedPlaylist:
    (shared,) = await world.app.stores.lists.of_guild(world.discord.guild(guild).id)
    return shared


async def add(actor: Actor, uri: str, playlist: str = "Our Tape") -> str:
    """What /add says in the end."""
    return (await (await actor.command("add", track=uri, playlist=playlist)).reply()).text


async def lent_with_local_file(world: World, owner: Actor) -> FakePlaylist:
    """The owner's playlist of many tracks and, at its end, a local file; lent an hour ago."""
    own = world.spotify.known_playlists.own
    own.add([track.uri for track in world.spotify.release(30)])
    own.add_local_file(LocalFile("Ada", "", "Demo Tape", 200))
    await adopt(owner, own.name)
    await world.advance(hours=1)
    return own


async def _lend(actor: Actor, command: str, yes: str, **options: object) -> Message:
    asked = await (await actor.command(f"shared {command}", **options)).reply()
    return await (await actor.press(asked, yes)).updated()


async def nothing_to_tell(world: World) -> None:
    """Wait until no notice is left, letting the time pass that those put off wait for."""
    async with asyncio.timeout(LONG_S):
        while await world.app.stores.notices.next() is not None:
            await world.advance(seconds=1)
            await world.rest()


async def spotify_shows(world: World, condition: Callable[[], bool]) -> None:
    """Wait until it is so, looking after every call to Spotify."""
    called = asyncio.Event()
    world.spotify.listeners.append(called.set)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await called.wait()
                called.clear()
    finally:
        world.spotify.listeners.remove(called.set)
