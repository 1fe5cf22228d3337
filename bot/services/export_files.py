"""The files of an export: plain while they fit, compressed otherwise; tables as CSV, or everything as JSON."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bot.visible import is_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    Row = dict[str, str | int | None]

NAME_LENGTH = 40
ENDING = 512 * 1024  # what the next rows and closing the files may add: the compressor buffers some
LINE_SIGNS = frozenset("\t\r\n")
# A spreadsheet reads anything that starts with = + - @ as a formula, in all their widths and positions.
FORMULA_SIGNS = frozenset(
    "=+-@\u207a\u207b\u207c\u208a\u208b\u208c\u2212\u2a75\u2a76\ufb29"
    "\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
)
SIGN_BEHIND_NO_WORD = re.compile(rf"(?<![^\W_])[{re.escape(''.join(FORMULA_SIGNS))}]")
SPLITTING = frozenset({"Cc", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"})


@dataclass(frozen=True, slots=True)
class ExportFile:
    name: str
    data: bytes


class Files:
    """Files being written: plain as long as they fit, and compressed in any case."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._plain: dict[str, bytearray] | None = {}
        self._size = 0
        self._packed = io.BytesIO()
        self._zip = zipfile.ZipFile(self._packed, "w", zipfile.ZIP_DEFLATED)
        self._entry: Any = None  # the open file within the archive
        self._name = ""

    @property
    def has_room(self) -> bool:
        return self._packed.tell() + ENDING < self._most_bytes

    def _begin(self, name: str) -> None:
        self._name = name
        self._entry = self._zip.open(name, "w", force_zip64=True)
        if self._plain is not None:
            self._plain[name] = bytearray()

    def _put(self, data: bytes) -> None:
        self._entry.write(data)
        self._size += len(data)
        if self._plain is not None:
            self._plain[self._name] += data
            if self._size > self._most_bytes:
                self._plain = None

    def _end(self) -> None:
        self._entry.close()

    def _files(self, stem: str) -> tuple[ExportFile, ...]:
        self._zip.close()
        if self._plain is None:
            return (ExportFile(f"{stem}.zip", self._packed.getvalue()),)
        return tuple(ExportFile(f"{stem}-{name}", bytes(data)) for name, data in self._plain.items())


class CsvFiles(Files):
    """One file per table, as spreadsheets open it: with the mark that identifies UTF-8."""

    @contextmanager
    def table(self, name: str) -> Iterator[None]:
        self._begin(f"{name}.csv")
        self._put("\ufeff".encode())
        self._headed = False
        yield
        self._end()

    def write(self, rows: Sequence[Row]) -> None:
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\r\n")
        if rows and not self._headed:
            lines.writerow(rows[0])
            self._headed = True
        lines.writerows([_cell(value) for value in row.values()] for row in rows)
        self._put(text.getvalue().encode(errors="replace"))

    def write_cells(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows without names; not to be mixed with the others."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([_as_text(cell) for cell in row] for row in rows)
        self._put(text.getvalue().encode(errors="replace"))

    def finish(self, stem: str) -> tuple[ExportFile, ...]:
        return self._files(stem)


class JsonFiles(Files):
    """One file with everything."""

    def __init__(self, most_bytes: int, about: Mapping[str, object], *, name: str = "playlist.json") -> None:
        super().__init__(most_bytes)
        self._begin(name)
        self._put(msgspec.json.encode(about)[:-1])

    @contextmanager
    def table(self, name: str) -> Iterator[None]:
        self._put(b',\n"%s": [' % name.encode())
        self._between = b"\n"
        yield
        self._put(b"\n]")

    def write(self, rows: Sequence[Row]) -> None:
        self._put(b"".join([self._between, b",\n".join(msgspec.json.encode(row) for row in rows)]))
        self._between = b",\n"

    def finish(self, stem: str) -> tuple[ExportFile, ...]:
        self._put(b"\n}\n")
        self._end()
        return self._files(stem)


def _cell(value: str | int | None) -> str | int:
    if not isinstance(value, str):
        return "" if value is None else value
    return _as_text(value)


def _as_text(value: str) -> str:
    """With an apostrophe, which makes it text, wherever a spreadsheet could read what follows as a formula.

    That isn't only at the start: whoever opens the file chooses what splits it into cells, such as a semicolon.
    So any character may, except letters, digits, spaces within a line, and apostrophes.
    """
    shown: list[str] = ["'"] if value.lstrip(" \xa0")[:1] in LINE_SIGNS else []
    if not shown and not SIGN_BEHIND_NO_WORD.search(value):
        return value
    begins: int | None = len(shown)  # where in `shown` a cell could start; None: within a word
    for char in value:
        if char in FORMULA_SIGNS:
            if begins is not None:
                shown.insert(begins, "'")
            begins = None
        elif _splits(char):
            begins = len(shown) + 1
        elif not char.isspace() and not is_unseen(char):
            begins = None
        shown.append(char)
    return "".join(shown)


def _splits(char: str) -> bool:
    return char in "\t\r\n\v\f" or (unicodedata.category(char) in SPLITTING and char != "'")


def time_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def file_stem(name: str, now: datetime) -> str:
    """“tapes-more-2026-11-29” for a playlist that is called “Tapes & More”."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:NAME_LENGTH].strip("-")
    return f"{words or 'playlist'}-{now:%Y-%m-%d}"
