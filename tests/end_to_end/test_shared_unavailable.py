"""/shared tidy unavailable: what can't be played any more, another release in its place, or out of the way."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import INSIDE
from bot.stores.due import Due, DueKind
from bot.stores.lists import Grant, Grants, Roles
from tests.end_to_end.lending import only_list, said, spotify_shows
from tests.end_to_end.test_shared_tidy import ALL, change, done, tidy
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator who doesn't own the playlist."""
    return world.discord.actor("grace", channel="music")


def holds(playlist: FakePlaylist, uri: str) -> bool:
    return uri in playlist.uris


@pytest.fixture
async def mix(world: World, linked: Actor, linus: Actor) -> FakePlaylist:
    """Three of linus's tracks; of one there is another release, and neither that nor the last can be played."""
    playlist, known = world.spotify.known_playlists.empty, world.spotify.known
    await lend(world, linked, playlist)
    curator = world.discord.guild("Tape Heads").role("Curator")
    await change(world, roles=Roles(curate=(curator.id,)), grants=ALL)
    for uri in (known.plain.uri, known.twice.uri, known.explicit.uri):
        await (await linus.command("add", track=uri)).reply()
        await spotify_shows(world, partial(holds, playlist, uri))
    world.spotify.restrict(known.twice.uri)
    world.spotify.restrict(known.explicit.uri)
    return playlist


async def test_other_release(world: World, mix: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """Another release comes in the same place, as the same member's; undo brings the old one back."""
    known, before = world.spotify.known, mix.uris
    shown = await tidy(grace, "unavailable")
    assert shown.ephemeral
    assert "2 tracks in" in shown.text
    assert known.twice.name in shown.text
    assert "another release: " in shown.text
    assert "no other release found" in shown.text
    await world.restart_bot()
    asked = await done(grace, shown, "Use other releases…")
    assert "Use other releases in" in asked.text
    assert "1 track comes in its place" in asked.text
    assert mix.uris == before
    finished = await done(grace, asked, "Use them")
    assert "used other releases in" in finished.text
    first, other, last = mix.uris
    assert (first, last) == (before[0], before[2])
    assert other != known.twice.uri
    assert world.spotify.catalogue.tracks[other.rpartition(":")[2]].isrc == known.twice.isrc
    shared = await only_list(world)
    inside = await world.app.stores.contributions.in_state(shared.list_id, INSIDE, limit=9)
    assert {(one.uri, one.member_id) for one in inside} == {(uri, linus.member.id) for uri in mix.uris}
    assert "used other releases of tracks that can't be played" in await said(grace, "history")
    offered = await grace.suggest("shared undo", "what", "Undo using")
    back = await (await grace.command("shared undo", what=offered[0].value)).reply()
    await done(grace, back, "Put it back")
    assert mix.uris == before
    inside = await world.app.stores.contributions.in_state(shared.list_id, INSIDE, limit=9)
    assert {(one.uri, one.member_id) for one in inside} == {(uri, linus.member.id) for uri in before}


async def test_aside(world: World, mix: FakePlaylist, grace: Actor) -> None:
    """What can't be played is moved out after a preview; the version before is kept."""
    known = world.spotify.known
    shown = await tidy(grace, "unavailable")
    asked = await done(grace, shown, "Move aside…")
    assert "Move what can't be played out of" in asked.text
    assert "2 tracks go" in asked.text
    finished = await done(grace, asked, "Move aside")
    assert "moved what can't be played out of" in finished.text
    assert mix.uris == [known.plain.uri]
    shared = await only_list(world)
    versions = await world.app.stores.snapshots.of_list(shared.list_id)
    held = [await world.app.stores.snapshots.get(shared.list_id, one.number) for one in versions]
    assert any(one is not None and len(one.uris) == 3 for one in held)
    assert "Everything in" in (await tidy(grace, "unavailable")).text


async def test_nothing_to_move(world: World, mix: FakePlaylist, grace: Actor) -> None:
    """Where everything can be played, that is said; by an old button, too."""
    shown = await tidy(grace, "unavailable")
    mix.remove(world.spotify.known.twice.uri)
    mix.remove(world.spotify.known.explicit.uri)
    await world.advance(minutes=16)
    asked = await done(grace, shown, "Move aside…")
    assert "can be played" in asked.text
    assert "Move aside" not in [button.label for button in asked.buttons()]


async def test_who_may(world: World, mix: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """Looking is for curators; moving only where the owner allows it."""
    before = mix.uris
    assert "Only curators" in (await tidy(linus, "unavailable")).text
    await change(world, grants=Grants.of({Grant.REORDER}))
    shown = await tidy(grace, "unavailable")
    refused = await (await grace.press(shown, "Move aside…")).reply()
    assert "hasn't allowed curators to remove tracks" in refused.text
    assert mix.uris == before


async def test_marked(world: World, mix: FakePlaylist, linus: Actor) -> None:
    """Without anyone asking, it is noticed by and by, a page at a time, and /shared show says so."""
    assert len(mix.uris) == 3
    assert "can't be played any more" not in await said(linus, "show")
    shared = await only_list(world)
    await world.app.stores.due.add(
        Due(DueKind.PLAYABLE, shared.list_id, world.clock.now())
    )  # as lending does
    await world.restart_bot()
    await world.advance(days=1, minutes=10)
    playability = world.app.services.shared.reconciliation.playability
    for _ in range(40):
        if (await playability.survey(shared)).marks:
            break
        await world.advance(minutes=5)
    assert "⚠️ 2 tracks can't be played any more" in await said(linus, "show")


async def test_in_german(mix: FakePlaylist, grace: Actor) -> None:
    """The list and its preview are in the curator's language."""
    assert len(mix.uris) == 3
    grace.member.locale = "de"
    shown = await tidy(grace, "unavailable")
    assert "lassen sich nicht mehr abspielen" in shown.text
    asked = await done(grace, shown, "Herausnehmen…")
    assert "herausnehmen, was sich nicht abspielen lässt?" in asked.text
    grace.member.locale = "en-GB"


async def test_taken_down(world: World, mix: FakePlaylist, grace: Actor) -> None:
    """What Spotify shows nothing of any more it doesn't remove either, so that is said; the rest can be moved."""
    known, before = world.spotify.known, mix.uris
    world.spotify.lose(known.twice.uri)
    shown = await tidy(grace, "unavailable")
    assert "1 track in" in shown.text
    assert "Spotify took 1 track down" in shown.text
    asked = await done(grace, shown, "Move aside…")
    await done(grace, asked, "Move aside")
    assert mix.uris == before[:2]
    left = await tidy(grace, "unavailable")
    assert "Only the owner can remove it" in left.text
    assert [button.label for button in left.buttons()] == ["Open in Spotify"]


async def test_taken_down_is_refused(world: World, mix: FakePlaylist, grace: Actor) -> None:
    """Where Spotify refuses to remove such a track, the curator reads why, and the playlist stays as it is."""
    known, before = world.spotify.known, mix.uris
    world.spotify.lose(known.twice.uri)
    asked = await tidy(grace, "remove", what=known.twice.uri)
    told = await (await grace.press(asked, "Remove")).reply()
    assert told.ephemeral
    assert "Spotify refuses to remove one of these tracks" in told.text
    assert mix.uris == before
    await tidy(grace, "remove", what=known.plain.uri)  # nothing is in the way of other work
