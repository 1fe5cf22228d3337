"""Turns every failure into a page: expected ones in their own words, the rest with a reference to find in the log."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from bot.errors import BotError
from bot.spotify.errors import SpotifyError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.web.callback import Callback
    from bot.web.pages import Pages

logger = logging.getLogger(__name__)

BEGIN = "Type /link in Discord to link your Spotify account."
STATUS_WORDS = {
    403: (
        "That request didn't come from this page",
        "Open the link in Discord again, and press Continue there.",
    ),
    404: ("There's nothing here", BEGIN),
    405: ("This page can't be used that way", BEGIN),
    413: ("That's too much data", BEGIN),
    421: (
        "This isn't the bot's address",
        "Open the link in Discord again, without changing its address.",
    ),
    429: ("A little slower, please", "Wait a minute, then load this page again."),
}
KEPT_HEADERS = (hdrs.ALLOW, hdrs.RETRY_AFTER)


class Failures:
    def __init__(self, pages: Pages, callback: Callback) -> None:
        self._pages = pages
        self._callback = callback

    @web.middleware
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return self._page_for_status(error)
        except Exception as error:  # noqa: BLE001 - the last resort: nobody should meet a bare error
            page = self._callback.failure(error) if isinstance(error, (BotError, SpotifyError)) else None
            return page or self._page_for_surprise(error)

    def _page_for_status(self, error: web.HTTPException) -> web.Response:
        title, advice = STATUS_WORDS.get(error.status, (error.reason, BEGIN))
        response = self._pages.answer("status", status=error.status, title=title, advice=advice)
        response.headers.update({name: error.headers[name] for name in KEPT_HEADERS if name in error.headers})
        if error.status == 413:
            response.force_close()
        return response

    def _page_for_surprise(self, error: Exception) -> web.Response:
        reference = secrets.token_hex(3).upper()
        logger.error("reference %s: a page failed", reference, exc_info=error)
        return self._pages.answer(
            "status",
            status=500,
            title="Something went wrong",
            advice=f"Type /link in Discord to try again. If it fails again, give the person who runs this bot "
            f"the reference {reference}.",
        )
