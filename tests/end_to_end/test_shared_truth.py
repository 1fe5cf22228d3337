"""Edits in Spotify noticed and taken back, restores and undo, as members and curators meet them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.end_to_end.lending import add, adopt, only_list, said

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

NAME = "Road Trip"


@pytest.fixture
def linus(world: World) -> Actor:
    return world.discord.actor("linus", channel="music")


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent to Tape Heads an hour ago."""
    own = world.spotify.known_playlists.own
    own.add([track.uri for track in world.spotify.release(30)])
    own.add_local_file(LocalFile("Ada", "", "Demo Tape", 200))
    await adopt(linked, own.name)
    await world.advance(hours=1)
    return own


def told(actor: Actor) -> Message | None:
    return next((message for message in actor.messages() if "Somebody edited" in message.text), None)


async def preview(actor: Actor, shown: Message) -> Message:
    return await (await actor.press(shown, "Restore…")).reply()


async def test_edits_in_spotify(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """Added, taken out and moved by hand: told on use, attributed, offered to curators, and taken back with a press."""
    await add(linus, world.spotify.known.live.uri, NAME)
    await world.advance(hours=1)
    wanted = own.uris
    own.add([world.spotify.known.acoustic.uri], position=1)
    own.remove(world.spotify.known.live.uri)
    own.move(5, 20)
    seen = await (await linus.command("shared show", private=True)).reply()
    assert "1 added, 1 taken out, 1 moved" in seen.text
    assert not any("Restore" in button.label for button in seen.buttons())
    past = await (await linked.command("shared history")).reply()
    assert past.ephemeral
    for words in ("was added in Spotify", "was taken out in Spotify", "The order was changed in Spotify"):
        assert words in past.text
    assert world.spotify.known.acoustic.name in past.text
    asked = await preview(linked, past)
    assert "1 track comes back" in asked.text
    assert "1 track leaves" in asked.text
    assert "1 track changes place" in asked.text
    assert world.spotify.known.live.name in asked.text
    assert own.uris != wanted
    done = await (await linked.press(asked, "Restore")).updated()
    assert "1 came back, 1 left, 1 changed place" in done.text
    assert own.uris == wanted
    again = await (await linked.command("shared show")).reply()
    assert "edited" not in again.text
    past = await (await linked.command("shared history")).reply()
    assert f"<@{linked.member.id}> restored version" in past.text
    assert f"brought back **[{world.spotify.known.live.name}" in past.text
    assert f"added by <@{linus.member.id}>" in past.text


async def test_edit_that_may_stay(linked: Actor, own: FakePlaylist) -> None:
    """A curator can leave it as it is; then nobody is asked any more, and the version before is kept."""
    own.remove(own.uris[3])
    past = await (await linked.command("shared history")).reply()
    left = await (await linked.press(past, "Leave it as it is")).reply()
    assert "stays as it was edited" in left.text
    past = await (await linked.command("shared history")).reply()
    assert "edited this playlist" not in past.text
    assert len(await linked.suggest("shared restore", "version", "")) == 2


async def test_told_in_the_channel(world: World, linked: Actor, own: FakePlaylist) -> None:
    """Where there is a channel for cards, an edit that the slow round finds is told there, once; only curators act."""
    shared = await only_list(world)
    settings = replace(shared.settings, cards_channel_id=linked.channel.id)
    assert await world.app.stores.lists.swap(shared, replace(shared, settings=settings))
    own.remove(own.uris[3])
    await world.advance(hours=7)
    news = await world.discord.wait_for(lambda: told(linked), "word of the edit")
    refused = await (await world.discord.actor("linus", channel="music").press(news, "Restore…")).reply()
    assert "Only curators" in refused.text
    asked = await preview(linked, news)
    await (await linked.press(asked, "Restore")).updated()
    assert len(own.items) == 34
    assert len([message for message in linked.messages() if "Somebody edited" in message.text]) == 1


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


async def test_undo(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """A member takes back their own last addition; a curator anything; another member nothing."""
    known = world.spotify.known
    await add(linus, known.live.uri, NAME)
    await world.advance(minutes=1)
    await add(linus, known.acoustic.uri, NAME)
    taken = await said(linus, "undo")
    assert known.acoustic.name in taken
    assert "is out of" in taken
    assert (known.live.uri in own.uris, known.acoustic.uri in own.uris) == (True, False)
    assert "nothing of the last 30 days" in await said(world.discord.actor("hedy", channel="music"), "undo")
    offered = await linked.suggest("shared undo", "what", "")
    assert [choice.name.partition(":")[0] for choice in offered] == ["Put back", "Take out"]
    assert known.live.name in offered[1].name
    refused = await said(world.discord.actor("hedy", channel="music"), "undo", what=offered[1].value)
    assert "Only curators" in refused
    assert "is back in" in await said(linked, "undo", what=offered[0].value)
    assert "is out of" in await said(linked, "undo", what=offered[1].value)
    assert (known.live.uri in own.uris, known.acoustic.uri in own.uris) == (False, True)
    await world.advance(days=31)
    assert "nothing of the last 30 days" in await said(linus, "undo")


@pytest.mark.usefixtures("own")
async def test_history_of_one_member(world: World, linked: Actor, linus: Actor) -> None:
    """The filter shows what one member did; pages go back to the beginning and, after a restart, to the newest."""
    tracks = world.spotify.release(12)
    for track in tracks:
        await world.advance(minutes=1)
        await add(linus, track.uri, NAME)
    await add(linked, world.spotify.known.live.uri, NAME)
    newest = await (await linus.command("shared history", member=linus.member)).reply()
    assert world.spotify.known.live.name not in newest.text
    assert newest.text.count(f"<@{linus.member.id}> added") == 10
    older = await (await linus.press(newest, "Older")).updated()
    assert older.text.count(f"<@{linus.member.id}> added") == 2
    await world.restart_bot()
    again = await (await linus.press(older, "Newest")).updated()
    assert again.text.count(f"<@{linus.member.id}> added") == 10
    everything = await (await linus.command("shared history")).reply()
    assert world.spotify.known.live.name in everything.text


@pytest.mark.usefixtures("own")
async def test_other_server(world: World) -> None:
    """Nothing of it is reachable from another server, by name, id, suggestion or button."""
    shared = await only_list(world)
    elsewhere = world.discord.actor("margaret", guild="Night Shift")
    for command in ("history", "undo", "restore"):
        for query in (shared.name, shared.list_id):
            assert "no shared playlist" in await said(elsewhere, command, list=query)
    boss = world.discord.actor("barbara", guild="Night Shift")
    assert await boss.suggest("shared restore", "version", "", list=shared.list_id) == []
    assert await boss.suggest("shared undo", "what", "", list=shared.list_id) == []
