"""Work on a playlist that ends when nobody looks: the member is told what came of it, once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.stores.playlist_jobs import JobState
from sandbox.fake_discord.faults import Fault as DiscordFault
from sandbox.fake_spotify.faults import Fault
from tests.end_to_end.conftest import DATABASES
from tests.end_to_end.lending import nothing_to_tell
from tests.end_to_end.voting import says

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

pytestmark = pytest.mark.parametrize("database", DATABASES)
WRITE = "PUT /playlists/*/items"


@pytest.fixture
def tape(world: World, linked: Actor) -> FakePlaylist:
    """Thirty tracks of Ada's, from which order by title takes several moves."""
    assert linked.member
    uris = [track.uri for track in list(world.spotify.catalogue.tracks.values())[:30]]
    return world.spotify.new_playlist("ada", "Long Tape", [*uris[1::3], *uris[::3], *uris[2::3]])


async def resting(world: World, linked: Actor) -> Message:
    """A sort that Spotify told to wait for an hour after two moves; nobody looks at it any more."""
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="title")).reply()
    world.spotify.faults.add(Fault(WRITE, "rate_limit", retry_after=3_600, after=2))
    shown = await (await linked.press(asked, "Sort")).updated()
    await says(world, shown, "waiting for its share")
    return shown


def letters(world: World) -> list[Message]:
    return [one for one in world.discord.actor("ada", dm=True).messages() if "Long Tape" in one.text]


def told_at_commands(world: World) -> list[Message]:
    return [one for one in world.discord.messages if one.ephemeral and "**Long Tape** is sorted" in one.text]


async def hour_later(world: World, linked: Actor) -> None:
    """It has gone on, and ended."""
    await world.advance(minutes=61)
    async with asyncio.timeout(30):
        while {job.state for job in await world.app.stores.playlist_jobs.of_member(linked.member.id)} & {
            JobState.RUNNING
        }:
            await world.advance(seconds=1)


async def first_letter(world: World) -> Message:
    """It comes some time after the end, when somebody following the work would have seen it."""
    await world.advance(seconds=31)
    return await world.discord.wait_for(lambda: next(iter(letters(world)), None), "a letter")


async def test_told_after_a_restart(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """An hour and a restart later it's done, and a direct message says so, with the undo; once."""
    await resting(world, linked)
    await world.restart_bot()
    await hour_later(world, linked)
    letter = await first_letter(world)
    assert "Sorting **Long Tape**" in letter.text
    assert "✅ **Long Tape** is sorted." in letter.text
    await nothing_to_tell(world)
    await world.restart_bot()
    await (await linked.command("playlists")).reply()
    await world.advance(minutes=1)
    await (await linked.command("status")).reply()
    assert len(letters(world)) == 1
    assert told_at_commands(world) == []
    ada = world.discord.actor("ada", dm=True)
    asked = await (await ada.press(letter, "Undo…")).updated()
    await says(world, asked, "as it was?")
    assert len(tape.uris) == 30


async def test_seen_is_not_told(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Whoever has looked at the result gets no message about it."""
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="reverse")).reply()
    shown = await (await linked.press(asked, "Sort")).updated()
    await says(world, shown, "is sorted")
    await nothing_to_tell(world)
    assert letters(world) == []
    assert tape.uris


async def test_stopped(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Work that can't go on is told with what was done, why it stopped, and what to do next."""
    await resting(world, linked)
    tape.owner = world.spotify.person("grace")
    await hour_later(world, linked)
    letter = await first_letter(world)
    assert "Stopped after 2 of" in letter.text
    assert "**Long Tape** is no longer yours to change. What was done stays in it." in letter.text


async def test_no_direct_messages(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Where Discord refuses direct messages, it's said privately after the member's next command, and once."""
    assert tape.uris
    await resting(world, linked)
    world.discord.faults.add(DiscordFault("POST /users/@me/channels", status=403, times=99))
    await hour_later(world, linked)
    await nothing_to_tell(world)
    await world.advance(minutes=2)
    assert letters(world) == []
    assert told_at_commands(world) == []
    await (await linked.command("status")).reply()
    (message,) = await world.discord.wait_for(lambda: told_at_commands(world) or None, "word of it")
    assert "Undo…" in [button.label for button in message.buttons()]
    await (await linked.command("status")).reply()
    await (await linked.command("playlists")).reply()
    assert len(told_at_commands(world)) == 1


async def test_forgotten(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """After /unlink nobody is told anything about it."""
    assert tape.uris
    await resting(world, linked)
    await (await linked.command("unlink")).reply()
    await hour_later(world, linked)
    await nothing_to_tell(world)
    assert letters(world) == []
