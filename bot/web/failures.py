"""Turns every failure into a page: expected ones in their own words, the rest with a reference to find in the log."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from bot.errors import BotError
from bot.languages import Text
from bot.spotify.errors import SpotifyError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.web.callback import Callback
    from bot.web.pages import Pages

logger = logging.getLogger(__name__)

BEGIN: Final = Text("Type /link in Discord to link your Spotify account.")
STATUS_WORDS: Final = {
    403: (
        Text("That request didn't come from this page"),
        Text("Open the link in Discord again, and press Continue there."),
    ),
    404: (Text("There's nothing here"), BEGIN),
    405: (Text("This page can't be used that way"), BEGIN),
    413: (Text("That's too much data"), BEGIN),
    421: (
        Text("This isn't the bot's address"),
        Text("Open the link in Discord again, without changing its address."),
    ),
    429: (Text("A little slower, please"), Text("Wait a minute, then load this page again.")),
}
SURPRISE: Final = Text("Something went wrong")
TRY_AGAIN: Final = Text(
    "Type /link in Discord to try again. If it fails again, give the person who runs this bot the reference "
    "{reference}."
)
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
        title, advice = STATUS_WORDS.get(error.status, (SURPRISE, BEGIN))
        response = self._pages.answer("status", status=error.status, title=title(), advice=advice())
        response.headers.update({name: error.headers[name] for name in KEPT_HEADERS if name in error.headers})
        if error.status == 413:
            response.force_close()
        return response

    def _page_for_surprise(self, error: Exception) -> web.Response:
        reference = secrets.token_hex(3).upper()
        said = {"reference": reference}
        logger.error("reference %s: a page failed", reference, exc_info=error, extra=said)
        return self._pages.answer(
            "status",
            status=500,
            title=SURPRISE(),
            advice=TRY_AGAIN(reference=reference),
        )
