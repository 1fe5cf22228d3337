"""Failing on demand, in the ways the real Spotify and the network in front of it fail."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

from aiohttp import web

from sandbox.fake_spotify.web_api.answers import MESSAGES, ApiError
from sandbox.fake_spotify.web_api.call import BEHIND, VERSION_BEHIND
from sandbox.fake_spotify.web_api.gate import too_many

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

Handler: TypeAlias = "Callable[[web.Request], Awaitable[web.StreamResponse]]"
Kind: TypeAlias = Literal[
    "latency",  # answers after `delay_s`, or when released
    "reset_before",  # the connection breaks, nothing has happened
    "reset_after",  # it has happened, the connection breaks instead of an answer
    "status",  # `status` with `body` or `message`; with `effect` it has happened nevertheless
    "rate_limit",  # 429 with `retry_after` (seconds, or a header as it stands; None: no header) and `reason`
    "malformed",  # it has happened, and the answer cannot be parsed
    "bent",  # it has happened, and the answer holds the JSON `value` where `at` points ("items.1.item")
    "truncated",  # it has happened, and the connection ends in the middle of the answer
    "huge",  # it has happened, and the answer goes on for `size` bytes
    "late",  # the connection breaks, and it happens `late_s` later
    "stale",  # a playlist is shown as it was `behind_s` ago, and its version's name as of `version_behind_s` ago
]
_LINGER_ZERO = struct.pack("ii", 1, 0)  # closing then sends RST instead of FIN
_CHUNK = b" " * 65_536


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, when. Plain data, so that it can be written in JSON.

    match: method and path, without /v1, with `*` for anything: "POST /playlists/*/items", "* /api/token".
    times: None means until cleared. after: so many matching calls pass unharmed first.
    body: None means the error object Spotify would send, with `message` in it; "" an empty body.
    location: where a status from 300 to 399 sends the caller.
    """

    match: str
    kind: Kind
    times: int | None = 1
    after: int = 0
    status: int = 503
    body: str | None = None
    content_type: str | None = None  # None: guessed from the body
    message: str | None = None  # None: what Spotify says with this status
    location: str | None = None
    effect: bool = False
    retry_after: int | str | None = None
    reason: str | None = None
    delay_s: float | None = None
    at: str = ""
    value: str = "null"
    size: int = 32 * 1024 * 1024
    late_s: float = 25
    behind_s: float = 5
    version_behind_s: float = 0


@dataclass(slots=True)
class ArmedFault:
    """A fault in its place. `hits`: how often it has struck."""

    fault: Fault
    hits: int = 0
    passed: int = 0
    _struck: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    async def struck(self) -> None:
        """Wait until a call has met it (with latency: and is held)."""
        await self._struck.wait()

    def release(self) -> None:
        """Let held calls go on, and later ones pass."""
        self._released.set()

    def take(self, method_and_path: str) -> bool:
        """Whether this call is to be struck; then it counts."""
        fault = self.fault
        if fault.times is not None and self.hits >= fault.times:
            return False
        if not matches(fault.match, method_and_path):
            return False
        if self.passed < fault.after:
            self.passed += 1
            return False
        self.hits += 1
        self._struck.set()
        return True

    async def hold(self) -> None:
        try:
            async with asyncio.timeout(self.fault.delay_s):
                await self._released.wait()
        except TimeoutError:
            return


class Faults:
    """weather: asked about every call ("POST /playlists/x/items"), also by chance; the fault it answers strikes."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._armed: list[ArmedFault] = []
        self._late: list[tuple[datetime, web.Request, Handler]] = []
        self.weather: Callable[[str], Fault | None] | None = None

    def add(self, fault: Fault) -> ArmedFault:
        armed = ArmedFault(fault)
        self._armed.append(armed)
        return armed

    @property
    def waiting(self) -> list[ArmedFault]:
        """The faults that may still strike."""
        return [armed for armed in self._armed if armed.fault.times is None or armed.hits < armed.fault.times]

    def disarm(self, *armed: ArmedFault) -> None:
        """These strike no more; calls they hold go on."""
        for one in armed:
            one.release()
            self._armed = [other for other in self._armed if other is not one]

    def clear(self) -> None:
        """Everything works again; held calls go on."""
        for armed in self._armed:
            armed.release()
        self._armed.clear()

    async def strike(self, request: web.Request, path: str, handler: Handler) -> web.StreamResponse:
        """Answer the request, or spoil it with every fault that waits for it."""
        await self.come_due()
        for armed in tuple(self._armed):
            if armed.take(f"{request.method} {path}"):
                if armed.fault.kind != "latency":
                    return await self._spoil(request, armed.fault, handler)
                await request.read()  # it has arrived, whatever becomes of the sender meanwhile
                await armed.hold()
        fault = self.weather(f"{request.method} {path}") if self.weather else None
        return await handler(request) if fault is None else await self._spoil(request, fault, handler)

    @property
    def next_late(self) -> datetime | None:
        """When the next thing happens that happens late."""
        return min((at for at, _, _ in self._late), default=None)

    async def come_due(self) -> None:
        """What was to happen late happens, if its time has come. Every call looks first."""
        now = self._now()
        due = [late for late in self._late if late[0] <= now]
        self._late = [late for late in self._late if late[0] > now]
        for _, request, handler in sorted(due, key=lambda late: late[0]):
            await handler(request)

    async def _spoil(self, request: web.Request, fault: Fault, handler: Handler) -> web.StreamResponse:
        match fault.kind:
            case "late":
                await request.read()  # kept with the request
                self._late.append((self._now() + timedelta(seconds=fault.late_s), request, handler))
                return _reset(request)
            case "stale":
                request[BEHIND] = timedelta(seconds=fault.behind_s)
                request[VERSION_BEHIND] = timedelta(seconds=fault.version_behind_s)
                return await handler(request)
            case _:
                return await _spoil(request, fault, handler)


def matches(pattern: str, method_and_path: str) -> bool:
    """A `*` at the place of the method fits every method, in the path any number of letters."""
    return fnmatchcase(method_and_path, pattern)


async def _spoil(request: web.Request, fault: Fault, handler: Handler) -> web.StreamResponse:
    match fault.kind:
        case "reset_before":
            return _reset(request)
        case "rate_limit":
            answer = too_many(None, fault.reason).response()
            if fault.retry_after is not None:
                answer.headers["Retry-After"] = str(fault.retry_after)
            return answer
        case "status":
            if fault.effect:
                await handler(request)
            return _status(request, fault)
        case _:
            return await _spoil_answer(request, fault, await handler(request))


async def _spoil_answer(request: web.Request, fault: Fault, answer: web.StreamResponse) -> web.StreamResponse:
    match fault.kind:
        case "reset_after":
            return _reset(request)
        case "malformed":
            body = '{"href": "https://api' if fault.body is None else fault.body
            return web.Response(status=answer.status, text=body, content_type="application/json")
        case "bent":
            return _bent(fault, answer)
        case "truncated":
            return await _truncated(request, answer)
        case _:
            return await _huge(request, answer, fault.size)


def _status(request: web.Request, fault: Fault) -> web.Response:
    told = {"Retry-After": fault.retry_after, "Location": fault.location}
    headers = {name: str(value) for name, value in told.items() if value is not None}
    if fault.body is None:
        if request.path == "/api/token":
            return web.json_response({"error": "server_error"}, status=fault.status)
        message = fault.message or MESSAGES.get(fault.status, "Something went wrong")
        return ApiError(fault.status, message, reason=fault.reason, headers=headers).response()
    guessed = {"<": "text/html", "{": "application/json"}.get(fault.body[:1], "text/plain")
    return web.Response(
        status=fault.status, text=fault.body, content_type=fault.content_type or guessed, headers=headers
    )


def _reset(request: web.Request) -> web.Response:
    """Break the connection at once. The response is for the framework only; nobody is there to read it."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        request.transport.abort()
    return web.Response()


def _bent(fault: Fault, answer: web.StreamResponse) -> web.StreamResponse:
    """As it was where there is nothing to bend: a refusal, or a page that is shorter."""
    if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes) or answer.status != 200:
        return answer
    document = json.loads(answer.body)
    *way, last = [int(part) if part.isdecimal() else part for part in fault.at.split(".")]
    with suppress(LookupError):
        part = document
        for step in way:
            part = part[step]
        part[last] = json.loads(fault.value)
    return web.json_response(document)


async def _truncated(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b"{}"
    cut = web.StreamResponse(status=answer.status)
    cut.content_type = "application/json"
    cut.content_length = len(body)
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return cut


async def _huge(request: web.Request, answer: web.StreamResponse, size: int) -> web.StreamResponse:
    """Valid JSON as far as it goes, without saying how long it will be."""
    endless = web.StreamResponse(status=answer.status)
    endless.content_type = "application/json"
    endless.enable_chunked_encoding()
    await endless.prepare(request)
    try:
        await endless.write(b'{"items": [')
        for _ in range(size // len(_CHUNK)):
            await endless.write(_CHUNK)
        await endless.write(b"]}")
    except ConnectionError:
        return endless  # the reader has had enough
    return endless
