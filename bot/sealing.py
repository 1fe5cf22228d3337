"""Makes a stolen database useless: tokens are encrypted at rest, codes are only kept as keyed hashes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.stores import Account, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class Sealer:
    def __init__(self, keys: Sequence[str]) -> None:
        """Takes Fernet keys, newest first: the first seals, all of them open. A ValueError doesn't show the key.

        To change keys, put a new one in front; drop the old one once every token has been refreshed.
        """
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        # A separate key, so that a digest never helps against the encryption.
        self._digest_key = HKDF(SHA256(), length=32, salt=None, info=b"mixtape digest").derive(
            base64.urlsafe_b64decode(keys[0])
        )

    def seal(self, kind: str, owner: str, value: str) -> bytes:
        return self._fernet.encrypt(msgspec.json.encode(_Envelope(kind, owner, value)))

    def opens(self, sealed: bytes) -> bool:
        """Whether one of the keys sealed it, whatever place it's for."""
        try:
            self._fernet.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def open(self, kind: str, owner: str, sealed: bytes) -> str:
        """Raises SealBrokenError unless `sealed` was made by `seal` for the same kind and owner."""
        try:
            envelope = msgspec.json.decode(self._fernet.decrypt(sealed), type=_Envelope)
        except (InvalidToken, msgspec.MsgspecError) as error:
            raise SealBrokenError(f"{kind} can't be decrypted") from error
        if (envelope.kind, envelope.owner) != (kind, owner):
            raise SealBrokenError(f"{kind} was sealed for another place")
        return envelope.value

    def digest(self, kind: str, value: str) -> bytes:
        """A keyed hash (HMAC-SHA256) of a secret we only ever compare. It changes with the newest key."""
        return hmac.new(self._digest_key, f"{kind}\0{value}".encode(), hashlib.sha256).digest()

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


def _place(record_id: str, member_id: int) -> str:
    return f"{record_id} of member {member_id}"


def _text(record: Tokens | AttemptSecrets) -> str:
    return msgspec.json.encode(record).decode()
