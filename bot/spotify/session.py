"""One person, for your own programs: asks for their consent, keeps it, and has a fresh token ready for each call.

The bot doesn't use this: `bot/services/tokens.py` does the same for many members, with a database.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from msgspec import Struct

from bot.spotify.calls import Calls
from bot.spotify.errors import SpotifyGrantError, SpotifyUnauthorizedError
from bot.spotify.oauth import UserToken, challenge_of, code_of, new_state, new_verifier
from bot.spotify.scopes import scopes_of
from bot.spotify.session_stores import KeptTokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import OAuth
    from bot.spotify.session_stores import TokenStore

P = ParamSpec("P")
T = TypeVar("T")

MARGIN: Final = timedelta(seconds=120)  # a token that expires this soon is renewed first


class Asking(Struct, frozen=True):
    """A consent page that was opened, and what is needed when the person comes back from it."""

    url: str
    state: str
    verifier: str
    scopes: frozenset[str]

    def __repr__(self) -> str:
        return f"Asking(scopes={sorted(self.scopes)!r})"


class Session:
    """One person's consent. oauth: with or without a client secret. now: aware UTC, the same as for `oauth`."""

    def __init__(self, oauth: OAuth, store: TokenStore, *, now: Callable[[], datetime]) -> None:
        self._oauth = oauth
        self._store = store
        self._now = now
        self._refreshing: asyncio.Task[KeptTokens] | None = None

    def ask(self, scopes: str | Collection[str], *, show_dialog: bool = True) -> Asking:
        """Start: send the person's browser to `url`, and pass the address they end up at to `finish`.

        scopes: as for `scopes_of`. show_dialog: ask even if they have agreed before, so that they can choose another
        account; otherwise Spotify sends them right back. Raises SpotifyRequestError for an unknown scope.
        """
        wanted, state, verifier = scopes_of(scopes), new_state(), new_verifier()
        url = self._oauth.authorize_url(
            state=state, challenge=challenge_of(verifier), scopes=wanted, ask_again=show_dialog
        )
        return Asking(url, state, verifier, wanted)

    async def finish(self, asking: Asking, address: str) -> UserToken:
        """Exchange the address the browser ended up at for tokens, and store them, replacing any others.

        Raises SpotifyConsentError (the person declined), SpotifyStateError (not the answer to this page), and what
        `OAuth.exchange` raises.
        """
        grant = await self._oauth.exchange(code_of(address, state=asking.state), asking.verifier)
        scopes = asking.scopes if grant.scopes is None else grant.scopes
        tokens = KeptTokens(grant.access, grant.refresh or "", grant.expires_at, scopes)
        while not await self._store.save(tokens, since=await self._store.load()):
            pass  # someone was faster; a fresh consent still takes precedence
        return UserToken(tokens.access, tokens.scopes)

    async def scopes(self) -> frozenset[str] | None:
        """What the person has agreed to; None if they have to be asked (again).

        Sends nothing unless the token has to be renewed to find out.
        """
        try:
            return (await self.token()).scopes
        except SpotifyGrantError:
            return None

    async def token(self) -> UserToken:
        """A token that is still valid for a while.

        Raises SpotifyGrantError if nobody has agreed yet or the consent is over (six months after it was given,
        or withdrawn): then ask again. Any other error is temporary, and the consent is kept.
        """
        tokens = await self._kept()
        if tokens.expires_at - MARGIN <= self._now():
            tokens = await self._refreshed(tokens)
        return UserToken(tokens.access, tokens.scopes)

    async def run(
        self, call: Callable[Concatenate[UserToken, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a call with the token and these arguments.

        Once more with a new token if Spotify rejects the first, having done nothing yet. Raises what `token` raises.
        """
        token = await self.token()
        try:
            return await call(token, *args, **kwargs)
        except SpotifyUnauthorizedError:
            tokens = await self._kept()
            if tokens.access == token.value:
                tokens = await self._refreshed(tokens)
        return await call(UserToken(tokens.access, tokens.scopes), *args, **kwargs)

    async def forget(self) -> None:
        """Delete the tokens. The person can also withdraw the consent in their Spotify account."""
        while (tokens := await self._store.load()) and not await self._store.delete(since=tokens):
            pass

    async def _kept(self) -> KeptTokens:
        tokens = await self._store.load()
        if tokens is None:
            raise SpotifyGrantError("nobody has agreed yet")
        return tokens

    async def _refreshed(self, stale: KeptTokens) -> KeptTokens:
        """Tokens other than `stale`. Concurrent callers share one refresh."""
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh(stale))
        return await asyncio.shield(
            self._refreshing
        )  # a caller that gives up must not cancel it for the others

    async def _refresh(self, stale: KeptTokens) -> KeptTokens:
        try:
            current = await self._kept()
            if current != stale:
                return current  # another program was faster
            try:
                grant = await self._oauth.refresh(current.refresh)
            except SpotifyGrantError:
                if await self._store.delete(since=current):
                    raise
                return await self._kept()
            scopes = current.scopes if grant.scopes is None else grant.scopes
            renewed = KeptTokens(grant.access, grant.refresh or current.refresh, grant.expires_at, scopes)
            saved = await self._store.save(renewed, since=current)
            return renewed if saved else await self._kept()
        finally:
            self._refreshing = None


class Person(Session, Calls):
    """A person's consent, together with the calls it is for: `await person.saved_tracks()`."""

    def __init__(
        self, client: SpotifyClient, oauth: OAuth, store: TokenStore, *, now: Callable[[], datetime]
    ) -> None:
        super().__init__(oauth, store, now=now)
        self.client = client
