"""Music: artists, albums and tracks."""

from __future__ import annotations

from msgspec import Struct

from bot.spotify.models.pages import Page
from bot.spotify.models.spoken import Show
from bot.spotify.models.things import (
    ExternalIds,
    ExternalUrls,
    Followers,
    Image,
    Length,
    LinkedFrom,
    NotEmpty,
    Restriction,
    url_of,
)


class Artist(Struct, frozen=True, gc=False):
    """An artist inside a track or an album. Those of local files only have a name."""

    name: str = ""
    id: str | None = None
    uri: str | None = None
    external_urls: ExternalUrls = ExternalUrls()
    type: str = "artist"


class ArtistDetails(Artist, frozen=True, gc=False, kw_only=True):
    """An artist read on its own. `genres` is often empty.

    followers, popularity (0-100): None in development mode, for apps created since February 2026.
    """

    id: str
    genres: tuple[str, ...] = ()
    followers: Followers | None = None
    images: tuple[Image, ...] = ()
    popularity: int | None = None


class Album(Struct, frozen=True, gc=False):
    """An album inside a track or a list. `release_date` is YYYY, YYYY-MM or YYYY-MM-DD.

    `name` is empty after a takedown. Those of local files only have a name.
    """

    name: str = ""
    id: str | None = None
    uri: str | None = None
    album_type: str | None = None
    release_date: str | None = None
    total_tracks: int | None = None
    images: tuple[Image, ...] = ()
    artists: tuple[Artist, ...] = ()
    external_urls: ExternalUrls = ExternalUrls()
    type: str = "album"
    release_date_precision: str | None = None
    restrictions: Restriction | None = None


class Track(Struct, frozen=True, gc=False):
    """A track, or an episode inside a playlist or the player (`type` says which). Local files have no ID.

    `show`: of an episode. `duration_ms`: in milliseconds.
    popularity: 0-100; None in development mode, for apps created since February 2026, and for episodes.
    """

    uri: NotEmpty
    name: str = ""
    id: str | None = None
    type: str = "track"
    duration_ms: Length | None = None
    explicit: bool = False
    is_local: bool = False
    is_playable: bool | None = None
    track_number: int | None = None
    disc_number: int | None = None
    artists: tuple[Artist, ...] = ()
    album: Album | None = None
    external_ids: ExternalIds = ExternalIds()
    external_urls: ExternalUrls = ExternalUrls()
    restrictions: Restriction | None = None
    show: Show | None = None
    linked_from: LinkedFrom | None = None
    popularity: int | None = None

    @property
    def url(self) -> str | None:
        """The track's address on open.spotify.com; None for a local file."""
        return url_of(self)


class Copyright(Struct, frozen=True, gc=False):
    """`type`: C, or P for the recording."""

    text: str = ""
    type: str = ""


class AlbumDetails(Album, frozen=True, gc=False, kw_only=True):
    """An album read on its own, with the first page of its tracks, which don't repeat their album.

    genres: always empty today. label, popularity (0-100): None in development mode, for apps created since February
    2026.
    """

    id: str
    tracks: Page[Track] = Page()
    copyrights: tuple[Copyright, ...] = ()
    external_ids: ExternalIds = ExternalIds()
    genres: tuple[str, ...] = ()
    label: str | None = None
    popularity: int | None = None
