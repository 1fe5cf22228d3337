"""Rounds as members and managers see them: ended by hand and by the calendar, archived, and told once a day."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.core.schedule import CHANGED
from bot.stores.lists import RoundKind, Rounds, WhenFull
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, made_by, make, only_list, said, spotify_shows

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NAME = "Our Tape"

pytestmark = pytest.mark.two_processes


@pytest.fixture
async def tape(world: World, linked: Actor, linus: Actor) -> FakePlaylist:
    """A shared playlist with two tracks in it."""
    await make(linked, NAME)
    (playlist,) = made_by(world, "ada", NAME)
    for track in (world.spotify.known.plain, world.spotify.known.explicit):
        assert "Added" in await add(linus, track.uri)
    return playlist


async def change(world: World, **changes: Any) -> SharedPlaylist:
    """Settings or rules of the one list."""
    shared = await only_list(world)
    settings = {name: value for name, value in changes.items() if hasattr(shared.settings, name)}
    rules = {name: value for name, value in changes.items() if hasattr(shared.rules, name)}
    new = replace(shared, settings=replace(shared.settings, **settings), rules=replace(shared.rules, **rules))
    stored = await world.app.stores.lists.swap(shared, new)
    assert stored is not None
    await world.app.services.shared.core.schedule.soon(shared.list_id, *CHANGED)
    return stored


async def test_by_hand(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A manager sees what will happen, says yes, and finds the archive; the list begins anew."""
    uris = tape.uris
    asked = await (await linked.command("shared rotate")).reply()
    assert asked.ephemeral
    assert "2 tracks will move" in asked.text
    assert tape.uris == uris
    done = await (await linked.press(asked, "End the round")).updated()
    await world.discord.wait_for(lambda: "has started" in done.text or None, "the end")
    await spotify_shows(world, lambda: not tape.uris)
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == uris
    rounds = await (await linked.command("shared archive")).reply()
    assert "Round 1" in rounds.text
    assert archive.url in {button.url for button in rounds.buttons()}
    assert "2 tracks" in rounds.text


async def test_only_managers(world: World, linus: Actor, tape: FakePlaylist, linked: Actor) -> None:
    """Others are told so, also when they press a manager's button; nothing moves."""
    assert "Only managers" in await said(linus, "rotate")
    asked = await (await linked.command("shared rotate")).reply()
    asked.only_for = None  # as if everybody saw it: the press is what is refused
    refused = await (await linus.press(asked, "End the round")).reply()
    assert "Only managers" in refused.text
    assert len(tape.uris) == 2
    assert (await only_list(world)).round_no == 1


async def test_a_second_press(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """The button ends the round it was shown for, and no other."""
    first = await (await linked.command("shared rotate")).reply()
    second = await (await linked.command("shared rotate")).reply()
    done = await (await linked.press(first, "End the round")).updated()
    await world.discord.wait_for(lambda: "has started" in done.text or None, "the end")
    late = await linked.press(second, "End the round")
    assert "Somebody" in (await late.reply()).text
    assert "will move" in second.text
    assert (await only_list(world)).round_no == 2
    assert len(made_by(world, "ada", f"{NAME} · archive")) == 1
    assert tape.uris is not None


async def test_asked_again(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """When a round cannot be ended now, the reason is told and the question stays: later it can be pressed again."""
    asked = await (await linked.command("shared rotate")).reply()
    await said(linked, "pause")
    told = await (await linked.press(asked, "End the round")).message(2)
    assert "paused" in told.text
    assert "2 tracks will move" in asked.text
    await said(linked, "resume")
    done = await (await linked.press(asked, "End the round")).updated()
    await world.discord.wait_for(lambda: "has started" in done.text or None, "the end")
    await spotify_shows(world, lambda: not tape.uris)


async def test_new_playlist(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """A round in a new playlist: the former stays, what is added now goes into the new one."""
    await change(world, round_kind=RoundKind.NEW_PLAYLIST)
    asked = await (await linked.command("shared rotate")).reply()
    done = await (await linked.press(asked, "End the round")).updated()
    await world.discord.wait_for(lambda: "has started" in done.text or None, "the end")
    (new,) = made_by(world, "ada", f"{NAME} · round 2")
    assert "Added" in await add(linus, world.spotify.known.plain.uri)
    assert new.uris == [world.spotify.known.plain.uri]
    assert len(tape.uris) == 2
    assert tape.url in await said(linked, "archive")


@pytest.mark.two_processes(halves=True)
async def test_every_week(world: World, tape: FakePlaylist) -> None:
    """On Monday at midnight in the list's time zone the round ends by itself, once, also over a restart."""
    await change(world, rounds=Rounds.WEEKLY, time_zone="Europe/Stockholm")
    await world.advance(days=7)
    await spotify_shows(world, lambda: not tape.uris)
    await world.restart_bot()
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert len(archive.uris) == 2
    assert (await only_list(world)).round_no == 2


async def test_spotify_fails_midway(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """When Spotify loses an answer the member is told, and it goes on by itself; nothing is there twice."""
    uris = tape.uris
    world.spotify.faults.add(Fault(match="POST /playlists/*/items", kind="reset_after"))
    asked = await (await linked.command("shared rotate")).reply()
    done = await (await linked.press(asked, "End the round")).updated()
    await world.discord.wait_for(
        lambda: "Nothing is lost, and I'll continue" in done.text or None, "the trouble"
    )
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: not tape.uris)
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == uris


async def test_full_list(world: World, linus: Actor, tape: FakePlaylist) -> None:
    """In a full list that drops its oldest, what comes in pushes that into the archive."""
    first, second = tape.uris
    await change(world, most_items=2, when_full=WhenFull.DROP_OLDEST)
    assert "Added" in await add(linus, world.spotify.known.together.uri)
    await world.advance(minutes=1)
    await spotify_shows(world, lambda: first not in tape.uris)
    assert tape.uris == [second, world.spotify.known.together.uri]
    (archive,) = made_by(world, "ada", f"{NAME} · archive")
    assert archive.uris == [first]


async def began_to_count(world: World) -> None:
    """Wait until the bot has seen that a digest is wanted: what comes in from now on is in it."""
    shared = await only_list(world)
    await world.advance(minutes=2)
    async with asyncio.timeout(5):
        while not await world.app.stores.values.get(f"digest:{shared.list_id}"):
            pass


def digests(actor: Actor) -> list[Message]:
    return [message for message in actor.messages() if "New in " in message.text]


@pytest.mark.two_processes(halves=True)
async def test_digest(world: World, linked: Actor, linus: Actor, tape: FakePlaylist) -> None:
    """Once a day the channel reads who added how many; days without anything are quiet; nobody is pinged."""
    await change(world, digest_channel_id=linked.channel.id)
    await began_to_count(world)
    assert "Added" in await add(linus, world.spotify.known.together.uri)
    assert digests(linked) == []
    await world.advance(days=1)
    message = await world.discord.wait_for(lambda: next(iter(digests(linked)), None), "the digest")
    assert f"{linus.member.mention}: 1 track" in message.text
    assert world.spotify.known.together.name in message.text
    assert not message.pings.members
    assert message.flags & 4096  # arrives without a sound
    await world.advance(days=1)
    await world.restart_bot()
    await world.advance(days=1)
    assert "Added" in await add(linus, world.spotify.known.hour.uri)
    await world.advance(days=1)
    await world.discord.wait_for(lambda: len(digests(linked)) == 2 or None, "the second digest")
    assert len(tape.uris) == 4


@pytest.mark.two_processes(halves=True)
async def test_other_servers(world: World, tape: FakePlaylist) -> None:
    """Another server reaches neither the rounds nor the archive."""
    stranger = world.discord.actor("margaret", guild="Night Shift", channel="music")
    shared = await only_list(world)
    for command in ("rotate", "archive"):
        assert await stranger.suggest(f"shared {command}", "list", "") == []
        assert "No shared playlist here yet. Start one with </shared create:" in await said(
            stranger, command, list=shared.list_id
        )
    assert len(tape.uris) == 2
