"""Which language a browser is answered in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from bot.languages import language_for, preferred, speaking

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler


class BrowserLanguage:
    """Of the languages it asks for, the first we have. fixed: the operator's choice, for everybody."""

    def __init__(self, fixed: str | None) -> None:
        self._fixed = fixed

    @web.middleware
    async def speak(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Only while answering: one connection brings many requests."""
        wanted = ",".join(request.headers.getall(hdrs.ACCEPT_LANGUAGE, []))
        with speaking(self._fixed or language_for(*preferred(wanted))):
            return await handler(request)
