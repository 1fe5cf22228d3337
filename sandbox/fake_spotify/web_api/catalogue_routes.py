"""Looking music up: tracks, albums, artists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.web_api.answers import not_found
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import Window, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.fake_spotify.catalogue import Album, Track
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall


async def get_track(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-track"""
    track = call.state.catalogue.tracks.get(call.id())
    if track is None:
        raise not_found()
    return call.shapes().track(track)


async def get_album(call: ApiCall) -> Json:
    """The album with the first page of its tracks.

    Source: developer.spotify.com/documentation/web-api/reference/get-an-album
    """
    album = call.state.catalogue.albums.get(call.id())
    if album is None:
        raise not_found()
    shapes = call.shapes()
    path, parameters = call.page_url()
    tracks = call.state.catalogue.album_tracks[album.id]
    return shapes.album(album, page((f"{path}/tracks", parameters), Window(50, 0), tracks, album_entry(call)))


async def get_album_tracks(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-an-albums-tracks"""
    tracks = call.state.catalogue.album_tracks.get(call.id())
    if tracks is None:
        raise not_found()
    return page(call.page_url(), call.window(), tracks, album_entry(call))


def album_entry(call: ApiCall) -> Callable[[Track], Json | None]:
    """Writes the tracks of an album: null in the place of one that was taken down."""
    shapes, catalogue = call.shapes(), call.state.catalogue

    def write(track: Track) -> Json | None:
        known = catalogue.as_it_is(track)
        return shapes.simple_track(known) if known else None

    return write


async def get_artist(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-an-artist"""
    artist = call.state.catalogue.artists.get(call.id())
    if artist is None:
        raise not_found()
    return call.shapes().artist(artist)


async def get_artist_albums(call: ApiCall) -> Json:
    """Ten a page at most, five when nothing is said, in either mode.

    Source: developer.spotify.com/documentation/web-api/reference/get-an-artists-albums
    """
    artist = call.state.catalogue.artists.get(call.id())
    if artist is None:
        raise not_found()
    shapes, groups = (
        call.shapes(),
        call.request.query.get("include_groups", "album,single,compilation").split(","),
    )
    theirs = [
        album
        for album in call.state.catalogue.albums.values()
        if artist in album.artists and album.kind in groups
    ]

    def write(album: Album) -> Json:
        shape = shapes.simple_album(album)
        return shape | {"album_group": album.kind} if call.extended else shape

    return page(call.page_url(), call.window(default=5, most=10), theirs, write)


ROUTES = (
    Route("GET", "/tracks/{id}", get_track),
    Route("GET", "/albums/{id}", get_album),
    Route("GET", "/albums/{id}/tracks", get_album_tracks),
    Route("GET", "/artists/{id}", get_artist),
    Route("GET", "/artists/{id}/albums", get_artist_albums),
)
