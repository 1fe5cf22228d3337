"""A list of tracks written as a file: CSV and JSON with all we know, JSPF, XSPF and M3U8 for other players.

JSPF and XSPF: xspf.org/jspf and xspf.org/spec. Who added a track and when stands in `meta`, under names of Dublin Core,
and likes under one of schema.org.
M3U8: RFC 8216, 4.1, with EXTINF as players write it for tracks ("seconds,artist - title").
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr  # escaping only, which parses nothing

import msgspec

from bot.services.export_files import CsvFiles, Files, JsonFiles, time_text
from bot.services.track_files.entries import Format, length_text
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.services.export_files import ExportFile, Row
    from bot.services.track_files.entries import About, Entry

ADDED_BY: Final = "http://purl.org/dc/terms/contributor"
ADDED_AT: Final = "http://purl.org/dc/terms/date"
LIKES: Final = "https://schema.org/userInteractionCount"
ISRC: Final = "urn:isrc:"
NAMESPACE: Final = "http://xspf.org/ns/0/"
# What XML 1.0 can't hold, in any form.
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What an address can't hold as it is (RFC 3986).
NOT_URI: Final = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")

TrackFiles: TypeAlias = "CsvFiles | JsonFiles | PlaylistFile"
# An entry, and what only this kind of list says about it, for CSV and JSON.
Line: TypeAlias = "tuple[Entry, Row]"


def begun(kind: Format, about: About, most_bytes: int, extra: Mapping[str, object]) -> TrackFiles:
    """most_bytes: for all files together. extra: what else JSON says about the list."""
    match kind:
        case Format.CSV:
            return CsvFiles(most_bytes)
        case Format.JSON:
            return JsonFiles(most_bytes, extra)
        case Format.JSPF:
            return JspfFile(most_bytes, about)
        case Format.XSPF:
            return XspfFile(most_bytes, about)
        case Format.M3U8:
            return M3u8File(most_bytes, about)


def put(made: TrackFiles, lines: Sequence[Line], first: int) -> None:
    """The next lines; the first of them stands at position `first`."""
    if isinstance(made, PlaylistFile):
        made.write([entry for entry, _ in lines])
    else:
        made.write([_row(place, *line) for place, line in enumerate(lines, first)])


class PlaylistFile(Files, ABC):
    """A file that holds a playlist and nothing else."""

    name = ""

    def __init__(self, most_bytes: int, about: About) -> None:
        super().__init__(most_bytes)
        self._about = about
        self._first = True

    @contextmanager
    def table(self, name: str) -> Iterator[None]:  # noqa: ARG002 - it has one table, without a name
        self._begin(self.name)
        self._put(self._head().encode())
        yield
        self._put(self._tail().encode())
        self._end()

    def write(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._put(self._text_of(entry, first=self._first).encode(errors="replace"))
            self._first = False

    def finish(self, stem: str) -> tuple[ExportFile, ...]:
        return self._files(stem)

    @abstractmethod
    def _head(self) -> str: ...

    @abstractmethod
    def _tail(self) -> str: ...

    @abstractmethod
    def _text_of(self, entry: Entry, *, first: bool) -> str: ...


class JspfFile(PlaylistFile):
    name = "playlist.jspf"

    def _head(self) -> str:
        about = {
            "title": self._about.name,
            "annotation": self._about.description,
            "location": self._about.url,
            "date": time_text(self._about.at),
        }
        plain = msgspec.json.encode({key: _whole(value) for key, value in about.items() if value}).decode()
        return f'{{"playlist":{plain[:-1]},"track":['

    def _tail(self) -> str:
        return "\n]}}\n"

    def _text_of(self, entry: Entry, *, first: bool) -> str:
        told: dict[str, object] = {}
        if location := _location(entry):
            told["location"] = [location]
        if identifiers := _identifiers(entry):
            told["identifier"] = identifiers
        for key, value in _said(entry):
            told[key] = _whole(value)
        if entry.duration_ms is not None:
            told["duration"] = entry.duration_ms
        if meta := _meta(entry):
            told["meta"] = [{rel: _whole(content)} for rel, content in meta]
        return ("\n" if first else ",\n") + msgspec.json.encode(told).decode()


class XspfFile(PlaylistFile):
    name = "playlist.xspf"

    def _head(self) -> str:
        about = self._about
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<playlist version="1" xmlns="{NAMESPACE}">',
            _element("title", about.name),
            *([_element("annotation", about.description)] if about.description else []),
            _element("location", _uri(about.url)),
            _element("date", time_text(about.at)),
            "<trackList>",
        ]
        return "\n".join(lines) + "\n"

    def _tail(self) -> str:
        return "</trackList>\n</playlist>\n"

    def _text_of(self, entry: Entry, *, first: bool) -> str:  # noqa: ARG002 - nothing stands between two
        parts = [_element("location", location)] if (location := _location(entry)) else []
        parts += [_element("identifier", one) for one in _identifiers(entry)]
        parts += [_element(key, value) for key, value in _said(entry)]
        if entry.duration_ms is not None:
            parts.append(_element("duration", str(entry.duration_ms)))
        parts += [f"<meta rel={quoteattr(rel)}>{_xml(content)}</meta>" for rel, content in _meta(entry)]
        return f"<track>{''.join(parts)}</track>\n"


class M3u8File(PlaylistFile):
    """Entries without any address are left out: the format has no place for them."""

    name = "playlist.m3u8"

    def _head(self) -> str:
        return f"#EXTM3U\n#PLAYLIST:{one_line(self._about.name)}\n"

    def _tail(self) -> str:
        return ""

    def _text_of(self, entry: Entry, *, first: bool) -> str:  # noqa: ARG002 - nothing stands between two
        location = _location(entry)
        if not location:
            return ""
        seconds = -1 if entry.duration_ms is None else round(entry.duration_ms / 1000)
        shown = " - ".join(filter(None, (one_line(entry.artists), one_line(entry.title))))
        album = f"#EXTALB:{one_line(entry.album)}\n" if one_line(entry.album) else ""
        return f"#EXTINF:{seconds},{shown}\n{album}{location}\n"


def _row(place: int, entry: Entry, extra: Row) -> Row:
    return {
        "place": place,
        "uri": entry.uri or None,
        "title": entry.title or None,
        "artists": entry.artists or None,
        "album": entry.album or None,
        "length": length_text(entry.duration_ms),
        "duration_ms": entry.duration_ms,
        "isrc": entry.isrc or None,
        "link": entry.link or None,
        "added_by": entry.added_by or None,
        "added_at": time_text(entry.added_at) if entry.added_at else None,
        "note": entry.note or None,
        "likes": entry.likes,
        **extra,
    }


def _said(entry: Entry) -> Iterator[tuple[str, str]]:
    """In the order of the specification; what is empty is left out."""
    for key, value in (
        ("title", entry.title),
        ("creator", entry.artists),
        ("annotation", entry.note),
        ("album", entry.album),
    ):
        if value:
            yield key, value


def _location(entry: Entry) -> str:
    return _uri(entry.link or entry.uri)


def _identifiers(entry: Entry) -> list[str]:
    return [_uri(one) for one in (entry.uri, f"{ISRC}{entry.isrc}" if entry.isrc else "") if one]


def _meta(entry: Entry) -> list[tuple[str, str]]:
    told = {
        ADDED_BY: entry.added_by,
        ADDED_AT: time_text(entry.added_at) if entry.added_at else "",
        LIKES: str(entry.likes) if entry.likes else "",
    }
    return [(rel, content) for rel, content in told.items() if content]


def _uri(text: str) -> str:
    """As an address may be written: anything else is escaped byte by byte."""
    return NOT_URI.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode(errors="replace")), text
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{_xml(text)}</{name}>"


def _xml(text: str) -> str:
    # A parser would read a plain carriage return as a line feed.
    return escape(NOT_XML.sub("", text), {"\r": "&#13;"})


def _whole(text: str) -> str:
    """Without half characters, which UTF-8 can't hold."""
    return text.encode(errors="replace").decode()
