"""Tables: columns found by what they are called, in any order, with any of the usual separators.

Known: our own export, Exportify, TuneMyMusic, Soundiiz, and whatever names its columns as these do.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.services.export_files import FORMULA_SIGNS
from bot.services.track_files.entries import Entry
from bot.services.track_files.lines import (
    LONGEST_CELL,
    MOST_LINES,
    Kind,
    Line,
    Problem,
    TrackList,
    UnreadableFileError,
    usable,
    within,
)
from bot.services.track_files.naming import isrc_in, length_in, uri_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SEPARATORS: Final = ",;\t|"
# By what they say, the clearest first; compared without case, accents and signs.
NAMES: Final = {
    "uri": (
        *("trackuri", "spotifyuri", "spotifytrackuri", "uri", "tracklink", "trackurl", "spotifyurl", "spotifylink"),
        *("link", "url", "songurl", "songlink", "spotifyid", "spotifytrackid", "trackid", "id"),
    ),
    "title": (
        *("trackname", "tracktitle", "songname", "songtitle", "title", "track", "song", "name"),
        *("titel", "titre", "titulo", "titolo", "songs"),
    ),
    "artists": (
        *("artistnames", "artistname", "trackartists", "trackartist", "artists", "artist", "creator", "performer"),
        *("interpret", "interpreten", "kunstler", "artiste", "artistes", "artista", "artistas", "artisti"),
    ),
    "album": ("albumname", "albumtitle", "album", "alben"),
    "isrc": ("isrc", "trackisrc", "isrccode", "isrcs"),
    "length": (
        *("durationms", "trackdurationms", "lengthms", "duration", "trackduration", "length", "tracklength", "time"),
        *("dauer", "lange", "duree", "duracion", "durata"),
    ),
}  # fmt: skip


def table_of(text: str) -> TrackList:
    """Raises UnreadableFileError for a table without columns that name tracks."""
    text = text.lstrip("\ufeff")
    said, _, rest = text.partition("\n")
    if said.strip().lower().startswith("sep=") and len(said.strip()) == len("sep=;"):
        text = rest  # how spreadsheets are told the separator
    text = text.lstrip("\r\n")
    separator = max(SEPARATORS, key=lambda one: (len(_columns(_head(text, one))), len(_head(text, one))))
    try:
        rows = [row for row in _rows(text, separator) if any(cell.strip() for cell in row)]
    except csv.Error as broken:
        raise UnreadableFileError(Problem.BROKEN, Kind.CSV) from broken
    if not rows:
        raise UnreadableFileError(Problem.EMPTY, Kind.CSV)
    columns = _columns(rows[0])
    if "uri" in columns or "isrc" in columns or {"title", "artists"} <= columns.keys():
        head = tuple(rows[0])
        return TrackList(
            Kind.CSV, tuple(Line(_entry(row, columns, head), tuple(row)) for row in rows[1:]), head
        )
    if not any(uri_in(row) for row in rows):
        raise UnreadableFileError(Problem.COLUMNS, Kind.CSV)
    # A table without a head: of links.
    return TrackList(Kind.CSV, tuple(Line(usable(Entry(uri=uri_in(row))), tuple(row)) for row in rows))


def _head(text: str, separator: str) -> Sequence[str]:
    try:
        return next(_rows(text[:20_000], separator), ())
    except csv.Error:
        return ()


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    """Not more than could be used: the first row too many is enough to know."""
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
        if number > MOST_LINES + 1:
            return
        yield row


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    """What is in which column."""
    known = {_key(name): place for place, name in reversed(list(enumerate(head)))}
    found: dict[str, int] = {}
    for meaning, names in NAMES.items():
        place = next((known[name] for name in names if name in known), None)
        if place is not None:
            found[meaning] = place
    return found


def _key(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in apart if char.isalnum())


def _entry(row: Sequence[str], columns: Mapping[str, int], head: Sequence[str]) -> Entry | None:
    def cell(meaning: str) -> str:
        place = columns.get(meaning)
        return _plain(row[place]) if place is not None and place < len(row) else ""

    length_name = _key(head[columns["length"]]) if "length" in columns else ""
    links = [_plain(one) for one in row if "spotify" in one]
    return usable(
        Entry(
            within(cell("title")),
            within(cell("artists")),
            within(cell("album")),
            length_in(cell("length"), milliseconds=length_name.endswith("ms")),
            isrc_in([cell("isrc")]),
            uri_in([cell("uri")], bare=True) or uri_in(links),
        )
    )


def _plain(cell: str) -> str:
    """Without the apostrophe that our own files put before what a spreadsheet could take for a formula."""
    cell = cell[:LONGEST_CELL]
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_SIGNS else cell
