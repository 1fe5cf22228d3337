"""The secrets of a link attempt: random texts, stored only as keyed hashes, and the six digits derived from them."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.stores import LinkAttempt

SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # what `new_secret` creates
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


class LinkSecrets:
    """digests: keyed hashes of (kind, value): what to store, then those of older keys, so a link outlives a new key."""

    def __init__(self, digests: Callable[[str, str], Sequence[bytes]]) -> None:
        self._digests = digests

    def hash_of(self, kind: str, secret: str) -> bytes:
        return self._digests(kind, secret)[0]

    def lookups(self, kind: str, secret: str | None) -> Sequence[bytes]:
        """The hashes to look up an untrusted text by; none for anything that was never one of our secrets."""
        return self._digests(kind, secret) if secret is not None and SECRET.fullmatch(secret) else ()

    def same(self, kind: str, secret: str | None, kept: bytes | None) -> bool:
        return kept is not None and _is_one_of(self.lookups(kind, secret), kept)

    def digits(self, attempt: LinkAttempt, cookie: str) -> str:
        """The code for the browser that has the cookie. Nobody else can compute it, not even from the database."""
        codes = [_six_digits(one) for one in self._digests("code", attempt.attempt_id + cookie)]
        return next((one for one in codes if attempt.code_hash and self.same_digits(attempt, one)), codes[0])

    def hash_of_digits(self, attempt: LinkAttempt, digits: str) -> bytes:
        return self._digests("code-hash", attempt.attempt_id + digits)[0]

    def same_digits(self, attempt: LinkAttempt, digits: str) -> bool:
        return _is_one_of(self._digests("code-hash", attempt.attempt_id + digits), attempt.code_hash or b"")


def _six_digits(digest: bytes) -> str:
    return f"{int.from_bytes(digest, 'big') % 10**6:06d}"


def _is_one_of(hashes: Sequence[bytes], kept: bytes) -> bool:
    return any([hmac.compare_digest(one, kept) for one in hashes])  # noqa: C419 - all of them: in constant time
