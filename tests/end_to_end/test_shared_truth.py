"""What is in a shared playlist and how it came there: told in its history, edits in Spotify included."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import add, lent_with_local_file, only_list, said

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent to Tape Heads an hour ago."""
    return await lent_with_local_file(world, linked)


def told(actor: Actor) -> Message | None:
    return next((message for message in actor.messages() if "was edited in Spotify" in message.text), None)


async def preview(actor: Actor, shown: Message) -> Message:
    return await (await actor.press(shown, "Undo the edit…")).reply()


async def test_edits_in_spotify(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """Added, taken out and moved by hand: told on use, attributed, offered to curators, and taken back with a press."""
    await add(linus, world.spotify.known.live.uri, NAME)
    await world.advance(hours=1)
    wanted = own.uris
    own.add([world.spotify.known.acoustic.uri], position=1)
    own.remove(world.spotify.known.live.uri)
    own.move(5, 20)
    seen = await (await linus.command("shared show", private=True)).reply()
    assert "1 added, 1 removed, 1 moved" in seen.text
    assert not any("Restore" in button.label for button in seen.buttons())
    past = await (await linked.command("shared history")).reply()
    assert past.ephemeral
    for words in ("was added in Spotify", "was removed in Spotify", "The order was changed in Spotify"):
        assert words in past.text
    assert world.spotify.known.acoustic.name in past.text
    asked = await preview(linked, past)
    assert "1 track coming back" in asked.text
    assert "1 track to be removed" in asked.text
    assert "1 track to be moved" in asked.text
    assert world.spotify.known.live.name in asked.text
    assert own.uris != wanted
    done = await (await linked.press(asked, "Restore")).updated()
    assert "1 brought back, 1 removed, 1 moved" in done.text
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
    left = await (await linked.press(past, "Keep as is")).reply()
    assert "stays. The version before it is saved, too" in left.text
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
    refused = await (
        await world.discord.actor("linus", channel="music").press(news, "Undo the edit…")
    ).reply()
    assert "Only curators" in refused.text
    asked = await preview(linked, news)
    await (await linked.press(asked, "Restore")).updated()
    assert len(own.items) == 34
    assert len([message for message in linked.messages() if "was edited in Spotify" in message.text]) == 1


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
            assert "No shared playlist here yet" in await said(elsewhere, command, list=query)
    boss = world.discord.actor("barbara", guild="Night Shift")
    assert await boss.suggest("shared restore", "version", "", list=shared.list_id) == []
    assert await boss.suggest("shared undo", "what", "", list=shared.list_id) == []


async def test_out_anew(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """A label's new release in the place of a track is no edit: it is still by who added it, and can be taken back."""
    live = world.spotify.known.live
    await add(linus, live.uri, NAME)
    await world.advance(hours=1)
    new = world.spotify.reissue(live.uri)
    shown = await (await linus.command("shared show")).reply()
    while f"<@{linus.member.id}>" not in shown.text:
        shown = await (await linus.press(shown, "Next")).updated()
    own.begin_version()
    await world.advance(hours=1)
    past = await (await linked.command("shared history")).reply()
    for words in ("edited", "added in Spotify", "removed in Spotify"):
        assert words not in past.text
    assert "already" in await add(linus, live.uri, NAME)
    assert new.uri in own.uris
    await (await linus.command("shared undo")).reply()
    assert new.uri not in own.uris
    assert live.uri not in own.uris
