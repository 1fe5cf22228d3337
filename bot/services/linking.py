"""Linking a Spotify account: from /link through the browser to the six digits entered in Discord.

There are two ways. PAGE: our own page, then Spotify, then a code that goes from the browser to Discord, so that
nobody can finish what someone else started. PASTE, for bots without a public https address: the member copies the
address Spotify sent the browser to into a private form in Discord. Either way, an attempt works once and lives ten
minutes, and nothing is kept before Spotify has said whose account it is.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.errors import (
    AccountUnreadableError,
    BotError,
    LinkExpiredError,
    LinkForgedError,
    LinkNotFinishedError,
    LinkUsedError,
    StoreUnavailableError,
    WrongCodeError,
)
from bot.services.link_secrets import SIX_DIGITS, LinkSecrets, new_secret
from bot.services.pasted_address import read_address
from bot.services.redeeming import Redeeming, whole_ms
from bot.spotify.errors import SpotifyError, SpotifyNotRegisteredError
from bot.spotify.oauth import challenge_of, new_verifier
from bot.spotify.scopes import known
from bot.stores import Account, LinkAttempt, LinkStatus
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bot.services.seats import Seats
    from bot.spotify.client import SpotifyClient
    from bot.spotify.oauth import OAuth
    from bot.stores import Accounts, LinkAttempts

logger = logging.getLogger(__name__)

PLAYLIST_SCOPES = frozenset(
    {
        "playlist-read-private",
        "playlist-read-collaborative",
        "playlist-modify-public",
        "playlist-modify-private",
    }
)
LIFETIME = timedelta(seconds=600)
TRIES = 5


class LinkWay(StrEnum):
    PAGE = "page"
    PASTE = "paste"


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt the member can continue; an address is None if that way isn't offered."""

    page_url: str | None = field(repr=False)
    authorize_url: str | None = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]
    attempt_id: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """What the browser gets when it continues to Spotify."""

    cookie: str = field(repr=False)
    authorize_url: str = field(repr=False)
    max_age_s: int


@dataclass(frozen=True, slots=True)
class ShownCode:
    digits: str = field(repr=False)
    member_name: str
    username: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    account: Account
    display_name: str | None  # None: Spotify didn't say, or not in time


class Linking:
    def __init__(
        self,
        accounts: Accounts,
        attempts: LinkAttempts,
        oauth: OAuth,
        client: SpotifyClient,
        *,
        digests: Callable[[str, str], Sequence[bytes]],
        now: Callable[[], datetime],
        public_url: str,
        redirect_uri: str,
        ways: Collection[LinkWay],
        seats: Seats | None = None,
    ) -> None:
        """digests: as `LinkSecrets` takes them. public_url: origin of our pages. redirect_uri: as in `oauth`.

        seats: hears who was let in, and who wasn't.
        """
        self._seats = seats
        self._accounts = accounts
        self._attempts = attempts
        self._oauth = oauth
        self._redeeming = Redeeming(accounts, attempts, oauth, client, now=now)
        self._secrets = LinkSecrets(digests)
        self._public_url = public_url.rstrip("/")
        self._redirect_uri = redirect_uri
        self.now = now
        self.ways = frozenset(ways)
        self._ended: list[Callable[[int, BotError | SpotifyError | None], None]] = []

    def on_end(self, told: Callable[[int, BotError | SpotifyError | None], None]) -> None:
        """told: gets the member whose attempt ended in the browser, and why; None: it was cancelled there."""
        self._ended.append(told)

    def _end(self, member_id: int, why: BotError | SpotifyError | None = None) -> None:
        for told in self._ended:
            told(member_id, why)

    async def begin(
        self,
        member_id: int,
        member_name: str,
        username: str = "",
        scopes: Collection[str] = PLAYLIST_SCOPES,
    ) -> Begun:
        """Issue an attempt, replacing any older one. Requests what is needed and what was granted before.

        member_name: as Discord shows it; what's invisible in it isn't kept. username: the unique one, which nobody
        else can have.
        """
        wanted = frozenset(scopes)
        with suppress(AccountUnreadableError):  # then linking again is what fixes it
            account = await self._accounts.of_member(member_id)
            wanted |= known(account.scopes) if account else frozenset()
        token = new_secret()
        attempt = LinkAttempt(
            attempt_id=uuid4().hex,
            member_id=member_id,
            member_name=one_line(member_name) or username,
            status=LinkStatus.ISSUED,
            scopes=wanted,
            expires_at=whole_ms(self.now() + LIFETIME),
            token_hash=self._secrets.hash_of("link", token),
            tries_left=TRIES,
            username=username,
        )
        page_url = f"{self._public_url}/link/{token}" if LinkWay.PAGE in self.ways else None
        authorize_url = None
        if LinkWay.PASTE in self.ways:
            attempt, authorize_url = self._with_state(attempt)
        await self._attempts.put(attempt)
        logger.info("member %d started linking", member_id)
        return Begun(page_url, authorize_url, attempt.expires_at, wanted, attempt.attempt_id)

    async def is_open(self, member_id: int, begun: Begun) -> bool:
        """Whether it can still be finished. Not if another process ended it, either."""
        attempt = await self._attempts.of_member(member_id, self.now())
        return attempt is not None and attempt.attempt_id == begun.attempt_id

    async def linked_since(self, member_id: int, begun: Begun) -> Account | None:
        """The account the member has linked since then, if any."""
        account = await self._accounts.of_member(member_id)
        return account if account and account.authorized_at >= begun.expires_at - LIFETIME else None

    async def look(self, token: str, cookie: str | None = None) -> LinkAttempt:
        """The attempt behind our page's address. Changes nothing: previews and scanners fetch it too.

        Once a browser has continued, the page is only for that browser (`cookie`): LinkUsedError for all others.
        """
        attempt = await self._of_address(token)
        if attempt is None:
            raise LinkExpiredError
        if attempt.status is LinkStatus.ISSUED or self._secrets.same("cookie", cookie, attempt.cookie_hash):
            return attempt
        raise LinkUsedError

    async def start(self, token: str, cookie: str | None) -> Started:
        """Bind the attempt to this browser and send it to Spotify. The same browser can go again, no other."""
        while True:
            attempt = await self.look(token, cookie)
            if attempt.status is LinkStatus.STARTED and cookie is not None:
                access = cookie  # the right one: `look` compared it
            elif attempt.status is LinkStatus.ISSUED:
                access = new_secret()
            else:
                raise LinkUsedError
            started, authorize_url = self._with_state(
                replace(
                    attempt, status=LinkStatus.STARTED, cookie_hash=self._secrets.hash_of("cookie", access)
                )
            )
            if await self._attempts.swap(attempt, started) is not None:
                left_s = int((attempt.expires_at - self.now()).total_seconds())
                return Started(access, authorize_url, max(left_s, 1))

    async def cancel(self, token: str) -> None:
        """Erase the attempt. Anyone with the address can: it only ever prevents a link."""
        while attempt := await self._of_address(token):
            if await self._attempts.erase(attempt):
                logger.info("member %d: link cancelled in the browser", attempt.member_id)
                self._end(attempt.member_id)

    async def returned(self, cookie: str | None, state: str, code: str | None, error: str | None) -> None:
        """Spotify sent the browser back. However often this arrives, the code is exchanged once.

        A repeated callback from the same browser is no error: the exchange is running, or done.
        """
        redeemed = None
        while redeemed is None:
            attempt, access = await self._of_browser(cookie)
            if not self._secrets.same("state", state, attempt.state_hash):
                raise LinkForgedError
            if attempt.status is not LinkStatus.STARTED:
                return
            try:
                redeemed = await self._redeeming.redeem(attempt, code, error)
            except LinkForgedError:  # the attempt goes on
                raise
            except (BotError, SpotifyError) as failed:
                await self._note_refused(attempt.member_id, failed)
                self._end(attempt.member_id, failed)
                raise
        attempt = redeemed.attempt
        waiting = replace(
            attempt,
            status=LinkStatus.CONFIRMING,
            code_hash=self._secrets.hash_of_digits(attempt, self._secrets.digits(attempt, access)),
            pending=redeemed.account,
        )
        if await self._attempts.swap(attempt, waiting) is None:
            raise LinkExpiredError  # cancelled, unlinked or started over meanwhile; the tokens are dropped here
        logger.info("member %d: Spotify agreed, waiting for the six digits", attempt.member_id)

    async def code_for(self, cookie: str | None) -> ShownCode:
        """The six digits for the browser that finished Spotify's page. They are computed, never stored."""
        attempt, access = await self._of_browser(cookie)
        if attempt.status is not LinkStatus.CONFIRMING:
            raise LinkNotFinishedError
        return ShownCode(
            self._secrets.digits(attempt, access), attempt.member_name, attempt.username, attempt.expires_at
        )

    async def confirm(self, member_id: int, code: str) -> Linked:
        """Link the account if these are the six digits. A try is counted before it's checked.

        Anything that can't be a code (wrong length, letters, digits of other scripts) is wrong but costs no try.
        """
        digits = "".join(code.split())
        counted, account = await self._count_try(member_id, digits)
        if not self._secrets.same_digits(counted, digits):
            if counted.tries_left == 0:
                await self._attempts.erase(counted)
            raise WrongCodeError(counted.tries_left)
        await self._link(counted, account)
        return Linked(account, await self._redeeming.name_of(account))

    async def paste(self, member_id: int, address: str) -> Linked:
        """Link with the address Spotify sent the member's browser to; it must be the member who started.

        Raises PastedAddressError (the attempt goes on) if it isn't the address of our callback.
        """
        pasted = read_address(address, self._redirect_uri)
        attempt = await self._attempts.of_member(member_id, self.now())
        if attempt is None:
            raise LinkExpiredError
        if attempt.status is not LinkStatus.ISSUED:
            raise LinkUsedError  # a browser went through our page: then its cookie and the code are required
        if not self._secrets.same("state", pasted.state, attempt.state_hash):
            raise LinkForgedError
        try:
            redeemed = await self._redeeming.redeem(attempt, pasted.code, pasted.error)
        except SpotifyError as failed:
            await self._note_refused(member_id, failed)
            raise
        if redeemed is None:
            raise LinkUsedError
        await self._link(redeemed.attempt, redeemed.account)
        # Only Discord's IDs show whether someone talked another person into sending them this address.
        logger.info(
            "member %d linked account %s with a pasted address", member_id, redeemed.account.account_id
        )
        return Linked(redeemed.account, redeemed.display_name)

    async def unlink(self, member_id: int) -> bool:
        """Erase the account and any current attempt; False if no account was linked."""
        await self._attempts.erase_of_member(member_id)
        unlinked = await self._accounts.unlink(member_id)
        logger.info("member %d unlinked", member_id)
        return unlinked

    async def sweep(self) -> int:
        """Erase what has expired; worth calling every minute, since it may include tokens."""
        return await self._attempts.sweep(self.now())

    async def _of_address(self, token: str) -> LinkAttempt | None:
        for hashed in self._secrets.lookups("link", token):
            if (attempt := await self._attempts.by_token(hashed, self.now())) is not None:
                return attempt
        return None

    async def _of_browser(self, cookie: str | None) -> tuple[LinkAttempt, str]:
        if cookie is None:
            raise LinkForgedError
        for hashed in self._secrets.lookups("cookie", cookie):
            if (attempt := await self._attempts.by_cookie(hashed, self.now())) is not None:
                return attempt, cookie
        raise LinkExpiredError

    async def _count_try(self, member_id: int, digits: str) -> tuple[LinkAttempt, Account]:
        """Returns the attempt with one try less, and its account."""
        while True:
            attempt = await self._attempts.of_member(member_id, self.now())
            if attempt is None:
                raise LinkExpiredError
            if attempt.status is not LinkStatus.CONFIRMING or attempt.pending is None:
                raise LinkNotFinishedError
            if not SIX_DIGITS.fullmatch(digits):
                raise WrongCodeError(attempt.tries_left)
            if attempt.tries_left <= 0:
                raise LinkExpiredError
            counted = await self._attempts.swap(attempt, replace(attempt, tries_left=attempt.tries_left - 1))
            if counted is not None:
                return counted, attempt.pending

    async def _note_refused(self, member_id: int, failed: BotError | SpotifyError) -> None:
        """Who isn't on the app's user list waits for a seat."""
        if self._seats is not None and isinstance(failed, SpotifyNotRegisteredError):
            with suppress(StoreUnavailableError):  # the refusal is what counts
                await self._seats.refused(member_id)

    def _with_state(self, attempt: LinkAttempt) -> tuple[LinkAttempt, str]:
        """Give the attempt a fresh state and PKCE verifier; also returns Spotify's address for them."""
        state, verifier = new_secret(), new_verifier()
        url = self._oauth.authorize_url(state=state, challenge=challenge_of(verifier), scopes=attempt.scopes)
        return replace(attempt, state_hash=self._secrets.hash_of("state", state), verifier=verifier), url

    async def _link(self, attempt: LinkAttempt, account: Account) -> None:
        """Use up the attempt, then store the account. A wrong try at the same moment may have changed its version."""
        current: LinkAttempt | None = attempt
        while current is not None and current.attempt_id == attempt.attempt_id:
            if await self._attempts.erase(current):
                await self._accounts.link(account)
                logger.info("member %d linked a Spotify account", account.member_id)
                if self._seats is not None:
                    with suppress(StoreUnavailableError):  # erased after 30 days, at the latest
                        await self._seats.linked(account.member_id)
                return
            current = await self._attempts.of_member(account.member_id, self.now())
        raise LinkExpiredError
