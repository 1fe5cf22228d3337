"""The connections below HTTP: how many there may be, how long a request may take to arrive, and bad requests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp.web_request import BaseRequest

    from bot.web.clients import Proxies

logger = logging.getLogger(__name__)
access_logger = logging.getLogger("bot.web.access")

HEAD_DEADLINE_S = 10.0
LINGER_S = 2.0  # for the rest of a body nobody reads
MAX_CONNECTIONS = 256
MAX_PER_ADDRESS = 64
MAX_LINE = 8190  # Spotify's code alone takes some hundred bytes
MAX_HEADERS = 64


class RouteLog(AbstractAccessLogger):
    """One line per request with the name of the route: its address may hold a link's secret or Spotify's code."""

    def log(self, request: BaseRequest, response: web.StreamResponse, time: float) -> None:
        route = "(none)"
        if isinstance(request, web.Request) and request.match_info.route.resource is not None:
            route = request.match_info.route.resource.canonical
        level = logging.DEBUG if route in ("/healthz", "/readyz") else logging.INFO
        method = request.method if request.method in ("GET", "HEAD", "POST") else "(other)"
        self.logger.log(level, "%s %s %d in %.0f ms", method, route, response.status, time * 1000)


class GuardedConnection(web.RequestHandler):
    """Answers what never became a request (a broken head) like everything else, and keeps it out of the log."""

    strict_headers: Mapping[str, str] = {}

    def handle_error(
        self,
        request: BaseRequest,  # noqa: ARG002 - see `message`
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - quotes the request, which may hold a secret
    ) -> web.StreamResponse:
        if status >= 500:
            logger.error("a request failed outside of every page", exc_info=exc)
        else:
            logger.debug("a request could not be read: %s", type(exc).__name__)
        response = web.Response(
            status=status, text="This request cannot be read.\n", headers=self.strict_headers
        )
        response.force_close()
        return response


class GuardedServer(web.Server):
    """Like web.Server, with caps on connections; aiohttp's keep-alive timer is the deadline for each head."""

    def __init__(
        self,
        inner: web.Server,
        *,
        proxies: Proxies,
        strict_headers: Mapping[str, str],
        head_deadline_s: float,
    ) -> None:
        """inner: what an AppRunner set up; its connections are made here instead."""
        super().__init__(inner.request_handler, request_factory=inner.request_factory)
        self._event_loop = asyncio.get_running_loop()
        self._proxies = proxies
        self._head_deadline_s = head_deadline_s
        self._strict_headers = strict_headers
        self._peers: dict[web.RequestHandler, str] = {}
        self._per_address: Counter[str] = Counter()

    def __call__(self) -> web.RequestHandler:
        connection = GuardedConnection(
            self,
            loop=self._event_loop,
            keepalive_timeout=self._head_deadline_s,
            lingering_time=LINGER_S,
            access_log_class=RouteLog,
            access_log=access_logger,
            max_line_size=MAX_LINE,
            max_field_size=MAX_LINE,
            max_headers=MAX_HEADERS,
            auto_decompress=False,
        )
        connection.strict_headers = self._strict_headers
        return connection

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        peer = _address(transport.get_extra_info("peername"))
        self._peers[handler] = peer
        self._per_address[peer] += 1
        crowded = self._per_address[peer] > MAX_PER_ADDRESS and not self._proxies.trusts(peer)
        if crowded or len(self._peers) > MAX_CONNECTIONS:
            # Not at once: aiohttp is still setting the connection up.
            self._event_loop.call_soon(transport.abort)

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        peer = self._peers.pop(handler, None)
        if peer is not None:
            self._per_address[peer] -= 1
            if not self._per_address[peer]:
                del self._per_address[peer]


def _address(peername: Any) -> str:  # noqa: ANN401 - asyncio does not say: (host, port, ...) or None
    return str(peername[0]) if peername else "unknown"
