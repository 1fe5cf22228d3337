"""The web server that members' browsers use while linking: routes, pages for every failure, health checks."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import StoreUnavailableError
from bot.web.callback import Callback
from bot.web.clients import Buckets, Proxies
from bot.web.connections import HEAD_DEADLINE_S, GuardedServer
from bot.web.cookie import BrowserCookie
from bot.web.door import MAX_BODY, Door, strict_headers
from bot.web.failures import Failures
from bot.web.language import BrowserLanguage
from bot.web.link_page import LinkPage
from bot.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from bot.networks import Network
    from bot.services.linking import Linking

logger = logging.getLogger(__name__)

CLOSING_S = 0.4  # for requests in progress when the bot stops; aiohttp waits twice as long in total


def build_app(
    linking: Linking,
    *,
    door: Door,
    headers: Mapping[str, str],
    https: bool,
    callback_path: str,
    paste: bool,
    ready: Callable[[], Awaitable[bool]],
    language: str | None,
) -> web.Application:
    """headers: set on every answer. For the other arguments, see WebServer."""
    pages, cookie = Pages(), BrowserCookie(https=https)
    link, callback = LinkPage(linking, pages, cookie), Callback(linking, pages, cookie, paste=paste)
    failures, fixed = Failures(pages, callback), Fixed(pages, ready)

    async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)

    app = web.Application(
        middlewares=[BrowserLanguage(language).speak, failures.answer, door.check], client_max_size=MAX_BODY
    )
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            web.get("/link/{token}", link.show),
            web.post("/link/{token}", link.go_on),
            web.post("/link/{token}/cancel", link.cancel),
            web.get(
                callback_path, callback.callback, allow_head=False
            ),  # a link preview must not use up Spotify's code
            web.get("/linked", callback.linked),
            web.get("/style.css", fixed.style),
            web.get("/icon.svg", fixed.icon),
            web.get("/healthz", fixed.health),
            web.get("/readyz", fixed.readiness),
        ]
    )
    return app


class Fixed:
    """Everything that is the same for everyone. ready: whether the bot can do its job right now."""

    def __init__(self, pages: Pages, ready: Callable[[], Awaitable[bool]]) -> None:
        self._pages = pages
        self._ready = ready
        self._asking: asyncio.Future[bool] | None = None

    async def style(self, _: web.Request) -> web.Response:
        return self._pages.style()

    async def icon(self, _: web.Request) -> web.Response:
        return self._pages.icon()

    async def health(self, _: web.Request) -> web.Response:
        """The process is serving; whether Discord, Spotify or the database respond is another question."""
        return web.Response(text="ok\n")

    async def readiness(self, _: web.Request) -> web.Response:
        """Each check costs a write, so concurrent requests share one."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask())
        if await asyncio.shield(self._asking):
            return web.Response(text="ready\n", status=200)
        return web.Response(text="not ready\n", status=503)

    async def _ask(self) -> bool:
        try:
            return await self._ready()
        except StoreUnavailableError:
            return False


class WebServer:
    """port: 0 lets the system choose; after `start` it's the real one. language: None, as each browser asks."""

    def __init__(
        self,
        linking: Linking,
        *,
        public_url: str,
        callback_path: str,
        paste: bool,
        host: str,
        port: int,
        trusted_proxies: Iterable[Network | str],
        ready: Callable[[], Awaitable[bool]],
        accounts_origin: str,
        language: str | None = None,
        buckets: Buckets | None = None,
        head_deadline_s: float = HEAD_DEADLINE_S,
    ) -> None:
        https = urlsplit(public_url).scheme == "https"
        self._proxies = Proxies(trusted_proxies)
        self._buckets = buckets or Buckets()
        self._headers = strict_headers(https=https, accounts_origin=accounts_origin)
        self._app = build_app(
            linking,
            door=Door(public_url=public_url, proxies=self._proxies, buckets=self._buckets),
            headers=self._headers,
            https=https,
            callback_path=callback_path,
            paste=paste,
            ready=ready,
            language=language,
        )
        self._head_deadline_s = head_deadline_s
        self._host = host
        self.port = port
        self._running = AsyncExitStack()

    async def start(self) -> None:
        """Raises OSError if the port isn't available."""
        async with AsyncExitStack() as stack:
            routes = web.AppRunner(self._app)
            stack.push_async_callback(routes.cleanup)
            await routes.setup()
            assert routes.server is not None  # noqa: S101 - set by `setup`
            guarded = GuardedServer(
                routes.server,
                proxies=self._proxies,
                buckets=self._buckets,
                strict_headers=self._headers,
                head_deadline_s=self._head_deadline_s,
            )
            runner = web.ServerRunner(guarded, shutdown_timeout=CLOSING_S)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            site = web.TCPSite(runner, self._host, self.port)
            await site.start()
            self.port = site.port
            self._running = stack.pop_all()
        logger.info("web server listening on %s, port %d", self._host, self.port)

    async def close(self) -> None:
        """Stop listening, give requests in progress less than a second, then end them all."""
        await self._running.aclose()
