"""One restore from its first request to its last, over as many tries as Spotify makes necessary."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.list_errors import SnapshotNotFoundError
from bot.services.shared.truth.belief import believed
from bot.services.shared.truth.comparing import planned
from bot.services.shared.truth.executing import Execution
from bot.services.shared.truth.unfinished import Unfinished, UnfinishedRestores
from bot.spotify.errors import SpotifyError, SpotifyOutcomeUnknownError, SpotifyRateLimitedError
from bot.stores.history import Event, Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.truth.books import Books
    from bot.services.shared.truth.difference import Difference
    from bot.services.shared.writing.bound_writer import BoundWriter, Progress
    from bot.stores import Stores
    from bot.stores.history import Snapshot, SnapshotInfo
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

SETTLE: Final = timedelta(seconds=31)  # after that a request nobody answered shows, or never will
LATER: Final = timedelta(minutes=1)
RESTORED: Final = "restored"  # why a snapshot was taken: it is what a restore led to


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore did. before: the snapshot that undoes it. refused: how many Spotify does not take any more.

    goes_on_at: it is not finished; it goes on by itself then. uris: what the playlist holds now, if it is finished.
    """

    info: SnapshotInfo
    difference: Difference
    before: int
    refused: int = 0
    goes_on_at: datetime | None = None
    uris: tuple[str, ...] = ()


class BringingBack:
    def __init__(self, stores: Stores, books: Books, *, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._books = books
        self._unfinished = UnfinishedRestores(stores.values)
        self._now = now

    async def begin(
        self,
        shared: SharedPlaylist,
        bound: BoundWriter,
        number: int,
        actor_id: int,
        current: Sequence[str],
        *,
        progress: Progress | None,
    ) -> Outcome:
        """Restore a snapshot; what is there now is kept as another one first. Or go on, if that was begun before."""
        earlier = await self._unfinished.of(shared.list_id)
        if earlier is not None and earlier.number == number:
            return await self.go_on(shared, bound, replace(earlier, tries=0), current, progress)
        belief = await believed(self._stores.contributions, self._stores.snapshots, shared)
        before = await self._books.keep_before(shared, belief, current, "restore", actor_id)
        now = self._now()
        begun = Unfinished(shared.list_id, number, before, actor_id, now, now)
        await self._unfinished.put(begun)
        return await self._run(shared, bound, begun, current, progress, new=earlier is None)

    async def go_on(
        self,
        shared: SharedPlaylist,
        bound: BoundWriter,
        unfinished: Unfinished,
        current: Sequence[str],
        progress: Progress | None = None,
    ) -> Outcome:
        """Do what is still to be done. What members added meanwhile stays, at the end."""
        since = await self._landed_since(shared, unfinished)
        return await self._run(shared, bound, unfinished, current, progress, since=since)

    async def _run(
        self,
        shared: SharedPlaylist,
        bound: BoundWriter,
        unfinished: Unfinished,
        current: Sequence[str],
        progress: Progress | None,
        *,
        since: tuple[str, ...] = (),
        new: bool = False,
    ) -> Outcome:
        """new: if the very first request fails for sure, it is as if it never began."""
        snapshot = await self.snapshot(shared, unfinished.number)
        made = await planned(current, (*snapshot.uris, *since))
        execution = Execution(bound, made, progress)
        try:
            await execution.run()
        except (SpotifyError, BotError) as error:
            if new and not execution.done and not isinstance(error, SpotifyOutcomeUnknownError):
                await self._unfinished.drop(shared.list_id)
                raise
            log.info("list %s: restoring stopped midway: %s", shared.list_id, type(error).__name__)
            due = await self.postpone(unfinished, error)
            return Outcome(snapshot.info, made.difference, unfinished.before, goes_on_at=due)
        uris = execution.result
        await self._books.restored(shared, uris, unfinished.actor_id)
        await self._books.keep(
            shared, uris, RESTORED, actor_id=unfinished.actor_id, spotify_snapshot=execution.version
        )
        difference = made.difference
        await self._tell(shared, unfinished, difference)
        await self._unfinished.drop(shared.list_id)
        return Outcome(snapshot.info, difference, unfinished.before, len(execution.refused), uris=uris)

    async def _landed_since(self, shared: SharedPlaylist, unfinished: Unfinished) -> tuple[str, ...]:
        belief = await believed(self._stores.contributions, self._stores.snapshots, shared)
        since = [
            one
            for several in belief.contributions.values()
            for one in several
            if one.changed_at >= unfinished.began_at and one.member_id is not None
        ]
        return tuple(one.uri for one in sorted(since, key=lambda one: one.number or 0))

    async def postpone(self, unfinished: Unfinished, error: Exception) -> datetime:
        """Say when to try again after this."""
        now = self._now()
        match error:
            case SpotifyRateLimitedError(until=until):
                due = until
            case SpotifyOutcomeUnknownError():
                due = now + SETTLE
            case _:
                due = now + LATER
        await self._unfinished.put(replace(unfinished, not_before=due))
        return due

    async def snapshot(self, shared: SharedPlaylist, number: int) -> Snapshot:
        snapshot = await self._stores.snapshots.get(shared.list_id, number)
        if snapshot is None:
            raise SnapshotNotFoundError
        return snapshot

    async def _tell(self, shared: SharedPlaylist, unfinished: Unfinished, difference: Difference) -> None:
        await self._stores.history.append(
            Event(
                event_id=f"{shared.list_id}:{Happening.RESTORED}:{unfinished.before}:{unfinished.number}",
                guild_id=shared.guild_id,
                list_id=shared.list_id,
                at=self._now(),
                happening=Happening.RESTORED,
                actor_id=unfinished.actor_id,
                detail={
                    "number": unfinished.number,
                    "before": unfinished.before,
                    "back": len(difference.back),
                    "gone": len(difference.gone),
                    "moved": difference.moved,
                },
            )
        )
