"""A playlist's contents when it's lent: each item becomes a contribution by nobody here, plus the first snapshot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.services.shared.core.snapshots import SnapshotLog, remembered
from bot.services.shared.rules.matching import recording
from bot.stores.contributions import Contribution, State, Via

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.playlist_access.playlist import Contents
    from bot.spotify.models import PlaylistItem, Track
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Found:
    """How many items became contributions; local files and what Spotify no longer has are only in the snapshot."""

    recorded: int = 0
    local: int = 0
    unavailable: int = 0


class ItemImport:
    def __init__(self, stores: Stores, *, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._log = SnapshotLog(stores.snapshots, now=now)
        self._now = now

    async def record(self, shared: SharedPlaylist, contents: Contents) -> Found:
        """Can be repeated: what is already recorded stays as it is."""
        now = self._now()
        kept: list[tuple[int, Track, datetime]] = []
        local = unavailable = 0
        for index, item in enumerate(contents.items):
            track = item.content
            if track is None or not track.uri:
                unavailable += 1
            elif is_local(item, track.uri):
                local += 1
            else:
                kept.append((index, track, min(item.added_at.astimezone(UTC), now) if item.added_at else now))
        first = await self._stores.contributions.next_number(shared.list_id, block=len(kept)) if kept else 0
        await self._stores.contributions.add_all(
            [
                replace(_contribution(shared, index, track, since), number=first + place, changed_at=now)
                for place, (index, track, since) in enumerate(kept)
            ]
        )
        await self._log.take(
            shared,
            contents.uris,
            "lent",
            actor_id=shared.owner_id,
            spotify_snapshot=contents.snapshot_id,
        )
        await self._note(shared, contents, now)
        return Found(len(kept), local, unavailable)

    async def _note(self, shared: SharedPlaylist, contents: Contents, now: datetime) -> None:
        """The writer doesn't need to check the playlist's length; this version is one we know."""
        journal = await self._stores.journals.of(shared.list_id)
        known = replace(
            journal,
            total=len(contents.items),
            total_at=now,
            snapshots=remembered((), contents.snapshot_id),
        )
        await self._stores.journals.swap(journal, known)


def is_local(item: PlaylistItem, uri: str) -> bool:
    return item.is_local or uri.startswith("spotify:local:")


def _contribution(shared: SharedPlaylist, index: int, track: Track, since: datetime) -> Contribution:
    return Contribution(
        contribution_id=new_id(CONTRIBUTION),
        origin=f"found {shared.list_id} 1/{index}",
        list_id=shared.list_id,
        guild_id=shared.guild_id,
        member_id=None,
        via=Via.SPOTIFY,
        recording=recording(track),
        state=State.LANDED,
        created_at=since,
        changed_at=since,
    )
