"""What a request can contain: arguments Spotify would reject are rejected before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from bot.spotify.errors import SpotifyRequestError
from bot.spotify.limits import FURTHEST_OFFSET

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

T = TypeVar("T")

_ID: Final = re.compile(r"[A-Za-z0-9]{22}")
_PLAYABLE: Final = re.compile(r"spotify:(?:track|episode):[A-Za-z0-9]{22}")
_URI: Final = re.compile(r"spotify:([a-z]+):[A-Za-z0-9]{22}")
_USER_URI: Final = re.compile(r"spotify:user:[^:,/?#\s]{1,100}")


def checked_id(spotify_id: str) -> str:
    """Only IDs go into a path: with the remains of a link, Spotify answers 404 or 405, and worse is possible."""
    if not _ID.fullmatch(spotify_id):
        raise SpotifyRequestError("not a Spotify ID")
    return spotify_id


def checked_user(user_id: str) -> str:
    """A user's ID, which is free text, escaped for a path."""
    if not 1 <= len(user_id) <= 100 or not user_id.strip(". "):
        raise SpotifyRequestError("not a user ID")
    return quote(user_id, safe="")


def check_playable(uris: Sequence[str], most: int) -> None:
    """1 to `most` URIs of tracks or episodes; nothing else can be added, not even local files."""
    if not 1 <= len(uris) <= most:
        raise SpotifyRequestError(f"expected 1 to {most} URIs of tracks or episodes")
    check_playable_all(uris)


def check_playable_all(uris: Collection[str]) -> None:
    if not all(_PLAYABLE.fullmatch(uri) for uri in uris):
        raise SpotifyRequestError("not a URI of a track or an episode")


def check_uris(uris: Sequence[str], kinds: Collection[str]) -> None:
    """At least one URI, all of these kinds."""
    if not uris:
        raise SpotifyRequestError("no URIs")
    for uri in uris:
        kind = "user" if _USER_URI.fullmatch(uri) else (found[1] if (found := _URI.fullmatch(uri)) else "")
        if kind not in kinds:
            raise SpotifyRequestError(f"expected URIs of: {', '.join(sorted(kinds))}")


def check_page(limit: int, most: int, offset: int, furthest: int = FURTHEST_OFFSET) -> None:
    if not (1 <= limit <= most and 0 <= offset <= furthest):
        raise SpotifyRequestError(f"page out of range: limit 1-{most}, offset 0-{furthest}")


def check_not_negative(**numbers: int | None) -> None:
    for name, number in numbers.items():
        if number is not None and number < 0:
            raise SpotifyRequestError(f"negative {name}")


def chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


def in_query(text: str) -> str:
    """A value for a query string; the characters of URIs and lists stay readable."""
    return quote(text, safe=":,")
