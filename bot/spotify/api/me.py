"""The account behind a user token: who it is, what it likes, and what it has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from bot.spotify.api.arguments import check_page, check_uris, checked_id, chunks, in_query
from bot.spotify.api.calling import Calling, allowed, with_scopes
from bot.spotify.errors import SpotifyError, SpotifyPartlyDoneError, SpotifyRequestError
from bot.spotify.limits import LIBRARY_URIS, LONGEST_PAGE
from bot.spotify.models import (
    ArtistDetails,
    CursorPage,
    Me,
    Page,
    SavedAlbum,
    SavedAudiobook,
    SavedEpisode,
    SavedShow,
    SavedTrack,
    Track,
)
from bot.spotify.scopes import ASKING, SAVING, needs_for
from bot.spotify.shapes import CursorShape, PageShape, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.oauth import UserToken

Span: TypeAlias = Literal["short_term", "medium_term", "long_term"]

_SPANS: Final = frozenset({"short_term", "medium_term", "long_term"})

_ME: Final = Shape(Me)
_ARTISTS: Final = PageShape(ArtistDetails)
_TRACKS: Final = PageShape(Track)
_FOLLOWED: Final = CursorShape(ArtistDetails, key="artists")
_SAVED_TRACKS: Final = PageShape(SavedTrack)
_SAVED_ALBUMS: Final = PageShape(SavedAlbum)
_SAVED_SHOWS: Final = PageShape(SavedShow)
_SAVED_EPISODES: Final = PageShape(SavedEpisode)
_SAVED_AUDIOBOOKS: Final = PageShape(SavedAudiobook)
_FLAGS: Final = Shape(tuple[bool, ...])


class Account(Calling):
    """With a user token. Pages: limit 1-50, offset 0-100 000."""

    async def me(self, token: UserToken) -> Me:
        """The account behind the token. Scope: none for what `Me` holds.

        Raises SpotifyNotRegisteredError if consent was given but the person isn't on the app's user list.
        Source: developer.spotify.com/documentation/web-api/reference/get-current-users-profile
        """
        return await self._read(allowed(token, "me"), "/me", _ME)

    async def top_artists(
        self, token: UserToken, span: Span = "medium_term", *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[ArtistDetails]:
        """What the account listens to most. span: about four weeks, six months, a year. Scope: user-top-read.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-top-artists-and-tracks
        """
        path = _top("artists", span, limit, offset)
        return await self._read(allowed(token, "top_artists"), path, _ARTISTS)

    async def top_tracks(
        self, token: UserToken, span: Span = "medium_term", *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Track]:
        """As `top_artists`.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-top-artists-and-tracks
        """
        return await self._read(allowed(token, "top_tracks"), _top("tracks", span, limit, offset), _TRACKS)

    async def followed_artists(
        self, token: UserToken, *, after: str | None = None, limit: int = LONGEST_PAGE
    ) -> CursorPage[ArtistDetails]:
        """Artists the account follows. after: the last page's `after`. Scope: user-follow-read.

        Source: developer.spotify.com/documentation/web-api/reference/get-followed
        """
        check_page(limit, LONGEST_PAGE, 0)
        path = f"/me/following?type=artist&limit={limit}"
        if after is not None:
            path += f"&after={checked_id(after)}"
        return await self._read(allowed(token, "followed_artists"), path, _FOLLOWED)

    async def saved_tracks(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[SavedTrack]:
        """Newest first. Scope: user-library-read, as for the other saved things.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-saved-tracks
        """
        path = _saved("tracks", limit, offset)
        return await self._read(allowed(token, "saved_tracks"), path, _SAVED_TRACKS)

    async def saved_albums(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[SavedAlbum]:
        """Saved albums, newest first. Scope: user-library-read.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-saved-albums
        """
        path = _saved("albums", limit, offset)
        return await self._read(allowed(token, "saved_albums"), path, _SAVED_ALBUMS)

    async def saved_shows(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[SavedShow]:
        """Shows the account follows, newest first. Scope: user-library-read.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-saved-shows
        """
        path = _saved("shows", limit, offset)
        return await self._read(allowed(token, "saved_shows"), path, _SAVED_SHOWS)

    async def saved_episodes(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[SavedEpisode]:
        """Saved episodes, newest first. Scope: user-library-read; resume points: user-read-playback-position.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes
        """
        path = _saved("episodes", limit, offset)
        return await self._read(allowed(token, "saved_episodes"), path, _SAVED_EPISODES)

    async def saved_audiobooks(
        self, token: UserToken, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[SavedAudiobook]:
        """Saved audiobooks, newest first. Scope: user-library-read.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-saved-audiobooks
        """
        path = _saved("audiobooks", limit, offset)
        return await self._read(allowed(token, "saved_audiobooks"), path, _SAVED_AUDIOBOOKS)

    async def save(self, token: UserToken, uris: Sequence[str]) -> None:
        """Save music, follow artists and users, keep playlists: all by URI, any number, forty at a time.

        Scope, by kind: user-library-modify; artist and user: user-follow-modify; playlist: playlist-modify-public.
        Raises SpotifyPartlyDoneError if only the first ones were saved.
        Source: developer.spotify.com/documentation/web-api/reference/save-library-items
        """
        await self._change_library(token, "PUT", uris)

    async def unsave(self, token: UserToken, uris: Sequence[str]) -> None:
        """Remove from the library. For one's own playlist, this is how it is "deleted"; its followers keep it.

        Scopes and errors as for `save`.
        Source: developer.spotify.com/documentation/web-api/reference/remove-library-items
        """
        await self._change_library(token, "DELETE", uris)

    async def is_saved(self, token: UserToken, uris: Sequence[str]) -> tuple[bool, ...]:
        """Whether each of these is in the library, in the same order; any number, forty at a time.

        Scope, by kind: user-library-read; artist and user: user-follow-read; playlist: playlist-read-private.
        Source: developer.spotify.com/documentation/web-api/reference/check-library-contains
        """
        check_uris(uris, ASKING)
        user = with_scopes(token, needs_for(ASKING, uris))
        flags: tuple[bool, ...] = ()
        for chunk in chunks(uris, LIBRARY_URIS):
            path = f"/me/library/contains?uris={in_query(','.join(chunk))}"
            flags += await self._read(user, path, _FLAGS)
        return flags

    async def _change_library(self, token: UserToken, method: str, uris: Sequence[str]) -> None:
        """The URIs go into the query: with a body, Spotify answers 400 "Missing required field: uris"."""
        check_uris(uris, SAVING)
        user = with_scopes(token, needs_for(SAVING, uris))
        done = 0
        for chunk in chunks(uris, LIBRARY_URIS):
            try:
                await self._write(user, method, f"/me/library?uris={in_query(','.join(chunk))}", again=True)
            except SpotifyError as error:
                if not done:
                    raise
                raise SpotifyPartlyDoneError(error, done=done) from error
            done += len(chunk)


def _top(kind: str, span: str, limit: int, offset: int) -> str:
    check_page(limit, LONGEST_PAGE, offset)
    if span not in _SPANS:
        raise SpotifyRequestError(f"expected a span: {', '.join(sorted(_SPANS))}")
    return f"/me/top/{kind}?time_range={span}&limit={limit}&offset={offset}"


def _saved(kind: str, limit: int, offset: int) -> str:
    check_page(limit, LONGEST_PAGE, offset)
    return f"/me/{kind}?limit={limit}&offset={offset}"
