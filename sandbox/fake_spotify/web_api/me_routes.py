"""What belongs to the person whose token it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.web_api import playlist_objects
from sandbox.fake_spotify.web_api.answers import not_found
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import page

if TYPE_CHECKING:
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall


async def get_me(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-current-users-profile"""
    return playlist_objects.me(call.shapes(), call.member, call.scopes)


async def get_my_playlists(call: ApiCall) -> Json:
    """Own and followed ones. Collaborative ones show with their scope only, those of others never.

    Source: developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists and
    .../concepts/playlists
    """
    shapes = call.shapes()
    collaborative_too = "playlist-read-collaborative" in call.scopes
    shown = [
        playlist
        for playlist in call.state.playlists_of(call.member)
        if collaborative_too or not playlist.collaborative
    ]

    def write(playlist: FakePlaylist) -> Json | None:
        if call.state.hidden(playlist):
            return None
        return playlist_objects.playlist(shapes, playlist) | playlist_objects.item_count(shapes, playlist)

    return page(call.page_url(), call.window(), shown, write)


async def get_user_playlists(call: ApiCall) -> Json:
    """Public playlists of a user; gone in development mode.

    Source: developer.spotify.com/documentation/web-api/reference/get-list-users-playlists
    """
    shapes = call.shapes()
    user = next((p for p in call.state.people.values() if p.id == call.request.match_info["id"]), None)
    if user is None:
        raise not_found()
    public = [
        playlist for playlist in call.state.playlists_of(user) if playlist.public and playlist.owner is user
    ]

    def write(playlist: FakePlaylist) -> Json:
        return playlist_objects.playlist(shapes, playlist) | playlist_objects.item_count(shapes, playlist)

    return page(call.page_url(), call.window(), public, write)


ROUTES = (
    Route("GET", "/users/{id}/playlists", get_user_playlists, old=True),
    Route("GET", "/me", get_me, member=True),
    Route("GET", "/me/playlists", get_my_playlists, member=True, scopes=("playlist-read-private",)),
)
