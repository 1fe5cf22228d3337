"""Searching: tracks and everything else on Spotify, by free text and Spotify's own filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypeVar

from bot.spotify.api.arguments import check_page, in_query
from bot.spotify.api.calling import Calling
from bot.spotify.errors import SpotifyRequestError
from bot.spotify.limits import SEARCH_OFFSET, SEARCH_PAGE
from bot.spotify.models import Album, ArtistDetails, Audiobook, Episode, Found, Page, Playlist, Show, Track
from bot.spotify.shapes import FoundShape, PageShape

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.spotify.api.calling import Reader
    from bot.spotify.oauth import AppToken, UserToken

T = TypeVar("T")

Kind: TypeAlias = Literal["album", "artist", "playlist", "track", "show", "episode", "audiobook"]


_KINDS: Final = frozenset({"album", "artist", "playlist", "track", "show", "episode", "audiobook"})
_TRACKS: Final = PageShape(Track, key="tracks")
_ALBUMS: Final = PageShape(Album, key="albums")
_ARTISTS: Final = PageShape(ArtistDetails, key="artists")
_PLAYLISTS: Final = PageShape(Playlist, key="playlists")
_SHOWS: Final = PageShape(Show, key="shows")
_EPISODES: Final = PageShape(Episode, key="episodes")
_AUDIOBOOKS: Final = PageShape(Audiobook, key="audiobooks")
_FOUND: Final = FoundShape()


class Searching(Calling):
    """All take a query (free text, also with filters such as `artist:` or `year:`), limit 1-10 and offset 0-1000.

    Scope: none. Source: developer.spotify.com/documentation/web-api/reference/search
    """

    async def search_tracks(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Track]:
        """Tracks matching a query, best first.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "track", query, (limit, offset), _TRACKS)

    async def search_albums(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Album]:
        """Albums that match; arguments as for `search_tracks`.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "album", query, (limit, offset), _ALBUMS)

    async def search_artists(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[ArtistDetails]:
        """Artists that match; arguments as for `search_tracks`.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "artist", query, (limit, offset), _ARTISTS)

    async def search_playlists(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Playlist]:
        """Public playlists; Spotify's own are null for most apps, and so only counted.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "playlist", query, (limit, offset), _PLAYLISTS)

    async def search_shows(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Show]:
        """Shows that match; arguments as for `search_tracks`.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "show", query, (limit, offset), _SHOWS)

    async def search_episodes(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Episode]:
        """Episodes that match; arguments as for `search_tracks`.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "episode", query, (limit, offset), _EPISODES)

    async def search_audiobooks(
        self, token: AppToken | UserToken, query: str, *, limit: int = SEARCH_PAGE, offset: int = 0
    ) -> Page[Audiobook]:
        """Only in the US, UK, Canada, Ireland, New Zealand and Australia.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        return await self._search(token, "audiobook", query, (limit, offset), _AUDIOBOOKS)

    async def search(
        self,
        token: AppToken | UserToken,
        query: str,
        kinds: Collection[Kind],
        *,
        limit: int = SEARCH_PAGE,
        offset: int = 0,
        external_audio: bool = False,
    ) -> Found:
        """Several kinds at once, in a single request. limit: for each kind.

        external_audio: what is hosted elsewhere counts as playable.

        Source: developer.spotify.com/documentation/web-api/reference/search
        """
        if not kinds or not _KINDS.issuperset(kinds):
            raise SpotifyRequestError(f"expected kinds: {', '.join(sorted(_KINDS))}")
        wanted = ",".join(sorted(kinds)) + ("&include_external=audio" if external_audio else "")
        return await self._search(token, wanted, query, (limit, offset), _FOUND)

    async def _search(
        self,
        token: AppToken | UserToken,
        kinds: str,
        query: str,
        place: tuple[int, int],
        shape: Reader[T],
    ) -> T:
        """place: limit and offset."""
        if not query.strip():
            raise SpotifyRequestError("empty query")
        limit, offset = place
        check_page(limit, SEARCH_PAGE, offset, SEARCH_OFFSET)
        path = f"/search?type={kinds}&limit={limit}&offset={offset}&q={in_query(query)}"
        return await self._read(token, path + self._market_of(token, "&"), shape, self._search_s)
