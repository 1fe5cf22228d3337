"""Answers that can be reused for a while, so that the same question costs Spotify one request.

Spotify's terms only allow keeping content for a short time (IV.3): no answer is kept for more than a day.
If an answer depends on who asks, everyone has their own.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from bot.spotify import responses
from bot.spotify.limits import KEPT_AT_MOST
from bot.spotify.transport import Request, Response, Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.spotify.purpose import Priority

NONE_S: Final = 60.0  # what doesn't exist may appear later, and is requested again and again until then
SWEEP_S: Final = 60.0
KEPT_AT_MOST_S: Final = KEPT_AT_MOST.total_seconds()
MAX_BYTES: Final = 3 * 1024 * 1024  # about 700 tracks, or 75 searches
ENTRY_BYTES: Final = 500  # what an entry uses besides its body and address


class _Kept(Struct, frozen=True, gc=False):
    since: datetime
    keep_s: float
    response: Response
    size: int

    def is_old(self, now: datetime) -> bool:
        return (now - self.since).total_seconds() >= self.keep_s


class _Flight:
    """A request in progress that others can join."""

    __slots__ = ("_answer", "priority")

    def __init__(self, priority: Priority) -> None:
        self.priority = priority
        self._answer: asyncio.Future[Response | None] | None = None  # created when someone joins

    async def join(self) -> Response | None:
        """Its answer, or its error; None if the sender gave up."""
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._answer)

    def land(self, response: Response | None) -> None:
        if self._answer is not None:
            self._answer.set_result(response)

    def fail(self, error: BaseException) -> None:
        if self._answer is None:
            return
        if isinstance(error, Exception):
            self._answer.set_exception(error)
            self._answer.exception()  # those who joined may all be gone
        else:
            self.land(None)  # cancelled: one of those who joined sends it again


class Cache:
    """Wraps a Sender.

    max_bytes: bodies, addresses and overhead; when it's full, the least recently used entries go.
    later: schedules a call after so many seconds; None: the event loop does.
    """

    def __init__(
        self,
        sender: Sender,
        now: Callable[[], datetime],
        *,
        max_bytes: int = MAX_BYTES,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._sender = sender
        self._now = now
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._later = later
        self._sweeping = False
        self._flights: dict[str, _Flight] = {}

    @property
    def size(self) -> int:
        """Bytes in use, by our own estimate."""
        return self._bytes

    def send(self, request: Request) -> Coroutine[Any, Any, Response]:
        """The cached answer, or Spotify's, requested once for everyone who wants the same at the same time.

        A request never waits for an equal one of lower priority, which may be refused when this one isn't.
        """
        return self._sender.send(request) if request.cache_s <= 0 else self._kept_or_asked(request)

    async def _kept_or_asked(self, request: Request) -> Response:
        key = _key(request)
        while not request.renew:
            if (kept := self._kept.get(key)) is not None:
                if not kept.is_old(self._now()):
                    self._kept.move_to_end(key)
                    return kept.response
                self._drop(key)
            flight = self._flights.get(key)
            if flight is None or flight.priority > request.priority:
                break
            if (answer := await flight.join()) is not None:
                return answer
        self._flights[key] = flight = _Flight(request.priority)
        try:
            response = await self._sender.send(request)
        except BaseException as error:
            flight.fail(error)
            raise
        finally:
            if self._flights.get(key) is flight:
                del self._flights[key]
        if (keep_s := _keep_s(request, response)) > 0:
            self._keep(key, keep_s, response)
        flight.land(response)
        return response

    def _keep(self, key: str, keep_s: float, response: Response) -> None:
        self._drop(key)
        size = len(response.body) + 2 * len(key) + ENTRY_BYTES
        if size > self._max_bytes:
            return
        self._kept[key] = _Kept(self._now(), min(keep_s, KEPT_AT_MOST_S), response, size)
        self._bytes += size
        self._sweep_later()
        while self._bytes > self._max_bytes:
            self._bytes -= self._kept.popitem(last=False)[1].size

    def _sweep_later(self) -> None:
        if not self._sweeping:
            self._sweeping = True
            (self._later or asyncio.get_running_loop().call_later)(SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        """Drop what is too old, so that it's gone even if nobody asks for anything any more."""
        self._sweeping = False
        now = self._now()
        for key in [key for key, kept in self._kept.items() if kept.is_old(now)]:
            self._drop(key)
        if self._kept:
            self._sweep_later()

    def _drop(self, key: str) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size


def _keep_s(request: Request, response: Response) -> float:
    if response.status == 200:
        return request.cache_s
    return min(request.cache_s, NONE_S) if responses.says_there_is_none(response.status, response.body) else 0


def _key(request: Request) -> str:
    """Whose answer it is, and its address. Only a digest of the token is kept."""
    if not request.cache_scope:
        return request.url
    return hashlib.blake2b(request.cache_scope.encode(), digest_size=16).hexdigest() + request.url
