"""Search, over several kinds of things at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.fake_spotify import search
from sandbox.fake_spotify.audiobooks import AUDIOBOOK, MARKETS
from sandbox.fake_spotify.web_api import playlist_objects
from sandbox.fake_spotify.web_api.answers import ApiError
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.search import Query
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall
    from sandbox.fake_spotify.web_api.objects import Shapes
    from sandbox.fake_spotify.web_api.paging import Window

KINDS = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")


async def get_search(call: ApiCall) -> Json:
    """Development mode gives ten a page at most, five when nothing is said; audiobooks are in few countries.

    Source: developer.spotify.com/documentation/web-api/reference/search and .../references/changes/february-2026
    """
    q = call.request.query.get("q", "")
    if not q.strip():
        raise ApiError(400, "No search query")
    kinds = [kind for kind in call.request.query.get("type", "").split(",") if kind]
    if not kinds:
        raise ApiError(400, "Missing parameter type")
    for kind in kinds:
        if kind not in KINDS:
            raise ApiError(400, f"Bad search type field {kind}")
    default, most = (20, 50) if call.extended else (5, 10)
    window = call.window(default=default, most=most, least=0, offset_most=1000)
    query, shapes = search.parse(q), call.shapes()
    return {f"{kind}s": _found(call, kind, query, shapes, window) for kind in kinds}


def _found(call: ApiCall, kind: str, query: Query, shapes: Shapes, window: Window) -> Json:
    path, parameters = call.page_url()
    url = (path, parameters | {"type": kind})
    catalogue = call.state.catalogue
    found: Sequence[Any]
    write: Any  # makes an entry of what was found
    match kind:
        case "track":
            found, write = call.state.find_tracks(query), shapes.track
        case "artist":
            found, write = search.artists(catalogue, query), shapes.artist
        case "album":
            found, write = search.albums(catalogue, query), shapes.simple_album
        case "episode":
            found, write = search.episodes(catalogue, query), shapes.simple_episode
        case "show":
            found, write = search.shows(catalogue, query), shapes.show
        case "playlist":
            public = [playlist for playlist in call.state.playlists.values() if playlist.public]
            found, write = search.playlists(public, query), partial(_playlist, call, shapes)
        case _:
            here = [AUDIOBOOK] if shapes.market in MARKETS else []
            found, write = search.audiobooks(here, query), shapes.audiobook
    return page(url, window, found, write)


def _playlist(call: ApiCall, shapes: Shapes, playlist: FakePlaylist) -> Json | None:
    """Null for Spotify's own ones, which development mode hides but still counts."""
    if call.state.hidden(playlist):
        return None
    return playlist_objects.playlist(shapes, playlist) | playlist_objects.item_count(shapes, playlist)


ROUTES = (Route("GET", "/search", get_search),)
