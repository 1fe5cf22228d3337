"""What happened in a guild's shared playlists: appended, never changed. And what a playlist held at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - msgspec reads the annotations when records are stored
from enum import StrEnum
from typing import Final, Protocol

# In place of a member who had their data deleted: Discord's ids are positive.
FORMER_MEMBER: Final = -1


class Happening(StrEnum):
    """What an event tells. `detail` of an event holds what is named here."""

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
    KEPT = "kept"  # a vote to throw it out failed; yes, no
    LEAVING = "leaving"  # why: a Leave
    REMOVED = "removed"  # why: a Leave
    FOUND = "found"  # put in in Spotify
    MISSED = "missed"  # taken out in Spotify
    MOVED = "moved"  # the order was changed in Spotify
    SNAPSHOT = "snapshot"  # number
    RESTORED = "restored"  # number
    ROUND = "round"  # number: of the new one


@dataclass(frozen=True, slots=True)
class Event:
    event_id: str  # unique; the same event told twice is kept once ("<contribution>:landed")
    guild_id: int
    list_id: str
    at: datetime
    happening: Happening
    actor_id: int | None = None  # the member who did it; None: the bot, or somebody in Spotify
    member_id: int | None = None  # whose contribution it is about
    contribution_id: str | None = None
    uri: str | None = None
    detail: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next`: what to pass as `before` for the page after this one; None: the end."""

    events: tuple[Event, ...]
    next: str | None


class History(Protocol):
    async def append(self, *events: Event) -> None:
        """Keep events; those whose id is there already are left as they are."""
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
    """What a playlist held: every URI in its order, local files and repetitions included; "" for what had none."""

    info: SnapshotInfo
    uris: tuple[str, ...]
    playlist_id: str = ""
    spotify_snapshot: str = ""  # Spotify's own name for this version


class Snapshots(Protocol):
    async def put(self, snapshot: Snapshot, *, keep: int) -> SnapshotInfo:
        """Keep it under the next number of its list (`info.number` is ignored), and only the newest `keep`."""
        ...

    async def get(self, list_id: str, number: int) -> Snapshot | None: ...

    async def latest(self, list_id: str) -> Snapshot | None: ...

    async def of_list(self, list_id: str) -> tuple[SnapshotInfo, ...]:
        """Newest first."""
        ...
