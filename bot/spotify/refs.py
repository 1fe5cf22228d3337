"""What a member pasted: a Spotify link, URI or id as kind and id, or plain text to search for.

Nothing is ever fetched to find out. Only the exact host counts, and an id is 22 ASCII letters and digits.
Source: developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.spotify.errors import RefError
from bot.spotify.models.refs import HOST, Ref

if TYPE_CHECKING:
    from collections.abc import Collection

SHORT_HOSTS: Final = frozenset({"spotify.link", "spotify.app.link"})
KINDS: Final = frozenset(
    {"track", "album", "artist", "playlist", "episode", "show", "audiobook", "chapter", "user", "local"}
)

_ID: Final = re.compile(r"[A-Za-z0-9]{22}")
_INTL: Final = re.compile(r"intl-[a-z]{2,3}(-[a-z]{2})?", re.ASCII | re.IGNORECASE)
_URL: Final = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#\s]*)(\S*)", re.ASCII | re.IGNORECASE)
_URI: Final = re.compile(r"spotify(?::user:[^:\s]+(?=:playlist:))?:([a-z]+):(\S*)", re.ASCII | re.IGNORECASE)


def parse_ref(text: str, expected: Collection[str]) -> Ref | None:
    """The thing a pasted text names; None when it is plain text to search for.

    text: a link (also in `<>`, with `intl-xx`, query or fragment), a `spotify:` URI, or, when exactly one kind is
    expected, a bare id. expected: the kinds that make sense here.
    Raises RefError for what names something, but nothing usable here; its `found` is one of KINDS or empty.
    """
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1].strip()
    if _ID.fullmatch(text):
        kinds = tuple(expected)
        return Ref(kinds[0], text) if len(kinds) == 1 else None
    if uri := _URI.fullmatch(text):
        return _checked(uri[1].lower(), uri[2], expected)
    if url := _URL.fullmatch(text):
        return _of_url(url[1].lower(), url[2], url[3], expected)
    host, slash, path = text.partition("/")
    if slash and "spotify" in host.lower() and "." in host and not re.search(r"\s", text):
        return _of_url("https", host, slash + path, expected)  # copied without its scheme
    return None


def _of_url(scheme: str, host: str, rest: str, expected: Collection[str]) -> Ref:
    host = host.lower()  # whole: with user info, a port or a dot at the end it is not the exact host
    if scheme in {"https", "http"} and host in SHORT_HOSTS:
        raise RefError("short", expected=expected)
    if scheme not in {"https", "http"} or host != HOST:
        raise RefError("host", expected=expected)
    parts = re.split(r"[?#]", rest, maxsplit=1)[0].removesuffix("/").split("/")[1:]
    if parts and _INTL.fullmatch(parts[0]):
        del parts[0]
    if len(parts) > 2 and parts[0] == "user" and parts[2] == "playlist":
        del parts[:2]  # how playlists were addressed once
    kind = parts[0] if parts else ""
    return _checked(kind.lower() if kind.isascii() else "", "/".join(parts[1:]), expected)


def _checked(kind: str, spotify_id: str, expected: Collection[str]) -> Ref:
    if kind not in expected:
        raise RefError("kind", expected=expected, found=kind if kind in KINDS else "")
    if not _ID.fullmatch(spotify_id):
        raise RefError("id", expected=expected)
    return Ref(kind, spotify_id)
