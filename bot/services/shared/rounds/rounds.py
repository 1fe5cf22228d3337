"""A shared playlist's rounds: ended by hand or by the calendar, exactly once; room made in a full list, and tracks
let go that have been in for as long as it allows.

What is being done is stored before the first request. Whoever finds it unfinished continues it, after trouble or
after a kill, and nothing is taken out before it's certainly in the archive.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError
from bot.services.shared.core.access import must_manage
from bot.services.shared.core.calendar import next_end
from bot.services.shared.core.likes import likes_of
from bot.services.shared.core.ranking import least_first
from bot.services.shared.core.rotation_progress import Kind
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.restore_saga import LATER, SETTLE
from bot.services.shared.rounds.rotation_saga import RoundOutcome
from bot.services.shared.rules.clocks import stays_until
from bot.shared_errors import ListBusyError, ListChangedError, ListPausedError
from bot.spotify.errors import SpotifyError, SpotifyRateLimitedError, SpotifyUnavailableError
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.lists import ListStatus, RoundKind, WhenFull

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.rotation_progress import Former, RotationProgress, RotationProgresses
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.rounds.rotation_saga import RotationSaga
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

LONGEST: Final = timedelta(hours=1)  # between two tries
DROPPED_AT_ONCE: Final = 100
AT_ONCE: Final = 500
KINDS: Final = {RoundKind.ARCHIVE: Kind.ARCHIVE, RoundKind.NEW_PLAYLIST: Kind.NEW_PLAYLIST}


@dataclass(frozen=True, slots=True)
class RoundPreview:
    """What ending the round would do now. items: how many would move. next_end: when it would end on its own."""

    shared: SharedPlaylist
    kind: Kind
    items: int
    next_end: datetime | None


class Rounds:
    def __init__(
        self,
        stores: Stores,
        dispatcher: OutboxDispatcher,
        drift: DriftDetector,
        steps: RotationSaga,
        records: RotationProgresses,
        *,
        schedule: Schedule,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._dispatcher = dispatcher
        self._drift = drift
        self._steps = steps
        self._records = records
        self._schedule = schedule
        self._now = now
        # By list, and when it was started: from when on this process may continue an unfinished round.
        self._safe_from: dict[tuple[str, datetime], datetime] = {}
        self._stuck: dict[str, set[str]] = {}  # by list: what Spotify doesn't accept into the archive
        self._running: set[asyncio.Task[RoundOutcome]] = set()

    async def preview(self, shared: SharedPlaylist, actor: Actor, ended: int | None = None) -> RoundPreview:
        """Changes nothing, and doesn't ask Spotify. Raises NotAllowedError.

        ended: the round that would end; ListChangedError if it's already over.
        """
        must_manage(shared, actor)
        if ended not in {None, shared.round_no}:
            raise ListChangedError
        items = await self._stores.contributions.count(shared.list_id, {State.LANDED})
        return RoundPreview(shared, KINDS[shared.settings.round_kind], items, next_end(shared))

    async def rotate(self, shared: SharedPlaylist, actor: Actor, ended: int) -> RoundOutcome:
        """End the round `ended`, as seen in the preview. Continues even if nobody waits for it any more.

        Raises NotAllowedError, ListChangedError (it's already over), ListPausedError, ListBusyError; and the same as
        PlaylistAccess, if nothing was changed.
        """
        must_manage(shared, actor)
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)
        task = asyncio.create_task(
            self._begin(shared, KINDS[shared.settings.round_kind], actor.member_id, ended)
        )
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def former(self, shared: SharedPlaylist) -> tuple[Former, ...]:
        """Earlier rounds, newest first."""
        return await self._records.former(shared.list_id)

    async def look_after(self, list_id: str) -> datetime | None:
        """Continue what is unfinished, end a round whose time has come, make room in a list that is too full, and let
        go what has been in for long enough.

        When to check again; None: when the list has changed.
        """
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.status is not ListStatus.ACTIVE:
            return None
        try:
            under_way = await self._records.under_way(list_id)
            if under_way is not None:
                if (due := self._goes_on_at(under_way)) > self._now():
                    return due
                await self._go_on(shared)
            elif shared.trouble is None:
                end = next_end(shared)
                if end is not None and end <= self._now():
                    await self._begin(shared, KINDS[shared.settings.round_kind], None, shared.round_no)
                elif await self._make_room(shared) or await self._let_go(shared):
                    return self._now()
        except (SpotifyError, BotError) as error:
            log.info("list %s: no round could end now: %s", list_id, type(error).__name__)
            return self._now() + LATER
        return await self._next(list_id)

    async def close(self) -> None:
        """Stop between two requests; the next process continues."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _next(self, list_id: str) -> datetime | None:
        shared = await self._stores.lists.by_id(list_id)
        under_way = await self._records.under_way(list_id)
        if shared is None or under_way is not None:
            return self._goes_on_at(under_way) if under_way else None
        if shared.trouble:
            return self._now() + LONGEST
        times = [next_end(shared), await self._next_leave(shared)]
        return min((time for time in times if time is not None), default=None)

    async def _begin(
        self,
        shared: SharedPlaylist,
        kind: Kind,
        actor_id: int | None,
        ended: int,
        dropped: tuple[Contribution, ...] = (),
    ) -> RoundOutcome:
        await self._drift.check(shared)  # what was added in Spotify moves along
        await self._schedule.soon(shared.list_id, DueKind.ROUND)  # to continue after a kill
        async with self._dispatcher.exclusive(shared) as access:
            current = await self._stores.lists.by_id(shared.list_id)
            earlier = await self._records.under_way(shared.list_id)
            if current is None or current.round_no != ended or (earlier and earlier.kind is not kind):
                raise ListBusyError if earlier else ListChangedError
            if earlier is not None and (due := self._goes_on_at(earlier)) > self._now():
                return RoundOutcome(current, kind, goes_on_at=due)
            under_way = earlier or await self._steps.begin(current, kind, actor_id, dropped)
            self._safe_from[shared.list_id, under_way.began_at] = under_way.began_at
            try:
                return await self._steps.run(current, access, under_way)
            except (SpotifyError, BotError) as error:
                kept = await self._records.under_way(shared.list_id)
                if earlier is None and kept == under_way:
                    # no request was sent that could have changed anything
                    await self._records.drop(shared.list_id)
                    raise
                return RoundOutcome(current, kind, goes_on_at=await self._postpone(kept or under_way, error))

    def _goes_on_at(self, under_way: RotationProgress) -> datetime:
        """When it may. What another process started may have been cut off during a request, which can show late."""
        begun = (under_way.list_id, under_way.began_at)
        return max(under_way.not_before, self._safe_from.setdefault(begun, self._now() + SETTLE))

    async def _go_on(self, shared: SharedPlaylist) -> None:
        async with self._dispatcher.exclusive(shared) as access:
            under_way = await self._records.under_way(shared.list_id)
            current = await self._stores.lists.by_id(shared.list_id)
            if under_way is None or current is None:
                return
            try:
                await self._steps.run(current, access, under_way)
            except (SpotifyError, BotError) as error:
                await self._postpone(await self._records.under_way(shared.list_id) or under_way, error)

    async def _postpone(self, under_way: RotationProgress, error: Exception) -> datetime:
        log.info("list %s: the round continues later: %s", under_way.list_id, type(error).__name__)
        now = self._now()
        match error:
            case SpotifyRateLimitedError(until=until):
                due = until
            case SpotifyUnavailableError():  # what was sent may show late
                due = now + SETTLE
            case _:
                due = now + min(LATER * 2**under_way.tries, LONGEST)
        await self._records.put(replace(under_way, not_before=due, tries=min(under_way.tries + 1, 10)))
        return due

    async def _make_room(self, shared: SharedPlaylist) -> bool:
        """Whether there may be more to do."""
        most = shared.rules.most_items
        if most is None or shared.rules.when_full is WhenFull.REFUSE:
            return False
        too_many = await self._stores.contributions.count(shared.list_id, {State.LANDED}) - most
        if too_many > 0:
            dropped = await self._least(shared, min(too_many, DROPPED_AT_ONCE))
            return await self._move_out(shared, Kind.DROP, dropped)
        return False

    async def _let_go(self, shared: SharedPlaylist) -> bool:
        """Whether there may be more to do."""
        gone = [one for one, until in await self._stays(shared) if until <= self._now()]
        return await self._move_out(shared, Kind.STAY, tuple(gone[:DROPPED_AT_ONCE]))

    async def _next_leave(self, shared: SharedPlaylist) -> datetime | None:
        """When the next track has been in for long enough; what comes in meanwhile leaves later. None: never."""
        times = [until for _, until in await self._stays(shared)]
        return min(times, default=stays_until(self._now(), shared))

    async def _stays(self, shared: SharedPlaylist) -> list[tuple[Contribution, datetime]]:
        """Until when each may stay, if there is a limit; without those that couldn't leave."""
        found: list[tuple[Contribution, datetime]] = []
        stuck, after = self._stuck.get(shared.list_id, set()), 0
        while shared.rules.stay_days is not None:
            some = await self._stores.contributions.in_state(
                shared.list_id, {State.LANDED}, limit=AT_ONCE, after=after
            )
            found += [
                (one, until)
                for one in some
                if is_playable(one.uri)
                and one.contribution_id not in stuck
                and (until := stays_until(one.changed_at, shared)) is not None
            ]
            if len(some) < AT_ONCE:
                break
            after = some[-1].number or 0
        return found

    async def _move_out(self, shared: SharedPlaylist, kind: Kind, dropped: tuple[Contribution, ...]) -> bool:
        """Whether there may be more to do."""
        if not dropped:
            return False
        outcome = await self._begin(shared, kind, None, shared.round_no, dropped)
        if outcome.goes_on_at is None and outcome.moved < len(dropped):
            await self._leave_alone(shared, dropped)
        return outcome.goes_on_at is None

    async def _leave_alone(self, shared: SharedPlaylist, dropped: tuple[Contribution, ...]) -> None:
        """What couldn't go stays from now on, and others go instead: it isn't retried again and again."""
        stuck = self._stuck.setdefault(shared.list_id, set())
        for one in dropped:
            now = await self._stores.contributions.get(shared.guild_id, one.contribution_id)
            if now is not None and now.state is State.LANDED:
                stuck.add(one.contribution_id)

    async def _least(self, shared: SharedPlaylist, count: int) -> tuple[Contribution, ...]:
        """The oldest; or those with the fewest likes, then votes, oldest first. Local files stay.

        What was just added and has neither leaves last: nobody has had time for that.
        """
        by_likes = shared.rules.when_full is WhenFull.DROP_LOWEST
        stuck = self._stuck.get(shared.list_id, set())
        found: list[Contribution] = []
        after = 0
        while by_likes or len(found) < count:
            some = await self._stores.contributions.in_state(
                shared.list_id, {State.LANDED}, limit=AT_ONCE, after=after
            )
            found += [one for one in some if is_playable(one.uri) and one.contribution_id not in stuck]
            if len(some) < AT_ONCE:
                break
            after = some[-1].number or 0
        if by_likes:
            likes = await likes_of(self._stores.likes, shared.list_id, found)
            new = {
                one.contribution_id
                for one in found[-count:]
                if one.ballot is None and one.contribution_id not in likes
            }
            found = sorted(least_first(found, likes), key=lambda one: one.contribution_id in new)
        return tuple(found[:count])
