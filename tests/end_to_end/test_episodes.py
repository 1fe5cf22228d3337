"""Podcast episodes go wherever tracks go, if the playlist takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stores.lists import Mode, Roles, Rules
from tests.end_to_end.voting import new_card, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World

ANYTHING = Rules(music_only=False)


def link_to_the_episode(world: World) -> str:
    return f"https://open.spotify.com/episode/{world.spotify.known.episode.id}?si=1"


def uris(world: World) -> list[str]:
    return [item.uri for item in world.spotify.known_playlists.empty.items]


async def lent(
    world: World, linked: Actor, rules: Rules = ANYTHING, mode: Mode = Mode.OPEN
) -> SharedPlaylist:
    roles = Roles(curate=(world.discord.guild("Tape Heads").role("Curator").id,))
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=rules, mode=mode, roles=roles)


async def test_into_a_shared_playlist(world: World, linked: Actor, linus: Actor) -> None:
    """An episode goes in by its link, and is shown with its podcast, in the playlist and in its history."""
    shared = await lent(world, linked)
    episode = world.spotify.known.episode
    done = await (await linus.command("add", track=link_to_the_episode(world))).reply()
    assert f"Added to **[{shared.name}]" in done.text
    assert uris(world) == [episode.uri]
    shown = await (await linus.command("shared show")).reply()
    assert episode.name in shown.text
    told = await (await linus.command("shared history")).reply()
    assert episode.name in told.text


async def test_music_only(world: World, linked: Actor, linus: Actor) -> None:
    """A playlist takes only music unless its managers allow episodes, and says so."""
    await lent(world, linked, Rules())
    refused = await (await linus.command("add", track=link_to_the_episode(world))).reply()
    assert "It's a podcast episode, and this playlist only takes music." in refused.text
    assert uris(world) == []
    rules = await (await linus.command("shared rules show")).reply()
    assert "Only music, no podcast episodes." in rules.text


async def test_proposed(world: World, linked: Actor, linus: Actor) -> None:
    """The card of a proposed episode says what it is, also when it's drawn again without asking Spotify."""
    await lent(world, linked, mode=Mode.APPROVAL)
    before = {message.id for message in world.discord.messages}
    await (await linus.command("add", track=link_to_the_episode(world))).reply()
    card = await new_card(world, before)
    episode = world.spotify.known.episode
    assert f"[{episode.name}]" in card.text
    assert "(episode)" in card.text
    assert episode.show_name in card.text
    await (await world.discord.actor("grace", channel="music").press(card, "Approve")).acknowledged()
    await says(world, card, "Added", f"[{episode.name}]", "(episode)")
    assert uris(world) == [episode.uri]


async def test_in_a_message(world: World, linked: Actor, linus: Actor) -> None:
    """The message menu finds an episode beside tracks."""
    shared = await lent(world, linked)
    known = world.spotify.known
    message = await linus.say(
        f"{link_to_the_episode(world)} and https://open.spotify.com/track/{known.plain.id}"
    )
    asked = await (await linus.message_menu("Add to playlist", message)).reply()
    assert known.episode.name in asked.text
    await linus.press(asked, f"Add to {shared.name}")
    await world.discord.wait_for(lambda: len(uris(world)) == 2 or None, "both")
    assert uris(world) == [known.episode.uri, known.plain.uri]


async def test_of_a_playlist(world: World, linked: Actor) -> None:
    """What a playlist holds goes in with its episodes, or without them where only music is taken."""
    own, known = world.spotify.known_playlists.own, world.spotify.known
    own.add([known.episode.uri])
    link = f"https://open.spotify.com/playlist/{own.id}"
    await lent(world, linked, Rules())
    asked = await (await linked.command("add", track=link)).reply()
    await world.discord.wait_for(lambda: "tracks** to" in asked.text or None, "question")
    assert "It's a podcast episode, and this playlist only takes music." in asked.text


async def test_into_an_own_playlist(world: World, linked: Actor) -> None:
    """An episode goes into one's own playlist, also after choosing which, and a second time if one insists."""
    own, episode = world.spotify.known_playlists.own, world.spotify.known.episode
    before = len(own.items)
    command = {"track": link_to_the_episode(world), "playlist": f"spotify:playlist:{own.id}"}
    done = await (await linked.command("add", **command)).reply()
    assert "Added to" in done.text
    again = await (await linked.command("add", **command)).reply()
    await (await linked.press(again, "Add it again")).updated()
    assert [item.uri for item in own.items][before:] == [episode.uri, episode.uri]
