"""What was accepted lands once and in order: after hours of waiting, a new consent, a stop, and a kill -9."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.outbox.health import Why
from sandbox.fake_spotify import Fault
from sandbox.lending import lend_new
from sandbox.world import World
from tests.end_to_end.lending import spotify_shows
from tests.shared_records import consent_given, lend

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import Kind

WRITES = "POST /playlists/*/items"
HOURS = 7
STEPS = 12
ENDED = "Its owner's link to Spotify has ended; I'll continue once they link again."


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


@pytest.fixture
def members(world: World) -> list[Actor]:
    """Two who have never linked anything."""
    return [world.discord.actor(name, channel="music") for name in ("linus", "grace")]


async def accept(world: World, members: list[Actor]) -> list[str]:
    """Four tracks that the bot knows already, by two members in turn, while none can be written; their URIs."""
    for track in tracks(world):
        await (await members[0].command("track", query=track.uri)).reply()
    world.spotify.faults.add(Fault(WRITES, "rate_limit", retry_after=HOURS * 3600))
    return await add(tracks(world), members, "Spotify is limiting my requests; I'll continue <t:")


async def add(some: list[Track], members: list[Actor], why: str) -> list[str]:
    """Each is told that it is kept, and why it is not in."""
    for number, track in enumerate(some):
        reply = await (await members[number % 2].command("add", track=track.uri)).reply()
        assert "Accepted for" in reply.text
        assert why in reply.text
    return [track.uri for track in some]


async def pass_time(world: World) -> None:
    """A few seconds at once, for longer than anything is looked for."""
    for _ in range(STEPS):
        await world.advance(seconds=4)
        await world.app.services.shared.outbox.dispatcher.work()


def tracks(world: World) -> list[Track]:
    known = world.spotify.known
    return [known.plain, known.explicit, known.together, known.hour]


@pytest.mark.usefixtures("shared")
async def test_rate_limit_for_hours(world: World, members: list[Actor]) -> None:
    """While Spotify says to wait, for hours and over a restart, nothing is written, and members are told until when;
    then all lands, in order.
    """
    target = world.spotify.known_playlists.empty
    until = int((world.clock.now() + timedelta(hours=HOURS)).timestamp())
    wanted = await accept(world, members)
    writes = len(world.spotify.calls_to(WRITES))
    await world.advance(hours=HOURS - 1)
    await world.restart_bot()
    await world.advance(minutes=50)
    pending = (await (await members[0].command("shared pending")).reply()).text
    told = re.search(r"I'll continue <t:(\d+):R>", pending)
    assert told is not None
    assert abs(int(told[1]) - until) < 60
    assert len(world.spotify.calls_to(WRITES)) == writes
    await world.advance(minutes=11)
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted
    assert len(world.spotify.calls_to(WRITES)) == 2


@pytest.mark.usefixtures("shared")
async def test_consent_ended(world: World, linked: Actor, members: list[Actor]) -> None:
    """The owner's consent has ended: members are told, it waits, also over a restart, and lands in order after a new
    link.
    """
    target = world.spotify.known_playlists.empty
    await consent_given(world.app.stores, linked.member.id, days_ago=180)
    world.spotify.revoke("ada")
    wanted = await add(tracks(world), members, ENDED)
    await world.restart_bot()
    await world.advance(days=2)
    pending = (await (await members[0].command("shared pending")).reply()).text
    assert ENDED in pending
    assert "(4)" in pending
    assert target.uris == []
    await world.link(linked)
    await world.advance(seconds=6)
    await spotify_shows(world, lambda: len(target.items) >= len(wanted))
    assert target.uris == wanted


@pytest.mark.parametrize("seconds", [1, 25])
async def test_late_effect(world: World, shared: SharedPlaylist, members: list[Actor], seconds: int) -> None:
    """The connection broke and the write takes effect later, up to 25 s: it is found, and not sent again."""
    known = world.spotify.known.explicit
    late = world.spotify.faults.add(Fault(WRITES, "late", late_s=seconds))
    run = await members[0].command("add", track=known.uri)
    await late.struck()
    waiting = await world.app.services.shared.outbox.dispatcher.state_of(shared)
    assert waiting is None or waiting.why is Why.CHECKING
    await pass_time(world)
    assert "Added to" in (await run.reply()).text
    assert world.spotify.known_playlists.empty.uris == [known.uri]
    assert len(world.spotify.calls_to(WRITES)) == 1


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("kind", ["reset_after", "malformed", "truncated"])
async def test_lost_answer_and_old_reads(world: World, members: list[Actor], kind: Kind) -> None:
    """It worked, the answer got lost, and Spotify shows the playlist as it was seconds before: it is in once."""
    known = world.spotify.known.explicit
    lost = world.spotify.faults.add(Fault(WRITES, kind))
    world.spotify.faults.add(Fault("GET /playlists/*", "stale", times=None, behind_s=5, version_behind_s=30))
    run = await members[0].command("add", track=known.uri)
    await lost.struck()
    await pass_time(world)
    assert "Added to" in (await run.reply()).text
    assert world.spotify.known_playlists.empty.uris == [known.uri]
    assert len(world.spotify.calls_to(WRITES)) == 1


@pytest.mark.parametrize("takes_effect", [True, False])
async def test_kill_in_the_middle_of_a_write(
    openapi: Path | None, settings: dict[str, str], *, takes_effect: bool
) -> None:
    """A kill -9 while a write is under way: the next process looks first, and the track is in once."""
    async with World(bot="process", openapi=openapi, settings=settings) as world:
        ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
        await world.link(ada)
        lent = await lend_new(world, ada, "Our Tape")
        target = world.spotify.playlist(lent.playlist_id)
        held = world.spotify.faults.add(Fault(WRITES, "latency"))
        if not takes_effect:
            world.spotify.faults.add(Fault(WRITES, "reset_before"))
        known = world.spotify.known.explicit
        await linus.command("add", track=known.uri, playlist="Our Tape")
        await held.struck()
        await world.kill_bot()
        held.release()
        await world.start_bot()
        if not takes_effect:
            looks = len(world.spotify.calls_to("GET /playlists/*/items"))
            await world.advance(seconds=31)
            await spotify_shows(world, lambda: len(world.spotify.calls_to("GET /playlists/*/items")) > looks)
        await world.advance(seconds=31)  # until then the killed process may be the one that writes
        await spotify_shows(world, lambda: bool(target.items))
        other = world.spotify.known.plain
        await (await linus.command("add", track=other.uri, playlist="Our Tape")).reply()
        await spotify_shows(world, lambda: len(target.items) > 1)
        assert target.uris == [known.uri, other.uri]
        assert len(world.spotify.calls_to(WRITES)) == (2 if takes_effect else 3)


async def test_stop_lets_a_write_finish(world: World, shared: SharedPlaylist, members: list[Actor]) -> None:
    """A bot told to stop in the middle of a write lets it finish; the next one has nothing to look for."""
    target = world.spotify.known_playlists.empty
    known = world.spotify.known.explicit
    held = world.spotify.faults.add(Fault(WRITES, "latency"))
    run = await members[0].command("add", track=known.uri)
    await held.struck()
    stopping = asyncio.create_task(world.stop_bot())
    await world.discord.wait_for(lambda: not world.discord.gateway.ready or None, "the end of the connection")
    held.release()
    await stopping
    assert "Added to" in (await run.reply()).text
    await world.start_bot()
    assert target.uris == [known.uri]
    journal = await world.app.stores.journals.of(shared.list_id)
    assert journal.batch is None
    assert len(world.spotify.calls_to(WRITES)) == 1
