"""A list of tracks as somebody brings it: which format it is, and what each of its lines says.

Nothing in it is trusted: it's limited in size and lines, and whatever can't be read is said, never raised as anything
but UnreadableFileError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.services.track_files import read_json, read_m3u, read_table, read_text, read_xml
from bot.services.track_files.lines import (
    MOST_BYTES,
    MOST_LINES,
    Kind,
    Problem,
    TrackList,
    UnreadableFileError,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def read(name: str, data: bytes) -> TrackList:
    """name: of the file; its ending decides if the contents don't. Raises UnreadableFileError."""
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(Problem.SIZE)
    kind = _kind(name, data)
    found: TrackList
    match kind:
        case Kind.XSPF:
            found = TrackList(kind, read_xml.lines_of(data))
        case Kind.JSPF:
            found = TrackList(kind, read_json.lines_of(text_of(data)))
        case Kind.M3U8:
            found = TrackList(kind, read_m3u.lines_of(text_of(data)))
        case Kind.CSV:
            found = read_table.table_of(text_of(data))
        case Kind.TEXT:
            found = TrackList(kind, read_text.lines_of(text_of(data)))
    return checked(found)


def checked(found: TrackList) -> TrackList:
    """Raises UnreadableFileError for one with nothing in it, or too much."""
    if not found.lines:
        raise UnreadableFileError(Problem.EMPTY, found.kind)
    if len(found.lines) > MOST_LINES:
        raise UnreadableFileError(Problem.LINES, found.kind)
    return found


def _kind(name: str, data: bytes) -> Kind:
    """By the contents where they are clear."""
    begins = text_of(data[:1_000]).lstrip()
    if begins.startswith("#EXTM3U"):
        return Kind.M3U8
    if begins.startswith("<") and not begins.startswith("<http"):
        return Kind.XSPF
    if begins.startswith(("{", "[")):
        return Kind.JSPF
    ending = name.rpartition(".")[2].lower()
    if ending in {"m3u", "m3u8"}:
        return Kind.M3U8
    for kind, endings in _ENDINGS.items():
        if ending in endings:
            return kind
    return Kind.TEXT


_ENDINGS: Final[dict[Kind, Sequence[str]]] = {
    Kind.CSV: ("csv", "tsv"),
    Kind.JSPF: ("jspf", "json"),
    Kind.XSPF: ("xspf", "xml"),
}
