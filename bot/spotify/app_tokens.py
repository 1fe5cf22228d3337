"""The app's own token, kept and renewed in time: one request to Spotify, however many calls need it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from bot.spotify.errors import SpotifyUnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime

    from bot.spotify.oauth import AppToken

P = ParamSpec("P")
T = TypeVar("T")

MARGIN: Final = timedelta(seconds=120)  # a token that expires this soon is renewed first


class AppTokens:
    """fetch: `OAuth.app_token`. now: aware UTC."""

    def __init__(
        self, fetch: Callable[[], Coroutine[object, object, AppToken]], *, now: Callable[[], datetime]
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._held: AppToken | None = None
        self._fetching: asyncio.Task[AppToken] | None = None

    async def token(self, refused: AppToken | None = None) -> AppToken:
        """A token that is still valid for a while. refused: one that Spotify no longer accepts, so not that one again.

        Callers that arrive while Spotify is being asked share the answer, even an error; the next one asks again.
        """
        held = self._held
        if held is not None and held is not refused and held.expires_at - MARGIN > self._now():
            return held
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._renew())
            self._fetching.add_done_callback(_look_at)
        return await asyncio.shield(
            self._fetching
        )  # a caller that gives up must not cancel it for the others

    async def run(
        self, call: Callable[Concatenate[AppToken, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a call with the token and these arguments; once more with a new token if Spotify rejects it."""
        token = await self.token()
        try:
            return await call(token, *args, **kwargs)
        except SpotifyUnauthorizedError:
            return await call(await self.token(refused=token), *args, **kwargs)

    async def _renew(self) -> AppToken:
        try:
            self._held = await self._fetch()
            return self._held
        finally:
            self._fetching = None


def _look_at(task: asyncio.Task[AppToken]) -> None:
    """A failure that nobody is waiting for any more needs no attention: asyncio would log it with a traceback."""
    if not task.cancelled():
        task.exception()
