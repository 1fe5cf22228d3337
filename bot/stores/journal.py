"""The write journal: what was sent to Spotify for a shared playlist and isn't settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Protocol


class Sent(StrEnum):
    """The progress of a batch."""

    SENDING = "sending"  # stored before the request is sent
    UNKNOWN = "unknown"  # no readable answer; being looked for
    APPLIED = "applied"  # it's in the playlist; its contributions may not say so yet
    REFUSED = "refused"  # Spotify did nothing; its contributions may not say so yet


class Work(StrEnum):
    ADD = "add"  # at the end, or on top
    REMOVE = "remove"  # every copy of the URIs
    PUT_BACK = "put_back"  # copies that a removal took with it, each back to its place


@dataclass(frozen=True, slots=True)
class Batch:
    batch_id: str
    work: Work
    uris: tuple[str, ...]
    status: Sent
    sent_at: datetime  # the latest attempt
    places: tuple[int, ...] = ()  # for PUT_BACK: each one's position, counted from 0
    left: tuple[str, ...] = ()  # for REMOVE: copies to put back afterwards ...
    left_places: tuple[int, ...] = ()  # ... and where
    total_before: int | None = None  # the playlist's length; None: unknown
    absences: tuple[datetime, ...] = ()  # when it was looked for since the latest attempt, and not found
    attempts: int = 1
    on_top: bool = False  # for ADD: there, the newest first
    lost_at: datetime | None = None  # when the latest attempt was given up without an answer


@dataclass(frozen=True, slots=True)
class Journal:
    """One per shared playlist. Its version is the fencing number: the holder of an old one can't write anything."""

    list_id: str
    batch: Batch | None = None
    total: int | None = None  # the playlist's length after our latest write
    total_at: datetime | None = None  # when it had that length, or, if unknown, when we last wrote
    snapshots: tuple[str, ...] = ()  # Spotify's names for our own latest versions, newest last; at most 20
    seen: str = (
        ""  # the version Spotify last named before a write; if it isn't ours, someone edited the playlist
    )
    waiting_until: datetime | None = None  # Spotify told us to wait
    version: int = 0


class Journals(Protocol):
    async def of(self, list_id: str) -> Journal:
        """An empty one with version 0 if nothing is stored."""
        ...

    async def swap(self, old: Journal, new: Journal) -> Journal | None:
        """Replace `old` with `new` and return what is stored now (its version is one higher).

        None, and nothing changed, if the stored version isn't `old.version`.
        """
        ...

    async def unsettled(self) -> tuple[str, ...]:
        """The IDs of lists whose journal holds a batch."""
        ...
