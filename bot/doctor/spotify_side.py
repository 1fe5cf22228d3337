"""What Spotify says about this app: credentials, its owner's Premium, the redirect address; seats, quota and waits."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from bot.doctor.findings import not_checked, ok, problem, warning
from bot.doctor.web_access import UnreachableError
from bot.errors import StoreUnavailableError
from bot.spotify.cache import Cache
from bot.spotify.client import SpotifyClient
from bot.spotify.errors import (
    SpotifyCredentialsError,
    SpotifyError,
    SpotifyNotFoundError,
    SpotifyOwnerPremiumError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
)
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth
from bot.spotify.transport import Transport, new_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.doctor.findings import Finding
    from bot.doctor.web_access import Page, WebAccess
    from bot.outgoing import Outgoing
    from bot.settings import Settings
    from bot.spotify.oauth import AppToken
    from bot.stores import Stores

REACHED: Final = "Spotify"
CREDENTIALS: Final = "Spotify credentials"
PREMIUM: Final = "Owner's Premium"
REDIRECT: Final = "Redirect address"
SEATS: Final = "Seats"
QUOTA: Final = "Spotify requests"
WAITS: Final = "Waits"

NO_PREMIUM: Final = "Spotify refuses everything: the app's owner has no active Premium"
SUBSCRIBE: Final = (
    "Subscribe with the account that owns the Spotify app. It can take hours until Spotify notices."
)
DASHBOARD: Final = "https://developer.spotify.com/dashboard"
ANY_TRACK: Final = (
    "11dFghVXANMlKmJXsNCbNl"  # the one in Spotify's documentation; whether it exists doesn't matter
)
NEARLY: Final = 0.95  # of the budget: from there on, lookups stop


@dataclass(frozen=True, slots=True)
class SpotifySide:
    """Counts its requests like the bot does, in the same ledger, and sends none while Spotify says to wait.

    stores: None if the database can't be used.
    """

    web: WebAccess
    settings: Settings
    stores: Stores | None
    limiter: Limiter
    client: SpotifyClient
    oauth: OAuth

    async def first(self) -> tuple[Page | None, Finding]:
        """Without credentials: whether it's Spotify that answers."""
        step = "Let this machine reach it in your firewall, or set HTTPS_PROXY."
        try:
            page = await self.web.get(f"{self.settings.spotify_api_url}/tracks/{ANY_TRACK}")
        except UnreachableError as lost:
            return None, problem(REACHED, f"can't be reached: {lost}", step)
        if not isinstance(page.document, dict):
            said = f"something else answers in its place (status {page.status}, no JSON)"
            return None, problem(REACHED, said, step)
        return page, ok(REACHED, "answers")

    async def rest(self, first: Page | None) -> AsyncIterator[Finding]:
        """The redirect address, last of those that need Spotify, is told by `address`."""
        token: AppToken | None = None
        if first is None:
            yield not_checked(CREDENTIALS, "Spotify's answer comes first")
        else:
            token, finding = await self._credentials()
            yield finding
        yield await self._premium(token)
        yield await self._redirect(first)
        yield await self._seats()
        for finding in await self._quota():
            yield finding

    async def _credentials(self) -> tuple[AppToken | None, Finding]:
        try:
            return await self.oauth.app_token(), ok(CREDENTIALS, "Spotify accepts client ID and secret")
        except SpotifyCredentialsError:
            step = f"Copy SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET again: {DASHBOARD}, your app, Settings."
            return None, problem(CREDENTIALS, "Spotify rejects the client ID or the secret", step)
        except SpotifyRateLimitedError as wait:
            return None, not_checked(CREDENTIALS, f"no requests until {_time(wait.until)}, see below")
        except SpotifyError as lost:
            said = f"Spotify's accounts service didn't answer properly ({type(lost).__name__})"
            return None, problem(CREDENTIALS, said, "Run this again in a few minutes.")

    async def _premium(self, token: AppToken | None) -> Finding:
        if token is None:
            return not_checked(PREMIUM, "the credentials come first")
        try:
            await self.client.track(token, ANY_TRACK)
        except (SpotifyNotFoundError, SpotifyRequestError):
            pass  # it was let in
        except SpotifyOwnerPremiumError:
            return problem(PREMIUM, NO_PREMIUM, SUBSCRIBE)
        except SpotifyRateLimitedError as wait:
            return not_checked(PREMIUM, f"no requests of this kind until {_time(wait.until)}, see below")
        except SpotifyError as lost:
            return problem(
                PREMIUM, f"a lookup failed ({type(lost).__name__})", "Run this again in a few minutes."
            )
        return ok(PREMIUM, "Spotify lets the app in")

    async def _redirect(self, first: Page | None) -> Finding:
        if first is None:
            return not_checked(REDIRECT, "Spotify's answer comes first")
        address = self.settings.spotify_redirect_uri
        query = {
            "response_type": "code",
            "client_id": self.settings.spotify_client_id,
            "redirect_uri": address,
        }
        try:
            page = await self.web.get(f"{self.settings.spotify_accounts_url}/authorize?{urlencode(query)}")
        except UnreachableError as lost:
            return not_checked(REDIRECT, f"Spotify's accounts service can't be reached: {lost}")
        said = page.text
        if "INVALID_CLIENT" in said and "redirect" in said.lower():
            step = f"Enter it exactly like this: {DASHBOARD}, your app, Settings, Redirect URIs."
            return problem(REDIRECT, f"Spotify doesn't know {address}", step)
        if "INVALID_CLIENT" in said:
            return problem(REDIRECT, "Spotify doesn't know the client ID", f"Copy it again: {DASHBOARD}.")
        if page.status == 200:
            return ok(REDIRECT, f"Spotify shows its page for {address}")
        return not_checked(
            REDIRECT,
            "Spotify only says so after a login",
            f"Compare {address} with {DASHBOARD}, your app, Settings: it must be there exactly like this.",
        )

    async def _seats(self) -> Finding:
        if self.stores is None:
            return not_checked(SEATS, "the database comes first")
        try:
            taken = len(await self.stores.accounts.everyone())
        except StoreUnavailableError:
            return not_checked(SEATS, "the database comes first")
        limit = self.settings.spotify_seats
        if not limit:
            return ok(SEATS, f"{taken} accounts are linked, without a limit")
        said = f"{taken} of {limit} taken"
        if taken >= limit:
            step = "/status shows you who has one and who is waiting. docs/operating.md says how to get one back."
            return warning(SEATS, said, step)
        return ok(SEATS, said)

    async def _quota(self) -> list[Finding]:
        if self.stores is None:
            return [not_checked(check, "the database comes first") for check in (QUOTA, WAITS)]
        used, budget = self.limiter.used, self.limiter.budget
        said = f"{used:,} of {budget:,} in the last 24 hours"
        step = "They come back hour by hour. If Spotify allows your app more, raise SPOTIFY_DAILY_BUDGET."
        quota = warning(QUOTA, said, step) if used >= NEARLY * budget else ok(QUOTA, said)
        closed = self.limiter.closed
        if not closed:
            return [quota, ok(WAITS, "Spotify doesn't tell the bot to wait")]
        until = ", ".join(
            f"{bucket or 'everything'} until {_time(end)}" for bucket, end in sorted(closed.items())
        )
        step = "Nothing has to be done: the bot goes on by itself."
        return [quota, warning(WAITS, f"Spotify told the bot to wait: {until}", step)]


@asynccontextmanager
async def spotify_side(
    web: WebAccess,
    settings: Settings,
    stores: Stores | None,
    outgoing: Outgoing,
    *,
    now: Callable[[], datetime],
) -> AsyncIterator[SpotifySide]:
    async with new_session() as session:
        limiter = Limiter(
            now, budget=settings.spotify_daily_budget, ledger=stores.quota if stores is not None else None
        )
        await limiter.freshen()
        transport = Transport(session, limiter, proxy_for=outgoing.proxy_for)
        oauth = OAuth(
            transport,
            client_id=settings.spotify_client_id,
            client_secret=settings.spotify_client_secret,
            redirect_uri=settings.spotify_redirect_uri,
            accounts_url=settings.spotify_accounts_url,
            now=now,
        )
        client = SpotifyClient(
            Cache(transport, now), api_url=settings.spotify_api_url, market=settings.spotify_market
        )
        try:
            yield SpotifySide(web, settings, stores, limiter, client, oauth)
        finally:
            await limiter.close()


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
