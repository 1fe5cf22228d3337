"""Looking anything up: albums, artists, podcasts, episodes, audiobooks, searches, and the links of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from sandbox.fake_spotify.audiobooks import AUDIOBOOK
from sandbox.fake_spotify.known import LONG_SHOW
from sandbox.world import World
from tests.end_to_end.voting import says
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_discord.components import Menu


async def test_album(world: World, linus: Actor) -> None:
    """An album's card has its artists, its tracks in order, how long it plays, and a menu that shows one of them."""
    album = world.spotify.known.album
    card = await (await linus.command("album", query=album.name)).reply()
    assert not card.ephemeral
    assert f"[{album.name}](https://open.spotify.com/album/{album.id})" in card.text
    tracks = world.spotify.catalogue.album_tracks[album.id]
    places = [card.text.index(track.name) for track in tracks]
    assert places == sorted(places)
    assert " min · " in card.text
    menu = next(menu for menu in card.menus() if menu.placeholder == "Show a track…")
    one = await (await linus.choose(card, tracks[0].id, menu=menu.custom_id)).reply()
    assert one.ephemeral
    assert tracks[0].name in one.text
    assert {"Add to a playlist", "Like"} <= {button.label for button in one.buttons()}


async def test_add_an_album(world: World, linked: Actor, linus: Actor) -> None:
    """The button on an album's card asks into which of the server's playlists it goes."""
    shared = await lend(world, linked, world.spotify.known_playlists.empty)
    album = world.spotify.known.album
    card = await (await linus.command("album", query=album.name)).reply()
    asked = await (await linus.press(card, "Add to a playlist")).reply()
    assert asked.ephemeral
    assert album.name in asked.text
    await linus.press(asked, f"Add to {shared.name}")
    target = world.spotify.known_playlists.empty
    await world.discord.wait_for(lambda: target.items or None, "its tracks")


async def test_menus_stay(linus: Actor) -> None:
    """Turning a page and choosing another match keep the menu of all that was found."""

    def matches(card: Message) -> Menu:
        return next(menu for menu in card.menus() if menu.custom_id == "card:match:show")

    card = await (await linus.command("show", query="h")).reply()
    menu = matches(card)
    several = [option.value for option in menu.options]
    assert len(several) > 1
    for chosen in several:
        await (await linus.choose(card, chosen, menu=menu.custom_id)).updated()
        assert [option.value for option in matches(card).options] == several
        if any(button.label == "Next" for button in card.buttons()):
            await (await linus.press(card, "Next")).updated()
            assert [option.value for option in matches(card).options] == several


async def test_first_link_is_dead(world: World, linus: Actor) -> None:
    """A link that leads to nothing doesn't keep the others from being shown."""
    known = world.spotify.known
    message = await linus.say(f"spotify:track:{'9' * 22} spotify:track:{known.plain.id}")
    card = await (await linus.message_menu("Find on Spotify", message)).reply()
    assert known.plain.name in card.text


async def test_audiobook() -> None:
    """An audiobook's card names who wrote and reads it and lists its chapters, where Spotify has audiobooks."""
    async with World(settings={"SPOTIFY_MARKET": "GB"}) as world:
        linus = world.discord.actor("linus")
        card = await (await linus.command("audiobook", query=AUDIOBOOK.name)).reply()
        assert f"[{AUDIOBOOK.name}](https://open.spotify.com/audiobook/{AUDIOBOOK.id})" in card.text
        assert f"by {AUDIOBOOK.author}" in card.text
        assert f"read by {AUDIOBOOK.narrator}" in card.text
        assert "23 chapters" in card.text
        assert "page 1 of 2" in card.text
        menu = next(menu for menu in card.menus() if menu.placeholder == "Show a chapter…")
        one = await (await linus.choose(card, AUDIOBOOK.chapters[2].id, menu=menu.custom_id)).reply()
        assert "Chapter 3 of" in one.text
        found = await (await linus.command("search", query="almanac", kind="audiobook")).reply()
        assert AUDIOBOOK.name in found.text
        assert world.discord.problems == []


async def test_no_audiobook(linus: Actor) -> None:
    """Audiobooks are only in some countries, which is said."""
    reply = await (await linus.command("audiobook", query="zzzz")).reply()
    assert "only has audiobooks in the US" in reply.text


def known_releases(world: World, artist_id: str) -> int:
    albums = world.spotify.catalogue.albums.values()
    return sum(bool(one.name) and artist_id in {artist.id for artist in one.artists} for one in albums)


async def test_artist(world: World, linus: Actor) -> None:
    """An artist's card lists their releases, ten to a page; what one chooses is shown."""
    artist = world.spotify.known.plain.artists[0]
    card = await (await linus.command("artist", query=artist.name)).reply()
    assert f"[{artist.name}](https://open.spotify.com/artist/{artist.id})" in card.text
    assert f"{known_releases(world, artist.id)} releases" in card.text
    assert f"{artist.name} · Album" not in card.text  # who made them all stands above
    menu = next(menu for menu in card.menus() if menu.placeholder == "Show a release…")
    album = await (await linus.choose(card, menu.options[0].value, menu=menu.custom_id)).reply()
    assert "/album/" in album.text


async def test_podcast(world: World, linus: Actor) -> None:
    """A podcast's card lists its episodes, and an episode can be liked."""
    episode = world.spotify.known.episode
    card = await (await linus.command("show", query=episode.show_name, private=True)).reply()
    assert card.ephemeral
    assert episode.show_name in card.text
    assert episode.name in card.text
    one = await (await linus.command("episode", query=episode.name)).reply()
    assert f"[{episode.name}](https://open.spotify.com/episode/{episode.id})" in one.text
    assert "Like" in {button.label for button in one.buttons()}


@pytest.mark.parametrize("command", ["track", "episode", "search"])
async def test_add_an_episode(world: World, linked: Actor, command: str) -> None:
    """The card of an episode, from whichever command, asks which playlist the episode should go into."""
    episode = world.spotify.known.episode
    card = await (await linked.command(command, query=f"spotify:episode:{episode.id}")).reply()
    asked = await (await linked.press(card, "Add to a playlist")).reply()
    assert f"Which playlist should **[{episode.name}]" in asked.text


async def test_add_an_album_to_ones_own(world: World, linked: Actor) -> None:
    """The card of an album asks which of one's own playlists it goes into; all of it does, in the album's order."""
    album, own = world.spotify.known.album, world.spotify.known_playlists.empty
    card = await (await linked.command("album", query=f"spotify:album:{album.id}")).reply()
    asked = await (await linked.press(card, "Add to a playlist")).reply()
    assert asked.ephemeral
    assert "Which playlist should it go into?" in asked.text
    await world.restart_bot()
    question = await (await linked.choose(asked, own.id)).updated()
    assert own.uris == []
    tracks = [one.uri for one in world.spotify.catalogue.album_tracks[album.id]]
    count = len(tracks)
    done = await (await linked.press(question, f"Add {count} tracks")).updated()
    assert f"Added {count} tracks to " in done.text
    assert own.uris == tracks
    again = await (await linked.press(card, "Add to a playlist")).reply()
    question = await (await linked.choose(again, own.id)).updated()
    assert f"Already there: {count} tracks" in question.text


async def test_add_an_album_where(world: World, linked: Actor, linus: Actor) -> None:
    """The server's shared playlists can be chosen as well; whoever has linked nothing has only those."""
    album = world.spotify.known.album
    card = await (await linked.command("album", query=f"spotify:album:{album.id}")).reply()
    refused = await (await linus.press(card, "Add to a playlist")).reply()
    assert "haven't linked Spotify" in refused.text
    shared = await lend(world, linked, world.spotify.known_playlists.empty)
    asked = await (await linked.press(card, "Add to a playlist")).reply()
    question = await (await linked.choose(asked, f"list:{shared.list_id}")).updated()
    assert "Add these to a playlist?" in question.text
    assert question.buttons()[0].label == f"Add to {shared.name}"
    asked = await (await linus.press(card, "Add to a playlist")).reply()
    assert "Add these to a playlist?" in asked.text
    pressed = await linus.press(asked, f"Add to {shared.name}")
    done = await pressed.updated()
    await says(world, done, "✅")
    tracks = [one.uri for one in world.spotify.catalogue.album_tracks[album.id]]
    assert world.spotify.known_playlists.empty.uris == tracks


@pytest.mark.parametrize("kind", ["track", "album", "artist", "playlist", "show", "episode"])
async def test_search(world: World, linus: Actor, kind: str) -> None:
    """A search lists up to ten of a kind, and shows one that is chosen as a card."""
    known = world.spotify.known
    words = {
        "track": known.plain.name,
        "album": known.album.name,
        "artist": known.plain.artists[0].name,
        "playlist": world.spotify.known_playlists.own.name,
        "show": known.episode.show_name,
        "episode": known.episode.name,
    }
    found = await (await linus.command("search", query=words[kind], kind=kind)).reply()
    assert words[kind] in found.text
    (menu,) = found.menus()
    card = await (await linus.choose(found, menu.options[0].value)).reply()
    assert card.ephemeral
    assert words[kind] in card.text
    assert f"https://open.spotify.com/{kind}/" in card.text


@pytest.mark.parametrize("command", ["track", "album", "artist", "episode", "search"])
async def test_any_link_anywhere(world: World, linus: Actor, command: str) -> None:
    """A link shows what it leads to, whichever command it's pasted into."""
    known = world.spotify.known
    for kind, key, name in (
        ("track", known.plain.id, known.plain.name),
        ("album", known.album.id, known.album.name),
        ("artist", known.plain.artists[0].id, known.plain.artists[0].name),
        ("episode", known.episode.id, known.episode.name),
    ):
        link = f"see https://open.spotify.com/intl-de/{kind}/{key}?si=1"
        card = await (await linus.command(command, query=link)).reply()
        assert f"[{name}](https://open.spotify.com/{kind}/{key})" in card.text


async def test_pages(world: World, linus: Actor) -> None:
    """Episodes are read twenty at a time, also after a restart."""
    card = await (await linus.command("show", query=LONG_SHOW)).reply()
    assert "23 episodes" in card.text
    assert "page 1 of 2" in card.text
    assert card.text.count("/episode/") == 20
    await world.restart_bot()
    await (await linus.press(card, "Next")).updated()
    assert "21\\. " in card.text
    assert card.text.count("/episode/") == 3


async def test_playlist_by_link(world: World, linked: Actor, linus: Actor) -> None:
    """A playlist's card says why its contents are not listed; without a link of one's own it can't be read."""
    own = world.spotify.known_playlists.own
    link = f"https://open.spotify.com/playlist/{own.id}"
    card = await (await linked.command("search", query=link)).reply()
    assert own.name in card.text
    assert "only for its owner" in card.text
    refused = await (await linus.command("search", query=link)).reply()
    assert "</link:" in refused.text


async def test_nothing(linus: Actor) -> None:
    """What nobody has is said, and a text that is no link to Spotify is searched for."""
    for command in ("album", "artist", "show", "episode", "audiobook", "search"):
        reply = await (await linus.command(command, query="zzzz qqqq")).reply()
        assert "zzzz qqqq" in reply.text
    gone = await (await linus.command("album", query="spotify:album:" + "9" * 22)).reply()
    assert "can't find" in gone.text


async def test_app_may_not(world: World, linus: Actor) -> None:
    """If Spotify doesn't let this app see podcasts, it's said; and Spotify is asked once."""
    world.spotify.faults.add(Fault("GET /search", "status", status=403, message="Forbidden", times=None))
    for _ in range(2):
        reply = await (await linus.command("show", query="lamplighter")).reply()
        assert "Spotify doesn't offer that to small apps like this one." in reply.text
    assert sum(call.path == "/search" for call in world.spotify.calls) == 1


async def test_find_in_a_message(world: World, linus: Actor) -> None:
    """The message menu shows the first link as a card, the others in a menu, to whoever asked."""
    known = world.spotify.known
    track = f"spotify:track:{known.plain.id}"
    message = await linus.say(f"https://open.spotify.com/album/{known.album.id} and {track} {track}")
    card = await (await linus.message_menu("Find on Spotify", message)).reply()
    assert card.ephemeral
    assert known.album.name in card.text
    menu = next(menu for menu in card.menus() if menu.placeholder == "Other links of this message…")
    assert [option.label for option in menu.options] == ["Link 1: an album", "Link 2: a track"]
    await (await linus.choose(card, menu.options[1].value, menu=menu.custom_id)).updated()
    assert known.plain.name in card.text
    await (await linus.choose(card, menu.options[0].value, menu="links")).updated()
    assert known.album.name in card.text
    none = await (await linus.message_menu("Find on Spotify", await linus.say("no link"))).reply()
    assert "no Spotify link" in none.text


async def test_suggestions(world: World, linus: Actor) -> None:
    """While typing, names are suggested from what is known already, and lead to exactly that thing."""
    album = world.spotify.known.album
    first = await linus.suggest("album", "query", album.name[:5])
    assert album.name in first[0].name or any(album.name in choice.name for choice in first)
    asked = len(world.spotify.calls)
    more = await linus.suggest("album", "query", album.name[:8])
    assert any(album.name in choice.name for choice in more)
    assert len(world.spotify.calls) == asked
    assert await linus.suggest("album", "query", album.name[:1]) == []
    value = next(str(choice.value) for choice in more if album.name in choice.name)
    assert album.name in (await (await linus.command("album", query=value)).reply()).text


async def test_in_direct_messages(world: World) -> None:
    """Lookups work in direct messages, too."""
    ada = world.discord.actor("ada", dm=True)
    card = await (await ada.command("album", query=world.spotify.known.album.name)).reply()
    assert world.spotify.known.album.name in card.text


async def test_taken_along(world: World) -> None:
    """Whoever installed the app for themselves looks things up in servers the bot is not in, too."""
    world.discord.members["margaret"].installed = True
    margaret = world.discord.actor("margaret", guild="Elsewhere")
    album = world.spotify.known.album
    assert album.name in (await (await margaret.command("album", query=album.name)).reply()).text
    found = await (await margaret.command("search", query=album.name, kind="album", private=True)).reply()
    assert found.ephemeral


async def test_german(world: World, linus: Actor) -> None:
    """What only a German member sees is German, a card for everybody is in the server's language."""
    linus.member.locale = "de"
    album = world.spotify.known.album
    private = await (await linus.command("album", query=album.name, private=True)).reply()
    assert "Album · 8 Songs · 1 Std. 24 Min. · 2019" in private.text
    public = await (await linus.command("album", query=album.name)).reply()
    assert "Album · 8 tracks · 1 h 24 min · 2019" in public.text
    nothing = await (await linus.command("audiobook", query="zzzz")).reply()
    assert "Hörbücher gibt es dort nur in" in nothing.text


async def test_followers() -> None:
    """An artist's followers are shown where Spotify sends them, which is to apps with extended quota."""
    async with World(extended=True) as world:
        linus, artist = world.discord.actor("linus"), world.spotify.known.artist
        card = await (await linus.command("artist", query=artist.name)).reply()
        assert "1,013 followers" in card.text
        assert artist.genres[0] in card.text
