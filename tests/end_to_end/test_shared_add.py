"""/add to a shared playlist: straight in, by a decision, refused, known; for members with and without a link."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Rules
from sandbox.fake_spotify import Fault
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

WRITE = "POST /playlists/*/items"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads: straight in."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


@pytest.fixture
def linus(world: World) -> Actor:
    """Somebody who has never linked anything."""
    return world.discord.actor("linus", channel="music")


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def test_not_linked(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Without a link of one's own and without naming a list: it is in, the member and everybody are told once."""
    known = world.spotify.known.explicit
    run = await linus.command("add", track=known.uri, note="for @everyone")
    reply = await run.reply()
    assert reply.ephemeral
    assert f"Added to **[{shared.name}]" in reply.text
    assert known.name in reply.text
    assert uris(world) == [known.uri]
    line = await run.message(2)
    assert not line.ephemeral
    assert line.content.startswith(f"<@{linus.member.id}> added **[{known.name}]")
    assert not line.pings.members
    (kept,) = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED})
    assert kept.note == "for @everyone"
