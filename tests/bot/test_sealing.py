"""Tokens at rest: what is sealed opens only in its own place, with a known key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import AttemptSecrets, SealBrokenError, Sealer, digest_key, new_key
from bot.stores import Account, LinkAttempt, LinkStatus, Tokens

OLD, NEW = new_key(), new_key()
TOKENS = Tokens("access-marker", "refresh-marker", datetime(2026, 11, 20, 12, tzinfo=UTC))
ACCOUNT = Account(7, "acc", "sp", frozenset({"a"}), datetime(2026, 11, 20, tzinfo=UTC), TOKENS)
SEALER = Sealer([NEW])


@given(kind=st.text(), owner=st.text(), value=st.text())
def test_round_trip(kind: str, owner: str, value: str) -> None:
    """Every text comes back as it was, and the sealed form is never the text."""
    sealed = SEALER.seal(kind, owner, value)
    assert SEALER.open(kind, owner, sealed) == value
    assert sealed != value.encode()


@pytest.mark.parametrize(("kind", "owner"), [("refresh", "ada"), ("access", "grace")])
def test_moved(kind: str, owner: str) -> None:
    """A value sealed for one row or kind is refused in another."""
    with pytest.raises(SealBrokenError):
        SEALER.open(kind, owner, SEALER.seal("access", "ada", "secret"))


@pytest.mark.parametrize("damage", ["cut", "gone", "changed"])
def test_damaged(damage: str) -> None:
    """A cut or changed value is refused, as is none at all."""
    sealed = SEALER.seal("access", "ada", "secret")
    damaged = {"cut": sealed[:-1], "gone": b"", "changed": sealed[:-9] + b"AAAA" + sealed[-5:]}[damage]
    with pytest.raises(SealBrokenError):
        SEALER.open("access", "ada", damaged)


def test_not_an_envelope() -> None:
    """A value encrypted with our key but not sealed by us is refused."""
    with pytest.raises(SealBrokenError):
        SEALER.open(
            "access", "ada", SEALER._ring.all.encrypt(b'"secret"')
        )  # only the key's owner can make this


def test_rotation() -> None:
    """With a new key in front old values still open; new values need the new key."""
    rotated = Sealer([NEW, OLD])
    assert rotated.open("access", "ada", Sealer([OLD]).seal("access", "ada", "secret")) == "secret"
    assert Sealer([NEW]).open("access", "ada", rotated.seal("access", "ada", "secret")) == "secret"
    with pytest.raises(SealBrokenError):
        Sealer([OLD]).open("access", "ada", rotated.seal("access", "ada", "secret"))


def test_digests() -> None:
    """A digest depends on the kind, the value and the key, and nothing else; that of the first key comes first."""
    [digest] = SEALER.digests("code", "123456")
    assert len(digest) == 32
    [old] = Sealer([OLD]).digests("code", "123456")
    assert Sealer([NEW, OLD]).digests("code", "123456") == (digest, old)
    assert digest not in {*SEALER.digests("state", "123456"), *SEALER.digests("code", "123457"), old}


def test_digests_of_dropped_keys() -> None:
    """What was hashed with a dropped key is still recognised, and nothing else of it is left."""
    [old] = Sealer([OLD]).digests("code", "123456")
    sealer = Sealer([NEW], former=lambda: [digest_key(OLD)])
    assert sealer.digests("code", "123456")[1:] == (old,)
    assert not sealer.opens(Sealer([OLD]).seal("kind", "owner", "value"))
    assert not Sealer([digest_key(OLD)]).opens(Sealer([OLD]).seal("kind", "owner", "value"))


@pytest.mark.parametrize("keys", [[], ["not-a-key-marker"], [NEW, "not-a-key-marker"]])
def test_bad_keys(keys: list[str]) -> None:
    """Unusable keys are refused without being shown."""
    with pytest.raises(ValueError, match=r".") as caught:
        Sealer(keys)
    assert "marker" not in str(caught.value)


@pytest.mark.parametrize(("account_id", "member_id"), [("other", 7), ("acc", 8)])
def test_tokens_of_another_row(account_id: str, member_id: int) -> None:
    """Tokens open only for their account and only for the member who linked it."""
    sealed = SEALER.seal_tokens(ACCOUNT)
    assert b"marker" not in sealed
    assert SEALER.open_tokens("acc", 7, sealed) == TOKENS
    with pytest.raises(SealBrokenError):
        SEALER.open_tokens(account_id, member_id, sealed)


@pytest.mark.parametrize(("attempt_id", "member_id"), [("other", 7), ("try", 8)])
def test_attempt_of_another_row(attempt_id: str, member_id: int) -> None:
    """Verifier and waiting account of an attempt open only for that attempt of that member."""
    attempt = LinkAttempt(
        "try",
        7,
        "Ada",
        LinkStatus.CONFIRMING,
        frozenset(),
        TOKENS.expires_at,
        b"",
        verifier="verifier-marker",
        pending=ACCOUNT,
    )
    sealed = SEALER.seal_attempt(attempt)
    assert b"marker" not in sealed
    secrets = SEALER.open_attempt("try", 7, sealed)
    assert (secrets.verifier, secrets.pending) == ("verifier-marker", ACCOUNT)
    with pytest.raises(SealBrokenError):
        SEALER.open_attempt(attempt_id, member_id, sealed)


def test_repr() -> None:
    """No secret shows in the repr of a record or of the sealer."""
    shown = repr((ACCOUNT, SEALER, TOKENS, AttemptSecrets("verifier-marker", ACCOUNT)))
    assert "marker" not in shown
    assert NEW not in shown
