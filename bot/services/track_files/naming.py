"""What texts of a file name: a link or URI of a track, an ISRC, a length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.services.playable import KINDS
from bot.spotify.errors import RefError
from bot.spotify.models import Ref
from bot.spotify.refs import named_in, parse_ref

if TYPE_CHECKING:
    from collections.abc import Iterable

_ISRC: Final = re.compile(r"(?:urn:)?(?:isrc:)?([A-Z]{2}-?[A-Z0-9]{3}-?[0-9]{2}-?[0-9]{5})", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]?\d)(?:\.\d+)?")
_NUMBER: Final = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")
LONGEST_MS: Final = 48 * 3600 * 1000
MILLISECONDS_FROM: Final = 10_000  # a number without a unit: nothing lasts that many seconds


def uri_in(texts: Iterable[str], *, bare: bool = False) -> str:
    """The first track or episode one of the texts links to; empty: none does. bare: a plain ID is a track's."""
    for text in texts:
        if bare and (ref := _parsed(text)):
            return ref.uri
        ref = next((one for one in named_in(text, KINDS) if isinstance(one, Ref)), None)
        if ref is not None:
            return ref.uri
    return ""


def _parsed(text: str) -> Ref | None:
    try:
        return parse_ref(text, ("track",))
    except RefError:
        return None


def isrc_in(texts: Iterable[str]) -> str:
    """As registered; empty if none of the texts is one."""
    for text in texts:
        if found := _ISRC.fullmatch(text.strip()):
            return found[1].replace("-", "").upper()
    return ""


def length_in(text: str, *, milliseconds: bool = False) -> int | None:
    """“3:34”, “1:02:05”, seconds, or milliseconds where the number or the column says so."""
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return _plausible((hours * 3600 + minutes * 60 + seconds) * 1000)
    if _NUMBER.fullmatch(text):
        number = float(text.replace(",", "."))
        return _plausible(round(number if milliseconds or number >= MILLISECONDS_FROM else number * 1000))
    return None


def _plausible(duration_ms: int) -> int | None:
    return duration_ms if 0 < duration_ms <= LONGEST_MS else None
