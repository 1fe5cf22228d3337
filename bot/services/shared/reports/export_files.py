"""The files of an export: plain while they fit, compressed beyond that; tables as CSV, or everything as JSON."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = dict[str, str | int | None]

ENDING = 512 * 1024  # what the next rows and closing the files may add: the compressor holds some back
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - a spreadsheet takes what begins so for a formula


@dataclass(frozen=True, slots=True)
class ExportFile:
    name: str
    data: bytes


class Files:
    """Files under way: plain as long as they fit, and compressed in any case."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._plain: dict[str, bytearray] | None = {}
        self._size = 0
        self._packed = io.BytesIO()
        self._zip = zipfile.ZipFile(self._packed, "w", zipfile.ZIP_DEFLATED)
        self._entry: Any = None  # the file within the archive that is open
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
    """A file for each table, as spreadsheets open it: with the mark that tells them it is UTF-8."""

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
        self._put(text.getvalue().encode())

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
    """Text that a spreadsheet would take for a formula begins with an apostrophe, which makes it text."""
    if not isinstance(value, str):
        return "" if value is None else value
    risky = value.lstrip(" \xa0")[:1]
    return f"'{value}" if risky and risky in FORMULA_STARTS else value
