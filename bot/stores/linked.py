"""Linked accounts, and links begun and unfinished."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are sealed
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Tokens:
    """A Spotify account's access and refresh token. At rest both are encrypted."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime  # of the access token


@dataclass(frozen=True, slots=True)
class Account:
    """A Spotify account a member has linked."""

    member_id: int
    account_id: str  # Spotify's stable `account_id`, unique among all members
    spotify_id: str  # Spotify's `id`, only to compare with the owner of a playlist
    scopes: frozenset[str]  # granted, not asked
    authorized_at: datetime  # the consent; Spotify ends it six months later
    tokens: Tokens
    version: int = 0  # goes up by one with every change; for compare-and-set


class Accounts(Protocol):
    async def of_member(self, member_id: int) -> Account | None:
        """The member's account.

        Raises AccountUnreadableError when its tokens cannot be decrypted; `link` and `unlink` still work then.
        """
        ...

    async def owner_of(self, account_id: str) -> int | None:
        """The member who has linked this Spotify account."""
        ...

    async def unreadable(self) -> tuple[list[int], int]:
        """The members whose tokens none of our keys has sealed, and how many accounts there are."""
        ...

    async def link(self, account: Account) -> None:
        """Keep the account in place of one the member had linked before (also a different Spotify account).

        The stored version is one above the replaced one, or 1.
        Raises AccountTakenError when another member has linked the same `account_id`; then nothing changed.
        """
        ...

    async def save_tokens(self, account: Account, tokens: Tokens, scopes: frozenset[str]) -> Account | None:
        """Replace tokens and scopes and answer what is stored now (its version is one higher).

        None, and nothing changed, when the stored consent or version is no longer that of `account`.
        """
        ...

    async def unlink(self, member_id: int, *, only: Account | None = None) -> bool:
        """Erase the account; with `only`, if its consent and version are still those. False: nothing was erased."""
        ...


class LinkStatus(StrEnum):
    ISSUED = "issued"  # the address was given to the member
    STARTED = "started"  # a browser went on to Spotify
    EXCHANGING = "exchanging"  # Spotify came back; the code is being exchanged, once
    CONFIRMING = "confirming"  # tokens wait until the six digits are typed into Discord


@dataclass(frozen=True, slots=True)
class LinkAttempt:
    """A link begun and unfinished. One per member: a newer attempt replaces the older."""

    attempt_id: str
    member_id: int
    member_name: str  # as Discord shows it, for our page; untrusted text, and anybody may be called the same
    status: LinkStatus
    scopes: frozenset[str]  # asked
    expires_at: datetime
    token_hash: bytes = field(repr=False)  # of the secret in the page's address
    state_hash: bytes | None = field(default=None, repr=False)
    verifier: str | None = field(default=None, repr=False)  # PKCE; encrypted at rest
    cookie_hash: bytes | None = field(default=None, repr=False)
    code_hash: bytes | None = field(default=None, repr=False)  # of the six digits
    tries_left: int = 5
    pending: Account | None = field(default=None, repr=False)  # from CONFIRMING on; encrypted at rest
    username: str = ""  # Discord's unique one, beside the name; encrypted at rest
    version: int = 0


class LinkAttempts(Protocol):
    """Expired attempts are never returned, swept or not; nor are those whose secrets cannot be decrypted."""

    async def put(self, attempt: LinkAttempt) -> None:
        """Keep a new attempt in place of any the member had."""
        ...

    async def of_member(self, member_id: int, now: datetime) -> LinkAttempt | None: ...

    async def by_token(self, token_hash: bytes, now: datetime) -> LinkAttempt | None: ...

    async def by_cookie(self, cookie_hash: bytes, now: datetime) -> LinkAttempt | None: ...

    async def swap(self, old: LinkAttempt, new: LinkAttempt) -> LinkAttempt | None:
        """Replace `old` by `new` and answer what is stored now (its version is one higher).

        None, and nothing changed, when `old.attempt_id` no longer has `old.version`: somebody was faster.
        """
        ...

    async def erase(self, attempt: LinkAttempt) -> bool:
        """Erase the attempt if it still has `attempt.version`. True for exactly one caller."""
        ...

    async def erase_of_member(self, member_id: int) -> None: ...

    async def sweep(self, now: datetime) -> int:
        """Erase every expired attempt and answer how many there were."""
        ...
