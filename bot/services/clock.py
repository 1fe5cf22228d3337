"""One loop for everything that happens without a command: it sleeps until something is due, or until woken."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from datetime import datetime

    from bot.stores.due import DueKind, DueTimes

log = logging.getLogger(__name__)

LONGEST_SLEEP: Final = timedelta(minutes=1)  # until checking whether the clock was set back
LOOK_AGAIN: Final = timedelta(minutes=1)  # for what another process left undone
FIRST_RETRY: Final = timedelta(seconds=1)  # after a failure, doubled each time
LAST_RETRY: Final = timedelta(seconds=15)
CLAIM: Final = timedelta(
    minutes=1
)  # if a process dies during a task, the task is held up no longer than this


class Alarm(asyncio.Event):
    """Set when there is something to do before the announced time; the clock listens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard_by: Callable[[], None] | None = None

    def set(self) -> None:
        super().set()
        if self.heard_by is not None:
            self.heard_by()


@dataclass(eq=False, slots=True)
class Chore:
    """Something that is done again and again.

    run: does everything due by now, and returns when something is next due; None: when woken.
    stop: lets running work finish early.
    """

    name: str
    run: Callable[[], Coroutine[Any, Any, datetime | None]]
    woken: Alarm = field(default_factory=Alarm)
    stop: Callable[[], object] | None = None


@dataclass(eq=False, slots=True)
class _Hand:
    """A chore's progress. told_at: when it said when it's next due; None: it hasn't run yet."""

    chore: Chore
    due: datetime | None = None
    told_at: datetime | None = None
    running: asyncio.Task[datetime | None] | None = None
    failures: int = 0


class Clock:
    """Each chore runs in its own task, so that one that fails or takes long doesn't delay the others."""

    def __init__(
        self,
        chores: Sequence[Chore],
        *,
        now: Callable[[], datetime],
        longest_sleep: timedelta = LONGEST_SLEEP,
    ) -> None:
        self._hands = [_Hand(chore) for chore in chores]
        self._now = now
        self._longest_sleep = longest_sleep
        self._woken = asyncio.Event()
        self._stopping = False
        for chore in chores:
            chore.woken.heard_by = self._woken.set

    @property
    def busy(self) -> bool:
        """Whether a chore is running."""
        return any(hand.running is not None for hand in self._hands)

    async def run(self) -> None:
        """Until `close`."""
        while not self._stopping:
            self._woken.clear()
            now = self._now()
            for hand in self._hands:
                if hand.running is None and _is_time(hand, now):
                    hand.chore.woken.clear()
                    hand.running = asyncio.create_task(hand.chore.run(), name=hand.chore.name)
                    hand.running.add_done_callback(partial(self._note_ended, hand))
            try:
                async with asyncio.timeout(self._sleep(now).total_seconds()):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def wake(self) -> None:
        """Do now what is due: time has passed, or went back. What is running is told, as it may be waiting."""
        for hand in self._hands:
            if hand.running is not None:
                hand.chore.woken.set()
        self._woken.set()

    async def close(self, finish_s: float) -> None:
        """Start nothing new. finish_s: how long running work has to finish."""
        self._stopping = True
        for hand in self._hands:
            if hand.chore.stop is not None:
                hand.chore.stop()
        self._woken.set()
        running = [hand.running for hand in self._hands if hand.running is not None]
        if running:
            _, late = await asyncio.wait(running, timeout=finish_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _note_ended(self, hand: _Hand, running: asyncio.Task[datetime | None]) -> None:
        """When the chore is next due. An exception doesn't stop the others, and the chore is retried."""
        hand.told_at = self._now()
        hand.running = None
        self._woken.set()
        if running.cancelled():
            return
        error = running.exception()
        if error is None:
            hand.due, hand.failures = running.result(), 0
            return
        if not hand.failures:
            log.error("%s failed (%s); will try again", hand.chore.name, type(error).__name__, exc_info=error)
        hand.due = self._now() + min(FIRST_RETRY * 2**hand.failures, LAST_RETRY)
        hand.failures = min(hand.failures + 1, 10)

    def _sleep(self, now: datetime) -> timedelta:
        waiting = [hand.due - now for hand in self._hands if hand.running is None and hand.due is not None]
        return max(timedelta(), min((*waiting, self._longest_sleep)))


def _is_time(hand: _Hand, now: datetime) -> bool:
    """Runs once more after the clock was set back: what was due at a time is no longer due then."""
    if hand.told_at is None or now < hand.told_at or hand.chore.woken.is_set():
        return True
    return hand.due is not None and hand.due <= now


class DueLists:
    """The chore for one kind in `DueTimes`: `run_one` does what is due for a list, one process at a time.

    run_one: returns when to check this list again; None: when someone says so. Its exceptions are logged, once per
    list, and it's retried. at_once: how many lists are handled in one go. resting: until when none should be
    handled; asked before each.
    """

    def __init__(
        self,
        kind: DueKind,
        times: DueTimes,
        run_one: Callable[[str], Awaitable[datetime | None]],
        *,
        now: Callable[[], datetime],
        at_once: int = 100,
        woken: Alarm | None = None,
        resting: Callable[[], datetime | None] = lambda: None,
        retry: timedelta = LAST_RETRY,
    ) -> None:
        self.woken = woken or Alarm()
        self._kind = kind
        self._times = times
        self._run_one = run_one
        self._now = now
        self._at_once = at_once
        self._resting = resting
        self._retry = retry
        self._failing: set[str] = set()

    async def run(self) -> datetime | None:
        for due in await self._times.until(self._kind, self._now(), limit=self._at_once):
            if self._rest() is not None:
                break
            claimed = replace(due, due_at=self._now() + CLAIM)
            if await self._times.move(due, claimed.due_at):
                await self._times.move(claimed, await self._next_of(due.list_id))
        again = self._now() + LOOK_AGAIN
        return self._rest() or await self._times.next(self._kind, again) or again

    async def _next_of(self, list_id: str) -> datetime | None:
        try:
            due = await self._run_one(list_id)
        except Exception as error:  # it doesn't delay other lists
            if list_id not in self._failing:
                log.exception(
                    "list %s: %s failed (%s); will try again", list_id, self._kind, type(error).__name__
                )
            self._failing.add(list_id)
            return self._now() + self._retry
        self._failing.discard(list_id)
        return due

    def _rest(self) -> datetime | None:
        until = self._resting()
        return until if until is not None and until > self._now() else None
