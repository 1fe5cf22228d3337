"""Bulk work on members' own playlists: previewed, running, or done and still possible to undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.stores.notices import Notice


class JobState(StrEnum):
    OFFERED = "offered"  # previewed; nothing was written
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"  # by the member; what was written stays
    STOPPED = "stopped"  # given up; what was written stays


ENDED = frozenset({JobState.DONE, JobState.CANCELLED, JobState.STOPPED})


class StopReason(StrEnum):
    """Why work was given up."""

    UNKNOWN = ""
    LINK = "link"  # the member's link to Spotify has ended, or doesn't allow it
    GONE = "gone"  # Spotify doesn't know the playlist any more
    NOT_YOURS = "not yours"
    LENT = "lent"  # to a server
    FULL = "full"


class JobWork(StrEnum):
    SORT = "sort"
    DEDUPE = "dedupe"
    REMOVE = "remove"
    MOVE = "move"
    MERGE = "merge"
    COPY = "copy"  # into a playlist that's made when the work begins
    DISCARD = "discard"  # takes a copy out of the library again
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the member asked for, so that it can be worked out again after an edit.

    order, seed: of sorting. first, last, to: positions from 1, of moving. source_id: of merging and copying.
    name, description: of the copy. undoes: the ID of the work to take back.
    """

    order: str = ""
    seed: int = 0
    first: int = 0
    last: int = 0
    to: int = 0
    source_id: str = ""
    name: str = ""
    description: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class PlaylistJob:
    """due_at: of an offer and of finished work: when it's erased; of running work: when it may go on.

    playlist_id: "" for a copy that isn't made yet. left_out: local files a copy does without, and left_out_titles of
    the first ones. making: Spotify was asked to make the copy, perhaps without an answer. told: the member has seen
    what came of it.
    """

    job_id: str
    member_id: int
    playlist_id: str
    work: JobWork
    state: JobState
    due_at: datetime
    guild_id: int | None = None  # whose part of the quota it uses, besides the member's
    snapshot: str = ""  # the version that was previewed
    rewrite: bool = False  # everything is put in anew, so dates are lost
    done: int = 0  # requests
    total: int = 0
    tries: int = 0  # failures since a request last worked
    version: int = 0
    wanted: Wanted = Wanted()
    left_out: int = 0
    left_out_titles: tuple[str, ...] = ()
    making: bool = False
    stopped_by: StopReason = StopReason.UNKNOWN
    told: bool = False


@dataclass(frozen=True, slots=True)
class JobLists:
    """URIs in order, before and after; "" for entries without one."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class PlaylistJobs(Protocol):
    async def add(self, job: PlaylistJob, lists: JobLists) -> None:
        """Store a new one."""
        ...

    async def get(self, job_id: str) -> PlaylistJob | None: ...

    async def lists(self, job_id: str) -> JobLists | None: ...

    async def swap(self, old: PlaylistJob, new: PlaylistJob, *notices: Notice) -> PlaylistJob | None:
        """Replace `old` with `new`, add the notices with it, and return what is stored now (one version higher).

        None, and nothing changed, if the stored version isn't `old.version`, or it's erased.
        """
        ...

    async def running(self) -> tuple[PlaylistJob, ...]:
        """Those that aren't finished, the one that may go on first at the front."""
        ...

    async def of_member(self, member_id: int) -> tuple[PlaylistJob, ...]:
        """All of the member's, newest first."""
        ...

    async def sweep(self, now: datetime) -> None:
        """Erase offers and finished work whose time is up."""
        ...

    async def forget_member(self, member_id: int) -> bool:
        """Erase all of the member's, running ones too. False: there were none."""
        ...
