"""What the accounts service hands out: codes, access tokens and refresh tokens, and when each of them ends."""

from __future__ import annotations

import calendar
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.fake_spotify.people import Person

ACCESS_LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(
    minutes=10
)  # not published; RFC 6749 (4.1.2) names ten minutes as the longest sensible life
CONSENT_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Consent:
    """One time a person pressed Agree. `person` None: the app itself (client credentials)."""

    person: Person | None
    scopes: frozenset[str]
    given_at: datetime

    @property
    def ends_at(self) -> datetime:
        """Source: developer.spotify.com/blog/2026-06-18-refresh-token-expiration"""
        years, month = divmod(self.given_at.month - 1 + CONSENT_MONTHS, 12)
        year, month = self.given_at.year + years, month + 1
        last_day = calendar.monthrange(year, month)[1]
        return self.given_at.replace(year=year, month=month, day=min(self.given_at.day, last_day))


@dataclass(frozen=True, slots=True)
class Code:
    consent: Consent
    redirect_uri: str
    challenge: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    consent: Consent
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refresh:
    consent: Consent
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A secret that left the accounts service, so that tests can look for it in logs. `kind`: code, access, refresh."""

    kind: str
    value: str


class Tokens:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.issued: list[Issued] = []
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, Access] = {}
        self.refresh_tokens: dict[str, Refresh] = {}

    def consent(self, person: Person | None, scopes: frozenset[str]) -> Consent:
        return Consent(person, scopes, self.now())

    def new_code(self, consent: Consent, redirect_uri: str, challenge: str | None) -> str:
        value = self._new("code", "AQ")
        self.codes[value] = Code(consent, redirect_uri, challenge, self.now() + CODE_LIFE)
        return value

    def take_code(self, value: str) -> Code | None:
        """The code, once; None when it is unknown, used or old."""
        code = self.codes.pop(value, None)
        return code if code and self.now() < code.expires_at else None

    def new_access(self, consent: Consent) -> str:
        value = self._new("access", "BQ")
        self.access_tokens[value] = Access(consent, self.now() + ACCESS_LIFE)
        return value

    def access(self, value: str) -> Access | None:
        """The access token, also an expired one; None when it is unknown or revoked."""
        return self.access_tokens.get(value)

    def new_refresh(self, consent: Consent) -> str:
        value = self._new("refresh", "AQ")
        self.refresh_tokens[value] = Refresh(consent)
        return value

    def refresh(self, value: str) -> Refresh | None:
        return self.refresh_tokens.get(value)

    def rotate(self, value: str) -> str:
        """Another refresh token for the same consent, in place of the old one."""
        old = self.refresh_tokens[value]
        self.refresh_tokens[value] = replace(old, revoked=True)
        return self.new_refresh(old.consent)

    def revoke(self, person: Person) -> None:
        """The person removed the app: their refresh tokens are revoked, their access tokens gone."""
        for value, refresh in self.refresh_tokens.items():
            if refresh.consent.person is person:
                self.refresh_tokens[value] = replace(refresh, revoked=True)
        self.access_tokens = {
            value: kept for value, kept in self.access_tokens.items() if kept.consent.person is not person
        }
        self.codes = {value: kept for value, kept in self.codes.items() if kept.consent.person is not person}

    def expire_access(self) -> None:
        """Every access token, the app's too, is over now."""
        now = self.now()
        self.access_tokens = {
            value: replace(access, expires_at=now) for value, access in self.access_tokens.items()
        }

    def _new(self, kind: str, prefix: str) -> str:
        value = prefix + secrets.token_urlsafe(48)
        self.issued.append(Issued(kind, value))
        return value
