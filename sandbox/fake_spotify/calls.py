"""What was asked of this Spotify, for tests and for the tour to look at."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.faults import Faults, matches
from sandbox.fake_spotify.web_api.answers import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aiohttp.typedefs import Handler, Middleware

    from sandbox.fake_spotify.state import State

PICTURES = "/image/"
CONSENT_PAGE = "/authorize"


@dataclass(frozen=True, slots=True)
class Call:
    """One request and what became of it. Holds no secret.

    path: without /v1. status: None when the connection was reset. token_kind: "app", "user", "unknown" (not one of
    ours, or revoked) or None. person: whose token. grant_type: at /api/token. took_ms: in real time.
    """

    method: str
    path: str
    status: int | None
    at: datetime
    token_kind: str | None = None
    person: str | None = None
    query: dict[str, str] = field(default_factory=dict)
    grant_type: str | None = None
    took_ms: float = 0.0


class CallLog:
    """`calls` is complete as soon as the answer has left. `most_at_once`: requests in flight together, at most."""

    def __init__(self, state: State, faults: Faults) -> None:
        self.calls: list[Call] = []
        self.most_at_once = 0
        self.listeners: list[Callable[[], None]] = []
        self._at_once = 0
        self._state = state
        self._faults = faults

    def matching(self, pattern: str) -> list[Call]:
        """The calls a pattern such as "GET /playlists/*" fits."""
        return [call for call in self.calls if matches(pattern, f"{call.method} {call.path}")]

    def middleware(self) -> Middleware:
        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith(PICTURES):
                return await handler(request)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            path, at, begun = request.path.removeprefix("/v1"), self._state.now(), time.monotonic()
            token_kind, person = self._asker(request)
            status: int | None = None
            try:
                response = await self._faults.strike(request, path, self._perhaps_ill(handler))
                broken = request.transport is None or request.transport.is_closing()
                status = None if broken else response.status
            finally:
                self._at_once -= 1
                grant_type = await _grant_type(request) if path == "/api/token" else None
                took_ms = (time.monotonic() - begun) * 1000
                self.calls.append(
                    Call(
                        request.method,
                        path,
                        status,
                        at,
                        token_kind,
                        person,
                        _query(request),
                        grant_type,
                        took_ms,
                    )
                )
                for listener in self.listeners:
                    listener()
            return response

        return record

    def _perhaps_ill(self, handler: Handler) -> Handler:
        """The switches that make everything slow or fail. They spare the consent page, which is for people."""

        async def answer(request: web.Request) -> web.StreamResponse:
            switches = self._state.switches
            if request.path == CONSENT_PAGE:
                return await handler(request)
            if switches.slow_by:
                await asyncio.sleep(switches.slow_by.total_seconds())
            if switches.failing:
                return ApiError(503, "Service temporarily unavailable").response()
            return await handler(request)

        return answer

    def _asker(self, request: web.Request) -> tuple[str | None, str | None]:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            return None, None
        access = self._state.tokens.access(value)
        if access is None:
            return "unknown", None
        person = access.consent.person
        return ("user", person.name) if person else ("app", None)


def _query(request: web.Request) -> dict[str, str]:
    """Not at the consent page, whose query holds the state."""
    return {} if request.path == CONSENT_PAGE else dict(request.query)


async def _grant_type(request: web.Request) -> str | None:
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    return str((await request.post()).get("grant_type"))
