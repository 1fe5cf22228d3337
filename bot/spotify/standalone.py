"""The Spotify client on its own, without Discord and without the bot's settings and databases.

    async with Spotify("client id", "client secret", market="SE") as spotify:
        track = await spotify.app.run(lambda token: spotify.client.track(token, track_id))

See docs/spotify-client.md.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from bot.spotify.app_tokens import AppTokens
from bot.spotify.cache import Cache
from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth
from bot.spotify.session import Session
from bot.spotify.transport import Transport, new_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from bot.spotify.session_stores import TokenStore


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Spotify:
    """Everything put together; open it with `async with`.

    client: the calls. app: the app's own token, kept fresh. oauth: the authorization flows.

    client_secret: None for a program that can't keep one; then there is no `app` token, and people authorize with
    PKCE. redirect_uri: exactly as in Spotify's dashboard; only needed if people authorize.
    market: ISO 3166-1 alpha-2, for calls with the app's token. concurrency, budget: requests at a time, and per day.
    """

    client: SpotifyClient
    app: AppTokens
    oauth: OAuth

    def __init__(
        self,
        client_id: str,
        client_secret: str | None = None,
        *,
        redirect_uri: str = "",
        market: str | None = None,
        concurrency: int = 3,
        budget: int = 800,
        api_url: str = "https://api.spotify.com/v1",
        accounts_url: str = "https://accounts.spotify.com",
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._now = now
        self._open = AsyncExitStack()
        self._limiter = Limiter(now, concurrency=concurrency, budget=budget)
        self._app = client_id, client_secret, redirect_uri
        self._market = market
        self._api_url, self._accounts_url = api_url, accounts_url

    async def __aenter__(self) -> Self:
        http = await self._open.enter_async_context(new_session())
        self._open.push_async_callback(self._limiter.close)
        transport = Transport(http, self._limiter)
        client_id, client_secret, redirect_uri = self._app
        self.client = SpotifyClient(Cache(transport, self._now), api_url=self._api_url, market=self._market)
        self.oauth = OAuth(
            transport,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            accounts_url=self._accounts_url,
            now=self._now,
        )
        self.app = AppTokens(self.oauth.app_token, now=self._now)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def session(self, store: TokenStore) -> Session:
        """One person's consent, kept in a store (`bot.spotify.session_stores`)."""
        return Session(self.oauth, store, now=self._now)
