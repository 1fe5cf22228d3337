"""Our page in the linking process: says who is linking what, and sends the browser to Spotify or cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.services.scopes import in_words
from bot.stores import LinkStatus
from bot.web.pages import Pages, time_left

if TYPE_CHECKING:
    from bot.services.linking import Linking
    from bot.web.cookie import BrowserCookie


class LinkPage:
    def __init__(self, linking: Linking, pages: Pages, cookie: BrowserCookie) -> None:
        self._linking = linking
        self._pages = pages
        self._cookie = cookie

    async def show(self, request: web.Request) -> web.Response:
        """Link previews and scanners fetch this too, so it changes nothing."""
        attempt = await self._linking.look(request.match_info["token"], self._cookie.of(request))
        if attempt.status in (LinkStatus.EXCHANGING, LinkStatus.CONFIRMING):
            raise web.HTTPSeeOther("/linked")  # this browser has already been to Spotify
        return self._pages.answer(
            "link",
            path=request.rel_url.raw_path,
            member_name=attempt.member_name,
            username=attempt.username,
            abilities=[words[0].upper() + words[1:] for words in in_words(attempt.scopes)],
            left=time_left(attempt.expires_at, self._linking.now()),
            until=attempt.expires_at,
        )

    async def go_on(self, request: web.Request) -> web.Response:
        started = await self._linking.start(request.match_info["token"], self._cookie.of(request))
        response = web.Response(status=303, headers={"Location": started.authorize_url})
        self._cookie.give(response, started.cookie, started.max_age_s)
        return response

    async def cancel(self, request: web.Request) -> web.Response:
        await self._linking.cancel(request.match_info["token"])
        response = self._pages.answer("cancelled")
        self._cookie.forget(response)
        return response
