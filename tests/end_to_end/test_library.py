"""/like, /unlike, /liked, /top and /recent, and how a member allows them when they first need them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cogs.link import ENTER
from sandbox.visitor import Visitor, consent

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World


async def allow(actor: Actor, refusal: Message, button: str = "Allow it on Spotify") -> None:
    """Press the button under a refusal, agree on Spotify's page and type the six digits."""
    reply = await (await actor.press(refusal, button)).reply()
    address = next(one.url for one in reply.buttons() if one.url and "/link/" in one.url)
    async with Visitor() as visitor:
        code = (await consent(visitor, address, actor.member.username)).digits
    modal = await (await actor.press(reply, ENTER.custom_id())).modal()
    await (await actor.submit(modal, {modal.fields[0].custom_id: code})).reply()


@pytest.fixture
async def listener(linked: Actor) -> Actor:
    """Ada, who has allowed everything these commands need."""
    for command in ("liked", "top tracks", "recent"):
        await allow(linked, await (await linked.command(command)).reply())
    return linked


def saved(world: World) -> list[str]:
    return [*world.spotify.people["ada"].listening.saved]


def like_many(world: World, count: int) -> list[str]:
    """Titles, newest first."""
    tracks = [*world.spotify.catalogue.tracks.values()][:count]
    for track in tracks:
        world.spotify.people["ada"].listening.saved[track.uri] = world.clock.now()
    return [track.name for track in reversed(tracks)]


async def test_asked_when_first_needed(world: World, linked: Actor) -> None:
    """The refusal names what is missing and has the way on; what was allowed before stays allowed."""
    refusal = await (await linked.command("liked")).reply()
    assert refusal.ephemeral
    assert "see what you've liked and saved" in refusal.text
    await allow(linked, refusal)
    assert "haven't liked any songs yet" in (await (await linked.command("liked")).reply()).text
    assert "page 1 of 3" in (await (await linked.command("playlists")).reply()).text
    account = await world.app.stores.accounts.of_member(linked.member.id)
    assert account is not None
    assert {"user-library-read", "playlist-modify-private"} <= account.scopes
    assert "user-top-read" not in account.scopes


async def test_not_linked(world: World, ada: Actor) -> None:
    """Someone who has linked nothing gets there with one consent, which asks for nothing else."""
    refusal = await (await ada.command("top tracks")).reply()
    assert "haven't linked Spotify yet" in refusal.text
    await allow(ada, refusal)
    assert "1. **" in (await (await ada.command("top tracks")).reply()).text
    account = await world.app.stores.accounts.of_member(ada.member.id)
    assert account is not None
    assert account.scopes == {"user-top-read"}


async def test_declined(world: World, linked: Actor) -> None:
    """Saying no to more leaves the link as it was."""
    before = await world.app.stores.accounts.of_member(linked.member.id)
    refusal = await (await linked.command("recent")).reply()
    reply = await (await linked.press(refusal, "Allow it on Spotify")).reply()
    address = next(one.url for one in reply.buttons() if one.url and "/link/" in one.url)
    async with Visitor() as visitor:
        await consent(visitor, address, "ada", button="Cancel")
    assert await world.app.stores.accounts.of_member(linked.member.id) == before


async def test_like_and_unlike(world: World, listener: Actor) -> None:
    """A liked track is in the library at Spotify; doing it again says so; the buttons undo and redo it."""
    track = world.spotify.known.explicit
    await allow(listener, await (await listener.command("like", query=track.uri)).reply())
    reply = await (await listener.command("like", query=track.uri)).reply()
    assert reply.ephemeral
    assert "is in your Liked Songs now" in reply.text
    assert track.name in reply.text
    assert saved(world) == [track.uri]
    writes = len(world.spotify.calls)
    again = await (await listener.command("like", query=track.uri)).reply()
    assert "is in your Liked Songs already" in again.text
    assert len(world.spotify.calls) == writes + 1  # only asked whether it is there
    undone = await (await listener.press(again, "Unlike")).updated()
    assert "is no longer in your Liked Songs" in undone.text
    assert saved(world) == []
    redone = await (await listener.press(undone, "Like again")).updated()
    assert "is in your Liked Songs now" in redone.text
    gone = await (await listener.command("unlike", query=track.uri)).reply()
    assert "is no longer in your Liked Songs" in gone.text
    never = await (await listener.command("unlike", query=track.uri)).reply()
    assert "isn't in your Liked Songs" in never.text
    assert saved(world) == []


async def test_several_match(world: World, listener: Actor) -> None:
    """A title that several tracks have is not guessed: the member chooses."""
    track = world.spotify.known.explicit
    await allow(listener, await (await listener.command("like", query=track.uri)).reply())
    asked = await (await listener.command("like", query="Velmora Quist")).reply()
    assert "Which one do you like?" in asked.text
    assert saved(world) == []
    (menu,) = asked.menus()
    chosen = menu.options[1].value
    done = await (await listener.choose(asked, chosen)).updated()
    assert "is in your Liked Songs now" in done.text
    assert saved(world) == [f"spotify:track:{chosen}"]


async def test_album_by_link(world: World, listener: Actor) -> None:
    """A link to an album saves the album."""
    album = next(iter(world.spotify.catalogue.albums.values()))
    link = f"https://open.spotify.com/album/{album.id}?si=abc"
    await allow(listener, await (await listener.command("like", query=link)).reply())
    reply = await (await listener.command("like", query=link)).reply()
    assert "The album is in your library now" in reply.text
    assert saved(world) == [f"spotify:album:{album.id}"]


async def test_wrong_link(world: World, listener: Actor) -> None:
    """A link that can't be liked says what can."""
    playlist = world.spotify.known_playlists.own
    reply = await (await listener.command("like", query=f"spotify:playlist:{playlist.id}")).reply()
    assert "That's a link to a playlist" in reply.text
    assert saved(world) == []


async def test_button_of_a_card(world: World, listener: Actor, linus: Actor) -> None:
    """Like on anyone's card likes it for whoever presses, privately; without a link that's said, with a way on."""
    track = world.spotify.known.explicit
    card = await (await linus.command("track", query=track.uri)).reply()
    await allow(listener, await (await listener.press(card, "Like")).reply())
    answer = await (await listener.press(card, "Like")).reply()
    assert answer.ephemeral
    assert "is in your Liked Songs now" in answer.text
    assert saved(world) == [track.uri]
    refused = await (await linus.press(card, "Like")).reply()
    assert refused.ephemeral
    assert "haven't linked Spotify yet" in refused.text
    assert [one.label for one in refused.buttons()] == ["Allow it on Spotify"]


async def test_liked_pages(world: World, listener: Actor) -> None:
    """Twenty to a page, newest first, one call to Spotify a page, and the buttons end at the ends."""
    names = like_many(world, 45)
    before = len(world.spotify.calls)
    first = await (await listener.command("liked")).reply()
    assert len(world.spotify.calls) == before + 1
    assert first.ephemeral
    assert "45 tracks · page 1 of 3" in first.text
    assert first.text.count("https://open.spotify.com/track/") == 20
    assert first.text.index(names[0]) < first.text.index(names[19])
    second = await (await listener.press(first, "Next")).updated()
    third = await (await listener.press(second, "Next")).updated()
    assert "page 3 of 3" in third.text
    assert third.text.count("https://open.spotify.com/track/") == 5
    assert [one.disabled for one in third.buttons()] == [False, True]


async def test_shorter_meanwhile(world: World, listener: Actor) -> None:
    """A page that no longer exists becomes the last one there is."""
    like_many(world, 25)
    first = await (await listener.command("liked")).reply()
    library = world.spotify.people["ada"].listening.saved
    for uri in [*library][:10]:
        del library[uri]
    last = await (await listener.press(first, "Next")).updated()
    assert "15 tracks · page 1 of 1" in last.text


async def test_in_public(world: World, listener: Actor, linus: Actor) -> None:
    """Shown to everyone only if that's chosen; then only the member who did can turn the pages."""
    like_many(world, 25)
    shown = await (await listener.command("liked", private=False)).reply()
    assert not shown.ephemeral
    refused = await (await linus.press(shown, "Next")).message(1)
    assert refused.ephemeral
    assert "belong to the member who used the command" in refused.text
    assert "page 1 of 2" in shown.text
    turned = await (await listener.press(shown, "Next")).updated()
    assert "page 2 of 2" in turned.text


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("short_term", "About the last four weeks"),
        ("medium_term", "About the last six months"),
        ("long_term", "About the last year"),
    ],
)
@pytest.mark.parametrize("kind", ["tracks", "artists"])
async def test_top(listener: Actor, kind: str, span: str, words: str) -> None:
    """Each range of each kind, numbered across pages, private."""
    first = await (await listener.command(f"top {kind}", range=span)).reply()
    assert first.ephemeral
    assert words in first.text
    assert "1. **[" in first.text
    second = await (await listener.press(first, "Next")).updated()
    assert "21. **[" in second.text
    assert words in second.text


async def test_recent(world: World, listener: Actor) -> None:
    """The latest first, with when that was; nothing played yet is said."""
    assert "doesn't show anything you played" in (await (await listener.command("recent")).reply()).text
    played = [*world.spotify.catalogue.tracks.values()][:30]
    player = world.spotify.people["ada"].listening.player
    player.played = [
        (track.uri, world.clock.now() - timedelta(minutes=4 * place), None)
        for place, track in enumerate(played)
    ]
    first = await (await listener.command("recent")).reply()
    assert "page 1 of 2" in first.text
    assert ":R>" in first.text
    assert first.text.index(played[0].name) < first.text.index(played[19].name)
    second = await (await listener.press(first, "Next")).updated()
    assert second.text.count("https://open.spotify.com/track/") == 10


async def test_german(world: World, listener: Actor) -> None:
    """The same in German: the refusal, the list, the range."""
    listener.member.locale = "de"
    try:
        track = world.spotify.known.explicit
        refusal = await (await listener.command("like", query=track.uri)).reply()
        assert [one.label for one in refusal.buttons()] == ["Bei Spotify erlauben"]
        await allow(listener, refusal, "Bei Spotify erlauben")
        reply = await (await listener.command("like", query=track.uri)).reply()
        assert "ist jetzt in deinen Lieblingssongs" in reply.text
        top = await (await listener.command("top artists", range="short_term")).reply()
        assert "Ungefähr die letzten vier Wochen" in top.text
    finally:
        listener.member.locale = "en-GB"


async def test_hostile_titles(world: World, listener: Actor) -> None:
    """No title of a liked track pings, formats or links elsewhere."""
    for track in world.spotify.known.odd_titles:
        world.spotify.people["ada"].listening.saved[track.uri] = world.clock.now()
    reply = await (await listener.command("liked")).reply()
    assert "@everyone" not in reply.text
    assert "](https://evil.example)" not in reply.text


async def test_liked_shows_up(world: World, listener: Actor) -> None:
    """What was just liked is at the top of the list, and what was just removed is gone from it."""
    track = world.spotify.known.explicit
    like_many(world, 3)
    await listener.command("liked")
    await allow(listener, await (await listener.command("like", query=track.uri)).reply())
    await (await listener.command("like", query=track.uri)).reply()
    shown = (await (await listener.command("liked")).reply()).text
    assert "4 tracks" in shown
    assert shown.index(track.name) < shown.index(like_many(world, 3)[0])
    await (await listener.command("unlike", query=track.uri)).reply()
    assert track.name not in (await (await listener.command("liked")).reply()).text


@pytest.mark.usefixtures("listener")
async def test_in_direct_messages(world: World) -> None:
    """Everything works in direct messages, too, and wherever members take the bot along."""
    alone = world.discord.actor("ada", dm=True)
    for command in ("top artists", "liked", "recent"):
        assert (await (await alone.command(command)).reply()).text.startswith("### ")
    offered = {one["name"]: one for one in world.discord.commands}
    for name in ("top", "like", "liked", "recent", "help", "status"):
        assert offered[name]["contexts"] == offered["track"]["contexts"] == [0, 1, 2]
        assert offered[name]["integration_types"] == [0, 1]


async def test_episode(world: World, listener: Actor) -> None:
    """A podcast episode is named like a track, and goes into the library."""
    episode = next(iter(world.spotify.catalogue.episodes.values()))
    uri = f"spotify:episode:{episode.id}"
    await allow(listener, await (await listener.command("like", query=uri)).reply())
    liked = await (await listener.command("like", query=uri)).reply()
    assert episode.name in liked.text
    assert "is in your library now" in liked.text
    assert saved(world) == [uri]
    undone = await (await listener.press(liked, "Unlike")).updated()
    assert "is no longer in your library" in undone.text
