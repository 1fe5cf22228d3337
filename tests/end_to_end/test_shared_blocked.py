"""What curators keep out of a shared playlist: artists, tracks and members, by name, link and menu."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Roles, Rules
from sandbox.fake_spotify import Fault
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads, where curators curate."""
    guild = linked.channel.guild
    assert guild is not None
    roles = Roles(curate=(guild.role("Curator").id,))
    return await lend(world, linked, world.spotify.known_playlists.empty, roles=roles)


@pytest.fixture
def grace(world: World, shared: SharedPlaylist) -> Actor:
    """A curator of the list."""
    assert shared
    return world.discord.actor("grace", channel="music")


async def now(world: World, shared: SharedPlaylist) -> Rules:
    stored = await world.app.stores.lists.by_id(shared.list_id)
    assert stored is not None
    return stored.rules


async def opened(actor: Actor, what: str) -> Message:
    """What is blocked, as it replaces the panel."""
    shown = await (await actor.command("shared rules change")).reply()
    return await (await actor.choose(shown, what)).updated()


async def block(actor: Actor, shown: Message, button: str, query: str) -> Message:
    form = await (await actor.press(shown, button)).modal()
    return await (await actor.submit(form, {form.fields[0].custom_id: query})).updated()


@pytest.mark.parametrize(
    "query", ["{name}", "https://open.spotify.com/intl-de/artist/{id}?si=x", "spotify:artist:{id}"]
)
async def test_artist(world: World, shared: SharedPlaylist, grace: Actor, linus: Actor, query: str) -> None:
    """Blocked by name or link, met as a guest as well, listed by name, and let in again from the menu."""
    artist = world.spotify.known.artist
    shown = await opened(grace, "blocked_artists")
    assert "No artist is blocked" in shown.text
    done = await block(grace, shown, "Block an artist", query.format(name=artist.name, id=artist.id))
    assert f"**{artist.name}** is blocked now." in done.text
    assert (await now(world, shared)).blocked_artists == (artist.id,)
    assert f"[{artist.name}](https://open.spotify.com/artist/{artist.id})" in done.text
    refused = await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert f"{artist.name} is blocked in this playlist." in refused.text
    assert await world.app.stores.contributions.count(shared.list_id, set(State)) == 0
    free = await (await grace.choose(done, artist.id)).updated()
    assert "Unblocked" in free.text
    assert (await now(world, shared)).blocked_artists == ()


async def test_track(world: World, shared: SharedPlaylist, grace: Actor, linus: Actor) -> None:
    """A blocked track is refused with its reason; twice blocked is once in the list."""
    known = world.spotify.known.plain
    shown = await opened(grace, "blocked_tracks")
    for _ in range(2):
        shown = await block(grace, shown, "Block a track", known.uri)
    assert (await now(world, shared)).blocked_tracks == (known.uri,)
    assert known.name in shown.text
    tried = await (await linus.command("shared rules test", track=known.uri)).reply()
    assert "❌ This track is blocked in this playlist." in tried.text


async def test_members(world: World, shared: SharedPlaylist, grace: Actor, linus: Actor) -> None:
    """Chosen members may not add; the menu shows them as chosen, also after a restart, and nobody is pinged."""
    shown = await opened(grace, "blocked_members")
    done = await (await grace.choose(shown, "linus", "margaret")).updated()
    assert f"<@{linus.member.id}>" in done.text
    assert not done.pings.members
    assert linus.member.id in (await now(world, shared)).blocked_members
    refused = await (await linus.command("add", track=world.spotify.known.plain.uri)).reply()
    assert "The curators of this playlist have blocked you from adding to it." in refused.text
    tried = await (await linus.command("shared rules test", track=world.spotify.known.plain.uri)).reply()
    assert "The curators of this playlist have blocked you from adding to it." in tried.text
    await world.restart_bot()
    done = await (await grace.choose(done)).updated()
    assert "Nobody is blocked now." in done.text
    assert (await now(world, shared)).blocked_members == ()


async def test_nothing_by_that_name(world: World, shared: SharedPlaylist, grace: Actor) -> None:
    """What Spotify does not find, and a link to something else, are explained; nothing is blocked."""
    shown = await opened(grace, "blocked_artists")
    for query, why in (
        ("zzqq xxyy", "Spotify found nothing for “zzqq xxyy”"),
        (world.spotify.known.plain.uri, "That's a link to a track. Paste a link to an artist instead"),
    ):
        form = await (await grace.press(shown, "Block an artist")).modal()
        sent = await grace.submit(form, {form.fields[0].custom_id: query})
        assert why in (await sent.reply()).text
    assert (await now(world, shared)).blocked_artists == ()


async def test_most(world: World, shared: SharedPlaylist, grace: Actor) -> None:
    """A menu holds 25; one more is refused kindly."""
    full = tuple(f"{number:022d}" for number in range(25))
    await world.app.stores.lists.swap(shared, replace(shared, rules=Rules(blocked_artists=full)))
    shown = await opened(grace, "blocked_artists")
    assert len(shown.menus()[0].options) == 25
    assert "name unavailable right now" in shown.text
    form = await (await grace.press(shown, "Block an artist")).modal()
    sent = await grace.submit(form, {form.fields[0].custom_id: world.spotify.known.artist.name})
    assert "At most 25 can be blocked" in (await sent.reply()).text
    assert (await now(world, shared)).blocked_artists == full


async def test_spotify_is_away(world: World, shared: SharedPlaylist, grace: Actor) -> None:
    """While Spotify does not answer, what is blocked can still be seen, by number, and let in again."""
    artist = world.spotify.known.artist
    await world.app.stores.lists.swap(shared, replace(shared, rules=Rules(blocked_artists=(artist.id,))))
    world.spotify.faults.add(Fault(match="GET /artists/*", kind="reset_before", times=9))
    shown = await opened(grace, "blocked_artists")
    assert "name unavailable right now" in shown.text
    await (await grace.choose(shown, artist.id)).updated()
    assert (await now(world, shared)).blocked_artists == ()


async def test_no_longer_a_curator(world: World, shared: SharedPlaylist, grace: Actor) -> None:
    """Every press asks for the right anew: nothing is blocked, asked of Spotify or let in again."""
    artist = world.spotify.known.artist
    shown = await block(grace, await opened(grace, "blocked_artists"), "Block an artist", artist.name)
    form = await (await grace.press(shown, "Block an artist")).modal()
    stored = await world.app.stores.lists.by_id(shared.list_id)
    assert stored is not None
    await world.app.stores.lists.swap(stored, replace(stored, roles=Roles()))
    before = len(world.spotify.calls)
    for run in (
        await grace.submit(form, {form.fields[0].custom_id: "Ombrik"}),
        await grace.press(shown, "Block an artist"),
        await grace.choose(shown, artist.id),
    ):
        assert "Only curators" in (await run.reply()).text
    assert (await now(world, shared)).blocked_artists == (artist.id,)
    assert len(world.spotify.calls) == before
