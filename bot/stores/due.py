"""When something is due for a shared playlist without anyone asking: an index by time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - part of the record
from enum import StrEnum
from typing import Protocol


class DueKind(StrEnum):
    LOOK = "look"  # compare it with Spotify, even if nobody uses it
    ROUND = "round"  # end its round, continue one, make room in it, or let tracks go
    BALLOT = "ballot"  # end a vote or approval, or post a card that is missing
    RESTORE = "restore"  # continue a restore
    DIGEST = "digest"
    BEST = "best"  # continue one that is being made or refreshed
    YEAR = "year"  # look back on it
    OWNER = "owner"  # check whether its owner is still there
    PLAYABLE = "playable"  # see which of its tracks can still be played
    RECHECK = "recheck"  # compare it with Spotify before anything is added, since the database was restored
    ABSENCE = "absence"  # close it, because the bot was removed from its server


@dataclass(frozen=True, slots=True)
class Due:
    """One per kind and list."""

    kind: DueKind
    list_id: str
    due_at: datetime


class DueTimes(Protocol):
    """Being early does no harm: each task checks for itself what there is to do, and says when to check again."""

    async def add(self, *dues: Due) -> None:
        """Store those that aren't known yet."""
        ...

    async def lists_with(self, kind: DueKind) -> frozenset[str]:
        """Those with a known due time of this kind."""
        ...

    async def hasten(self, *dues: Due) -> None:
        """Store these; if one is already known, the earlier time stays."""
        ...

    async def until(self, kind: DueKind, now: datetime, *, limit: int) -> tuple[Due, ...]:
        """What is due by `now`, longest overdue first."""
        ...

    async def next(self, kind: DueKind, by: datetime | None = None) -> datetime | None:
        """The earliest time of this kind, even if it's past; None: nothing is due by then, or ever."""
        ...

    async def move(self, old: Due, due_at: datetime | None) -> bool:
        """Postpone it until then; None: for good. False, and nothing changed, if it no longer has `old.due_at`."""
        ...
