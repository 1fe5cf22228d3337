"""Audiobooks and their chapters, for callers in a country that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.fake_spotify.audiobooks import AUDIOBOOK, MARKETS
from sandbox.fake_spotify.web_api.answers import not_found
from sandbox.fake_spotify.web_api.call import Route
from sandbox.fake_spotify.web_api.paging import Window, page

if TYPE_CHECKING:
    from sandbox.fake_spotify.audiobooks import Audiobook
    from sandbox.fake_spotify.web_api.answers import Json
    from sandbox.fake_spotify.web_api.call import ApiCall


async def get_audiobook(call: ApiCall) -> Json:
    """With the first page of its chapters.

    Source: developer.spotify.com/documentation/web-api/reference/get-an-audiobook
    """
    book, shapes = _book(call), call.shapes()
    path, parameters = call.page_url()
    listed = page((f"{path}/chapters", parameters), Window(50, 0), book.chapters, shapes.simple_chapter)
    return shapes.audiobook(book) | {"chapters": listed}


async def get_chapters(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-audiobook-chapters"""
    return page(call.page_url(), call.window(), _book(call).chapters, call.shapes().simple_chapter)


async def get_chapter(call: ApiCall) -> Json:
    """Source: developer.spotify.com/documentation/web-api/reference/get-a-chapter"""
    id_, shapes = call.id(), call.shapes()
    found = [chapter for chapter in AUDIOBOOK.chapters if chapter.id == id_]
    if not found or shapes.market not in MARKETS:
        raise not_found()
    return shapes.simple_chapter(found[0]) | {"audiobook": shapes.audiobook(AUDIOBOOK)}


def _book(call: ApiCall) -> Audiobook:
    if call.id() != AUDIOBOOK.id or call.shapes().market not in MARKETS:
        raise not_found()
    return AUDIOBOOK


ROUTES = (
    Route("GET", "/audiobooks/{id}", get_audiobook),
    Route("GET", "/audiobooks/{id}/chapters", get_chapters),
    Route("GET", "/chapters/{id}", get_chapter),
)
