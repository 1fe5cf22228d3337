"""Every call without its token: `await spotify.saved_tracks()` instead of `client.saved_tracks(token)`."""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from bot.spotify.client import SpotifyClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from bot.spotify.oauth import AppToken, UserToken

P = ParamSpec("P")
T = TypeVar("T")


def _persons(
    method: Callable[Concatenate[SpotifyClient, UserToken, P], Awaitable[T]],
) -> Callable[Concatenate[Calls, P], Coroutine[Any, Any, T]]:
    """A call about the signed-in person."""

    @functools.wraps(method)
    async def call(self: Calls, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.run(functools.partial(method, self.client), *args, **kwargs)

    return _without_token(call)


def _anyones(
    method: Callable[Concatenate[SpotifyClient, AppToken | UserToken, P], Awaitable[T]],
) -> Callable[Concatenate[Calls, P], Coroutine[Any, Any, T]]:
    """A call that the app's own token is enough for."""

    @functools.wraps(method)
    async def call(self: Calls, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.run_for_anyone(functools.partial(method, self.client), *args, **kwargs)

    return _without_token(call)


def _without_token(call: Callable[P, T]) -> Callable[P, T]:
    """With the signature it really has, for `help` and editors."""
    signature = inspect.signature(call)
    rest = [parameter for name, parameter in signature.parameters.items() if name != "token"]
    call.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
    return call


class Calls(ABC):
    """The calls of `client`, by the same names and with the same arguments, except the token.

    Read lists to their end with `entries(spotify.saved_tracks)`.
    """

    client: SpotifyClient

    @abstractmethod
    async def run(
        self, call: Callable[Concatenate[UserToken, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a call with the token of the person who signed in."""

    async def run_for_anyone(
        self,
        call: Callable[Concatenate[AppToken | UserToken, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a call that accepts the app's token, too, with whichever there is."""
        return await self.run(call, *args, **kwargs)

    search_tracks = _anyones(SpotifyClient.search_tracks)
    search_albums = _anyones(SpotifyClient.search_albums)
    search_artists = _anyones(SpotifyClient.search_artists)
    search_playlists = _anyones(SpotifyClient.search_playlists)
    search_shows = _anyones(SpotifyClient.search_shows)
    search_episodes = _anyones(SpotifyClient.search_episodes)
    search_audiobooks = _anyones(SpotifyClient.search_audiobooks)
    search = _anyones(SpotifyClient.search)

    track = _anyones(SpotifyClient.track)
    album = _anyones(SpotifyClient.album)
    album_tracks = _anyones(SpotifyClient.album_tracks)
    artist = _anyones(SpotifyClient.artist)
    artist_albums = _anyones(SpotifyClient.artist_albums)
    show = _anyones(SpotifyClient.show)
    show_episodes = _anyones(SpotifyClient.show_episodes)
    episode = _anyones(SpotifyClient.episode)
    audiobook = _anyones(SpotifyClient.audiobook)
    audiobook_chapters = _anyones(SpotifyClient.audiobook_chapters)
    chapter = _anyones(SpotifyClient.chapter)

    me = _persons(SpotifyClient.me)
    top_artists = _persons(SpotifyClient.top_artists)
    top_tracks = _persons(SpotifyClient.top_tracks)
    followed_artists = _persons(SpotifyClient.followed_artists)
    saved_tracks = _persons(SpotifyClient.saved_tracks)
    saved_albums = _persons(SpotifyClient.saved_albums)
    saved_shows = _persons(SpotifyClient.saved_shows)
    saved_episodes = _persons(SpotifyClient.saved_episodes)
    saved_audiobooks = _persons(SpotifyClient.saved_audiobooks)
    save = _persons(SpotifyClient.save)
    unsave = _persons(SpotifyClient.unsave)
    is_saved = _persons(SpotifyClient.is_saved)

    my_playlists = _persons(SpotifyClient.my_playlists)
    playlist = _persons(SpotifyClient.playlist)
    opened_playlist = _persons(SpotifyClient.opened_playlist)
    playlist_items = _persons(SpotifyClient.playlist_items)
    playlist_cover = _persons(SpotifyClient.playlist_cover)
    create_playlist = _persons(SpotifyClient.create_playlist)
    change_playlist = _persons(SpotifyClient.change_playlist)
    upload_cover = _persons(SpotifyClient.upload_cover)

    add_items = _persons(SpotifyClient.add_items)
    add_many_items = _persons(SpotifyClient.add_many_items)
    replace_items = _persons(SpotifyClient.replace_items)
    move_items = _persons(SpotifyClient.move_items)
    remove_items = _persons(SpotifyClient.remove_items)

    playback = _persons(SpotifyClient.playback)
    currently_playing = _persons(SpotifyClient.currently_playing)
    devices = _persons(SpotifyClient.devices)
    queue = _persons(SpotifyClient.queue)
    recently_played = _persons(SpotifyClient.recently_played)
    transfer = _persons(SpotifyClient.transfer)
    play = _persons(SpotifyClient.play)
    pause = _persons(SpotifyClient.pause)
    skip = _persons(SpotifyClient.skip)
    skip_back = _persons(SpotifyClient.skip_back)
    seek = _persons(SpotifyClient.seek)
    repeat = _persons(SpotifyClient.repeat)
    volume = _persons(SpotifyClient.volume)
    shuffle = _persons(SpotifyClient.shuffle)
    enqueue = _persons(SpotifyClient.enqueue)

    tracks = _anyones(SpotifyClient.tracks)
    albums = _anyones(SpotifyClient.albums)
    artists = _anyones(SpotifyClient.artists)
    shows = _anyones(SpotifyClient.shows)
    episodes = _anyones(SpotifyClient.episodes)
    audiobooks = _anyones(SpotifyClient.audiobooks)
    chapters = _anyones(SpotifyClient.chapters)
    artist_top_tracks = _anyones(SpotifyClient.artist_top_tracks)
    user_playlists = _anyones(SpotifyClient.user_playlists)
    user = _anyones(SpotifyClient.user)
