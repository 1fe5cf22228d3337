"""Near the end of the day's budget: what was accepted goes in together, for those above their share later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.end_to_end.lending import add, made_by, make, said, spotify_shows
from tests.end_to_end.test_quota import REFUSED, look_up
from tests.end_to_end.voting import propose, says

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_discord import Actor

BUDGET = 60
WAITS = "they go to members and servers that have used fewer"
TOGETHER = "so it goes in together with others at about <t:"


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    """The bot is online, and may ask Spotify sixty times a day."""
    async with World(openapi=openapi, settings=settings | {"SPOTIFY_DAILY_BUDGET": str(BUDGET)}) as made:
        yield made
        assert made.discord.problems == []


async def until_refused(world: World, *actors: Actor) -> int:
    """Each looks tracks up until they are refused; the number of those that were looked up."""
    number = 0
    for actor in actors:
        while REFUSED not in await look_up(actor, world, number):
            number += 1
    return number


def known_tracks(world: World, looked_up: int) -> list[str]:
    """Playable, and each another recording, of those that were looked up."""
    tracks = list(world.spotify.catalogue.tracks.values())[:looked_up]
    recordings = {track.isrc: track.uri for track in tracks if track.markets is None}
    return list(recordings.values())


async def test_goes_in(world: World, ada: Actor) -> None:
    """When lookups are refused, what the bot knows already goes in: together, at the time that was told, once.

    The servers that used the day up are others, so this one is still below its share.
    """
    await world.link(ada)
    await make(ada, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    others = [
        world.discord.actor("barbara", guild="Night Shift"),
        world.discord.actor("margaret", guild="Night Shift"),
        world.discord.actor("edsger", dm=True),
    ]
    known = known_tracks(world, await until_refused(world, *others))[:6]
    linus, hedy = world.discord.actor("linus"), world.discord.actor("hedy")
    await until_refused(world, world.discord.actor("grace"))
    assert REFUSED in await look_up(linus, world, BUDGET)
    for number, uri in enumerate(known):
        assert TOGETHER in await add(linus if number < 3 else hedy, uri)
    assert "so they go in together at about <t:" in await said(hedy, "pending")
    assert playlist.uris == []
    world.spotify.faults.add(Fault("POST /playlists/*/items", "reset_after"))
    await world.restart_bot()
    await world.advance(hours=6)
    await spotify_shows(world, lambda: playlist.uris == known)
    await world.advance(minutes=1)
    await world.advance(minutes=1)
    assert playlist.uris == known
    assert len(world.spotify.calls_to("POST /playlists/*/items")) == 1


async def test_card(world: World, ada: Actor) -> None:
    """The card of what a curator approves says when it goes in, and once it's in, only that."""
    await world.link(ada)
    await make(ada, "Our Tape", mode="approval")
    (playlist,) = made_by(world, "ada", "Our Tape")
    other = world.discord.actor("barbara", guild="Night Shift")
    (uri, *_) = known_tracks(world, await until_refused(world, other))
    card = await propose(world, world.discord.actor("linus"), uri)
    await ada.press(card, "Approve")
    await says(world, card, "✅ Approved by", TOGETHER)
    await world.advance(hours=6)
    await spotify_shows(world, lambda: playlist.uris == [uri])
    await says(world, card, "✅ Added: approved by")
    assert TOGETHER not in card.text


async def test_plenty(world: World, ada: Actor) -> None:
    """While there are requests enough, an addition goes in at once."""
    await world.link(ada)
    await make(ada, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    (uri, *_) = known_tracks(world, 5)
    assert "Added to" in await add(world.discord.actor("linus"), uri)
    assert playlist.uris == [uri]


async def test_waits(world: World, ada: Actor) -> None:
    """What a member above their share adds waits and says when it goes in, unless others send something before.

    After a restart it still does, and a day later it goes in, in its order.
    """
    await world.link(ada)
    await make(ada, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    linus, hedy = world.discord.actor("linus"), world.discord.actor("hedy")
    first, second, third, fourth, *_ = known_tracks(world, 30)
    assert "Added to" in await add(linus, first)
    await until_refused(world, linus)
    for uri in (second, third):
        answer = await add(linus, uri)
        assert WAITS in answer
        assert "<t:" in answer
    taken = await said(linus, "undo")
    assert "Took back" in taken
    pending = await said(hedy, "pending")
    assert WAITS in pending
    await world.restart_bot()
    await world.advance(hours=7)
    assert playlist.uris == [first]
    assert TOGETHER in await add(hedy, fourth)
    await world.advance(hours=7)
    await spotify_shows(world, lambda: playlist.uris == [first, second, fourth])


async def test_taking_back_waits(world: World, ada: Actor) -> None:
    """What is to be taken out for a member above their share waits likewise."""
    await world.link(ada)
    await make(ada, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    linus, hedy = world.discord.actor("linus"), world.discord.actor("hedy")
    first, second, *_ = known_tracks(world, 30)
    await add(linus, first)
    await until_refused(world, linus)
    answer = await said(linus, "undo")
    assert WAITS in answer
    assert "continue <t:" in answer
    assert TOGETHER in await add(hedy, second)
    await world.advance(hours=7)
    await spotify_shows(world, lambda: playlist.uris == [first, second])
    await world.advance(hours=25)
    await spotify_shows(world, lambda: playlist.uris == [second])
