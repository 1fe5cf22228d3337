"""What a list of tracks that somebody brings consists of, its limits, and why it can't be read."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.errors import BotError
from bot.services.track_files.entries import Entry  # noqa: TC001 - msgspec reads the annotations

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
