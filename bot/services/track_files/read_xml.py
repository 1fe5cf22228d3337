"""XSPF, read by expat. A file with a document type is refused: entities could expand without end, or name files.

Source: xspf.org/spec
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from bot.services.track_files.entries import Entry
from bot.services.track_files.lines import (
    LONGEST_CELL,
    MOST_LINES,
    Kind,
    Line,
    Problem,
    UnreadableFileError,
    usable,
    within,
)
from bot.services.track_files.naming import isrc_in, length_in, uri_in

FIELDS: Final = frozenset({"title", "creator", "album", "duration", "location", "identifier", "annotation"})
DEEPEST: Final = 20


def lines_of(data: bytes) -> tuple[Line, ...]:
    """Raises UnreadableFileError."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's own: this is all of it
    except (expat.ExpatError, ValueError, LookupError) as broken:
        raise UnreadableFileError(Problem.BROKEN, Kind.XSPF) from broken
    if not reader.is_playlist:
        raise UnreadableFileError(Problem.BROKEN, Kind.XSPF)
    return tuple(reader.lines)


class _Reader:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.is_playlist = False
        self._open: list[str] = []
        self._fields: dict[str, list[str]] = {}
        self._text: list[str] = []

    def doctype(self, *_: object) -> None:
        raise UnreadableFileError(Problem.DOCTYPE, Kind.XSPF)

    def start(self, tag: str, _: object) -> None:
        name = tag.rpartition(" ")[2]
        if len(self._open) >= DEEPEST:
            raise UnreadableFileError(Problem.BROKEN, Kind.XSPF)
        self._open.append(name)
        self.is_playlist |= self._open == ["playlist"]
        if self._open == ["playlist", "trackList", "track"]:
            self._fields = {}
        self._text = []

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _: str) -> None:
        name = self._open.pop()
        if self._open == ["playlist", "trackList", "track"] and name in FIELDS:
            self._fields.setdefault(name, []).append("".join(self._text))
        elif [*self._open, name] == ["playlist", "trackList", "track"]:
            if len(self.lines) > MOST_LINES:
                raise UnreadableFileError(Problem.LINES, Kind.XSPF)
            self.lines.append(Line(entry_of_fields(self._fields), _raw(self._fields)))
        self._text = []


def entry_of_fields(fields: dict[str, list[str]]) -> Entry | None:
    """Of a track in XSPF or JSPF, by the names of its parts."""

    def first(name: str) -> str:
        return within(next(iter(fields.get(name, ())), ""))

    named = [text[:LONGEST_CELL] for text in (*fields.get("location", ()), *fields.get("identifier", ()))]
    return usable(
        Entry(
            first("title"),
            first("creator"),
            first("album"),
            length_in(first("duration"), milliseconds=True),
            isrc_in(named),
            uri_in(named),
        )
    )


def _raw(fields: dict[str, list[str]]) -> tuple[str, ...]:
    """Name and text, one after the other."""
    return tuple(part for name, texts in fields.items() for text in texts for part in (name, text.strip()))
