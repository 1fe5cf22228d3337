"""/metrics, on a port of its own, so that it is never reached through the web server that shows the bot's pages."""

from __future__ import annotations

import hmac
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from bot.networks import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

log = logging.getLogger(__name__)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
CLOSING_S: Final = 0.4


class MetricsServer:
    """text: the figures. watching: entered while it runs. token: asked of everybody; None: only this machine may ask.

    port: 0 lets the system choose; after `start` it's the real one.
    """

    def __init__(
        self,
        text: Callable[[], Awaitable[bytes]],
        watching: Callable[[], AbstractAsyncContextManager[None]],
        *,
        host: str,
        port: int,
        token: str | None,
    ) -> None:
        self._text = text
        self._watching = watching
        self._host = host
        self.port = port
        self._token = token
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Raises OSError if the port isn't available."""
        app = web.Application()
        app.router.add_get("/metrics", self._answer)
        app.cleanup_ctx.append(self._while_running)
        async with AsyncExitStack() as stack:
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSING_S)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            site = web.TCPSite(runner, self._host, self.port)
            await site.start()
            self.port = site.port
            self._running = stack.pop_all()
        log.info("metrics on %s, port %d", self._host, self.port)

    async def close(self) -> None:
        await self._running.aclose()

    async def _while_running(self, _: web.Application) -> AsyncIterator[None]:
        async with self._watching():
            yield

    async def _answer(self, request: web.Request) -> web.Response:
        if not self._may(request):
            raise web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
        return web.Response(body=await self._text(), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})

    def _may(self, request: web.Request) -> bool:
        """Without a token, the address must be this machine's in name, too, so that no page in a browser can ask."""
        if self._token is None:
            return is_loopback(request.remote or "") and is_loopback(request.url.host or "")
        given = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._token.encode())
