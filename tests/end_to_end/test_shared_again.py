"""An unlinked member adds and takes back without end: so often an hour, at their own expense, and nobody else pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.repeats import MOST_AGAIN, MOST_TAKEN_BACK
from bot.stores.lists import Mode
from sandbox.world import World
from tests.end_to_end.lending import add, made_by, make, only_list, said, spotify_shows
from tests.end_to_end.test_quota import REFUSED, look_up
from tests.end_to_end.voting import propose, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_discord import Actor

BUDGET = 130
WRITES = ("POST /playlists/*/items", "DELETE /playlists/*/items")
TOO_OFTEN = "Add it again <t:"
NO_MORE = "within an hour"


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    """The bot is online, and may ask Spotify 130 times a day."""
    async with World(openapi=openapi, settings=settings | {"SPOTIFY_DAILY_BUDGET": str(BUDGET)}) as made:
        yield made
        assert made.discord.problems == []


@pytest.fixture
async def lent(world: World, ada: Actor) -> Actor:
    """Ada, with a new list that everybody may add to."""
    await world.link(ada)
    await make(ada, "Our Tape")
    return ada


def writes(world: World) -> int:
    return sum(len(world.spotify.calls_to(pattern)) for pattern in WRITES)


def uris(world: World, count: int) -> list[str]:
    """Playable, and each another recording."""
    tracks = (track for track in world.spotify.catalogue.tracks.values() if track.markets is None)
    return list({track.isrc: track.uri for track in tracks}.values())[:count]


async def events(world: World) -> int:
    shared = await only_list(world)
    return len((await world.app.stores.history.page(shared.list_id, limit=1000)).events)


async def test_same_track(world: World, lent: Actor, linus: Actor) -> None:
    """The same track goes in four times an hour, then it is told when it may again; a restart changes nothing."""
    assert lent
    (track,) = uris(world, 1)
    for _ in range(MOST_AGAIN):
        assert "Added to" in await add(linus, track)
        assert "Removed" in await said(linus, "undo")
    before = writes(world)
    for _ in range(10):
        answer = await add(linus, track)
        assert TOO_OFTEN in answer
        assert f"{MOST_AGAIN} times within an hour" in answer
    await world.restart_bot()
    assert TOO_OFTEN in await add(linus, track)
    assert TOO_OFTEN in await said(linus, "rules test", track=track)
    assert writes(world) == before == 2 * MOST_AGAIN
    hedy = world.discord.actor("hedy")
    assert "Added to" in await add(hedy, track)  # somebody else still may
    assert "Removed" in await said(hedy, "undo")
    await world.advance(hours=1)
    assert "Added to" in await add(linus, track)


async def test_other_tracks(world: World, lent: Actor, linus: Actor) -> None:
    """With ever other tracks, ten can be taken back an hour; what is in stays in until then."""
    assert lent
    (playlist,) = made_by(world, "ada", "Our Tape")
    tracks = uris(world, MOST_TAKEN_BACK + 1)
    for track in tracks[:-1]:
        assert "Added to" in await add(linus, track)
        assert "Removed" in await said(linus, "undo")
    assert "Added to" in await add(linus, tracks[-1])
    answer = await said(linus, "undo")
    assert f"You took back {MOST_TAKEN_BACK} tracks" in answer
    assert "<t:" in answer
    await world.restart_bot()
    assert NO_MORE in await said(linus, "undo")
    assert playlist.uris == [tracks[-1]]
    await world.advance(hours=1)
    assert "Removed" in await said(linus, "undo")


async def test_at_their_own_expense(world: World, lent: Actor, linus: Actor) -> None:
    """Hour after hour it costs less, as additions wait by then; others look up and add, the history keeps an hour."""
    assert lent
    hedy = world.discord.actor("hedy")
    (playlist,) = made_by(world, "ada", "Our Tape")
    track, *others = uris(world, 8)
    told: list[int] = []
    for _ in range(6):
        for _ in range(MOST_AGAIN + 1):
            await add(linus, track)
            await said(linus, "undo")
        told.append(await events(world))
        await world.advance(minutes=61)
    assert told[-1] <= told[1]
    assert writes(world) < BUDGET / 2
    for number, uri in enumerate(others[:2]):
        assert REFUSED not in await look_up(hedy, world, 40 + number)
        assert (await add(hedy, uri)).startswith(("Added to", "Accepted for"))
    await world.advance(hours=7)
    await spotify_shows(world, lambda: set(others[:2]) <= set(playlist.uris))


async def test_proposing(world: World, linked: Actor, linus: Actor) -> None:
    """What waits for votes can be proposed and withdrawn so often an hour, too."""
    await lend(world, linked, world.spotify.known_playlists.empty, mode=Mode.VOTE)
    (track,) = uris(world, 1)
    for _ in range(MOST_AGAIN):
        card = await propose(world, linus, track)
        await linus.press(card, "Withdraw")
        await says(world, card, "↩️ Withdrawn")
    run = await linus.command("add", track=track)
    assert TOO_OFTEN in (await run.reply()).text
