"""Playlists: reading one, reading its items, adding to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.web_api import playlist_objects
from sandbox.fake_spotify.web_api.answers import ApiError, forbidden
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import Window, page

if TYPE_CHECKING:
    from sandbox.fake_spotify.playlists import Entry, FakePlaylist
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall

ADDED_AT_ONCE = 100
_ADDABLE = re.compile(r"spotify:(track|episode):[0-9A-Za-z]{22}")


async def get_playlist(call: ApiCall) -> Json:
    """`items` is absent for those who neither own the playlist nor work on it.

    Source: developer.spotify.com/documentation/web-api/reference/get-playlist
    """
    playlist, shapes = call.playlist(), call.shapes()
    if call.person is playlist.owner and not playlist.public:
        call.need_scope("playlist-read-private")
    shape = playlist_objects.playlist(shapes, playlist)
    shape["snapshot_id"] = playlist.snapshot_seen(call.version_behind)
    if not _may_read(call, playlist):
        return shape
    items = _items(call, playlist, Window(50, 0), f"{call.state.api_url}/playlists/{playlist.id}/items")
    return shape | {"items": items} | ({"tracks": items} if call.extended else {})


async def get_playlist_items(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-playlists-items"""
    playlist = call.playlist()
    if not _may_read(call, playlist):
        raise forbidden()
    return _items(call, playlist, call.window(), call.page_url()[0])


async def post_playlist_items(call: ApiCall) -> web.Response:
    """`uris` in the query make the body's list ignored. Nothing is de-duplicated.

    Source: developer.spotify.com/documentation/web-api/reference/add-items-to-playlist
    """
    playlist = call.playlist()
    call.need_scope("playlist-modify-public" if playlist.public else "playlist-modify-private")
    body = await call.body()
    uris = uris_of(call, call.request.query.get("uris"), body.get("uris"))
    position = call.request.query.get("position", body.get("position"))
    place = _place(position, len(playlist.items))
    check_may_write(call, playlist)
    if len(playlist.items) + len(uris) > call.state.switches.playlist_size:
        raise ApiError(403, "Playlist size limit reached")
    playlist.add(uris, position=place, by=call.member, visible_after=call.state.switches.writes_visible_after)
    return web.json_response({"snapshot_id": playlist.snapshot_id}, status=201)


def check_may_write(call: ApiCall, playlist: FakePlaylist) -> None:
    if call.member is not playlist.owner and not (
        call.state.switches.collaborators_may_write and playlist.works_on_it(call.member)
    ):
        raise ApiError(403, "You cannot add tracks to a playlist you don't own.")


def _may_read(call: ApiCall, playlist: FakePlaylist) -> bool:
    return call.extended or playlist.works_on_it(call.person)


def _items(call: ApiCall, playlist: FakePlaylist, window: Window, path: str) -> Json:
    shapes, catalogue = call.shapes(), call.state.catalogue
    episodes = "episode" in call.request.query.get("additional_types", "track").split(",")

    def write(entry: Entry) -> Json:
        return playlist_objects.item(shapes, catalogue, entry, episodes=episodes)

    return page((path, call.page_url()[1]), window, playlist.shown(call.behind), write)


def uris_of(call: ApiCall, in_query: str | None, in_body: object) -> list[str]:
    """What is to be added: only tracks and episodes Spotify knows, so never a local file."""
    if in_query is not None:
        uris = [uri.strip() for uri in in_query.split(",") if uri.strip()]
    else:
        uris = [str(uri) for uri in in_body] if isinstance(in_body, list) else []
    if not uris:
        raise ApiError(400, "No uris provided")
    if len(uris) > ADDED_AT_ONCE:
        raise ApiError(400, f"You can add a maximum of {ADDED_AT_ONCE} tracks per request.")
    for uri in uris:
        if not _ADDABLE.fullmatch(uri):
            raise ApiError(400, f"Invalid track uri: {uri}")
        if call.state.catalogue.of_uri(uri) is None:
            raise ApiError(400, "Payload contains a non-existing ID")
    return uris


def _place(position: object, size: int) -> int | None:
    if position is None:
        return None
    if not str(position).isdecimal() or int(str(position)) > size:
        raise ApiError(400, "Index out of bounds")
    return int(str(position))


ROUTES = (
    Route("GET", "/playlists/{id}", get_playlist),
    Route("GET", "/playlists/{id}/items", get_playlist_items, member=True, scopes=("playlist-read-private",)),
    Route("POST", "/playlists/{id}/items", post_playlist_items, member=True),
    # The old name of the same list. Development mode refuses it, even on one's own playlists.
    Route("GET", "/playlists/{id}/tracks", get_playlist_items, member=True, old=True),
    Route("POST", "/playlists/{id}/tracks", post_playlist_items, member=True, old=True),
)
