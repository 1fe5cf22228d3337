"""The only place that talks to Spotify over the network: one request in, one answer or one SpotifyError out."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

import aiohttp
from msgspec import Struct
from yarl import URL

from bot.spotify import responses, retry
from bot.spotify.buckets import EVERYTHING
from bot.spotify.errors import SpotifyOutcomeUnknownError, SpotifyUnavailableError
from bot.spotify.purpose import Part, Priority, Share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.connector import Connection

    from bot.spotify.limiter import Limiter

log = logging.getLogger(__name__)

MAX_BODY: Final = 8 * 1024 * 1024
NEVER_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,  # the proxy opened no tunnel
)


class Request(Struct, frozen=True, gc=False):
    """url: complete and encoded, query included. repeatable: sending it twice does no harm.

    changes: it has an effect, so if it fails after it was sent, the outcome is unknown even if it was repeatable.
    priority, share, part: who goes first, and whose and which part of the day it uses. bucket: see `bucket_of`.
    cache_s: how long the answer can be kept; 0: not at all.
    cache_scope: whose answer it is, "" if everyone gets the same. renew: don't answer from the cache.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    repeatable: bool = False
    changes: bool = False
    priority: Priority = Priority.LOOKUP
    share: Share | None = None
    part: Part | None = None
    bucket: str = EVERYTHING
    cache_s: float = 0
    cache_scope: str = ""
    renew: bool = False

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]})"  # the rest may be secret


class Response(Struct, frozen=True, gc=False):
    status: int
    body: bytes
    retry_after: str | None = None  # the raw header of a 429

    def __repr__(self) -> str:
        return f"Response({self.status})"  # there may be a token in the body


class Sender(Protocol):
    """Anything that sends a request to Spotify: the transport, or a wrapper around it."""

    async def send(self, request: Request, /) -> Response: ...


class _Trouble(Struct, frozen=True, gc=False):
    """A try without a usable answer. `sent`: Spotify may have acted on it. `broken`: there was part of one."""

    message: str
    sent: bool
    status: int | None = None
    broken: bool = False


class _Tries(Struct, gc=False):
    """The tries of one request. `sent`: Spotify may have acted on one of them."""

    began: float
    count: int = 0
    sent: bool = False


class _Once(aiohttp.ClientResponse):
    """Keeps aiohttp from resending a request on its own if a connection breaks before the answer starts.

    It does so once for GET, PUT and DELETE, whether or not the first one had an effect, if it sees one of two
    classes of errors; here those get another class. `retry` decides.
    """

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        try:
            return await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as exc:
            raise aiohttp.ClientConnectionError(_words(exc)) from None


def new_session(*, connections: int = 16) -> aiohttp.ClientSession:
    """The process's HTTP session, created once; `Transport` sets timeouts and limits per request.

    connections: at most; at least as many as requests can run at once. Closed after 15 s idle, before Spotify
    does it. No cookies: one account's must not reach another.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=15, ttl_dns_cache=300),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept": "application/json", "User-Agent": "mixtape-bot"},
        response_class=_Once,
    )


class Transport:
    """Sends requests to one of Spotify's hosts, within its limiter.

    timeout_s: for one try, from queueing for a connection to the last byte. max_body: bytes, decompressed.
    clock: seconds that only increase. chance: 0 to 1. proxy_for: through which proxy an address is reached, if any.
    noted: told the bucket and status of each try; 0: there was no answer. dated: told Spotify's time, with each answer.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        limiter: Limiter,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        timeout_s: float = 10,
        max_body: int = MAX_BODY,
        proxy_for: Callable[[str], str | None] | None = None,
        noted: Callable[[str, int], None] | None = None,
        dated: Callable[[str | None], None] | None = None,
    ) -> None:
        self._session = session
        self._limiter = limiter
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        # Connecting times out well before the total: a timeout while connecting has then certainly sent nothing.
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=timeout_s / 2)
        self._max_body = max_body
        self._proxy_for = proxy_for
        self._noted = noted
        self._dated = dated

    async def send(self, request: Request) -> Response:
        """The answer, whatever its status, except for 429 and problems at Spotify (5xx).

        Raises SpotifyRateLimitedError while Spotify told us to wait. Otherwise, if a repeatable request failed
        three times, or twice if the answer was broken: SpotifyUnavailableError. Any other request is sent once:
        SpotifyUnavailableError if it was never sent, SpotifyOutcomeUnknownError if Spotify may have acted on it; so
        does a repeatable one that `changes`.
        """
        limiter, tries = self._limiter, _Tries(self._clock())
        while True:
            priority, share, part, bucket = request.priority, request.share, request.part, request.bucket
            if not limiter.enter_at_once(priority, share, part=part, bucket=bucket):
                await limiter.enter(priority, share, part=part, bucket=bucket)
            outcome: Response | _Trouble | None = None
            # aiohttp's exceptions contain the request with its Authorization: they stop here, only their words go on.
            try:
                answer = await self._session.request(
                    request.method,
                    _address(request.url),
                    headers=request.headers,
                    data=request.body,
                    timeout=self._timeout,
                    allow_redirects=False,
                    proxy=self._proxy_for(request.url) if self._proxy_for else None,
                )
                outcome = await self._outcome(answer)
            except NEVER_SENT as exc:
                outcome = _Trouble(_words(exc), sent=False)
            except (aiohttp.ClientError, TimeoutError) as exc:
                outcome = _Trouble(_words(exc), sent=True)
            finally:
                if self._noted is not None:
                    self._noted(bucket, (outcome and outcome.status) or 0)
                limiter.leave(bucket, well=isinstance(outcome, Response) and outcome.status != 429)
            if isinstance(outcome, Response) and outcome.status != 429:
                return outcome
            if wait := self._wait_s(request, outcome, tries):
                await self._sleep(wait)

    def _wait_s(self, request: Request, outcome: Response | _Trouble, tries: _Tries) -> float:
        """Seconds until the next try, 0 if the limiter waits. Raises the error if there won't be one."""
        limiter = self._limiter
        if isinstance(outcome, Response):
            blocked = limiter.block(
                outcome.retry_after, quota=responses.quota_used_up(outcome.body), bucket=request.bucket
            )
            worth = limiter.is_worth_waiting(request.priority, request.bucket)
            if tries.count == 0 and request.repeatable and worth:
                tries.count += 1
                return 0
            if tries.sent and request.changes:  # this try had no effect, but an earlier one may have
                raise SpotifyOutcomeUnknownError(blocked.message, status=429) from blocked
            raise blocked
        tries.count += 1
        tries.sent = tries.sent or outcome.sent
        elapsed_s = self._clock() - tries.began
        wait = None
        if request.repeatable:
            wait = retry.wait_s(tries.count, elapsed_s, self._chance(), broken=outcome.broken)
        if wait is None:
            unknown = tries.sent and (request.changes or not request.repeatable)
            kind = SpotifyOutcomeUnknownError if unknown else SpotifyUnavailableError
            raise kind(outcome.message, status=outcome.status)
        log.info("Spotify failed (%s), try %d follows in %.1f s", outcome.message, tries.count + 1, wait)
        return wait

    async def _outcome(self, answer: aiohttp.ClientResponse) -> Response | _Trouble:
        if self._dated is not None:
            self._dated(answer.headers.get("Date"))
        body = await self._read(answer)
        status = answer.status
        if status == 429:  # counts even if its body is broken
            return Response(429, b"" if isinstance(body, str) else body, answer.headers.get("Retry-After"))
        if isinstance(body, str):
            return _Trouble(body, sent=True, status=status, broken=True)
        if retry.is_trouble(status):
            return _Trouble(f"HTTP {status}", sent=True, status=status)
        return Response(status, body)

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes | str:
        """The whole body, or why there is none, in words.

        After reading to the end, aiohttp keeps the connection for the next request; otherwise it's closed.
        """
        content = answer.content
        try:
            body = await content.readany()
            if not content.at_eof():
                parts = [body]
                size = len(body)
                while size <= self._max_body and (part := await content.readany()):
                    parts.append(part)
                    size += len(part)
                body = b"".join(parts)
        except (aiohttp.ClientError, TimeoutError) as exc:
            answer.close()
            return _words(exc)
        except BaseException:
            answer.close()
            raise
        if len(body) > self._max_body:
            answer.close()
            return f"answer above {self._max_body} bytes"
        return body


def _address(url: str) -> URL:
    """The same as `URL(url, encoded=True)`, at half the cost: this runs for every request."""
    path_at = url.find("/", len("https://"))
    if path_at < 0:
        return URL(url, encoded=True)
    scheme, _, authority = url[:path_at].partition("://")
    path, _, query = url[path_at:].partition("?")
    return URL.build(scheme=scheme, authority=authority, path=path, query_string=query, encoded=True)


def _words(exc: Exception) -> str:
    return f"{type(exc).__name__}: {responses.shortened(str(exc))}".rstrip(": ")
