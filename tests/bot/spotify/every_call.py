"""Every call of the client with arguments of all kinds, for the tests that go through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from bot.spotify.limits import FURTHEST_OFFSET
from tests.spotify_description.answers import an_id

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from random import Random

    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import AppToken, UserToken

    Made = Coroutine[Any, Any, object]

JPEG = b"\xff\xd8\xff\xe0 not much of a picture"
KINDS = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")
GROUPS = ("album", "single", "appears_on", "compilation")
SAVED = ("track", "album", "episode", "show", "audiobook", "artist", "playlist")


@dataclass(frozen=True)
class Chance:
    """Arguments, another one each time. `token` is the app's or a user's, where both will do."""

    random: Random
    app: AppToken
    user: UserToken

    @property
    def token(self) -> AppToken | UserToken:
        return self.random.choice((self.app, self.user))

    @property
    def id(self) -> str:
        return an_id(self.random)

    def ids(self, most: int) -> list[str]:
        return [self.id for _ in range(self.random.choice((1, 2, most)))]

    def page(self, most: int = 50, furthest: int = FURTHEST_OFFSET) -> dict[str, Any]:
        """Sometimes nothing is said about the page, sometimes all of it, often its extremes."""
        limits: dict[str, Any] = self.random.choice(
            ({}, {"limit": 1}, {"limit": most}, {"limit": self.random.randint(1, most)})
        )
        return limits | self.random.choice(({}, {"offset": 0}, {"offset": furthest}, {"offset": 50}))

    def uri(self, *kinds: str) -> str:
        return f"spotify:{self.random.choice(kinds)}:{self.id}"

    def playable(self, most: int = 100) -> list[str]:
        return [self.uri("track", "episode") for _ in range(self.random.choice((1, 2, most)))]

    def some(self, **arguments: object) -> dict[str, Any]:
        """Some of these."""
        return {name: value for name, value in arguments.items() if self.random.random() < 0.5}

    def several(self, words: tuple[str, ...]) -> Any:
        return self.random.sample(words, self.random.randint(1, len(words)))

    @property
    def text(self) -> str:
        return self.random.choice(("x", 'artist:"a & b" year:1999-2004', "日没 50% +?#/\\", "a:b,c=d"))


# By the method's name. A method that stands here twice has more than one way.
CALLS: list[tuple[str, Callable[[SpotifyClient, Chance], Made]]] = [
    ("search_tracks", lambda c, x: c.search_tracks(x.token, x.text, **x.page(10, 1000))),
    ("search_albums", lambda c, x: c.search_albums(x.token, x.text, **x.page(10, 1000))),
    ("search_artists", lambda c, x: c.search_artists(x.token, x.text, **x.page(10, 1000))),
    ("search_playlists", lambda c, x: c.search_playlists(x.token, x.text, **x.page(10, 1000))),
    ("search_shows", lambda c, x: c.search_shows(x.token, x.text, **x.page(10, 1000))),
    ("search_episodes", lambda c, x: c.search_episodes(x.token, x.text, **x.page(10, 1000))),
    ("search_audiobooks", lambda c, x: c.search_audiobooks(x.token, x.text, **x.page(10, 1000))),
    (
        "search",
        lambda c, x: c.search(
            x.token, x.text, x.several(KINDS), **x.page(10, 1000), **x.some(external_audio=True)
        ),
    ),
    ("track", lambda c, x: c.track(x.token, x.id)),
    ("album", lambda c, x: c.album(x.token, x.id)),
    ("album_tracks", lambda c, x: c.album_tracks(x.token, x.id, **x.page())),
    ("artist", lambda c, x: c.artist(x.token, x.id)),
    (
        "artist_albums",
        lambda c, x: c.artist_albums(x.token, x.id, **x.page(10), **x.some(groups=x.several(GROUPS))),
    ),
    ("show", lambda c, x: c.show(x.token, x.id)),
    ("show_episodes", lambda c, x: c.show_episodes(x.token, x.id, **x.page())),
    ("episode", lambda c, x: c.episode(x.token, x.id)),
    ("audiobook", lambda c, x: c.audiobook(x.token, x.id)),
    ("audiobook_chapters", lambda c, x: c.audiobook_chapters(x.token, x.id, **x.page())),
    ("chapter", lambda c, x: c.chapter(x.token, x.id)),
    ("tracks", lambda c, x: c.tracks(x.token, x.ids(50))),
    ("albums", lambda c, x: c.albums(x.token, x.ids(20))),
    ("artists", lambda c, x: c.artists(x.token, x.ids(50))),
    ("shows", lambda c, x: c.shows(x.token, x.ids(50))),
    ("episodes", lambda c, x: c.episodes(x.token, x.ids(50))),
    ("audiobooks", lambda c, x: c.audiobooks(x.token, x.ids(50))),
    ("chapters", lambda c, x: c.chapters(x.token, x.ids(50))),
    ("artist_top_tracks", lambda c, x: c.artist_top_tracks(x.token, x.id)),
    ("user_playlists", lambda c, x: c.user_playlists(x.token, "é/ü?&", **x.page())),
    ("user", lambda c, x: c.user(x.token, "ada.tape")),
    ("me", lambda c, x: c.me(x.user)),
    (
        "top_artists",
        lambda c, x: c.top_artists(x.user, **x.page(), **x.some(span="long_term")),
    ),
    (
        "top_tracks",
        lambda c, x: c.top_tracks(x.user, **x.page(), **x.some(span="short_term")),
    ),
    ("followed_artists", lambda c, x: c.followed_artists(x.user, **x.some(after=x.id, limit=50))),
    ("saved_tracks", lambda c, x: c.saved_tracks(x.user, **x.page())),
    ("saved_albums", lambda c, x: c.saved_albums(x.user, **x.page())),
    ("saved_shows", lambda c, x: c.saved_shows(x.user, **x.page())),
    ("saved_episodes", lambda c, x: c.saved_episodes(x.user, **x.page())),
    ("saved_audiobooks", lambda c, x: c.saved_audiobooks(x.user, **x.page())),
    ("save", lambda c, x: c.save(x.user, [x.uri(*SAVED) for _ in range(41)])),
    ("unsave", lambda c, x: c.unsave(x.user, [x.uri(*SAVED), "spotify:user:ada.tape"])),
    ("is_saved", lambda c, x: c.is_saved(x.user, [x.uri(*SAVED)])),
    ("my_playlists", lambda c, x: c.my_playlists(x.user, **x.page())),
    ("playlist", lambda c, x: c.playlist(x.user, x.id)),
    ("opened_playlist", lambda c, x: c.opened_playlist(x.user, x.id)),
    ("playlist_items", lambda c, x: c.playlist_items(x.user, x.id, **x.page())),
    ("playlist_cover", lambda c, x: c.playlist_cover(x.user, x.id)),
    (
        "create_playlist",
        lambda c, x: c.create_playlist(
            x.user, "Tape", public=False, **x.some(collaborative=True, description="one line")
        ),
    ),
    (
        "change_playlist",
        lambda c, x: c.change_playlist(
            x.user, x.id, name="Tape", **x.some(public=False, collaborative=True, description="")
        ),
    ),
    ("upload_cover", lambda c, x: c.upload_cover(x.user, x.id, JPEG)),
    ("add_items", lambda c, x: c.add_items(x.user, x.id, x.playable(), **x.some(position=3))),
    ("add_many_items", lambda c, x: c.add_many_items(x.user, x.id, x.playable(201), **x.some(position=3))),
    ("replace_items", lambda c, x: c.replace_items(x.user, x.id, x.playable(201))),
    ("replace_items", lambda c, x: c.replace_items(x.user, x.id, [])),
    (
        "move_items",
        lambda c, x: c.move_items(x.user, x.id, start=0, before=9, **x.some(length=3, snapshot="AAAA")),
    ),
    ("remove_items", lambda c, x: c.remove_items(x.user, x.id, x.playable(201), **x.some(snapshot="AAAA"))),
    ("playback", lambda c, x: c.playback(x.user)),
    ("currently_playing", lambda c, x: c.currently_playing(x.user)),
    ("devices", lambda c, x: c.devices(x.user)),
    ("queue", lambda c, x: c.queue(x.user)),
    ("recently_played", lambda c, x: c.recently_played(x.user, **x.some(after="1760000000000", limit=1))),
    ("recently_played", lambda c, x: c.recently_played(x.user, **x.some(before="1760000000000", limit=50))),
    ("transfer", lambda c, x: c.transfer(x.user, "5fbb3ba6", **x.some(play=True))),
    (
        "play",
        lambda c, x: c.play(
            x.user,
            **x.some(
                context=x.uri("album", "playlist", "artist", "show"),
                start_at=x.random.choice((0, 7, x.uri("track"))),
                position_ms=0,
                device_id="5f bb&3ba6",
            ),
        ),
    ),
    ("play", lambda c, x: c.play(x.user, uris=x.playable())),
    ("pause", lambda c, x: c.pause(x.user, **x.some(device_id="5fbb3ba6"))),
    ("skip", lambda c, x: c.skip(x.user, **x.some(device_id="5fbb3ba6"))),
    ("skip_back", lambda c, x: c.skip_back(x.user, **x.some(device_id="5fbb3ba6"))),
    ("seek", lambda c, x: c.seek(x.user, 25_000, **x.some(device_id="5fbb3ba6"))),
    (
        "repeat",
        lambda c, x: c.repeat(
            x.user, cast("Any", x.random.choice(("track", "context", "off"))), **x.some(device_id="5fbb3ba6")
        ),
    ),
    ("volume", lambda c, x: c.volume(x.user, x.random.choice((0, 100)), **x.some(device_id="5fbb3ba6"))),
    ("shuffle", lambda c, x: c.shuffle(x.user, on=x.random.random() < 0.5, **x.some(device_id="5fbb3ba6"))),
    ("enqueue", lambda c, x: c.enqueue(x.user, x.uri("track", "episode"), **x.some(device_id="5fbb3ba6"))),
]
