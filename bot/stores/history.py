"""What happened in a guild's shared playlists, append-only. And what a playlist held at some moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Final, Protocol

# Stands in for a member who had their data deleted: Discord's IDs are positive.
FORMER_MEMBER: Final = -1


class Happening(StrEnum):
    """The kinds of events. An event's `detail` holds what is listed here."""

    LENT = "lent"
    CHANGED = "changed"  # what: which settings or rules
    PAUSED = "paused"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"  # to: member id
    CLOSED = "closed"
    STOPPED = "stopped"  # why: a Trouble
    PROPOSED = "proposed"
    ACCEPTED = "accepted"  # queued; how: "open", "curator", "votes", "bypass"; yes, no
    DECLINED = "declined"  # reason; yes, no
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    LANDED = "landed"
    REJECTED = "rejected"
    PARKED = "parked"
    VOTE_OFF_OPENED = "vote_off_opened"
    KEPT = "kept"  # a vote to remove it failed; yes, no
    LEAVING = "leaving"  # why: a Leave
    REMOVED = "removed"  # why: a Leave
    FOUND = "found"  # added in Spotify
    MISSED = "missed"  # removed in Spotify
    MOVED = "moved"  # reordered in Spotify
    SNAPSHOT = "snapshot"  # number
    RESTORED = "restored"  # number
    EDITED = "edited"  # on Spotify; what: "cover" or "details"; name, about, old_name, old_about
    TIDIED = "tidied"  # by a curator; work, by, before, after, back, gone, moved
    ROUND = "round"  # number: of the new round


@dataclass(frozen=True, slots=True)
class Event:
    event_id: str  # unique; an event added twice is stored once ("<contribution>:landed")
    guild_id: int
    list_id: str
    at: datetime
    happening: Happening
    actor_id: int | None = None  # the member who did it; None: the bot, or someone in Spotify
    member_id: int | None = None  # whose contribution it's about
    contribution_id: str | None = None
    uri: str | None = None
    detail: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next`: what to pass as `before` for the next page; None: the end."""

    events: tuple[Event, ...]
    next: str | None


class History(Protocol):
    async def append(self, *events: Event) -> None:
        """Store events; those whose ID already exists are left as they are."""
        ...

    async def page(
        self,
        list_id: str,
        *,
        limit: int,
        before: str | None = None,
        member_id: int | None = None,
    ) -> HistoryPage:
        """Newest first. member_id: only what this member did, and what was done with their contributions."""
        ...


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    list_id: str
    number: int  # from 1, per list
    taken_at: datetime
    reason: str  # "lent", "restore", "round", "foreign", "by hand", ...
    count: int
    actor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a playlist held: every URI in order, including local files and repetitions; "" for items without one."""

    info: SnapshotInfo
    uris: tuple[str, ...]
    playlist_id: str = ""
    spotify_snapshot: str = ""  # Spotify's own name for this version


class Snapshots(Protocol):
    async def put(self, snapshot: Snapshot, *, keep: int) -> SnapshotInfo:
        """Store it under its list's next number (`info.number` is ignored), and keep only the newest `keep`."""
        ...

    async def get(self, list_id: str, number: int) -> Snapshot | None: ...

    async def latest(self, list_id: str) -> Snapshot | None: ...

    async def of_list(self, list_id: str) -> tuple[SnapshotInfo, ...]:
        """Newest first."""
        ...
