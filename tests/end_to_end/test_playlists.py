"""/playlists: pages, marks, privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def test_first_page(world: World, linked: Actor) -> None:
    """Private, ten to a page, each linked, counted, and with its owner where that is somebody else."""
    reply = await (await linked.command("playlists")).reply()
    assert reply.ephemeral
    assert world.spotify.known_playlists.own.name in reply.text
    assert "Secret Santa" in reply.text
    assert "Grace" in reply.text
    assert reply.text.count("https://open.spotify.com/playlist/") in {9, 10}
    assert "1 of 3" in reply.text


async def test_paging(linked: Actor) -> None:
    """The buttons go forth and back and end at the ends."""
    reply = await (await linked.command("playlists")).reply()
    previous, following = reply.buttons()
    assert previous.disabled
    assert not following.disabled
    second = await (await linked.press(reply, following.label)).updated()
    assert second.id == reply.id
    assert "2 of 3" in second.text
    third = await (await linked.press(second, second.buttons()[1].label)).updated()
    assert third.buttons()[1].disabled
    again = await (await linked.press(third, third.buttons()[0].label)).updated()
    assert "2 of 3" in again.text


async def test_nobody_else_sees_them(world: World, linked: Actor) -> None:
    """Another member in the same channel sees nothing of the answer."""
    await (await linked.command("playlists")).reply()
    assert world.discord.actor("linus", channel="music").messages() == []


async def test_empty_entries_are_mentioned(linked: Actor) -> None:
    """A list that Spotify hides leaves a word, not a hole."""
    reply = await (await linked.command("playlists")).reply()
    assert "1 more playlist is on this page" in reply.text


async def test_hostile_names(linked: Actor) -> None:
    """A playlist's name can neither ping nor link elsewhere."""
    reply = await (await linked.command("playlists")).reply()
    assert "@everyone" not in reply.text
    assert "](https://evil.example)" not in reply.text


async def test_not_linked(ada: Actor) -> None:
    """Without a link the member is told to use /link."""
    reply = await (await ada.command("playlists")).reply()
    assert reply.ephemeral
    assert "link" in reply.text


async def test_long_list_has_no_lookups(world: World, linked: Actor) -> None:
    """A page costs one call, however long the playlists are."""
    before = len(world.spotify.calls)
    await (await linked.command("playlists")).reply()
    assert len(world.spotify.calls) == before + 1
