"""Linked accounts, and link attempts in progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are sealed
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tokens:
    """A Spotify account's access and refresh tokens. All are encrypted at rest."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime  # of the access token
    earlier: str | None = field(default=None, repr=False)  # the refresh token before this one; kept for a day
    replaced_at: datetime | None = None  # when it was


@dataclass(frozen=True, slots=True)
class Account:
    """A Spotify account a member has linked."""

    member_id: int
    account_id: str  # Spotify's stable `account_id`, unique among all members
    spotify_id: str  # Spotify's `id`, only for comparison with a playlist's owner
    scopes: frozenset[str]  # as granted, not as requested
    authorized_at: datetime  # when consent was given; Spotify ends it six months later
    tokens: Tokens
    version: int = 0  # increases by one with every change; for compare-and-set


class Accounts(Protocol):
    async def of_member(self, member_id: int) -> Account | None:
        """The member's account.

        Raises AccountUnreadableError if its tokens can't be decrypted; `link` and `unlink` still work then.
        """
        ...

    async def owner_of(self, account_id: str) -> int | None:
        """The member who has linked this Spotify account."""
        ...

    async def everyone(self) -> tuple[tuple[int, datetime], ...]:
        """Each member who has linked an account, with when they gave the consent; earliest first."""
        ...

    async def unreadable(self) -> tuple[list[int], int]:
        """The members whose tokens none of our keys can open, and the total number of accounts."""
        ...

    async def link(self, account: Account) -> None:
        """Store the account, replacing one the member had linked before (even a different Spotify account).

        The stored version is one above the replaced one, or 1.
        Raises AccountTakenError if another member has linked the same `account_id`; then nothing changed.
        """
        ...

    async def save_tokens(self, account: Account, tokens: Tokens, scopes: frozenset[str]) -> Account | None:
        """Replace tokens and scopes and return what is stored now (its version is one higher).

        None, and nothing changed, if the stored consent or version is no longer that of `account`.
        """
        ...

    async def unlink(self, member_id: int, *, only: Account | None = None) -> bool:
        """Erase the account; with `only`, if it still has that consent and version. False: nothing was erased."""
        ...


class LinkStatus(StrEnum):
    ISSUED = "issued"  # the address was given to the member
    STARTED = "started"  # a browser went on to Spotify
    EXCHANGING = "exchanging"  # Spotify came back; the code is being exchanged, once
    CONFIRMING = "confirming"  # tokens are held until the six digits are entered in Discord


@dataclass(frozen=True, slots=True)
class LinkAttempt:
    """A link attempt in progress. One per member: a newer attempt replaces the older one."""

    attempt_id: str
    member_id: int
    member_name: str  # as Discord shows it, for our page; untrusted text, and not unique
    status: LinkStatus
    scopes: frozenset[str]  # requested
    expires_at: datetime
    token_hash: bytes = field(repr=False)  # of the secret in the page's address
    state_hash: bytes | None = field(default=None, repr=False)
    verifier: str | None = field(default=None, repr=False)  # PKCE; encrypted at rest
    cookie_hash: bytes | None = field(default=None, repr=False)
    code_hash: bytes | None = field(default=None, repr=False)  # of the six digits
    tries_left: int = 5
    pending: Account | None = field(default=None, repr=False)  # from CONFIRMING on; encrypted at rest
    username: str = ""  # Discord's unique one, shown next to the name; encrypted at rest
    version: int = 0


class LinkAttempts(Protocol):
    """Expired attempts are never returned, swept or not; nor are those whose secrets can't be decrypted."""

    async def put(self, attempt: LinkAttempt) -> None:
        """Store a new attempt, replacing any the member had."""
        ...

    async def of_member(self, member_id: int, now: datetime) -> LinkAttempt | None: ...

    async def by_token(self, token_hash: bytes, now: datetime) -> LinkAttempt | None: ...

    async def by_cookie(self, cookie_hash: bytes, now: datetime) -> LinkAttempt | None: ...

    async def swap(self, old: LinkAttempt, new: LinkAttempt) -> LinkAttempt | None:
        """Replace `old` with `new` and return what is stored now (its version is one higher).

        None, and nothing changed, if `old.attempt_id` no longer has `old.version`: someone was faster.
        """
        ...

    async def erase(self, attempt: LinkAttempt) -> bool:
        """Erase the attempt if it still has `attempt.version`. True for exactly one caller."""
        ...

    async def erase_of_member(self, member_id: int) -> None: ...

    async def sweep(self, now: datetime) -> int:
        """Erase every expired attempt and return how many there were."""
        ...
