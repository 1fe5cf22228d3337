"""Connections below HTTP: how many are allowed, how long a request can take to arrive, and malformed requests."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from bot.web.clients import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.web_request import BaseRequest

    from bot.web.clients import Buckets, Proxies

logger = logging.getLogger(__name__)
access_logger = logging.getLogger("bot.web.access")

HEAD_DEADLINE_S = 10.0
LINGER_S = 2.0  # for the rest of a body that nobody reads
MAX_CONNECTIONS = 256
MAX_PER_ADDRESS = 64
MAX_LINE = 8190  # Spotify's code alone is several hundred bytes
MAX_HEADERS = 64

UNREADABLE = web.ResponseKey("unreadable", bool)  # marks the answer to something that never became a request


class RouteLog(AbstractAccessLogger):
    """One line per request, with the route's name: the address could contain a link's secret or Spotify's code."""

    def log(self, request: BaseRequest, response: web.StreamResponse, time: float) -> None:
        if UNREADABLE in response:
            return  # already logged, and has no route
        route = "(none)"
        if isinstance(request, web.Request) and request.match_info.route.resource is not None:
            route = request.match_info.route.resource.canonical
        level = logging.DEBUG if route in ("/healthz", "/readyz") else logging.INFO
        method = request.method if request.method in ("GET", "HEAD", "POST") else "(other)"
        self.logger.log(level, "%s %s %d in %.0f ms", method, route, response.status, time * 1000)


class GuardedConnection(web.RequestHandler):
    """Answers what never became a request (a malformed head), within its address's limits and in one quiet line."""

    strict_headers: Mapping[str, str] = {}
    limit: Callable[[str], float]
    """Seconds to wait for this address; 0: go ahead."""

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - quotes the request, which may hold a secret
    ) -> web.StreamResponse:
        text = "This request cannot be read.\n"
        if status >= 500:
            logger.error("a request failed before reaching any page", exc_info=exc)
        elif self.limit(request.remote or UNKNOWN):
            status, text = 429, "A little slower, please.\n"
        else:
            logger.info("a request could not be read: %s", type(exc).__name__)
        response = web.Response(status=status, text=text, headers=self.strict_headers)
        response[UNREADABLE] = True
        response.force_close()
        return response


class GuardedServer(web.Server):
    """Like web.Server, with a cap on connections; aiohttp's keep-alive timer is the deadline for each head.

    When all slots are taken, the connection that has waited longest without a complete request gives up its slot. So
    heads that trickle in, even through a trusted proxy, lock nobody out, including the health checks.
    """

    def __init__(
        self,
        inner: web.Server,
        *,
        proxies: Proxies,
        buckets: Buckets,
        strict_headers: Mapping[str, str],
        head_deadline_s: float,
    ) -> None:
        """inner: what an AppRunner set up; its connections are created here instead."""
        super().__init__(self._answer, request_factory=inner.request_factory)
        self._event_loop = asyncio.get_running_loop()
        self._answer_request = inner.request_handler
        self._proxies = proxies
        self._buckets = buckets
        self._head_deadline_s = head_deadline_s
        self._strict_headers = strict_headers
        self._peers: dict[web.RequestHandler, str] = {}  # oldest first
        self._per_address: Counter[str] = Counter()
        self._answering: set[web.RequestHandler] = set()

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
        connection.limit = lambda peer: self._buckets.take(self._proxies.client_of(peer, []))
        return connection

    async def _answer(self, request: BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        self._answering.add(connection)
        try:
            return await self._answer_request(request)
        finally:
            self._answering.discard(connection)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        peer = _address(transport.get_extra_info("peername"))
        self._peers[handler] = peer
        self._per_address[peer] += 1
        if self._per_address[peer] > MAX_PER_ADDRESS and not self._proxies.trusts(peer):
            self._end(handler, transport)
        elif len(self._peers) > MAX_CONNECTIONS:
            longest = next(waiting for waiting in self._peers if waiting not in self._answering)
            self._end(longest, longest.transport)

    def _end(self, handler: web.RequestHandler, transport: asyncio.BaseTransport | None) -> None:
        self._forget(handler)
        if isinstance(transport, asyncio.Transport):
            self._event_loop.call_soon(transport.abort)  # not right away: aiohttp may still be setting it up

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._forget(handler)

    def _forget(self, handler: web.RequestHandler) -> None:
        peer = self._peers.pop(handler, None)
        if peer is not None:
            self._per_address[peer] -= 1
            if not self._per_address[peer]:
                del self._per_address[peer]


def _address(peername: Any) -> str:  # noqa: ANN401 - asyncio does not say: (host, port, ...) or None
    return str(peername[0]) if peername else UNKNOWN
