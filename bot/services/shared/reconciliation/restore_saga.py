"""Carries out a restore, step by step: recorded before the first request, so that it can continue after a kill."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import (
    datetime,
    timedelta,
)
from itertools import count
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.playlist_steps import Add, Move, Remove
from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.playlist_access.halving import in_parts
from bot.services.shared.reconciliation.ordering import added_on_top
from bot.services.shared.reconciliation.plan import planned
from bot.services.shared.reconciliation.projection import as_written_now, more, projection_of, written_since
from bot.shared_errors import NotRemovableError, SnapshotNotFoundError
from bot.spotify.errors import (
    SpotifyError,
    SpotifyOutcomeUnknownError,
    SpotifyRateLimitedError,
    SpotifyRequestError,
)
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import Leave
from bot.stores.history import Event, Happening, Snapshot, SnapshotInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from bot.services.shared.playlist_access.playlist import PlaylistAccess, Progress
    from bot.services.shared.reconciliation.correction import Corrections
    from bot.services.shared.reconciliation.diff import Difference
    from bot.services.shared.reconciliation.plan import Plan
    from bot.stores import KeyValues, Stores
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Tidying:
    """What a curator wants the playlist to hold, worked out instead of taken from an earlier version.

    work: "remove", "sort", "dedupe", "unavailable", "replace" or "undo". by: the order. second_id: who confirmed it,
    besides whoever wants it. heirs: URIs that come in place of others, with the contributions those are of.
    """

    work: str
    uris: tuple[str, ...]
    by: str = ""
    second_id: int | None = None
    heirs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RestoreProgress:
    """number: of the snapshot being restored. before: of the one taken just before it, which undoes it.

    not_before: when it may continue on its own, if the latest request's outcome is unknown or Spotify told us to
    wait. tries: how often it continued on its own. refused: which of the snapshot's playable items Spotify no longer
    accepts, counted from 0. lost_at: when a request got no answer, until the next try. tidying: the target, if it's
    none of the snapshots; `number` is 0 then.
    """

    list_id: str
    number: int
    before: int
    actor_id: int
    began_at: datetime
    not_before: datetime
    tries: int = 0
    refused: tuple[int, ...] = ()
    lost_at: datetime | None = None
    tidying: Tidying | None = None


def restore_progresses(values: KeyValues) -> Facts[RestoreProgress]:
    """By list."""
    return Facts(values, "restoring", RestoreProgress)


log = logging.getLogger(__name__)


class Execution:
    """done: how many requests took effect. version: Spotify's name for the result of the latest of them.

    refused: the positions, in the target, of items that Spotify no longer accepts. It may accept
    another copy of the same.
    """

    def __init__(self, access: PlaylistAccess, plan: Plan, progress: Progress | None) -> None:
        self.done = 0
        self.version = ""
        self.refused: set[int] = set()
        self._access = access
        self._plan = plan
        self._progress = progress

    async def run(self) -> None:
        """Raises the error that came instead of an answer; then `done` requests are certainly done."""
        steps = self._plan.steps
        for number, step in enumerate(steps):
            await self._tell(number)
            match step:
                case Remove(uris):
                    await self._remove(uris)
                case Move(start, before, length):
                    self._did(await self._access.move(start, before, length))
                case Add(uris, place):
                    await self._add(uris, place)
        await self._tell(len(steps))

    @property
    def result(self) -> tuple[str, ...]:
        """What the playlist holds after all of it."""
        wanted = self._plan.difference.result
        return tuple(uri for place, uri in enumerate(wanted) if place not in self.refused)

    async def _remove(self, uris: Sequence[str]) -> None:
        try:
            self._did(await self._access.remove(uris))
        except SpotifyRequestError as refused:
            raise NotRemovableError from refused

    async def _add(self, uris: Sequence[str], place: int) -> None:
        """place: of the first one, once everything has come back."""
        position = place - len(self.refused)

        async def send(part: Sequence[str], landed: int) -> None:
            self._did(await self._access.add(part, position + landed))

        async for part in in_parts(uris, send):
            if not part.landed:
                log.info("Spotify doesn't accept %d items any more", part.count)
                self.refused.update(range(place + part.at, place + part.at + part.count))

    def _did(self, version: str) -> None:
        self.done += 1
        self.version = version

    async def _tell(self, number: int) -> None:
        if self._progress is not None:
            await self._progress(number, len(self._plan.steps))


# After that, an unanswered request has taken effect, or never will.
SETTLE: Final = SHOWS_AFTER + timedelta(seconds=1)
LATER: Final = timedelta(minutes=1)
RESTORED: Final = "restored"  # why a snapshot was taken: it's the result of a restore ...
TIDIED: Final = "tidied"  # ... or of what a curator did


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a restore did. before: the snapshot that undoes it. refused: what Spotify no longer accepts, in order.

    back: how many items came back. goes_on_at: it isn't finished; it continues on its own then.
    uris: what the playlist holds now, if it's finished.
    """

    info: SnapshotInfo
    difference: Difference
    before: int
    back: int = 0
    refused: tuple[str, ...] = ()
    goes_on_at: datetime | None = None
    uris: tuple[str, ...] = ()


class _Target:
    """A restore's target: a snapshot, without what Spotify has already refused."""

    def __init__(self, wanted: Sequence[str], refused: Sequence[int]) -> None:
        self._playable = tuple(uri for uri in wanted if is_playable(uri))
        self._refused = frozenset(refused)
        self._left = [number for number in range(len(self._playable)) if number not in self._refused]
        numbers = count()
        self.uris = tuple(uri for uri in wanted if not is_playable(uri) or next(numbers) not in self._refused)

    def refused_now(self, result: Sequence[str], places: Collection[int], first: int) -> tuple[int, ...]:
        """All refused ones, given also the positions of others in the target.

        Its playable items are there in this order; what members added meanwhile comes after them, or if it goes in
        on top, before them: so many.
        """
        playable = [place for place, uri in enumerate(result) if is_playable(uri)][first:]
        now = {number for number, place in zip(self._left, playable, strict=False) if place in places}
        return tuple(sorted(self._refused | now))

    def of(self, refused: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._playable[number] for number in refused)


@dataclass(frozen=True, slots=True)
class _Done:
    """after: the number of the snapshot of the result."""

    difference: Difference
    back: int
    refused: int
    after: int


class RestoreSaga:
    def __init__(self, stores: Stores, corrections: Corrections, *, now: Callable[[], datetime]) -> None:
        self._stores = stores
        self._corrections = corrections
        self._unfinished = restore_progresses(stores.values)
        self._now = now

    async def begin(
        self,
        shared: SharedPlaylist,
        access: PlaylistAccess,
        number: int,
        actor_id: int,
        current: Sequence[str],
        *,
        progress: Progress | None,
        tidying: Tidying | None = None,
    ) -> Outcome:
        """Restore a snapshot, storing the current contents as another one first; or continue what was started.

        tidying: instead of a snapshot.
        """
        earlier = await self._unfinished.get(shared.list_id)
        if earlier is not None and earlier.number == number and tidying is None:
            return await self.go_on(shared, access, replace(earlier, tries=0), current, progress)
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        reason = "tidy" if tidying else "restore"
        before = await self._corrections.log.take_before(shared, projection.base, current, reason, actor_id)
        now = self._now()
        begun = RestoreProgress(shared.list_id, number, before, actor_id, now, now, tidying=tidying)
        await self._unfinished.put(shared.list_id, begun)
        return await self._run(shared, access, begun, current, progress, new=earlier is None)

    async def go_on(
        self,
        shared: SharedPlaylist,
        access: PlaylistAccess,
        unfinished: RestoreProgress,
        current: Sequence[str],
        progress: Progress | None = None,
    ) -> Outcome:
        """Do what is left to do. What members added meanwhile stays, at the end.

        So does what was added in Spotify, unless an earlier version comes back.
        """
        if unfinished.tidying is None:
            top, since = await self._landed_since(shared, unfinished)
        else:
            before = await self.snapshot(shared, unfinished.before)
            top = added_on_top(current, before.uris, unfinished.tidying.uris)
            since = more(current[len(top) :], before.uris)
        return await self._run(shared, access, unfinished, current, progress, since=since, top=top)

    async def _run(
        self,
        shared: SharedPlaylist,
        access: PlaylistAccess,
        unfinished: RestoreProgress,
        current: Sequence[str],
        progress: Progress | None,
        *,
        since: tuple[str, ...] = (),
        top: tuple[str, ...] = (),
        new: bool = False,
    ) -> Outcome:
        """new: if the very first request definitely fails, it's as if the restore never started."""
        snapshot = await self._wanted(shared, unfinished)
        target = _Target(snapshot.uris, unfinished.refused)
        made = await planned(current, (*top, *target.uris, *since))
        first = sum(is_playable(uri) for uri in top)
        execution = Execution(access, made, progress)
        try:
            await execution.run()
        except (SpotifyError, BotError) as error:
            if new and not execution.done and not isinstance(error, SpotifyOutcomeUnknownError):
                await self._unfinished.drop(shared.list_id)
                log.info("list %s: the restore didn't begin: %s", shared.list_id, type(error).__name__)
                raise
            log.info("list %s: the restore stopped midway: %s", shared.list_id, type(error).__name__)
            refused = target.refused_now(made.difference.result, execution.refused, first)
            due = await self.postpone(replace(unfinished, refused=refused), error)
            return Outcome(snapshot.info, made.difference, unfinished.before, goes_on_at=due)
        uris = execution.result
        tidies = unfinished.tidying is not None
        await self._corrections.restored(
            shared,
            uris,
            unfinished.actor_id,
            Leave.TIDIED if tidies else Leave.RESTORED,
            heirs=unfinished.tidying.heirs if unfinished.tidying else {},
        )
        after = await self._corrections.log.take(
            shared,
            uris,
            TIDIED if tidies else RESTORED,
            actor_id=unfinished.actor_id,
            spotify_snapshot=execution.version,
        )
        difference = made.difference
        left_out = target.of(target.refused_now(difference.result, execution.refused, first))
        back = len(difference.back) - len(execution.refused)
        await self._tell(shared, unfinished, _Done(difference, back, len(left_out), after.number))
        await self._unfinished.drop(shared.list_id)
        return Outcome(snapshot.info, difference, unfinished.before, back, left_out, uris=uris)

    async def _landed_since(
        self, shared: SharedPlaylist, unfinished: RestoreProgress
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """On top, and at the end."""
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        since = [
            one
            for several in projection.contributions.values()
            for one in several
            if one.changed_at >= unfinished.began_at and one.member_id is not None
        ]
        return written_since(since)

    async def postpone(self, unfinished: RestoreProgress, error: Exception) -> datetime:
        """When to try again after this."""
        now = self._now()
        match error:
            case SpotifyRateLimitedError(until=until):
                due = until
            case SpotifyOutcomeUnknownError():
                due = now + SETTLE
            case _:
                due = now + LATER
        lost_at = now if isinstance(error, SpotifyOutcomeUnknownError) else None
        await self._unfinished.put(unfinished.list_id, replace(unfinished, not_before=due, lost_at=lost_at))
        return due

    async def _wanted(self, shared: SharedPlaylist, unfinished: RestoreProgress) -> Snapshot:
        """The target, as a snapshot."""
        if unfinished.tidying is None:
            return await self.snapshot(shared, unfinished.number)
        uris = await as_written_now(self._stores.contributions, shared.list_id, unfinished.tidying.uris)
        info = SnapshotInfo(shared.list_id, 0, unfinished.began_at, TIDIED, len(uris), unfinished.actor_id)
        return Snapshot(info, uris, shared.playlist_id)

    async def snapshot(self, shared: SharedPlaylist, number: int) -> Snapshot:
        snapshot = await self._stores.snapshots.get(shared.list_id, number)
        if snapshot is None:
            raise SnapshotNotFoundError
        uris = await as_written_now(self._stores.contributions, shared.list_id, snapshot.uris)
        return replace(snapshot, uris=uris)

    async def _tell(self, shared: SharedPlaylist, unfinished: RestoreProgress, done: _Done) -> None:
        tidying = unfinished.tidying
        happening = Happening.RESTORED if tidying is None else Happening.TIDIED
        what: dict[str, str | int] = (
            {"number": unfinished.number}
            if tidying is None
            else {"work": tidying.work, "by": tidying.by, "after": done.after}
        )
        event_id = f"{shared.list_id}:{happening}:{unfinished.before}:{unfinished.number}"
        if tidying is not None:  # the version before may be the same as for an earlier one
            event_id += f":{unfinished.began_at.timestamp():.0f}"
        await self._stores.history.append(
            Event(
                event_id=event_id,
                guild_id=shared.guild_id,
                list_id=shared.list_id,
                at=self._now(),
                happening=happening,
                actor_id=unfinished.actor_id,
                member_id=tidying.second_id if tidying else None,
                detail={
                    **what,
                    "before": unfinished.before,
                    "back": done.back,
                    "gone": len(done.difference.gone),
                    "moved": done.difference.moved,
                    **({"refused": done.refused} if done.refused else {}),
                },
            )
        )
