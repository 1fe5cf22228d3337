"""The secrets of a link attempt: random texts, stored only as keyed hashes, and the six digits derived from them."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores import LinkAttempt

SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # what `new_secret` creates
SIX_DIGITS = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


class LinkSecrets:
    """digest: keyed hash of (kind, value)."""

    def __init__(self, digest: Callable[[str, str], bytes]) -> None:
        self._digest = digest

    def hash_of(self, kind: str, secret: str) -> bytes:
        return self._digest(kind, secret)

    def lookup(self, kind: str, secret: str | None) -> bytes | None:
        """The hash to look up an untrusted text by; None for anything that was never one of our secrets."""
        return self._digest(kind, secret) if secret is not None and SECRET.fullmatch(secret) else None

    def same(self, kind: str, secret: str | None, kept: bytes | None) -> bool:
        hashed = self.lookup(kind, secret)
        return hashed is not None and kept is not None and hmac.compare_digest(hashed, kept)

    def digits(self, attempt: LinkAttempt, cookie: str) -> str:
        """The code for the browser that has the cookie. Nobody else can compute it, not even from the database."""
        number = int.from_bytes(self._digest("code", attempt.attempt_id + cookie), "big")
        return f"{number % 10**6:06d}"

    def hash_of_digits(self, attempt: LinkAttempt, digits: str) -> bytes:
        return self._digest("code-hash", attempt.attempt_id + digits)

    def same_digits(self, attempt: LinkAttempt, digits: str) -> bool:
        return hmac.compare_digest(self.hash_of_digits(attempt, digits), attempt.code_hash or b"")
