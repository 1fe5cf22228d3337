"""Records the store tests are about, with markers where a secret would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.stores import Account, LinkAttempt, LinkStatus, Tokens

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=10)
ADA, GRACE = 80351110224678912, 2**63 - 1  # a Discord id, and the greatest there can be

TOKENS = Tokens("access-marker", "refresh-marker", SOON)
NEW_TOKENS = Tokens("access-marker-2", "refresh-marker-2", SOON + timedelta(hours=1))
SCOPES = frozenset({"playlist-read-private", "playlist-modify-public"})


def account(member_id: int = ADA, account_id: str = "account-a", **changes: Any) -> Account:
    plain = Account(member_id, account_id, f"spotify-{account_id}", SCOPES, NOW, TOKENS)
    return replace(plain, **changes)


def attempt(member_id: int = ADA, **changes: Any) -> LinkAttempt:
    """An attempt whose ids and hashes differ from member to member."""
    plain = LinkAttempt(
        attempt_id=f"attempt-{member_id}",
        member_id=member_id,
        member_name="Ada",
        status=LinkStatus.ISSUED,
        scopes=SCOPES,
        expires_at=SOON,
        token_hash=b"token %d" % member_id,
    )
    return replace(plain, **changes)


def finished(member_id: int = ADA) -> LinkAttempt:
    """An attempt with everything set."""
    return attempt(
        member_id,
        status=LinkStatus.CONFIRMING,
        state_hash=b"\x00state",
        verifier="verifier-marker",
        cookie_hash=b"cookie %d" % member_id,
        code_hash=b"code\xff",
        tries_left=2,
        pending=account(member_id),
        username="ada.l_1815",
    )
