"""Writes accepted contributions to the shared playlists, once, in order, and after any kind of trouble."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.outbox.debounce import Debounce
from bot.services.shared.outbox.departures import Departures
from bot.services.shared.outbox.fair_order import FairOrder
from bot.services.shared.outbox.health import Backoff, WaitingFor, Why, waiting_for
from bot.services.shared.outbox.turn import TurnRunner
from bot.shared_errors import ListBusyError
from bot.stores.contributions import QUEUE, UNANSWERED, UNDELAYED, State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.fair_order import HeldUntil
    from bot.services.shared.playlist_access.playlist import LentPlaylists, PlaylistAccess
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

SWEEP: Final = timedelta(seconds=30)  # how often all lists are checked for what another process left
LOOKS_REST: Final = timedelta(minutes=15)  # then the day's requests have been counted again
SWEEP_AGAIN: Final = timedelta(seconds=5)  # after a failed one
PATIENCE_S: Final = 5.0  # of a big change, for the turn of another process; turns in this one are awaited


class OutboxDispatcher:
    """Everything accepted lands once, whatever Spotify answers and whenever the bot is killed.

    The limit, stated openly: a write that becomes visible more than 30 s after we gave up on it can appear
    twice, because it wasn't found and was sent again. `reconciliation/correction.py` reports those.

    woken: set when there is something to do before the time `work` returned.
    debounce: whoever is about to accept something announces it there, so that it's sent together.
    """

    def __init__(
        self,
        stores: Stores,
        lent: LentPlaylists,
        ledger: ContributionLedger,
        schedule: Schedule,
        *,
        held_until: HeldUntil,
        used_part: Callable[[], float],
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        """held_until: how long writes for a member have to wait because others have used less.

        used_part: which part of the day's budget is used.
        """
        self.woken = Alarm()
        self.debounce = Debounce(now=now, over=self.woken.set)
        self._stores = stores
        self._lent = lent
        self._now = now
        self._pauses = Backoff(now)
        self._ledger = ledger
        self._order = FairOrder(stores.contributions, held_until)
        self._departures = Departures(stores.values, used_part, now=now)
        self._turns = TurnRunner(
            stores,
            lent,
            self._ledger,
            self._pauses,
            schedule,
            order=self._order,
            departures=self._departures,
            new_id=new_id,
            now=now,
        )
        self._due: dict[str, datetime] = {}  # lists with something to do, and when
        self._swept_at: datetime | None = None
        self._exclusive: set[str] = set()
        self._closing = False
        self._working = asyncio.Lock()
        self._failing: set[str] = set()
        self._sweep_fails = False

    def wake(self, list_id: str | None = None) -> None:
        """There is something to do for this list, or it isn't known for which."""
        if list_id is None:
            self._swept_at = None
        else:
            self._due[list_id] = self._now()
        self.woken.set()

    async def work(self) -> datetime | None:
        """Do everything that is due now, for all lists, each in its own task. When something is next due."""
        async with self._working:
            running: dict[str, asyncio.Task[datetime | None]] = {}
            waker: asyncio.Task[object] | None = None
            try:
                while not self._closing:
                    self.woken.clear()
                    await self._sweep()
                    for list_id in self._due_now() - running.keys():
                        del self._due[list_id]
                        writing = self._turns.write(list_id, partial(self._is_enough, list_id))
                        running[list_id] = asyncio.create_task(writing)
                    if not running:
                        break
                    waker = asyncio.create_task(self.woken.wait())
                    await asyncio.wait(  # a list can become due while Spotify is slow for another
                        {waker, *running.values()},
                        timeout=(self._next_due(running) - self._now()).total_seconds(),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    waker.cancel()
                    self._note_ended(running)
            finally:
                await _end(task for task in (*running.values(), waker) if task is not None)
                self._note_ended(running)
            return self._next_due()

    @property
    def busy(self) -> bool:
        """Whether there is something to do for a list this process knows about, now or later."""
        return bool(self._due)

    def close(self) -> None:
        """Start nothing new; whatever runs `work` lets current requests finish."""
        self._closing = True
        self.woken.set()

    async def settled(
        self,
        contribution: Contribution,
        timeout_s: float,
        *,
        patient: bool = False,
        till_parked: bool = False,
        undecided: bool = False,
    ) -> Contribution:
        """The contribution as soon as it's in the playlist, or Spotify refused it, or it was parked.

        As it is after `timeout_s`; unless `patient`, also if something holds it up (see `state_of`).
        undecided: it's only proposed so far, and the decision is awaited too.
        Patient callers also wait for a curator's decision when it's parked, unless they ask for `till_parked`.
        """
        through_parking = patient and not till_parked
        awaited = UNANSWERED if undecided else QUEUE
        current = contribution
        about = [contribution.contribution_id]
        if not patient:  # a turn of its list may change what holds it up
            about.append(contribution.list_id)
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    with self._ledger.signals.listen(*about) as settled:
                        current = await self._read(contribution) or current
                        if current.state not in awaited and not (
                            through_parking and current.state is State.PARKED
                        ):
                            return current
                        if not patient and await self._is_held_up(current):
                            return current
                        await settled
        except TimeoutError:
            return await self._read(contribution) or current

    async def state_of(self, shared: SharedPlaylist, *these: Contribution) -> WaitingFor | None:
        """What holds up the list's contributions, for members; None: only their turn.

        these: the ones being asked about; some of them may be held up alone, since requests to Spotify are scarce.
        """
        return await self._state_of(await self._stores.lists.by_id(shared.list_id) or shared, *these)

    async def _state_of(self, shared: SharedPlaylist, *these: Contribution) -> WaitingFor | None:
        journal = await self._stores.journals.of(shared.list_id)
        parked = await self._stores.contributions.in_state(shared.list_id, {State.PARKED}, limit=1)
        waiting = waiting_for(shared, journal, self._pauses, self._now(), parked=bool(parked))
        if waiting is not None:
            return waiting
        leaving = [self._order.held_until(one) for one in these if one.state is State.LEAVING]
        held = [until for until in leaving if until is not None]
        if held:
            return WaitingFor(Why.SHARE, max(held))
        return await self._departure([one for one in these if one.state is State.QUEUED])

    async def _departure(self, queued: Sequence[Contribution]) -> WaitingFor | None:
        """Of one list's contributions that wait for it."""
        if not queued:
            return None
        held = [self._order.held_until(one) for one in queued]
        held_until = None if None in held else max(until for until in held if until is not None)
        due = await self._departures.due(queued[0].list_id, queued, held_until)
        if due <= self._now():
            return None
        return WaitingFor(Why.SHARE if held_until and due >= held_until else Why.TOGETHER, due)

    def looks_rest_until(self) -> datetime | None:
        """Until when playlists aren't looked at unless somebody uses them; None: there are requests enough."""
        return self._now() + LOOKS_REST if self._departures.are_apart else None

    def holds_back(self, contribution: Contribution) -> bool:
        """Whether it has to wait because its member, or their server, has used more than their share."""
        return self._order.held_until(contribution) is not None

    @asynccontextmanager
    async def exclusive(
        self, shared: SharedPlaylist, *, moving: bool = False
    ) -> AsyncIterator[PlaylistAccess]:
        """For a big change: nothing else is written to the list meanwhile, and nothing is unsettled.

        moving: the list will use another playlist. What is unsettled in one that can't be reached any more
        is queued for that one.
        Raises ListBusyError if that isn't possible now.
        """
        list_id = shared.list_id
        if list_id in self._exclusive:
            raise ListBusyError
        self._exclusive.add(list_id)
        try:
            async with self._turns.turn(list_id, patience_s=PATIENCE_S) as lease:
                if not await self._turns.settle(shared, lease):
                    if not (moving and shared.trouble):
                        raise ListBusyError
                    await self._turns.take_back(lease)
                lease.asked_by = None
                yield self._lent.access(shared, lease)
        finally:
            self._exclusive.discard(list_id)
            self.wake(list_id)

    def _is_enough(self, list_id: str) -> bool:
        return self._closing or list_id in self._exclusive

    def _note_ended(self, running: dict[str, asyncio.Task[datetime | None]]) -> None:
        """Forget the turns that are over, and record when their lists are next due."""
        for list_id, turn in [(list_id, turn) for list_id, turn in running.items() if turn.done()]:
            del running[list_id]
            if turn.cancelled():
                continue
            due = self._due_after(list_id, turn)
            if due is not None and not self._closing:
                self._due[list_id] = min(due, self._due.get(list_id, due))
            self._ledger.signals.notify(list_id)

    def _due_after(self, list_id: str, turn: asyncio.Task[datetime | None]) -> datetime | None:
        """Whatever went wrong in it: the list is retried, and no other one is delayed."""
        error = turn.exception()
        if error is None:
            self._failing.discard(list_id)
            return turn.result()
        if not isinstance(error, Exception):
            raise error
        if list_id not in self._failing:
            self._failing.add(list_id)
            log.error("list %s couldn't be written (%s)", list_id, type(error).__name__, exc_info=error)
        return self._pauses.failed(list_id)

    async def _sweep(self) -> None:
        """Find what this process doesn't know about: left by an earlier one, accepted by another."""
        now = self._now()
        if self._swept_at is not None and timedelta() <= now - self._swept_at < SWEEP:
            return
        try:
            queued = await self._stores.contributions.lists_with({State.QUEUED})
            left = {
                *await self._stores.journals.unsettled(),
                *await self._stores.contributions.lists_with(UNDELAYED),
                *(list_id for list_id in queued if not self._departures.is_waiting(list_id)),
            }
        except Exception as error:  # current writes continue, and it checks again soon
            if not self._sweep_fails:
                self._sweep_fails = True
                log.exception("couldn't check all lists (%s)", type(error).__name__)
            self._swept_at = now - SWEEP + SWEEP_AGAIN
            return
        for list_id in left:  # whatever was scheduled before: the clock may have been set back since
            self._due[list_id] = min(now, self._due.get(list_id, now))
        self._swept_at, self._sweep_fails = now, False
        self._ledger.signals.notify_all()

    def _due_now(self) -> set[str]:
        now = self._now()
        due = {list_id for list_id, at in self._due.items() if at <= now} - self._exclusive
        return set() if due and self.debounce.worth_waiting() else due

    def _next_due(self, running: Collection[str] = ()) -> datetime:
        """When there is something to start, besides what is running and what someone has exclusively."""
        waits = {*running, *self._exclusive}
        due = [at for list_id, at in self._due.items() if list_id not in waits]
        begin = max(min(due), self.debounce.worth_waiting_until() or min(due)) if due else None
        sweep = (self._swept_at or self._now()) + SWEEP
        return sweep if begin is None else min(begin, sweep)

    async def _read(self, contribution: Contribution) -> Contribution | None:
        return await self._stores.contributions.get(contribution.guild_id, contribution.contribution_id)

    async def _is_held_up(self, contribution: Contribution) -> bool:
        shared = await self._stores.lists.by_id(contribution.list_id)
        held = await self._state_of(shared, contribution) if shared is not None else None
        return held is not None and held.why is not Why.CHECKING


async def _end(tasks: Iterable[asyncio.Task[object] | asyncio.Task[None]]) -> None:
    """Cancel those still running, and wait until they are over."""
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
