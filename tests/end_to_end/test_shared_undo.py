"""Taking back what the bot did: one's own last addition, and as a curator anything of the last 30 days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import INSIDE
from bot.stores.lists import Duplicates
from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import add, lent_with_local_file, made_by, make, only_list, said, spotify_shows

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


UNDO = "Undo something…"


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent to Tape Heads an hour ago."""
    return await lent_with_local_file(world, linked)


async def test_undo(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """A member takes back their own last addition; a curator anything; another member nothing."""
    known = world.spotify.known
    await add(linus, known.live.uri, NAME)
    await world.advance(minutes=1)
    await add(linus, known.acoustic.uri, NAME)
    taken = await said(linus, "undo")
    assert known.acoustic.name in taken
    assert "Removed" in taken
    assert (known.live.uri in own.uris, known.acoustic.uri in own.uris) == (True, False)
    assert "nothing from the last 30 days that you can undo" in await said(
        world.discord.actor("hedy", channel="music"), "undo"
    )
    offered = await linked.suggest("shared undo", "what", "")
    assert [choice.name.partition(":")[0] for choice in offered] == ["Put back", "Remove"]
    assert known.live.name in offered[1].name
    refused = await said(world.discord.actor("hedy", channel="music"), "undo", what=offered[1].value)
    assert "Only curators" in refused
    assert "is back in" in await said(linked, "undo", what=offered[0].value)
    assert "Removed" in await said(linked, "undo", what=offered[1].value)
    assert (known.live.uri in own.uris, known.acoustic.uri in own.uris) == (False, True)
    past = await (await linked.command("shared history")).reply()
    assert past.text.count("➕") == 3  # noqa: RUF001 - on purpose; nothing is ever taken out of the history
    assert past.text.count("was taken back by") == 2
    await world.advance(days=31)
    assert "nothing from the last 30 days that you can undo" in await said(linus, "undo")


async def test_menu_of_the_history(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """Under each page of the history is what may be taken back of it: members see their own, curators everything."""
    known = world.spotify.known
    await add(linus, known.live.uri, NAME)
    await add(linked, known.acoustic.uri, NAME)
    theirs = await (await linus.command("shared history")).reply()
    (menu,) = [menu for menu in theirs.menus() if menu.placeholder == UNDO]
    assert [option.label.partition(":")[0] for option in menu.options] == ["Remove"]
    nobody = world.discord.actor("hedy", channel="music")
    unrelated = await (await nobody.command("shared history")).reply()
    assert UNDO not in [menu.placeholder for menu in unrelated.menus()]
    past = await (await linked.command("shared history")).reply()
    (menu,) = [menu for menu in past.menus() if menu.placeholder == UNDO]
    assert len(menu.options) == 2
    live = next(option.value for option in menu.options if known.live.name in option.label)
    await world.restart_bot()
    done = await (await linked.choose(past, live, menu=UNDO)).reply()
    assert "Removed" in done.text
    assert done.ephemeral
    assert (known.live.uri in own.uris, known.acoustic.uri in own.uris) == (False, True)
    past = await (await linked.command("shared history")).reply()
    (menu,) = [menu for menu in past.menus() if menu.placeholder == UNDO]
    back = next(option.value for option in menu.options if option.label.startswith("Put back"))
    assert "is back in" in (await (await linked.choose(past, back, menu=UNDO)).reply()).text
    gone = await (await linus.choose(theirs, live, menu=UNDO)).reply()
    assert "Only curators" in gone.text


async def test_other_copies_stay_in_place(
    world: World, linked: Actor, own: FakePlaylist, linus: Actor
) -> None:
    """Spotify takes out every copy of a track; those that were there before are put back where they stood."""
    twice = own.uris[2]
    own.add([twice], position=20)
    shared = await only_list(world)
    rules = replace(shared.rules, duplicates=Duplicates.ALLOWED)
    assert await world.app.stores.lists.swap(shared, replace(shared, rules=rules))
    await (await linked.command("shared show")).reply()
    await world.advance(minutes=5)
    before = own.uris
    assert "Added" in await add(linus, twice, NAME)
    assert own.uris == [*before, twice]
    await world.advance(minutes=5)
    assert world.title_of(twice) in await said(linus, "undo")
    await spotify_shows(world, lambda: own.uris == before)
    assert sum(entry.local is not None for entry in own.items) == 1


async def test_a_restore(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """A curator takes back a restore: what that changes is seen first, and whose tracks they are stays known."""
    await add(linus, world.spotify.known.live.uri, NAME)
    await world.advance(minutes=5)
    later = own.uris
    asked = await (await linked.command("shared restore", version="1")).reply()
    await (await linked.press(asked, "Restore")).updated()
    assert world.spotify.known.live.uri not in own.uris
    assert await linus.suggest("shared undo", "what", "restore") == []
    (offered,) = await linked.suggest("shared undo", "what", "undo the restore")
    assert offered.name == "Undo the restore of version 1"
    asked = await (await linked.command("shared undo", what=offered.value)).reply()
    assert "1 track coming back" in asked.text
    assert own.uris != later
    await (await linked.press(asked, "Restore")).updated()
    assert own.uris == later
    shown = await (await linked.command("shared show", page=2)).reply()
    assert f"<@{linus.member.id}>" in shown.text
    refused = await (await linus.command("shared undo", what=offered.value)).reply()
    assert "Only curators" in refused.text


async def test_the_end_of_a_round(world: World, linked: Actor, linus: Actor) -> None:
    """A curator takes back that a round was ended: what it held comes back, in order, from the version before."""
    await make(linked, "Our Tape")
    (playlist,) = made_by(world, "ada", "Our Tape")
    for track in (world.spotify.known.plain, world.spotify.known.explicit):
        await add(linus, track.uri)
    uris = playlist.uris
    asked = await (await linked.command("shared rotate")).reply()
    await linked.press(asked, "End the round")
    await spotify_shows(world, lambda: not playlist.uris)
    await world.discord.wait_for(lambda: "has started" in asked.text or None, "the end")
    past = await (await linked.command("shared history")).reply()
    assert f"Round 2 started. <@{linked.member.id}> ended" in past.text
    (menu,) = [menu for menu in past.menus() if menu.placeholder == UNDO]
    (value,) = [option.value for option in menu.options if option.label == "Undo the end of round 1"]
    asked = await (await linked.choose(past, value, menu=UNDO)).reply()
    assert "2 tracks coming back" in asked.text
    await (await linked.press(asked, "Restore")).updated()
    assert playlist.uris == uris
    inside = await world.app.stores.contributions.in_state((await only_list(world)).list_id, INSIDE, limit=9)
    assert {one.member_id for one in inside} == {linus.member.id}
