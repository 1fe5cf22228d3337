"""A list of tracks as somebody brings it: which format it is, and what each of its lines says.

Nothing in it is trusted: it's limited in size and lines, and whatever can't be read is said, never raised as anything
but UnreadableFileError.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.track_files.entries import Entry  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES: Final = 1_000_000
MOST_LINES: Final = 2_000
LONGEST_CELL: Final = 1_000  # characters; the rest of a title is ignored

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Kind(StrEnum):
    """What is read. TEXT: lines a member wrote or pasted."""

    CSV = "csv"
    JSPF = "jspf"
    XSPF = "xspf"
    M3U8 = "m3u8"
    TEXT = "txt"


class Problem(StrEnum):
    SIZE = "size"
    LINES = "lines"
    EMPTY = "empty"
    COLUMNS = "columns"  # a table in which nothing names tracks
    BROKEN = "broken"  # not what its format requires
    DOCTYPE = "doctype"  # XML that defines its own entities


class UnreadableFileError(BotError):
    def __init__(self, problem: Problem, kind: Kind | None = None) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Line:
    """One track of the file. entry: None if it names none we understand. raw: as it stood there, to be handed back."""

    entry: Entry | None
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackList:
    """head: the names of a table's columns."""

    kind: Kind
    lines: tuple[Line, ...]
    head: tuple[str, ...] = ()


def read(name: str, data: bytes) -> TrackList:
    """name: of the file; its ending decides if the contents don't. Raises UnreadableFileError."""
    from bot.services.track_files import read_json, read_m3u, read_table, read_text, read_xml  # noqa: PLC0415

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


def text_of(data: bytes) -> str:
    """In the encoding its first bytes say, or UTF-8; otherwise as Windows writes it. Without NUL characters."""
    encoding = next((encoding for bom, encoding in BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "")


def within(text: str) -> str:
    return text.strip()[:LONGEST_CELL]


def usable(entry: Entry) -> Entry | None:
    """None: too little to find a track by."""
    return entry if entry.uri or entry.isrc or (entry.title and entry.artists) else None


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
