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


async def test_of_another_member(linked: Actor, linus: Actor) -> None:
    """Hidden until the member allows it under /account; then only public ones of their own, and hidden again after."""
    ada = linked.member
    reply = await (await linus.command("playlists", member=ada)).reply()
    assert reply.ephemeral
    assert "doesn't show their playlists" in reply.text
    account = await (await linked.command("account")).reply()
    switched = await (await linked.press(account, "Show my public playlists")).reply()
    assert "may now see" in switched.text
    shown = await (await linus.command("playlists", member=ada)).reply()
    assert shown.ephemeral
    assert f"Public playlists of <@{ada.id}>" in shown.text
    assert "Road Trip" in shown.text
    assert "Secret Santa" not in shown.text
    assert "Grace's Picks" not in shown.text
    second = await (await linus.press(shown, "Next")).updated()
    assert "page 2 of 2" in second.text
    await (await linked.press(switched, "Hide my playlists")).reply()
    reply = await (await linus.command("playlists", member=ada)).reply()
    assert "doesn't show their playlists" in reply.text


async def test_of_a_stranger(world: World, linked: Actor) -> None:
    """Who never linked anything is told apart from nobody; one's own name leads to one's own list."""
    reply = await (await linked.command("playlists", member="linus")).reply()
    assert "doesn't show their playlists" in reply.text
    reply = await (await linked.command("playlists", member="ada")).reply()
    assert world.spotify.known_playlists.private.name in reply.text


async def test_hidden_after_unlinking(world: World, linked: Actor, linus: Actor) -> None:
    """Unlinking takes the permission back; linking again doesn't give it."""
    account = await (await linked.command("account")).reply()
    await (await linked.press(account, "Show my public playlists")).reply()
    await (await linked.command("unlink")).reply()
    await world.link(linked)
    reply = await (await linus.command("playlists", member=linked.member)).reply()
    assert "doesn't show their playlists" in reply.text
