"""The Web API: every route there is, behind the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.web_api import (
    audiobook_routes,
    catalogue_routes,
    library_routes,
    me_routes,
    player_routes,
    playlist_edit_routes,
    playlist_routes,
    search_route,
    spoken_routes,
)
from sandbox.fake_spotify.web_api.gate import Gate

if TYPE_CHECKING:
    from aiohttp import web

    from sandbox.fake_spotify.state import State

ROUTES = (
    *catalogue_routes.ROUTES,
    *spoken_routes.ROUTES,
    *audiobook_routes.ROUTES,
    *search_route.ROUTES,
    *me_routes.ROUTES,
    *playlist_routes.ROUTES,
    *playlist_edit_routes.ROUTES,
    *library_routes.ROUTES,
    *player_routes.ROUTES,
)


def add_routes(app: web.Application, state: State) -> None:
    gate = Gate(state)
    for route in ROUTES:
        app.router.add_route(route.method, f"/v1{route.path}", gate.guard(route))
    app.router.add_route("*", "/v1/{rest:.*}", gate.unknown)
