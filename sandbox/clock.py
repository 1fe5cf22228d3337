"""The sandbox's time: real time plus an offset, so that six months can pass in a moment."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_MICROSECONDS = struct.Struct("<q")


class Clock:
    """Runs at the pace of the real clock and can be moved forwards; back only when another world begins."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        """How far this clock is in front of the real one."""
        return self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, step: timedelta | float) -> None:
        """Let time pass at once. A plain number means seconds."""
        by = step if isinstance(step, timedelta) else timedelta(seconds=step)
        if by < timedelta():
            raise ValueError("time does not run backwards here")
        self._move(by)

    def start_at(self, moment: datetime) -> None:
        """Go on from this moment, also an earlier one: another world begins."""
        self._move(moment - self.now())

    def _move(self, by: timedelta) -> None:
        self._ahead += by


class SharedClock(Clock):
    """A clock whose offset lives in a small file, so that processes started with the same file keep the same time.

    One process advances it; eight aligned bytes are written at once, so readers never see half a number.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        path.touch(mode=0o600, exist_ok=True)
        with path.open("r+b") as file:
            if path.stat().st_size < _MICROSECONDS.size:
                file.truncate(_MICROSECONDS.size)
            self._shared = mmap.mmap(file.fileno(), _MICROSECONDS.size)

    @property
    def ahead(self) -> timedelta:
        (microseconds,) = _MICROSECONDS.unpack_from(self._shared)
        return timedelta(microseconds=microseconds)

    def _move(self, by: timedelta) -> None:
        _MICROSECONDS.pack_into(self._shared, 0, (self.ahead + by) // timedelta(microseconds=1))

    def close(self) -> None:
        self._shared.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
