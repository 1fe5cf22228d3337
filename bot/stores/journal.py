"""The journal of writing: what was sent to Spotify for a shared playlist and is not settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Protocol


class Sent(StrEnum):
    """How far a batch is."""

    SENDING = "sending"  # stored before the request goes out
    UNKNOWN = "unknown"  # no readable answer came; it is looked for
    APPLIED = "applied"  # it is in the playlist; its contributions may not say so yet
    REFUSED = "refused"  # Spotify did nothing; its contributions may not say so yet


class Work(StrEnum):
    ADD = "add"  # at the end
    REMOVE = "remove"  # every copy of the URIs
    PUT_BACK = "put_back"  # copies that a removal took along, each at its place


@dataclass(frozen=True, slots=True)
class Batch:
    batch_id: str
    work: Work
    uris: tuple[str, ...]
    status: Sent
    sent_at: datetime  # the latest attempt
    places: tuple[int, ...] = ()  # of PUT_BACK: where each belongs, counted from 0
    left: tuple[str, ...] = ()  # of REMOVE: copies to be put back afterwards ...
    left_places: tuple[int, ...] = ()  # ... and where
    total_before: int | None = None  # how long the playlist was; None: not known
    absences: tuple[datetime, ...] = ()  # when it was looked for since the latest attempt, and not found
    attempts: int = 1
    lost_at: datetime | None = None  # when the latest attempt was given up without an answer


@dataclass(frozen=True, slots=True)
class Journal:
    """One per shared playlist. Its version is the fencing number: who holds an old one can write nothing."""

    list_id: str
    batch: Batch | None = None
    total: int | None = None  # how long the playlist is after our latest write
    total_at: datetime | None = None  # when that was so, or, if it is not known, when we wrote last
    snapshots: tuple[str, ...] = ()  # Spotify's names of our own latest versions, newest last; at most 20
    seen: str = (
        ""  # the version Spotify named when it was last asked before a write; if not ours, somebody edited it
    )
    waiting_until: datetime | None = None  # Spotify told us to wait
    version: int = 0


class Journals(Protocol):
    async def of(self, list_id: str) -> Journal:
        """An empty one of version 0 where nothing is stored."""
        ...

    async def swap(self, old: Journal, new: Journal) -> Journal | None:
        """Replace `old` by `new` and answer what is stored now (its version is one higher).

        None, and nothing changed, when the stored version is not `old.version`.
        """
        ...

    async def unsettled(self) -> tuple[str, ...]:
        """The ids of lists whose journal holds a batch."""
        ...
