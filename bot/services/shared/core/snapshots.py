"""Snapshots of a playlist, and Spotify's names for its versions: how they are stored, and how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.stores.history import Snapshot, SnapshotInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.stores import Snapshots
    from bot.stores.journal import Journal
    from bot.stores.lists import SharedPlaylist

SNAPSHOTS: Final = 50  # per list; older ones are dropped
REMEMBERED: Final = 20  # of Spotify's names for our own versions


class SnapshotLog:
    def __init__(self, snapshots: Snapshots, *, now: Callable[[], datetime]) -> None:
        self._snapshots = snapshots
        self._now = now

    async def take(
        self,
        shared: SharedPlaylist,
        uris: Sequence[str],
        reason: str,
        *,
        actor_id: int | None = None,
        spotify_snapshot: str = "",
    ) -> SnapshotInfo:
        """Store what a list's playlist holds. spotify_snapshot: the version that certainly has these contents."""
        info = SnapshotInfo(shared.list_id, 0, self._now(), reason, len(uris), actor_id)
        return await self._snapshots.put(
            Snapshot(info, tuple(uris), shared.playlist_id, spotify_snapshot), keep=SNAPSHOTS
        )

    async def take_before(
        self,
        shared: SharedPlaylist,
        base: Snapshot | None,
        uris: Sequence[str],
        reason: str,
        actor_id: int | None,
    ) -> int:
        """The number of a snapshot with exactly these contents, before a change: `base` if it matches, or a new one."""
        if base is not None and base.uris == tuple(uris):
            return base.info.number
        return (await self.take(shared, uris, reason, actor_id=actor_id)).number


def remembered(names: Sequence[str], version: str) -> tuple[str, ...]:
    """Spotify's names for our own versions, plus one. version: "" if Spotify named none."""
    return (*names, version)[-REMEMBERED:] if version else tuple(names)


def known_versions(journal: Journal, latest: Snapshot | None) -> frozenset[str]:
    """Spotify's names for versions whose contents we know. latest: the list's newest snapshot."""
    return frozenset({*journal.snapshots, latest.spotify_snapshot if latest else ""} - {""})
