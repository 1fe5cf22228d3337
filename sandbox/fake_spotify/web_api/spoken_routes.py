"""Shows and their episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.web_api.answers import not_found
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import Window, page

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Episode
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall


async def get_episode(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-an-episode"""
    episode = call.state.catalogue.episodes.get(call.id())
    if episode is None:
        raise not_found()
    return call.shapes().episode(episode)


async def get_show(call: ApiCall) -> Json:
    """The show with the first page of its episodes.

    Source: developer.spotify.com/documentation/web-api/reference/get-a-show
    """
    episodes, shapes = _episodes(call), call.shapes()
    path, parameters = call.page_url()
    listed = page((f"{path}/episodes", parameters), Window(50, 0), episodes, shapes.simple_episode)
    return shapes.show(episodes[0]) | {"episodes": listed}


async def get_show_episodes(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-a-shows-episodes"""
    return page(call.page_url(), call.window(), _episodes(call), call.shapes().simple_episode)


def _episodes(call: ApiCall) -> list[Episode]:
    id_ = call.id()
    found = [episode for episode in call.state.catalogue.episodes.values() if episode.show_id == id_]
    if not found:
        raise not_found()
    return found


ROUTES = (
    Route("GET", "/episodes/{id}", get_episode),
    Route("GET", "/shows/{id}", get_show),
    Route("GET", "/shows/{id}/episodes", get_show_episodes),
)
