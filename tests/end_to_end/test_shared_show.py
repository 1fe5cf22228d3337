"""/shared show: twenty items to a page with who brought them, alive or from our records, and for this server only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Ballot, BallotKind, State
from sandbox.fake_spotify import Fault
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

READS = "GET /playlists/*/items"


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's list of 1,240 items, lent to Tape Heads."""
    return await lend(world, linked, world.spotify.known_playlists.big)


def reads(world: World) -> int:
    return sum(call.method == "GET" and call.path.endswith("/items") for call in world.spotify.calls)


async def test_who_brought_what(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Everybody sees the page: title, who, note, votes, and what came in Spotify; nobody is pinged."""
    items = world.spotify.known_playlists.big.items
    now = world.clock.now()
    ballot = Ballot(1, BallotKind.VOTE_IN, linus.member.id, now, now, open=False, yes=4, no=1)
    await bring(
        world.app.stores,
        shared,
        1,
        items[0].uri,
        linus.member.id,
        note="**loud** @everyone",
        ballot=ballot,
        created_at=now,
    )
    await bring(world.app.stores, shared, 2, items[1].uri, None)
    await bring(world.app.stores, shared, 3, items[2].uri, linus.member.id, state=State.QUEUED)
    page = await (await linus.command("shared show")).reply()
    assert not page.ephemeral
    first = next(line for line in page.text.splitlines() if line.startswith(f"-# <@{linus.member.id}>"))
    assert "👍 4 👎 1" in first
    assert "\\*\\*loud\\*\\* @\u200beveryone" in first
    assert world.title_of(items[0].uri) in page.text
    assert page.text.count("-# added in Spotify") == 19
    assert "1,240 tracks" in page.text
    assert "1 to be added" in page.text
    assert f"https://open.spotify.com/playlist/{shared.playlist_id}" in {b.url for b in page.buttons()}
    for item, option in zip(items[:2], page.menus()[0].options, strict=True):
        assert world.title_of(item.uri) in option.label


async def test_turning_pages(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """The buttons turn the same message, one call for each new page, and work after a restart."""
    page = await (await linus.command("shared show", list=shared.name, private=True)).reply()
    assert page.ephemeral
    turned = await (await linus.press(page, "Next")).updated()
    assert "page 2 of 62" in turned.text
    assert "`21`" in turned.text
    before = reads(world)
    assert before == 2
    back = await (await linus.press(turned, "Previous")).updated()
    assert "page 1 of 62" in back.text
    assert reads(world) == before
    await world.restart_bot()
    again = await (await linus.press(back, "Next")).updated()
    assert "page 2 of 62" in again.text


async def test_everything_a_list_can_hold(world: World, linked: Actor) -> None:
    """Local files, episodes and what vanished are shown as what they are; names can not break the message."""
    lists = world.spotify.known_playlists
    await lend(world, linked, lists.messy)
    page = await (await linked.command("shared show")).reply()
    assert "local file" in page.text
    assert "no longer available" in page.text
    assert "Kitchen Take 3" in page.text
    await lend(world, linked, lists.hostile, list_id="list0002", name="@everyone **x**")
    page = await (await linked.command("shared show", list="list0002")).reply()
    assert "@everyone" not in page.text


async def test_consent_ended(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """Without the owner's consent the records are shown, with titles, and what happens next is said."""
    plain = world.spotify.known.plain
    await bring(world.app.stores, shared, 1, plain.uri, linus.member.id)
    await world.app.stores.accounts.unlink(linked.member.id)
    page = await (await linus.command("shared show")).reply()
    assert plain.name in page.text
    assert f"<@{linus.member.id}>" in page.text
    assert "again before I can read this playlist" in page.text


@pytest.mark.parametrize("kind", ["reset_before", "truncated"])
async def test_spotify_away(world: World, shared: SharedPlaylist, linus: Actor, kind: str) -> None:
    """While Spotify is away the records are shown without asking it any further."""
    await bring(world.app.stores, shared, 1, world.spotify.known.plain.uri, linus.member.id)
    world.spotify.faults.add(Fault(match=READS, times=9, kind=kind))  # type: ignore[arg-type] # one of its kinds
    page = await (await linus.command("shared show")).reply()
    assert "isn't answering" in page.text
    assert f"<@{linus.member.id}>" in page.text


async def test_other_servers(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Another server can neither find the list, nor have it suggested, nor turn its pages."""
    stranger = world.discord.actor("margaret", guild="Night Shift", channel="music")
    assert [each.value for each in await linus.suggest("shared show", "list", "fri")] == [shared.list_id]
    assert await stranger.suggest("shared show", "list", "") == []
    for query in (shared.list_id, shared.name):
        reply = await (await stranger.command("shared show", list=query)).reply()
        assert "No shared playlist here yet. Start one with </shared create:" in reply.text
    assert reads(world) == 0


async def test_empty_list(world: World, linked: Actor) -> None:
    """An empty list says how to begin."""
    await lend(world, linked, world.spotify.known_playlists.empty)
    page = await (await linked.command("shared show")).reply()
    assert "</add:" in page.text
    assert len(page.buttons()) == 1
    assert page.menus() == []
