"""What every request must pass and every answer must have: host, rate, size, origin, strict headers."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import hdrs, web

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

    from bot.web.clients import Buckets, Proxies

logger = logging.getLogger(__name__)

MAX_BODY = 4096  # our forms have no fields at all
HEALTH = frozenset({"/healthz", "/readyz"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEFAULT_PORTS = {"http": 80, "https": 443}
PROXY_UNKNOWN = (
    "TRUSTED_PROXIES: requests come from %s, which isn't listed, so all visitors share one rate limit. "
    "If that's your web server, set TRUSTED_PROXIES=%s and restart"
)
PROXY_SILENT = (
    "TRUSTED_PROXIES: %s sends no X-Forwarded-For, so all visitors share one rate limit. Have it send that"
)
SERVER = "Mixtape"  # aiohttp would reveal its version, and Python's


def strict_headers(*, https: bool, accounts_origin: str) -> dict[str, str]:
    policy = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        f"form-action 'self' {accounts_origin}",  # Continue leads to Spotify
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Server": SERVER,
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class MisdirectedRequest(web.HTTPClientError):
    """421: the request is meant for another host (DNS rebinding, a wrong proxy, a scanner)."""

    status_code = 421


class Door:
    def __init__(self, *, public_url: str, proxies: Proxies, buckets: Buckets) -> None:
        parts = urlsplit(public_url.lower())
        self._origin = f"{parts.scheme}://{_without_default_port(parts.netloc, parts.scheme)}"
        self._scheme = parts.scheme
        self._host = _without_default_port(parts.netloc, parts.scheme)
        self._proxies = proxies
        self._buckets = buckets
        self._told = False

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._check_host(request)
        if request.path not in HEALTH:  # monitoring asks without going through the proxy
            self._tell_of_the_proxy(request)
        if request.path != "/healthz":  # monitoring asks for it often, and it costs nothing
            self._check_rate(request)
        if (request.content_length or 0) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
        if request.method not in (hdrs.METH_GET, hdrs.METH_HEAD):
            self._check_origin(request)
        return await handler(request)

    def _check_host(self, request: web.Request) -> None:
        hosts = request.headers.getall(hdrs.HOST, [])
        host = hosts[0].lower() if len(hosts) == 1 and request.raw_path.startswith("/") else ""
        if _without_default_port(host, self._scheme) == self._host:
            return
        if request.path in HEALTH and _hostname(host) in LOOPBACK:
            return
        raise MisdirectedRequest

    def _check_rate(self, request: web.Request) -> None:
        client = self._proxies.client_of(request.remote, request.headers.getall(hdrs.X_FORWARDED_FOR, []))
        wait_s = self._buckets.take(client)
        if wait_s:
            raise web.HTTPTooManyRequests(headers={hdrs.RETRY_AFTER: str(math.ceil(wait_s))})

    def _tell_of_the_proxy(self, request: web.Request) -> None:
        """With https, another server handles TLS. If visitors can't be told apart behind it, they share a limit."""
        if self._scheme != "https" or self._told:
            return
        if not self._proxies.trusts(request.remote):
            self._told = True
            logger.warning(PROXY_UNKNOWN, request.remote, request.remote)
        elif not request.headers.get(hdrs.X_FORWARDED_FOR):
            self._told = True
            logger.warning(PROXY_SILENT, request.remote)

    def _check_origin(self, request: web.Request) -> None:
        """Only our own pages can send our forms.

        Under `Referrer-Policy: no-referrer`, a browser sends "null" as a form's origin (Fetch standard, "append a
        request Origin header"); then Sec-Fetch-Site decides, which no page can set.
        """
        origin = request.headers.get(hdrs.ORIGIN, "null").lower()
        if origin == "null" and request.headers.get("Sec-Fetch-Site") == "same-origin":
            return
        if origin != self._origin:
            raise web.HTTPForbidden


def _without_default_port(netloc: str, scheme: str) -> str:
    return netloc.removesuffix(f":{DEFAULT_PORTS.get(scheme, 0)}")


def _hostname(netloc: str) -> str | None:
    try:
        return urlsplit(f"//{netloc}").hostname
    except ValueError:
        return None
