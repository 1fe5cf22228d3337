"""The catalogue: tracks, albums, artists, shows, audiobooks, each by its ID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from bot.spotify.api.arguments import check_page, checked_id
from bot.spotify.api.calling import Calling
from bot.spotify.errors import SpotifyRequestError
from bot.spotify.limits import ARTIST_ALBUMS_PAGE, LONGEST_PAGE
from bot.spotify.models import (
    Album,
    AlbumDetails,
    ArtistDetails,
    AudiobookDetails,
    Chapter,
    Episode,
    Page,
    ShowDetails,
    Track,
)
from bot.spotify.shapes import PageShape, Shape

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.spotify.oauth import AppToken, UserToken

Group: TypeAlias = Literal["album", "single", "appears_on", "compilation"]


_GROUPS: Final = frozenset({"album", "single", "appears_on", "compilation"})
_TRACK: Final = Shape(Track)
_ALBUM: Final = Shape(AlbumDetails)
_ARTIST: Final = Shape(ArtistDetails)
_SHOW: Final = Shape(ShowDetails)
_EPISODE: Final = Shape(Episode)
_AUDIOBOOK: Final = Shape(AudiobookDetails)
_CHAPTER: Final = Shape(Chapter)
_TRACKS: Final = PageShape(Track)
_ALBUMS: Final = PageShape(Album)
_EPISODES: Final = PageShape(Episode)
_CHAPTERS: Final = PageShape(Chapter)


class Catalogue(Calling):
    """With either kind of token; no scope. All raise SpotifyNotFoundError for things Spotify doesn't know.

    Source: developer.spotify.com/documentation/web-api/reference/get-track, .../get-an-album and so on
    """

    async def track(self, token: AppToken | UserToken, track_id: str) -> Track:
        """A track by ID. Raises SpotifyNotFoundError.

        Source: developer.spotify.com/documentation/web-api/reference/get-track
        """
        return await self._catalogue(token, f"/tracks/{checked_id(track_id)}", _TRACK)

    async def album(self, token: AppToken | UserToken, album_id: str) -> AlbumDetails:
        """The album with its first 50 tracks.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-album
        """
        return await self._catalogue(token, f"/albums/{checked_id(album_id)}", _ALBUM)

    async def album_tracks(
        self, token: AppToken | UserToken, album_id: str, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Track]:
        """Tracks of an album in order, without album and codes. limit: 1-50.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks
        """
        check_page(limit, LONGEST_PAGE, offset)
        path = f"/albums/{checked_id(album_id)}/tracks?limit={limit}&offset={offset}"
        return await self._catalogue(token, path, _TRACKS)

    async def artist(self, token: AppToken | UserToken, artist_id: str) -> ArtistDetails:
        """An artist by ID; see `ArtistDetails` for what only some apps get.

        Raises SpotifyNotFoundError.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-artist
        """
        return await self._read(token, f"/artists/{checked_id(artist_id)}", _ARTIST, self._metadata_s)

    async def artist_albums(
        self,
        token: AppToken | UserToken,
        artist_id: str,
        *,
        groups: Collection[Group] = (),
        limit: int = ARTIST_ALBUMS_PAGE,
        offset: int = 0,
    ) -> Page[Album]:
        """Albums of an artist. groups: empty for all of them. limit: 1-10.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-artists-albums
        """
        check_page(limit, ARTIST_ALBUMS_PAGE, offset)
        if not _GROUPS.issuperset(groups):
            raise SpotifyRequestError(f"expected groups: {', '.join(sorted(_GROUPS))}")
        path = f"/artists/{checked_id(artist_id)}/albums?limit={limit}&offset={offset}"
        if groups:
            path += f"&include_groups={','.join(sorted(groups))}"
        return await self._catalogue(token, path, _ALBUMS)

    async def show(self, token: AppToken | UserToken, show_id: str) -> ShowDetails:
        """The show with the first page of its episodes.

        Source: developer.spotify.com/documentation/web-api/reference/get-a-show
        """
        return await self._catalogue(token, f"/shows/{checked_id(show_id)}", _SHOW)

    async def show_episodes(
        self, token: AppToken | UserToken, show_id: str, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Episode]:
        """limit: 1-50. Resume points need the scope user-read-playback-position.

        Source: developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes
        """
        check_page(limit, LONGEST_PAGE, offset)
        path = f"/shows/{checked_id(show_id)}/episodes?limit={limit}&offset={offset}"
        return await self._catalogue(token, path, _EPISODES)

    async def episode(self, token: AppToken | UserToken, episode_id: str) -> Episode:
        """An episode by ID, with its show. Raises SpotifyNotFoundError.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-episode
        """
        return await self._catalogue(token, f"/episodes/{checked_id(episode_id)}", _EPISODE)

    async def audiobook(self, token: AppToken | UserToken, audiobook_id: str) -> AudiobookDetails:
        """The audiobook with its first chapters; only in the US, UK, Canada, Ireland, New Zealand and Australia.

        Source: developer.spotify.com/documentation/web-api/reference/get-an-audiobook
        """
        return await self._catalogue(token, f"/audiobooks/{checked_id(audiobook_id)}", _AUDIOBOOK)

    async def audiobook_chapters(
        self, token: AppToken | UserToken, audiobook_id: str, *, limit: int = LONGEST_PAGE, offset: int = 0
    ) -> Page[Chapter]:
        """limit: 1-50.

        Source: developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters
        """
        check_page(limit, LONGEST_PAGE, offset)
        path = f"/audiobooks/{checked_id(audiobook_id)}/chapters?limit={limit}&offset={offset}"
        return await self._catalogue(token, path, _CHAPTERS)

    async def chapter(self, token: AppToken | UserToken, chapter_id: str) -> Chapter:
        """A chapter by ID. Raises SpotifyNotFoundError, also where Spotify offers no audiobooks.

        Source: developer.spotify.com/documentation/web-api/reference/get-a-chapter
        """
        return await self._catalogue(token, f"/chapters/{checked_id(chapter_id)}", _CHAPTER)
