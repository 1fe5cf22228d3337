"""What only apps with extended quota can still request: several things at once, top tracks, others' playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from bot.spotify.api.arguments import check_page, checked_id, checked_user
from bot.spotify.api.calling import Calling
from bot.spotify.errors import SpotifyRequestError
from bot.spotify.limits import LONGEST_PAGE, SEVERAL_ALBUMS, SEVERAL_IDS
from bot.spotify.models import (
    AlbumDetails,
    ArtistDetails,
    AudiobookDetails,
    Chapter,
    Episode,
    Page,
    Playlist,
    Profile,
    Several,
    Show,
    Track,
)
from bot.spotify.shapes import PageShape, SeveralShape, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.spotify.api.calling import Reader
    from bot.spotify.oauth import AppToken, UserToken

T = TypeVar("T")


_TRACKS: Final = SeveralShape(Track, key="tracks")
_ALBUMS: Final = SeveralShape(AlbumDetails, key="albums")
_ARTISTS: Final = SeveralShape(ArtistDetails, key="artists")
_SHOWS: Final = SeveralShape(Show, key="shows")
_EPISODES: Final = SeveralShape(Episode, key="episodes")
_AUDIOBOOKS: Final = SeveralShape(AudiobookDetails, key="audiobooks")
_CHAPTERS: Final = SeveralShape(Chapter, key="chapters")
_PLAYLISTS: Final = PageShape(Playlist)
_PROFILE: Final = Shape(Profile)


class Extended(Calling):
    """With either kind of token. All raise SpotifyNotAvailableError for an app in development mode.

    Spotify is asked once to find out, and never again by this client.
    Source: developer.spotify.com/documentation/web-api/references/changes/february-2026
    """

    async def tracks(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[Track]:
        """1-50 tracks at once; `skipped` counts IDs Spotify doesn't know. The others work the same way.

        Source: developer.spotify.com/documentation/web-api/reference/get-several-tracks
        """
        return await self._several(token, "tracks", ids, _TRACKS)

    async def albums(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[AlbumDetails]:
        """1-20 albums at once.

        Source: developer.spotify.com/documentation/web-api/reference/get-multiple-albums
        """
        return await self._several(token, "albums", ids, _ALBUMS, SEVERAL_ALBUMS)

    async def artists(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[ArtistDetails]:
        """Several artists, 1-50 IDs; extended mode only.

        Source: developer.spotify.com/documentation/web-api/reference/get-multiple-artists
        """
        return await self._several(token, "artists", ids, _ARTISTS)

    async def shows(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[Show]:
        """Several shows, 1-50 IDs; extended mode only.

        Source: developer.spotify.com/documentation/web-api/reference/get-multiple-shows
        """
        return await self._several(token, "shows", ids, _SHOWS)

    async def episodes(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[Episode]:
        """Several episodes, 1-50 IDs; extended mode only.

        Source: developer.spotify.com/documentation/web-api/reference/get-multiple-episodes
        """
        return await self._several(token, "episodes", ids, _EPISODES)

    async def audiobooks(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[AudiobookDetails]:
        """Several audiobooks, 1-50 IDs; extended mode only.

        Source: developer.spotify.com/documentation/web-api/reference/get-multiple-audiobooks
        """
        return await self._several(token, "audiobooks", ids, _AUDIOBOOKS)

    async def chapters(self, token: AppToken | UserToken, ids: Sequence[str]) -> Several[Chapter]:
        """Several chapters, 1-50 IDs; extended mode only.

        Source: developer.spotify.com/documentation/web-api/reference/get-several-chapters
        """
        return await self._several(token, "chapters", ids, _CHAPTERS)

    async def artist_top_tracks(self, token: AppToken | UserToken, artist_id: str) -> Several[Track]:
        """Up to ten tracks. The closest alternative for other apps: `search_tracks` with `artist:"..."`.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-artists-top-tracks
        """
        path = f"/artists/{checked_id(artist_id)}/top-tracks{self._market_of(token, '?')}"
        return await self._removed(token, "GET /artists/{id}/top-tracks", path, _TRACKS, self._metadata_s)

    async def user_playlists(
        self, token: AppToken | UserToken, user_id: str, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Playlist]:
        """Public playlists of a user. limit: 1-50.

        Source: developer.spotify.com/documentation/web-api/reference/get-list-users-playlists
        """
        check_page(limit, LONGEST_PAGE, offset)
        path = f"/users/{checked_user(user_id)}/playlists?limit={limit}&offset={offset}"
        return await self._removed(token, "GET /users/{user_id}/playlists", path, _PLAYLISTS)

    async def user(self, token: AppToken | UserToken, user_id: str) -> Profile:
        """A user's public profile.

        Source: developer.spotify.com/documentation/web-api/reference/get-users-profile
        """
        path = f"/users/{checked_user(user_id)}"
        return await self._removed(token, "GET /users/{user_id}", path, _PROFILE)

    async def _several(
        self,
        token: AppToken | UserToken,
        kind: str,
        ids: Sequence[str],
        shape: Reader[T],
        most: int = SEVERAL_IDS,
    ) -> T:
        if not 1 <= len(ids) <= most:
            raise SpotifyRequestError(f"expected 1 to {most} IDs")
        path = f"/{kind}?ids={','.join(checked_id(one) for one in ids)}"
        if kind != "artists":
            path += self._market_of(token, "&")
        return await self._removed(token, f"GET /{kind}", path, shape, self._metadata_s)
