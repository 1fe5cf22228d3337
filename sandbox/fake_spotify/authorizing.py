"""What an app asks for when it sends a browser to the consent page, and what it gets back.

Source: developer.spotify.com/documentation/web-api/tutorials/code-flow and .../concepts/redirect_uri
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_spotify.state import App

# What the consent page says about a scope. Source: developer.spotify.com/documentation/web-api/concepts/scopes
SCOPES = {
    "playlist-read-private": "Access your private playlists.",
    "playlist-read-collaborative": "Access your collaborative playlists.",
    "playlist-modify-public": "Manage your public playlists.",
    "playlist-modify-private": "Manage your private playlists.",
    "ugc-image-upload": "Upload images to Spotify on your behalf.",
    "user-library-read": "Access your saved content.",
    "user-library-modify": "Manage your saved content.",
    "user-follow-read": "Access your followers and who you are following.",
    "user-follow-modify": "Manage who you are following.",
    "user-top-read": "Read your top artists and content.",
    "user-read-recently-played": "Access your recently played items.",
    "user-read-playback-state": "Read your currently playing content and Spotify Connect devices information.",
    "user-read-currently-playing": "Read your currently playing content.",
    "user-modify-playback-state": "Control playback on your Spotify clients and Spotify Connect devices.",
    "user-read-playback-position": "Read your position in content you have played.",
    "user-read-private": "Access your subscription details.",
    "user-read-email": "Get your real email address.",
    "streaming": "Play content and control playback on your other devices.",
    "app-remote-control": "Communicate with the Spotify app on your device.",
}
NOTHING_ASKED = "View your Spotify account data: your name, picture and public playlists."

LOOPBACK = frozenset({"127.0.0.1", "::1"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class AuthorizeError(Exception):
    """The request is wrong in a way the person reads on Spotify's own page; nobody is sent back."""


@dataclass(frozen=True, slots=True)
class Asked:
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None = field(repr=False)
    challenge: str | None = field(repr=False)

    @property
    def wishes(self) -> list[str]:
        """The scopes in words, in the documentation's order."""
        return [words for scope, words in SCOPES.items() if scope in self.scopes] or [NOTHING_ASKED]


def read(app: App, query: Mapping[str, str]) -> Asked:
    """Check what arrived at /authorize. Raises AuthorizeError."""
    if query.get("client_id") != app.client_id:
        raise AuthorizeError("INVALID_CLIENT: Invalid client")
    redirect_uri = query.get("redirect_uri", "")
    if not is_secure(redirect_uri):
        raise AuthorizeError("INVALID_CLIENT: Insecure redirect URI")
    if not is_registered(app.redirect_uris, redirect_uri):
        raise AuthorizeError("INVALID_CLIENT: Invalid redirect URI")
    if query.get("response_type") != "code":
        raise AuthorizeError("response_type must be code")
    scopes = frozenset(query.get("scope", "").split())
    if not scopes <= SCOPES.keys():
        raise AuthorizeError("INVALID_SCOPE: Invalid scope")
    challenge = query.get("code_challenge")
    if challenge is not None or "code_challenge_method" in query:
        if query.get("code_challenge_method") != "S256":
            raise AuthorizeError("code_challenge_method must be S256")
        if not _CHALLENGE.fullmatch(challenge or ""):
            raise AuthorizeError("code_challenge must be the SHA-256 of the verifier")
    return Asked(redirect_uri, scopes, query.get("state"), challenge)


def redirect_address(asked: Asked, **answer: str) -> str:
    """Where the browser goes: the redirect URI with `code` or `error`, and the state as it was sent."""
    if asked.state is not None:
        answer["state"] = asked.state
    joint = "&" if urlsplit(asked.redirect_uri).query else "?"
    return f"{asked.redirect_uri}{joint}{urlencode(answer)}"


def is_secure(redirect_uri: str) -> bool:
    """Https anywhere, http on a loopback address only; `localhost` is none."""
    parts = urlsplit(redirect_uri)
    if parts.scheme == "http":
        return parts.hostname in LOOPBACK
    return parts.scheme == "https" and parts.hostname not in {None, "localhost"}


def is_registered(registered: frozenset[str], redirect_uri: str) -> bool:
    """Character for character. A loopback URI may be registered without a port; any port then fits."""
    if redirect_uri in registered:
        return True
    parts = urlsplit(redirect_uri)
    if parts.hostname not in LOOPBACK or parts.scheme != "http":
        return False
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc
    return parts._replace(netloc=host).geturl() in registered
