"""The file: compressed lines of JSON. What it is, then every record, then how many there are and their checksum."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from bot import VERSION
from bot.errors import BotError
from bot.stores.backup import Record, tag_of
from bot.system import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

FORMAT: Final = 1
_END: Final = b'{"end":'


class BackupError(BotError):
    """The file can't be written, or isn't a usable backup; the text says why. Nothing was changed."""


class Header(msgspec.Struct, frozen=True):
    """schema: the newest the bot knew. one_moment: all records are from the same one, which is `made_at`."""

    mixtape_backup: int  # the format
    schema: int
    version: str
    made_at: datetime
    source: str
    one_moment: bool


class _Format(msgspec.Struct, frozen=True):
    mixtape_backup: int


class _End(msgspec.Struct, frozen=True):
    counts: dict[str, int]
    sha256: str


class _Trailer(msgspec.Struct, frozen=True):
    end: _End


@dataclass(slots=True)
class Written:
    """counts: records of each kind."""

    _file: IO[bytes]
    counts: Counter[str] = field(default_factory=Counter)
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256)
    _encoder: msgspec.json.Encoder = field(default_factory=msgspec.json.Encoder)

    def add(self, record: Record) -> None:
        self.counts[tag_of(record)] += 1
        self._line(self._encoder.encode(record))

    def _begin(self, header: Header) -> None:
        self._line(self._encoder.encode(header))

    def _end(self) -> None:
        end = _Trailer(_End(dict(self.counts), self._hash.hexdigest()))
        self._file.write(self._encoder.encode(end) + b"\n")

    def _line(self, line: bytes) -> None:
        self._hash.update(line + b"\n")
        self._file.write(line + b"\n")


@contextmanager
def writing(path: Path, header: Header) -> Iterator[Written]:
    """A private file that only gets its name once it's complete. Never replaces one. Raises BackupError."""
    draft = path.with_name(f"{path.name}.part")
    try:
        _must_be_free(path)
        draft.unlink(missing_ok=True)  # of an earlier try
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as raw:
                with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6) as packed:
                    written = Written(packed)  # type: ignore[arg-type] # all that is used of it
                    written._begin(header)  # noqa: SLF001 - the same module
                    yield written
                    written._end()  # noqa: SLF001
                raw.flush()
                os.fsync(raw.fileno())
            path.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    except FileExistsError:
        _must_be_free(path)
        raise
    except OSError as error:
        raise BackupError(f"{path} can't be written ({error.strerror}). Nothing was kept of it") from error


def _must_be_free(path: Path) -> None:
    if path.exists():
        raise BackupError(f"{path} exists already. Nothing was written; choose another name")


def header_of(path: Path, *, schema: int) -> Header:
    """schema: the newest this version knows. Raises BackupError."""
    with _readable(path), gzip.open(path, "rb") as file:
        line = file.readline()
        try:
            known = msgspec.json.decode(line, type=_Format)
        except msgspec.MsgspecError:
            raise BackupError(f"{path} isn't a backup of Mixtape") from None
        if known.mixtape_backup > FORMAT:
            raise BackupError(
                f"{path} was made by a newer version of the bot (format {known.mixtape_backup}; this one reads up to "
                f"{FORMAT}). Use that version or a newer one"
            )
        header = msgspec.json.decode(line, type=Header)
    if header.schema > schema:
        raise BackupError(
            f"{path} was made by a newer version of the bot, {header.version} (schema {header.schema}; this one knows "
            f"up to {schema}). Use that version or a newer one"
        )
    return header


def records_of(path: Path) -> Iterator[Record]:
    """All of them. At the end, or on the way, raises BackupError if the file isn't exactly as it was written."""
    decoder = msgspec.json.Decoder(Record)
    digest, counts, end = hashlib.sha256(), Counter[str](), None
    with _readable(path), gzip.open(path, "rb") as file:
        digest.update(file.readline())
        for line in file:
            if end is not None:
                raise BackupError(f"{path} is damaged: something follows its end")
            if line.startswith(_END):
                end = msgspec.json.decode(line, type=_Trailer).end
                continue
            digest.update(line)
            record = decoder.decode(line)
            counts[tag_of(record)] += 1
            yield record
    if end is None:
        raise BackupError(f"{path} is cut off: its end is missing. Nothing of it was restored")
    if end.sha256 != digest.hexdigest() or end.counts != counts:
        raise BackupError(f"{path} is damaged: its checksum is wrong. Nothing of it was restored")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise BackupError(f"{path} is cut off. Nothing of it was restored; use another backup") from None
    except gzip.BadGzipFile as error:
        what = "isn't a backup of Mixtape" if "Not a gzipped file" in str(error) else "is damaged"
        raise BackupError(f"{path} {what}. Nothing of it was restored") from None
    except msgspec.ValidationError:  # it's JSON, and whole
        raise BackupError(
            f"{path} holds something that this version of the bot ({VERSION}) doesn't know. Nothing of it was "
            "restored; use the version that made it"
        ) from None
    except (zlib.error, msgspec.MsgspecError, UnicodeError):
        raise BackupError(f"{path} is damaged. Nothing of it was restored; use another backup") from None
    except OSError as error:
        raise BackupError(f"{path} can't be read ({error.strerror})") from error
