"""When something is due for a shared playlist without anybody asking for it: an index by time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - part of the record
from enum import StrEnum
from typing import Protocol


class DueKind(StrEnum):
    LOOK = "look"  # compare it with Spotify, though nobody uses it
    ROUND = "round"  # end its round, go on with one, or make room in it
    RESTORE = "restore"  # go on with a restore
    DIGEST = "digest"
    OWNER = "owner"  # ask whether its owner is still there
    ABSENCE = "absence"  # close it, as the bot was removed from its server


@dataclass(frozen=True, slots=True)
class Due:
    """One per kind and list."""

    kind: DueKind
    list_id: str
    due_at: datetime


class DueTimes(Protocol):
    """Being early does no harm: whatever is due looks for itself what there is to do, and says when to look again."""

    async def add(self, *dues: Due) -> None:
        """Keep those of which nothing is known yet."""
        ...

    async def lists_with(self, kind: DueKind) -> frozenset[str]:
        """Those of which a due time of this kind is known."""
        ...

    async def hasten(self, *dues: Due) -> None:
        """Keep these; of what is known already the earlier time stays."""
        ...

    async def until(self, kind: DueKind, now: datetime, *, limit: int) -> tuple[Due, ...]:
        """What is due by `now`, the longest overdue first."""
        ...

    async def next(self, kind: DueKind, by: datetime | None = None) -> datetime | None:
        """The earliest time of this kind, be it past; None: nothing is due by then, or ever."""
        ...

    async def move(self, old: Due, due_at: datetime | None) -> bool:
        """Put it off until then; None: for good. False, and nothing changed, when it no longer has `old.due_at`."""
        ...
