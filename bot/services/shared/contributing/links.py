"""Finds the Spotify links in what somebody wrote. Nothing is fetched for it, and only Spotify's own host counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.spotify.errors import RefError
from bot.spotify.refs import parse_ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.spotify.models import Ref

KINDS: Final = ("track", "album", "playlist")  # what can go into a playlist

_END: Final = r"\s<>()\[\]{}\"'|`*,"  # what ends an address in a text, Discord's markdown included
# An address is taken whole, so that another one inside its query is not seen. What stands before each keeps
# "notopen.spotify.com" and the like out, and the search linear.
_ADDRESS: Final = re.compile(
    rf"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://[^{_END}]+"
    rf"|(?<![\w:/.%=&?#@~+-])(?:spotify:|open\.spotify\.com/)[^{_END}]+",
    re.ASCII | re.IGNORECASE,
)
_AFTER: Final = ".;:!?_~…"  # belongs to the sentence


def links_in(text: str) -> tuple[Ref, ...]:
    """The tracks, albums and playlists linked in a text, in its order, each once."""
    return tuple(dict.fromkeys(_links(text)))


def _links(text: str) -> Iterator[Ref]:
    for found in _ADDRESS.finditer(text):
        try:
            ref = parse_ref(found[0].rstrip(_AFTER), KINDS)
        except RefError:
            continue
        if ref is not None:
            yield ref
