"""What a person has saved, follows and hears most."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.ids import make_id
from sandbox.fake_spotify.web_api.answers import ApiError
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.catalogue_routes import album_entry
from sandbox.fake_spotify.web_api.paging import Window, page

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.fake_spotify.catalogue import Artist, Track
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall

AT_ONCE = 40
HEARD = 120  # as many top tracks and artists as everybody has
_URI = re.compile(
    r"spotify:(track|album|episode|show|audiobook|artist|playlist):([0-9A-Za-z]{22})|spotify:(user):([^:]+)"
)
_SCOPES = {"artist": "follow", "user": "follow", "playlist": "playlist"}


async def get_saved_tracks(call: ApiCall) -> Json:
    """Here the key stays `track`. Source: .../reference/get-users-saved-tracks"""
    shapes, tracks = call.shapes(), call.state.catalogue.tracks

    def write(one: tuple[str, datetime]) -> Json:
        id_, at = one
        return {"added_at": _date(at), "track": shapes.track(tracks[id_])}

    saved = call.member.listening.saved_of("track")
    return page(call.page_url(), call.window(), [one for one in saved if one[0] in tracks], write)


async def get_saved_albums(call: ApiCall) -> Json:
    """Source: .../reference/get-users-saved-albums"""
    shapes, catalogue = call.shapes(), call.state.catalogue

    def write(one: tuple[str, datetime]) -> Json:
        album, at = catalogue.albums[one[0]], one[1]
        path = f"{call.state.api_url}/albums/{album.id}/tracks"
        tracks = page((path, {}), Window(50, 0), catalogue.album_tracks[album.id], album_entry(call))
        return {"added_at": _date(at), "album": shapes.album(album, tracks)}

    saved = call.member.listening.saved_of("album")
    return page(call.page_url(), call.window(), [one for one in saved if one[0] in catalogue.albums], write)


async def get_saved_shows(call: ApiCall) -> Json:
    """Source: .../reference/get-users-saved-shows"""
    shapes, first = call.shapes(), {each.show_id: each for each in call.state.catalogue.episodes.values()}

    def write(one: tuple[str, datetime]) -> Json:
        return {"added_at": _date(one[1]), "show": shapes.show(first[one[0]])}

    saved = call.member.listening.saved_of("show")
    return page(call.page_url(), call.window(), [one for one in saved if one[0] in first], write)


async def get_saved_episodes(call: ApiCall) -> Json:
    """Source: .../reference/get-users-saved-episodes"""
    shapes, episodes = call.shapes(), call.state.catalogue.episodes

    def write(one: tuple[str, datetime]) -> Json:
        return {"added_at": _date(one[1]), "episode": shapes.episode(episodes[one[0]])}

    saved = call.member.listening.saved_of("episode")
    return page(call.page_url(), call.window(), [one for one in saved if one[0] in episodes], write)


async def get_saved_audiobooks(call: ApiCall) -> Json:
    """The sandbox has no audiobooks, so nobody has saved one. Source: .../reference/get-users-saved-audiobooks"""
    nothing: list[Json] = []
    return page(call.page_url(), call.window(), nothing, lambda one: one)


async def get_followed(call: ApiCall) -> Json:
    """Artists only, by cursor. Source: .../reference/get-followed"""
    if call.request.query.get("type") != "artist":
        raise ApiError(400, "Invalid type, expected: artist")
    known = call.state.catalogue.artists
    ids = sorted(id_ for id_, _ in call.member.listening.saved_of("artist") if id_ in known)
    after, window = call.request.query.get("after", ""), call.window()
    rest = [id_ for id_ in ids if id_ > after]
    shown = rest[: window.limit]
    more = len(rest) > len(shown)
    url = f"{call.state.api_url}/me/following?type=artist&limit={window.limit}"
    return {
        "artists": {
            "cursors": {"after": shown[-1] if more else None},
            "href": url,
            "items": [call.shapes().artist(known[id_]) for id_ in shown],
            "limit": window.limit,
            "next": f"{url}&after={shown[-1]}" if more else None,
            "total": len(ids),
        }
    }


async def get_top(call: ApiCall) -> Json:
    """Source: .../reference/get-users-top-artists-and-tracks"""
    span = call.request.query.get("time_range", "medium_term")
    if span not in {"short_term", "medium_term", "long_term"}:
        raise ApiError(400, "Invalid time range")
    shapes, catalogue, window = call.shapes(), call.state.catalogue, call.window()
    tracks = sorted(
        catalogue.tracks.values(), key=lambda one: (-one.popularity, make_id(call.member.name, span, one.id))
    )[:HEARD]
    if call.request.match_info["kind"] == "tracks":
        return page(call.page_url(), window, tracks, shapes.track)
    artists: dict[str, Artist] = {track.artists[0].id: track.artists[0] for track in tracks}
    return page(call.page_url(), window, list(artists.values()), shapes.artist)


async def change_library(call: ApiCall) -> web.Response:
    """The URIs stand in the query; a body is not looked at.

    Source: .../reference/save-library-items and .../remove-library-items
    """
    member, now = call.member, call.state.now()
    for kind, id_, uri in _uris(call, "modify"):
        playlist = call.state.playlists.get(id_) if kind == "playlist" else None
        if call.request.method == "PUT":
            member.listening.saved.setdefault(uri, now)
            if playlist and id_ not in member.playlist_ids:
                member.playlist_ids.append(id_)
        else:
            member.listening.saved.pop(uri, None)
            if playlist and id_ in member.playlist_ids:
                member.playlist_ids.remove(id_)
    return web.Response()


async def contains(call: ApiCall) -> web.Response:
    """Source: .../reference/check-library-contains"""
    own = {playlist.uri for playlist in call.state.playlists_of(call.member)}
    saved = call.member.listening.saved
    return web.json_response([uri in saved or uri in own for _, _, uri in _uris(call, "read")])


def _uris(call: ApiCall, what: str) -> list[tuple[str, str, str]]:
    """Kind, id and URI of everything named, once the scopes for it are there."""
    named = [uri for uri in call.request.query.get("uris", "").split(",") if uri]
    if not named:
        raise ApiError(400, "Missing required field: uris")
    if len(named) > AT_ONCE:
        raise ApiError(400, f"Too many uris, maximum is {AT_ONCE}")
    found = []
    for uri in named:
        match = _URI.fullmatch(uri)
        if match is None:
            raise ApiError(400, "Invalid uri")
        kind, id_ = (match[1], match[2]) if match[1] else (match[3], match[4])
        area = _SCOPES.get(kind, "library")
        if area == "playlist":
            call.need_scope("playlist-modify-public" if what == "modify" else "playlist-read-private")
        else:
            call.need_scope(f"user-{area}-{what}")
        found.append((kind, id_, uri))
    return found


def _date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def get_several_tracks(call: ApiCall) -> Json:
    """Null for what is not known. Source: .../reference/get-several-tracks"""
    shapes, tracks = call.shapes(), call.state.catalogue.tracks
    ids = call.request.query.get("ids", "").split(",")
    if len(ids) > 50:
        raise ApiError(400, "Too many ids requested")
    return {"tracks": [shapes.track(tracks[id_]) if id_ in tracks else None for id_ in ids]}


async def get_top_of_artist(call: ApiCall) -> Json:
    """Source: .../reference/get-an-artists-top-tracks"""
    id_, shapes = call.id(), call.shapes()
    theirs: list[Track] = [
        track for track in call.state.catalogue.tracks.values() if track.artists[0].id == id_
    ]
    return {"tracks": [shapes.track(one) for one in sorted(theirs, key=lambda one: -one.popularity)[:10]]}


ROUTES = (
    Route("GET", "/me/tracks", get_saved_tracks, member=True, scopes=("user-library-read",)),
    Route("GET", "/me/albums", get_saved_albums, member=True, scopes=("user-library-read",)),
    Route("GET", "/me/shows", get_saved_shows, member=True, scopes=("user-library-read",)),
    Route("GET", "/me/episodes", get_saved_episodes, member=True, scopes=("user-library-read",)),
    Route("GET", "/me/audiobooks", get_saved_audiobooks, member=True, scopes=("user-library-read",)),
    Route("GET", "/me/following", get_followed, member=True, scopes=("user-follow-read",)),
    Route("GET", "/me/top/{kind:artists|tracks}", get_top, member=True, scopes=("user-top-read",)),
    Route("PUT", "/me/library", change_library, member=True),
    Route("DELETE", "/me/library", change_library, member=True),
    Route("GET", "/me/library/contains", contains, member=True),
    Route("GET", "/tracks", get_several_tracks, old=True),
    Route("GET", "/artists/{id}/top-tracks", get_top_of_artist, old=True),
)
