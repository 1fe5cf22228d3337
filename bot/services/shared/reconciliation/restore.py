"""Restores a shared playlist to an earlier version, with a preview, in as few requests as possible.

The current contents are stored as a snapshot first, so that a restore can be undone by another one. Each try checks
what is there and works out what is left to do; so it doesn't matter where an earlier one stopped.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.errors import BotError
from bot.services.shared.core.access import must_curate
from bot.services.shared.reconciliation.plan import planned
from bot.services.shared.reconciliation.projection import LATE
from bot.services.shared.reconciliation.restore_saga import (
    LATER,
    SETTLE,
    Outcome,
    RestoreSaga,
    Tidying,
    restore_progresses,
)
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import ListBusyError, ListClosedError, ListPausedError
from bot.spotify.errors import SpotifyError, SpotifyRequestError
from bot.stores.due import DueKind
from bot.stores.history import Event, Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import LentPlaylists, PlaylistAccess, Progress
    from bot.services.shared.reconciliation.correction import Corrections
    from bot.services.shared.reconciliation.diff import Difference
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.restore_saga import RestoreProgress
    from bot.stores import Stores
    from bot.stores.history import Snapshot, SnapshotInfo
    from bot.stores.lists import SharedPlaylist

Begun: TypeAlias = Outcome | tuple[str, ...]

PAUSED: Final = timedelta(minutes=10)  # while the list is paused, until the next check
TRIES: Final = 5  # automatic ones; then a curator has to request it again


@dataclass(frozen=True, slots=True)
class Preview:
    """What restoring would do. requests: to Spotify, besides reading. unfinished: started before, and not finished.

    seen: identifies what the playlist held when it was compared.
    """

    info: SnapshotInfo
    difference: Difference
    requests: int
    unfinished: RestoreProgress | None = None
    seen: str = ""


class Restore:
    def __init__(
        self,
        stores: Stores,
        lent: LentPlaylists,
        dispatcher: OutboxDispatcher,
        drift: DriftDetector,
        corrections: Corrections,
        *,
        schedule: Schedule,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._lent = lent
        self._dispatcher = dispatcher
        self._drift = drift
        self._corrections = corrections
        self._schedule = schedule
        self._bringing_back = RestoreSaga(stores, corrections, now=now)
        self._unfinished = restore_progresses(stores.values)
        self._now = now
        self._left: TtlCache[tuple[str, int], tuple[str, ...]] = TtlCache(
            now, keep=LATE, size=20
        )  # by a restore
        self._running: set[asyncio.Task[Begun]] = set()
        self._started_at = now()
        self._ours: set[str] = set()  # lists for which this process has sent restore requests

    async def snapshots(self, shared: SharedPlaylist) -> tuple[SnapshotInfo, ...]:
        """Newest first."""
        return await self._stores.snapshots.of_list(shared.list_id)

    async def unfinished(self, shared: SharedPlaylist) -> RestoreProgress | None:
        """A restore that was started and hasn't finished."""
        return await self._unfinished.get(shared.list_id)

    async def keep(
        self, shared: SharedPlaylist, actor: Actor, progress: Progress | None = None
    ) -> SnapshotInfo:
        """Take a snapshot by hand. Raises NotAllowedError, ListBusyError, and the same as PlaylistAccess."""
        must_curate(shared, actor)
        async with self._dispatcher.exclusive(shared) as access:
            observation = await self._drift.read(shared, access, progress)
        version = observation.snapshot_id if observation.sure else ""
        info = await self._corrections.log.take(
            shared, observation.uris, "by hand", actor_id=actor.member_id, spotify_snapshot=version
        )
        event = Event(
            event_id=f"{shared.list_id}:{Happening.SNAPSHOT}:{info.number}",
            guild_id=shared.guild_id,
            list_id=shared.list_id,
            at=info.taken_at,
            happening=Happening.SNAPSHOT,
            actor_id=actor.member_id,
            detail={"number": info.number, "count": info.count},
        )
        await self._stores.history.append(event)
        return info

    async def preview(
        self, shared: SharedPlaylist, actor: Actor, number: int, progress: Progress | None = None
    ) -> Preview:
        """What restoring a snapshot would change. Changes nothing.

        Raises NotAllowedError, SnapshotNotFoundError, ListBusyError, and the same as PlaylistAccess.
        """
        must_curate(shared, actor)
        snapshot = await self._bringing_back.snapshot(shared, number)
        access = self._lent.access(shared)
        current = await self._remembered(shared, access)
        if current is None:
            async with self._dispatcher.exclusive(shared) as alone:
                current = await self._read(shared, alone, progress)
        return await self._compared(shared, snapshot, current)

    async def restore(
        self,
        shared: SharedPlaylist,
        actor: Actor,
        number: int,
        progress: Progress | None = None,
        *,
        seen: str = "",
    ) -> Outcome | Preview:
        """Restore the playlist. Continues even if nobody waits for it any more.

        seen: from the preview. If the playlist holds something else by now, nothing is changed, and a new preview
        is returned. progress: requests done, of how many.
        Raises NotAllowedError, SnapshotNotFoundError, ListBusyError, ListPausedError, ListClosedError; and the same as
        PlaylistAccess, if nothing was changed.
        """
        must_curate(shared, actor)
        _must_be_open(shared)
        snapshot = await self._bringing_back.snapshot(shared, number)
        outcome = await self._in_background(
            self._begin(shared, actor.member_id, snapshot.info.number, progress, seen)
        )
        return outcome if isinstance(outcome, Outcome) else await self._compared(shared, snapshot, outcome)

    async def tidy(
        self,
        shared: SharedPlaylist,
        actor_id: int,
        tidying: Tidying,
        progress: Progress | None = None,
        *,
        seen: str,
    ) -> Outcome | None:
        """The same for a target that was worked out. None, and nothing was changed: it holds something else by now.

        Raises ListBusyError also while a restore isn't finished.
        """
        _must_be_open(shared)
        earlier = await self._unfinished.get(shared.list_id)
        if earlier is not None and earlier.tries < TRIES:
            raise ListBusyError
        outcome = await self._in_background(self._begin(shared, actor_id, 0, progress, seen, tidying))
        return outcome if isinstance(outcome, Outcome) else None

    async def _in_background(self, work: Coroutine[object, object, Begun]) -> Begun:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def look_after(self, list_id: str) -> datetime | None:
        """Continue what wasn't finished, if it's time. When to check again; None: there is nothing, or nothing left."""
        unfinished = await self._unfinished.get(list_id)
        if unfinished is None or unfinished.tries >= TRIES:
            return None  # /shared restore says that it isn't finished
        due = unfinished.not_before
        if (
            list_id not in self._ours
        ):  # nobody knows the outcome of the last request of a process that was killed
            due = max(due, self._started_at + SETTLE)
        if due > self._now():
            return due
        return await self._go_on(list_id)

    async def close(self) -> None:
        """Stop between two requests; the next process continues."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _begin(  # noqa: PLR0917 - all of one restore
        self,
        shared: SharedPlaylist,
        actor_id: int,
        number: int,
        progress: Progress | None,
        seen: str,
        tidying: Tidying | None = None,
    ) -> Begun:
        """If it holds something else than `seen` by now: what."""
        async with self._dispatcher.exclusive(shared) as access:
            await self._must_show(shared)
            self._ours.add(shared.list_id)
            current = await self._remembered(shared, access)
            if current is None:
                current = await self._read(shared, access, None)
            is_new = tidying is not None or await self._unfinished.get(shared.list_id) is None
            if seen and seen != standing_for(current) and is_new:
                return current
            await self._schedule.at(self._now() + SETTLE, shared.list_id, DueKind.RESTORE)  # after a kill
            try:
                outcome = await self._bringing_back.begin(
                    shared, access, number, actor_id, current, progress=progress, tidying=tidying
                )
            except SpotifyRequestError:  # a move within what Spotify showed, but doesn't hold any more
                return await self._read(shared, access, None)
            if outcome.goes_on_at is None:
                self._left.put(await self._version(shared), outcome.uris)
        if outcome.goes_on_at is None:
            await self._drift.settle_offer(shared)
        else:
            await self._schedule.at(outcome.goes_on_at, shared.list_id, DueKind.RESTORE)
        return outcome

    async def _compared(
        self, shared: SharedPlaylist, snapshot: Snapshot, current: tuple[str, ...]
    ) -> Preview:
        made = await planned(current, snapshot.uris)
        unfinished = await self._unfinished.get(shared.list_id)
        return Preview(snapshot.info, made.difference, len(made.steps), unfinished, standing_for(current))

    async def _go_on(self, list_id: str) -> datetime | None:
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        if shared.status is ListStatus.PAUSED:
            return self._now() + PAUSED
        try:
            async with self._dispatcher.exclusive(shared) as access:
                unfinished = await self._unfinished.get(list_id)
                if unfinished is None:
                    return None
                unfinished = await self._unfinished.put(
                    list_id, replace(unfinished, tries=unfinished.tries + 1)
                )
                try:
                    current = await self._read(shared, access, None)
                    outcome = await self._bringing_back.go_on(shared, access, unfinished, current)
                    due = outcome.goes_on_at
                except (SpotifyError, BotError) as error:
                    due = await self._bringing_back.postpone(unfinished, error)
        except ListBusyError:
            due = self._now() + LATER
        if due is None:
            await self._drift.settle_offer(shared)
        return due

    async def _must_show(self, shared: SharedPlaylist) -> None:
        """Raise ListBusyError while an earlier try's latest request, which got no answer, may still take effect."""
        unfinished = await self._unfinished.get(shared.list_id)
        if unfinished and unfinished.lost_at and timedelta() <= self._now() - unfinished.lost_at < SETTLE:
            raise ListBusyError

    async def _version(self, shared: SharedPlaylist) -> tuple[str, int]:
        return shared.playlist_id, (await self._stores.journals.of(shared.list_id)).version

    async def _remembered(self, shared: SharedPlaylist, access: PlaylistAccess) -> tuple[str, ...] | None:
        """What is in it, if we have just restored that, or read it recently and it's still the same."""
        left = self._left.get(await self._version(shared))
        return await self._drift.as_seen(shared, access) if left is None else left

    async def _read(
        self, shared: SharedPlaylist, access: PlaylistAccess, progress: Progress | None
    ) -> tuple[str, ...]:
        return (await self._drift.read(shared, access, progress)).uris


def standing_for(uris: Iterable[str]) -> str:
    """Identifies what a playlist holds."""
    return hashlib.blake2b("\n".join(uris).encode(), digest_size=6).hexdigest()


def _must_be_open(shared: SharedPlaylist) -> None:
    if shared.status is ListStatus.CLOSED:
        raise ListClosedError(shared.name)
    if shared.status is ListStatus.PAUSED:
        raise ListPausedError(shared.name)
