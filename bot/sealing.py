"""Makes a stolen database useless: tokens are encrypted at rest, codes are only kept as keyed hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.stores import Account, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.stores import LinkAttempt


class SealBrokenError(Exception):
    """The sealed value was made with an unknown key, was changed, or belongs to another row."""


class _Envelope(msgspec.Struct, frozen=True):
    """What gets encrypted: the value with its place, so that moving it elsewhere is detected."""

    kind: str
    owner: str
    value: str


@dataclass(frozen=True, slots=True)
class AttemptSecrets:
    """The encrypted parts of a link attempt."""

    verifier: str | None = field(repr=False)
    pending: Account | None = field(repr=False)
    username: str = ""


class _Ring:
    """The keys as they are used: the first seals, all of them open."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.each = [Fernet(key) for key in keys]
        self.all = MultiFernet(self.each)
        self.digest_keys = [digest_key(key) for key in keys]


class Sealer:
    def __init__(
        self,
        keys: Sequence[str],
        *,
        changed: Callable[[], Sequence[str] | None] = lambda: None,
        former: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """Takes Fernet keys: the first seals, all of them open. A ValueError doesn't show the key.

        changed: asked before each use for the keys that count from now on; None: still the same.
        former: the digest keys of dropped keys.
        """
        self._former = former
        self._held = _Ring(keys)
        self._changed = changed

    @property
    def _ring(self) -> _Ring:
        keys = self._changed()
        if keys is not None:
            self._held = _Ring(keys)
        return self._held

    def seal(self, kind: str, owner: str, value: str) -> bytes:
        return self._ring.all.encrypt(msgspec.json.encode(_Envelope(kind, owner, value)))

    def opens(self, sealed: bytes) -> bool:
        """Whether one of the keys sealed it, whatever place it's for."""
        try:
            self._ring.all.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def place_of_key(self, sealed: bytes) -> int | None:
        """Which of the keys sealed it: 0 is the first. None: none of them."""
        for place, key in enumerate(self._ring.each):
            with suppress(InvalidToken):
                key.decrypt(sealed)
                return place
        return None

    def sealed_anew(self, sealed: bytes) -> bytes:
        """The same with the first key. Raises SealBrokenError."""
        try:
            return self._ring.all.rotate(sealed)
        except InvalidToken as error:
            raise SealBrokenError("it can't be decrypted") from error

    def open(self, kind: str, owner: str, sealed: bytes) -> str:
        """Raises SealBrokenError unless `sealed` was made by `seal` for the same kind and owner."""
        try:
            envelope = msgspec.json.decode(self._ring.all.decrypt(sealed), type=_Envelope)
        except (InvalidToken, msgspec.MsgspecError) as error:
            raise SealBrokenError(f"{kind} can't be decrypted") from error
        if (envelope.kind, envelope.owner) != (kind, owner):
            raise SealBrokenError(f"{kind} was sealed for another place")
        return envelope.value

    def digests(self, kind: str, value: str) -> tuple[bytes, ...]:
        """Keyed hashes (HMAC-SHA256) of a secret we only ever compare; with the first key, the others, former ones."""
        about = f"{kind}\0{value}".encode()
        keys = (*self._ring.digest_keys, *self._former())
        return tuple(hmac.new(base64.urlsafe_b64decode(key), about, hashlib.sha256).digest() for key in keys)

    def seal_tokens(self, account: Account) -> bytes:
        return self.seal("tokens", _place(account.account_id, account.member_id), _text(account.tokens))

    def open_tokens(self, account_id: str, member_id: int, sealed: bytes) -> Tokens:
        """Raises SealBrokenError if the row was given another account or another member."""
        return msgspec.json.decode(self.open("tokens", _place(account_id, member_id), sealed), type=Tokens)

    def seal_attempt(self, attempt: LinkAttempt) -> bytes:
        secrets = AttemptSecrets(attempt.verifier, attempt.pending, attempt.username)
        return self.seal("attempt", _place(attempt.attempt_id, attempt.member_id), _text(secrets))

    def open_attempt(self, attempt_id: str, member_id: int, sealed: bytes) -> AttemptSecrets:
        """Raises SealBrokenError if the row was given another ID or another member."""
        return msgspec.json.decode(
            self.open("attempt", _place(attempt_id, member_id), sealed), type=AttemptSecrets
        )


def new_key() -> str:
    return Fernet.generate_key().decode()


def digest_key(key: str) -> str:
    """A separate key for digests, so that they never help against the encryption, and can be made without it."""
    derived = HKDF(SHA256(), length=32, salt=None, info=b"mixtape digest").derive(
        base64.urlsafe_b64decode(key)
    )
    return base64.urlsafe_b64encode(derived).decode()


def fingerprint(key: str) -> str:
    """Names a key without helping anyone to guess it."""
    return hashlib.sha256(f"mixtape key {key}".encode()).hexdigest()[:8]


def _place(record_id: str, member_id: int) -> str:
    return f"{record_id} of member {member_id}"


def _text(record: Tokens | AttemptSecrets) -> str:
    return msgspec.json.encode(record).decode()
