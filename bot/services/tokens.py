"""Runs a call to Spotify with a fresh token: one refresh at a time, one retry after a refusal."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.errors import (
    AccountUnreadableError,
    LinkEndedError,
    LinkInDoubtError,
    NotLinkedError,
    ScopeMissingError,
)
from bot.services.leases import LeaseTakenError
from bot.services.ttl_cache import shared
from bot.spotify.app_tokens import AppTokens
from bot.spotify.errors import (
    SpotifyAnswerLostError,
    SpotifyError,
    SpotifyGrantError,
    SpotifyRequestError,
    SpotifyUnauthorizedError,
    SpotifyUnavailableError,
)
from bot.spotify.oauth import UserToken
from bot.stores import Tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.consents import Consents
    from bot.services.leases import LeaseKeeper
    from bot.spotify.oauth import AppToken, Grant, OAuth
    from bot.stores import Account, Accounts

log = logging.getLogger(__name__)

T = TypeVar("T")

MARGIN = timedelta(seconds=120)  # a token that expires this soon is renewed first
LEASE = timedelta(seconds=25)  # longer than the token request can take
LEASE_LOOKS = 20  # how often to check whether the process that holds the lease is done
LEASE_PAUSE_S = 0.25
CLOSE_S = 3
EARLIER_KEPT = timedelta(days=1)  # the refresh token that was replaced


class TokenKeeper:
    """Access tokens for the app and for members. Created once per process."""

    def __init__(
        self,
        accounts: Accounts,
        leases: LeaseKeeper,
        oauth: OAuth,
        consents: Consents,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ended: Callable[[Account], Awaitable[None]] | None = None,
        restored: Callable[[Account], Awaitable[None]] | None = None,
    ) -> None:
        """ended: is told of an account whose consent ended, before it's erased; and again after a kill in between.

        restored: is told of one whose consent was in doubt, and is accepted again.
        """
        self._ended = ended
        self._restored = restored
        self._consents = consents
        self._accounts = accounts
        self._leases = leases
        self._oauth = oauth
        self._now = now
        self._sleep = sleep
        self._app_tokens = AppTokens(oauth.app_token, now=now)
        self._refreshing: dict[int, asyncio.Task[Account]] = {}

    async def account(self, member_id: int) -> Account:
        """The member's account. Raises NotLinkedError."""
        account = await self._accounts.of_member(member_id)
        if account is None:
            raise NotLinkedError
        return account

    async def as_app(self, call: Callable[[AppToken], Awaitable[T]]) -> T:
        """Run a catalogue call with the app's own token."""
        try:
            return await self._app_tokens.run(call)
        except SpotifyUnauthorizedError as refused:  # nobody's link is to blame
            raise SpotifyUnavailableError("Spotify rejects a new app token", status=401) from refused

    async def as_member(
        self,
        member_id: int,
        call: Callable[[UserToken], Awaitable[T]],
        *,
        scopes: frozenset[str] = frozenset(),
    ) -> T:
        """Run a call with the member's token, which must cover `scopes`.

        Raises NotLinkedError, ScopeMissingError, LinkEndedError, LinkInDoubtError, and whatever the call raises. Only
        a 401 is retried, once, after a refresh: Spotify rejected that call before doing anything.
        """
        token = await self.token(member_id, scopes)
        try:
            return await call(token)
        except SpotifyUnauthorizedError:
            return await call(await self.renewed(member_id, token))

    async def token(self, member_id: int, scopes: frozenset[str] = frozenset()) -> UserToken:
        """A token that is valid for a while, for callers that use it themselves. Raises the same as `as_member`."""
        try:
            account = await self.account(member_id)
        except NotLinkedError as unlinked:
            raise NotLinkedError(scopes) from unlinked
        if missing := scopes - account.scopes:
            raise ScopeMissingError(missing)
        if account.tokens.expires_at - MARGIN <= self._now():
            account = await self._refreshed(account)
        return UserToken(account.tokens.access, account.scopes)

    async def renewed(self, member_id: int, refused: UserToken) -> UserToken:
        """Another one, if Spotify rejected that one (401). Raises the same as `as_member`."""
        account = await self.account(member_id)
        if account.tokens.access == refused.value:
            account = await self._refreshed(account)
        return UserToken(account.tokens.access, account.scopes)

    async def try_again(self, member_id: int) -> None:
        """Ask Spotify whether it still accepts the member's consent. Raises the same as `as_member`."""
        await self._refreshed(await self.account(member_id))

    async def forget_earlier(self) -> None:
        """Erase the refresh tokens that were replaced more than a day ago."""
        for member_id, _ in await self._accounts.everyone():
            with suppress(AccountUnreadableError, NotLinkedError, LeaseTakenError):  # those come next time
                account = await self.account(member_id)
                if account.tokens.earlier is None or _is_kept(account.tokens, self._now()):
                    continue
                async with self._leases.held(f"refresh:{account.account_id}", LEASE):
                    current = await self.account(member_id)
                    await self._accounts.save_tokens(
                        current, _without_earlier(current.tokens), current.scopes
                    )

    async def close(self) -> None:
        """Let running refreshes finish: a token that Spotify has rotated must not be dropped."""
        if self._refreshing:
            await asyncio.wait(self._refreshing.values(), timeout=CLOSE_S)

    async def _refreshed(self, stale: Account) -> Account:
        """The account with tokens other than `stale`'s. Concurrent callers share one refresh."""
        task = self._refreshing.get(stale.member_id)
        if task is None:
            task = shared(self._refresh(stale))
            self._refreshing[stale.member_id] = task
            task.add_done_callback(lambda _: self._refreshing.pop(stale.member_id, None))
        return await asyncio.shield(task)  # a member who gives up must not cancel it for the others

    async def _refresh(self, stale: Account) -> Account:
        for _ in range(LEASE_LOOKS):
            current = await self.account(stale.member_id)
            if current.tokens.access != stale.tokens.access:
                return current  # another process, or a new link, was faster
            try:
                async with self._leases.held(f"refresh:{stale.account_id}", LEASE):
                    return await self._refresh_alone(stale)
            except LeaseTakenError:
                await self._sleep(LEASE_PAUSE_S)
        raise SpotifyUnavailableError("another process is taking too long to refresh this account")

    async def _refresh_alone(self, stale: Account) -> Account:
        current = await self.account(stale.member_id)  # read again: the lease may have been won late
        if current.tokens.access != stale.tokens.access:
            return current
        until = await self._consents.begin(current)
        if until is not None:
            raise LinkInDoubtError(until)
        try:
            grant = await self._ask(current, current.tokens.refresh)
        except SpotifyGrantError as refused:
            return await self._after_refusal(current, refused)
        return await self._accepted(current, grant, current.tokens.refresh)

    async def _ask(self, current: Account, refresh_token: str) -> Grant:
        """Notes which answers left the consent as it was: all but a lost one, and a refusal, which is weighed."""
        try:
            return await self._oauth.refresh(refresh_token)
        except (SpotifyGrantError, SpotifyAnswerLostError):
            raise
        except SpotifyRequestError as odd:  # of the token endpoint, it says nothing about anyone's call
            await self._consents.answered(current)
            raise SpotifyUnavailableError(odd.message, status=odd.status) from odd
        except SpotifyError:
            await self._consents.answered(current)
            raise

    async def _accepted(self, current: Account, grant: Grant, used: str) -> Account:
        """used: the refresh token that Spotify accepted."""
        tokens = _renewed(current.tokens, grant, used, self._now())
        scopes = current.scopes if grant.scopes is None else grant.scopes
        saved = await self._accounts.save_tokens(current, tokens, scopes)
        if await self._consents.accepted(current) and self._restored is not None:
            await self._restored(current)
        # None: unlinked or linked again while Spotify answered; what is stored now counts
        return saved or await self.account(current.member_id)

    async def _after_refusal(self, current: Account, refused: SpotifyGrantError) -> Account:
        """Spotify rejects the refresh token: the consent is over or in doubt, unless the store has a newer token."""
        again = await self.account(current.member_id)
        if again.tokens.refresh != current.tokens.refresh:
            return again
        earlier = again.tokens.earlier
        if earlier and _is_kept(again.tokens, self._now()) and not await self._consents.lost_an_answer(again):
            once = await self._accounts.save_tokens(again, _without_earlier(again.tokens), again.scopes)
            if once is None:
                return await self.account(current.member_id)
            current = once
            with suppress(SpotifyGrantError):
                return await self._accepted(current, await self._ask(current, earlier), earlier)
        until = await self._consents.refused(current)
        if until is not None:
            raise LinkInDoubtError(until) from refused
        if self._ended is not None:
            await self._ended(current)
        await self._accounts.unlink(current.member_id, only=current)
        await self._consents.forget(current.member_id)
        held_days = (self._now() - current.authorized_at.astimezone(UTC)).days
        log.warning("member %s: consent ended after %s days, tokens erased", current.member_id, held_days)
        raise LinkEndedError from refused


def _renewed(tokens: Tokens, grant: Grant, used: str, now: datetime) -> Tokens:
    """If Spotify replaced the refresh token, the one that was used is kept: the new one may be refused after all."""
    anew = Tokens(grant.access, grant.refresh or used, grant.expires_at)
    if anew.refresh != used:
        return replace(anew, earlier=used, replaced_at=now)
    if used == tokens.refresh and _is_kept(tokens, now):
        return replace(anew, earlier=tokens.earlier, replaced_at=tokens.replaced_at)
    return anew


def _is_kept(tokens: Tokens, now: datetime) -> bool:
    """Not if the clock was set back, either."""
    return tokens.replaced_at is not None and timedelta() <= now - tokens.replaced_at < EARLIER_KEPT


def _without_earlier(tokens: Tokens) -> Tokens:
    return replace(tokens, earlier=None, replaced_at=None)
