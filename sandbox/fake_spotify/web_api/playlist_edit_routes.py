"""Making playlists and changing them: details, order, contents, cover."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.web_api import playlist_objects
from sandbox.fake_spotify.web_api.answers import ApiError, forbidden
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import Window, page
from sandbox.fake_spotify.web_api.playlist_routes import check_may_write, uris_of

if TYPE_CHECKING:
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall

COVER = 256 * 1024


async def create(call: ApiCall) -> web.Response:
    """Source: developer.spotify.com/documentation/web-api/reference/create-playlist"""
    body = await call.body()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ApiError(400, "Missing required field: name")
    public, collaborative = body.get("public", True) is True, body.get("collaborative") is True
    if collaborative and public:
        raise ApiError(400, "Collaborative playlists can only be private.")
    if public or collaborative:
        call.need_scope("playlist-modify-public")
    if not public:
        call.need_scope("playlist-modify-private")
    made = call.state.maker.make(call.member, name, public=public, collaborative=collaborative)
    _describe(made, body)
    items = page((f"{call.state.api_url}/playlists/{made.id}/items", {}), Window(50, 0), [], lambda one: one)
    shape = playlist_objects.playlist(call.shapes(), made) | {"items": items}
    return web.json_response(shape | ({"tracks": items} if call.extended else {}), status=201)


async def change(call: ApiCall) -> web.Response:
    """Source: developer.spotify.com/documentation/web-api/reference/change-playlist-details"""
    playlist, body = call.playlist(), await call.body()
    _need_modify(call, playlist)
    if call.member is not playlist.owner:
        raise forbidden()
    public = body.get("public", playlist.public)
    collaborative = body.get("collaborative", playlist.collaborative)
    if public and collaborative:
        raise ApiError(400, "Collaborative playlists can only be private.")
    playlist.public, playlist.collaborative = bool(public), bool(collaborative)
    if isinstance(name := body.get("name"), str):
        playlist.rename(name)
    _describe(playlist, body)
    return web.Response()


async def put_items(call: ApiCall) -> Json:
    """Replace everything, or move a range; never both.

    Source: developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items
    """
    playlist, body = call.playlist(), await call.body()
    _need_modify(call, playlist)
    check_may_write(call, playlist)
    in_query = call.request.query.get("uris")
    if in_query is None and "uris" not in body:
        _move(playlist, body)
    elif "range_start" in body:
        raise ApiError(400, "Reorder and replace cannot be done together")
    else:
        empty = in_query == "" or body.get("uris") == []
        playlist.replace([] if empty else uris_of(call, in_query, body.get("uris")))
    return {"snapshot_id": playlist.snapshot_id}


async def delete_items(call: ApiCall) -> Json:
    """Every copy of each URI goes. The key is `items`.

    Source: developer.spotify.com/documentation/web-api/reference/remove-items-playlist
    """
    playlist, body = call.playlist(), await call.body()
    _need_modify(call, playlist)
    check_may_write(call, playlist)
    listed = body.get("items")
    entries = listed if isinstance(listed, list) else []
    uris = [one.get("uri") for one in entries if isinstance(one, dict)]
    for uri in uris_of(call, None, uris):
        playlist.remove(uri)
    return {"snapshot_id": playlist.snapshot_id}


async def get_cover(call: ApiCall) -> web.Response:
    """Source: developer.spotify.com/documentation/web-api/reference/get-playlist-cover"""
    return web.json_response(playlist_objects.playlist(call.shapes(), call.playlist())["images"])


async def put_cover(call: ApiCall) -> web.Response:
    """Source: developer.spotify.com/documentation/web-api/reference/upload-custom-playlist-cover"""
    playlist, payload = call.playlist(), await call.request.read()
    if "ugc-image-upload" not in call.scopes:
        raise ApiError(401, "Unauthorized.")
    _need_modify(call, playlist)
    if call.member is not playlist.owner:
        raise forbidden()
    if len(payload) > COVER:
        raise ApiError(413, "Payload too large")
    try:
        picture = base64.b64decode(payload, validate=True)
    except binascii.Error:
        picture = b""
    if call.request.content_type != "image/jpeg" or not picture.startswith(b"\xff\xd8\xff"):
        raise ApiError(400, "Invalid image")
    playlist.has_picture = True
    return web.Response(status=202)


def _need_modify(call: ApiCall, playlist: FakePlaylist) -> None:
    call.need_scope("playlist-modify-public" if playlist.public else "playlist-modify-private")


def _describe(playlist: FakePlaylist, body: Json) -> None:
    """A line break is too much for Spotify. Source: none of its own; seen by others, see spotify.md 4.2."""
    description = body.get("description")
    if isinstance(description, str):
        if "\n" in description:
            raise ApiError(500, "Server error")
        playlist.description = description


def _move(playlist: FakePlaylist, body: Json) -> None:
    start, before, length = body.get("range_start"), body.get("insert_before"), body.get("range_length", 1)
    size = len(playlist.items)
    if not (isinstance(start, int) and isinstance(before, int) and isinstance(length, int)):
        raise ApiError(400, "Missing required field: range_start")
    if not (0 <= start < size and 0 <= before <= size and 1 <= length <= size - start):
        raise ApiError(400, "Index out of bounds")
    moved = playlist.items[start : start + length]
    rest = playlist.items[:start] + playlist.items[start + length :]
    place = before if before <= start else max(before - length, start)
    playlist.begin_version()
    playlist.items = [*rest[:place], *moved, *rest[place:]]


ROUTES = (
    Route("POST", "/me/playlists", create, member=True),
    Route("PUT", "/playlists/{id}", change, member=True),
    Route("PUT", "/playlists/{id}/items", put_items, member=True),
    Route("DELETE", "/playlists/{id}/items", delete_items, member=True),
    Route("GET", "/playlists/{id}/images", get_cover, member=True),
    Route("PUT", "/playlists/{id}/images", put_cover, member=True),
)
