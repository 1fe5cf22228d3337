"""Near the end of the day's budget what was accepted for a shared playlist still goes in, looks before it included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.end_to_end.lending import add, made_by, make
from tests.end_to_end.test_quota import REFUSED, look_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_discord import Actor

BUDGET = 60


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    """The bot is online, and may ask Spotify sixty times a day."""
    async with World(openapi=openapi, settings=settings | {"SPOTIFY_DAILY_BUDGET": str(BUDGET)}) as made:
        yield made
        assert made.discord.problems == []


async def test_goes_in(world: World, ada: Actor) -> None:
    """When lookups are refused, what the bot knows already goes in, also when it has to look whether it is in."""
    await world.link(ada)
    await make(ada, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    # Of both guilds, since each leaves something to the other.
    members = [world.discord.actor(name) for name in ("linus", "barbara", "grace", "margaret", "hedy")]
    texts = [await look_up(members[number % 5], world, number) for number in range(BUDGET)]
    assert all(REFUSED in text for text in texts[-5:])
    looked_up = list(world.spotify.catalogue.tracks.values())[:20]
    recordings = {track.isrc: track.uri for track in looked_up if track.markets is None}
    known = list(recordings.values())[:8]
    for uri in known[:7]:
        assert "Added to" in await add(members[0], uri)
    world.spotify.faults.add(Fault("POST /playlists/*/items", "reset_after"))
    assert "Added to" in await add(members[2], known[7])
    assert playlist.uris == known
