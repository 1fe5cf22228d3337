"""What Spotify's refusals mean, as errors. No I/O.

Bodies come as JSON, plain text, a gateway's HTML, truncated or empty; nothing here raises anything but SpotifyError.
Source: developer.spotify.com/documentation/web-api/concepts/api-calls
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from bot.spotify.errors import (
    SpotifyCredentialsError,
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyGrantError,
    SpotifyNoDeviceError,
    SpotifyNotFoundError,
    SpotifyNotRegisteredError,
    SpotifyOwnerPremiumError,
    SpotifyPlaylistFullError,
    SpotifyPremiumError,
    SpotifyRequestError,
    SpotifyScopeError,
    SpotifyUnauthorizedError,
    SpotifyUnavailableError,
)
from bot.spotify.shapes import Shape


class _Detail(msgspec.Struct, frozen=True):
    message: str | None = None
    reason: str | None = None


class _Refusal(msgspec.Struct, frozen=True):
    """Web API: `{"error": {"status", "message", "reason"?}}`. Accounts: `{"error": "...", "error_description"}`."""

    error: _Detail | str
    error_description: str | None = None


_REFUSAL: Final = Shape(_Refusal)


def _refusal(body: bytes) -> _Refusal | None:
    try:
        return _REFUSAL.read(body)
    except SpotifyUnavailableError:
        return None


# Kinds of 403 only differ in their text, which comes as a JSON message or as the bare body, in several wordings.
# See developer.spotify.com/documentation/web-api/concepts/quota-modes and .../tutorials/february-2026-migration-guide
_FORBIDDEN: Final[tuple[tuple[str, type[SpotifyForbiddenError]], ...]] = (
    ("user may not be registered", SpotifyNotRegisteredError),
    ("user not registered", SpotifyNotRegisteredError),
    ("user is not registered", SpotifyNotRegisteredError),
    ("premium subscription required for the owner", SpotifyOwnerPremiumError),
    ("blocked from accessing the web api", SpotifyOwnerPremiumError),
    ("insufficient client scope", SpotifyScopeError),
    ("insufficient scope", SpotifyScopeError),
    ("premium required", SpotifyPremiumError),
    ("playlist size limit", SpotifyPlaylistFullError),
)
_INVALID_ID: Final = re.compile(r"\binvalid (?:base ?62 )?id\b", re.IGNORECASE)
_NO_DEVICE: Final = "no active device"


def error_of(status: int, body: bytes) -> SpotifyError:
    """The error that a non-2xx answer of the Web API stands for (429 is up to the limiter)."""
    text, reason = _said(body)
    message = shortened(text)
    lowered = " ".join(text.lower().split())
    kind: type[SpotifyError] = SpotifyUnavailableError
    if status == 401:
        kind = SpotifyUnauthorizedError
    elif status == 403:
        kind = _forbidden(lowered, reason)
    elif status == 404:
        no_device = reason == "NO_ACTIVE_DEVICE" or _NO_DEVICE in lowered
        kind = SpotifyNoDeviceError if no_device else SpotifyNotFoundError
    elif 400 <= status < 500:
        kind = SpotifyRequestError
    return kind(message, status=status, reason=reason)


def _said(body: bytes) -> tuple[str, str | None]:
    """Spotify's words and its `reason`."""
    refusal = _refusal(body)
    if refusal is None:
        return _plain(body), None
    if isinstance(refusal.error, str):
        return refusal.error_description or refusal.error, None
    reason = refusal.error.reason
    return refusal.error.message or "", shortened(reason) if reason else None


def _forbidden(lowered: str, reason: str | None) -> type[SpotifyForbiddenError]:
    if reason == "PREMIUM_REQUIRED":
        return SpotifyPremiumError
    return next((kind for words, kind in _FORBIDDEN if words in lowered), SpotifyForbiddenError)


def token_error_of(status: int, body: bytes) -> SpotifyError:
    """The error that a refusal of the token endpoint stands for; its `error` field decides, not the status.

    Without a readable `error`, it came from a gateway, so it says nothing about consent or credentials.
    """
    refusal = _refusal(body)
    if refusal is None or not isinstance(refusal.error, str):
        return SpotifyUnavailableError(shortened(_plain(body)), status=status)
    message = shortened(f"{refusal.error}: {refusal.error_description or ''}".rstrip(": "))
    kinds: dict[str, type[SpotifyError]] = {
        "invalid_grant": SpotifyGrantError,
        "invalid_client": SpotifyCredentialsError,
        "unauthorized_client": SpotifyCredentialsError,
        "server_error": SpotifyUnavailableError,
        "temporarily_unavailable": SpotifyUnavailableError,
    }
    return kinds.get(refusal.error, SpotifyRequestError)(
        message,
        status=status,
        error=shortened(refusal.error),
        error_description=None if refusal.error_description is None else shortened(refusal.error_description),
    )


def says_there_is_none(status: int, body: bytes) -> bool:
    """Whether Spotify itself, not a gateway, says that nothing has this ID: with a 404, or a 400 about the ID."""
    refusal = _refusal(body) if status in {400, 404} else None
    if refusal is None or not isinstance(refusal.error, _Detail):
        return False
    return status == 404 or _INVALID_ID.search(refusal.error.message or "") is not None


def quota_used_up(body: bytes) -> bool:
    """Whether a 429 is about the developer account's quota, not the 30 s window."""
    refusal = _refusal(body)
    return (
        refusal is not None
        and isinstance(refusal.error, _Detail)
        and refusal.error.reason == "QUOTA_EXCEEDED"
    )


_LONG_RUN: Final = re.compile(r"[A-Za-z0-9_-]{24,}")  # IDs have 22; codes, tokens and secrets have more


def shortened(text: str) -> str:
    """Foreign text made safe for a log: one line, at most 200 characters, nothing that could be an echoed secret."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:2000]).split())
    return _LONG_RUN.sub("[...]", line)[:200]


def _plain(body: bytes) -> str:
    return body[:2000].decode("utf-8", "replace")
