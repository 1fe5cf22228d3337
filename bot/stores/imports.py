"""Files that members bring into shared playlists: previewed, being worked through, or done and shortly kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Protocol


class ImportState(StrEnum):
    OFFERED = "offered"  # previewed; nothing was looked up
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # by the member; what went in stays
    STOPPED = "stopped"  # given up; what went in stays


class Fate(StrEnum):
    """What became of a line."""

    IN = "in"
    PENDING = "pending"  # a curator or the votes decide
    KNOWN = "known"  # the list has it, or it's on its way or pending
    REFUSED = "refused"  # by a rule
    BEYOND = "beyond"  # more than a limit allows now
    UNMATCHED = "unmatched"  # Spotify has nothing like it, or nothing that surely is it
    UNREAD = "unread"  # it names no track we understand


@dataclass(frozen=True, slots=True)
class ListImport:
    """due_at: of an offer and of what is finished: when it's erased; of what is running: when it may go on.

    done: lines that are settled, from the start. cost: requests to Spotify at most, from the start. left: positions
    of the lines to hand back. rules: how many lines each rule refused. why: it stopped.
    """

    import_id: str
    guild_id: int
    list_id: str
    member_id: int
    kind: str  # the file's format
    state: ImportState
    due_at: datetime
    channel_id: int | None = None  # where it was begun
    total: int = 0
    done: int = 0
    cost: int = 0
    fates: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    why: str = ""
    tries: int = 0  # failures since something last worked
    version: int = 0


class Imports(Protocol):
    """content: the lines, as whoever uses the store packs them; it's compressed."""

    async def add(self, one: ListImport, content: bytes) -> None:
        """Store a new one."""
        ...

    async def get(self, import_id: str) -> ListImport | None: ...

    async def content(self, import_id: str) -> bytes | None: ...

    async def swap(self, old: ListImport, new: ListImport, content: bytes | None = None) -> ListImport | None:
        """Replace `old` with `new` and return what is stored now (its version is one higher).

        content: replaces the former one, if given. None, and nothing changed, if the stored version isn't
        `old.version`, or it's erased.
        """
        ...

    async def running(self) -> tuple[ListImport, ...]:
        """Those that aren't finished, the one that may go on first at the front."""
        ...

    async def of_member(self, member_id: int) -> tuple[ListImport, ...]:
        """All of the member's, newest first."""
        ...

    async def sweep(self, now: datetime) -> None:
        """Erase offers and finished ones whose time is up."""
        ...

    async def forget_member(self, member_id: int) -> bool:
        """Erase all of the member's, running ones too. False: there were none."""
        ...
