"""The rules every call of the Web API passes, in this order: the app's rate, the token, the app, the person.

Source: developer.spotify.com/documentation/web-api/concepts/quota-modes and .../concepts/rate-limits
"""

from __future__ import annotations

import math
import re
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.fake_spotify.web_api.answers import ApiError, forbidden
from sandbox.fake_spotify.web_api.call import ApiCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sandbox.fake_spotify.state import State
    from sandbox.fake_spotify.tokens import Access
    from sandbox.fake_spotify.web_api.call import Route

WINDOW = timedelta(seconds=30)
NOT_REGISTERED = "Check settings on developer.spotify.com/dashboard, the user may not be registered."
NO_PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, "
    "it can take a few hours before requests are allowed again."
)

_BATCH = "tracks|albums|artists|episodes|shows|audiobooks|chapters"
_REMOVED = re.compile(
    rf"""/(?:
        (?:{_BATCH}|markets|recommendations.*|browse/.*|audio-features.*|audio-analysis/.*)
      | artists/[^/]+/(?:top-tracks|related-artists)
      | playlists/[^/]+/(?:tracks|followers.*)
      | users/.*
      | me/(?:tracks|albums|shows|episodes|audiobooks|following)(?:/contains)?
    )""",
    re.VERBOSE,
)


class Gate:
    def __init__(self, state: State) -> None:
        self._state = state
        self._recent: deque[datetime] = deque()

    def guard(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The route's handler, behind the rules."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                call = ApiCall(request, self._state, self._let_in(request))
                if route.old and not self._state.switches.extended:
                    raise forbidden()
                if route.member:
                    _ = call.member
                for scope in route.scopes:
                    call.need_scope(scope)
                answer = await route.answer(call)
            except ApiError as error:
                return error.response()
            return answer if isinstance(answer, web.Response) else web.json_response(answer)

        return handle

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        """Every other path. What development mode has lost answers 403.

        Source: developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
        """
        try:
            self._let_in(request)
        except ApiError as error:
            return error.response()
        removed = not self._state.switches.extended and _REMOVED.fullmatch(request.path.removeprefix("/v1"))
        return (forbidden() if removed else ApiError(404, "Service not found")).response()

    def _let_in(self, request: web.Request) -> Access:
        self._check_rate()
        access = self._access(request.headers.get("Authorization"))
        switches = self._state.switches
        if not switches.extended:
            if not switches.owner_has_premium:
                raise ApiError(403, NO_PREMIUM, as_text=switches.errors_as_text)
            person = access.consent.person
            if person is not None and person.name not in switches.allowlist:
                raise ApiError(403, NOT_REGISTERED, as_text=switches.errors_as_text)
        return access

    def _access(self, header: str | None) -> Access:
        if not header:
            raise ApiError(401, "No token provided")
        kind, _, value = header.partition(" ")
        if kind.lower() != "bearer":
            raise ApiError(400, "Only valid bearer authentication supported")
        access = self._state.tokens.access(value)
        if access is None:
            raise ApiError(401, "Invalid access token")
        if self._state.now() >= access.expires_at:
            raise ApiError(401, "The access token expired")
        return access

    def _check_rate(self) -> None:
        """A rolling window of 30 seconds, and the block somebody ordered.

        Source: developer.spotify.com/documentation/web-api/concepts/rate-limits and .../references/changes/july-2026
        """
        now, switches = self._state.now(), self._state.switches
        if switches.blocked_until and now < switches.blocked_until:
            wait = switches.blocked_until - now
            reason = "QUOTA_EXCEEDED" if switches.quota_exceeded else None
            raise too_many(wait if switches.tells_retry_after else None, reason)
        while self._recent and self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        if switches.calls_per_30_s is not None and len(self._recent) >= switches.calls_per_30_s:
            raise too_many(self._recent[0] + WINDOW - now if self._recent else WINDOW, None)
        self._recent.append(now)


def too_many(wait: timedelta | None, reason: str | None) -> ApiError:
    """`wait` None: the header is missing, as it sometimes is."""
    headers = {} if wait is None else {"Retry-After": str(math.ceil(wait.total_seconds()))}
    return ApiError(429, "Too many requests", reason=reason, headers=headers)
