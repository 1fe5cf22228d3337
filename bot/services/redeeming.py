"""Handles Spotify's answer to a link: exchanges the code once, and asks whose account it is."""

from __future__ import annotations

import re
from asyncio import timeout
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.errors import AccountTakenError, LinkDeniedError, LinkForgedError, StoreUnavailableError
from bot.spotify.errors import SpotifyError, SpotifyUnavailableError
from bot.spotify.oauth import UserToken
from bot.spotify.purpose import Priority, Purpose
from bot.stores import Account, LinkAttempt, LinkStatus, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import OAuth
    from bot.stores import Accounts, LinkAttempts

NAME_WAIT_S = 2  # the name only decorates a reply someone is waiting for
CODE = re.compile(r"[\x21-\x7e]{1,2048}", re.ASCII)
MAX_REASON = 100


@dataclass(frozen=True, slots=True)
class Redeemed:
    attempt: LinkAttempt  # EXCHANGING, to be moved on or erased by the caller
    account: Account  # not stored anywhere yet
    display_name: str | None


class Redeeming:
    def __init__(
        self,
        accounts: Accounts,
        attempts: LinkAttempts,
        oauth: OAuth,
        client: SpotifyClient,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._attempts = attempts
        self._oauth = oauth
        self._client = client
        self._now = now

    async def redeem(self, attempt: LinkAttempt, code: str | None, error: str | None) -> Redeemed | None:
        """Take the attempt and exchange the code; None if someone else took it first.

        A code works for one exchange, so whatever fails after that (SpotifyError, AccountTakenError) ends the
        attempt. So does declining on Spotify's page (LinkDeniedError); an invalid answer (LinkForgedError) doesn't.
        """
        if error is not None:
            await self._attempts.erase(attempt)
            raise LinkDeniedError(error[:MAX_REASON])
        verifier = attempt.verifier
        if code is None or verifier is None or not CODE.fullmatch(code):
            raise LinkForgedError
        taken = await self._attempts.swap(
            attempt, replace(attempt, status=LinkStatus.EXCHANGING, verifier=None)
        )
        if taken is None:
            return None
        try:
            return await self._identify(taken, code, verifier)
        except BaseException:  # also when shutting down: tokens must not outlive the attempt
            with suppress(StoreUnavailableError):  # then it expires, and the first reason counts
                await self._attempts.erase(taken)
            raise

    async def name_of(self, account: Account) -> str | None:
        """The account's name at Spotify; None if Spotify doesn't say, or not in time."""
        with suppress(SpotifyError, TimeoutError):
            async with timeout(NAME_WAIT_S):
                me = await self._client.me(UserToken(account.tokens.access, account.scopes))
                return me.display_name
        return None

    async def _identify(self, attempt: LinkAttempt, code: str, verifier: str) -> Redeemed:
        authorized_at = whole_ms(self._now())
        grant = await self._oauth.exchange(code, verifier)
        if grant.refresh is None:
            raise SpotifyUnavailableError("no refresh token in the answer")
        scopes = (
            attempt.scopes if grant.scopes is None else grant.scopes
        )  # RFC 6749, 5.1: left out if unchanged
        # As important as the exchange: if it were refused for lack of quota, the consent would be lost with the code.
        client = self._client.serving(Purpose(Priority.REFRESH))
        me = await client.me(UserToken(grant.access, scopes))
        account = Account(
            member_id=attempt.member_id,
            account_id=me.account_id or me.id,
            spotify_id=me.id,
            scopes=scopes,
            authorized_at=authorized_at,
            tokens=Tokens(grant.access, grant.refresh, whole_ms(grant.expires_at)),
        )
        if await self._accounts.owner_of(account.account_id) not in (None, attempt.member_id):
            raise AccountTakenError
        return Redeemed(attempt, account, me.display_name)


def whole_ms(moment: datetime) -> datetime:
    """Stores keep whole milliseconds; what we hold should equal what they return."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
