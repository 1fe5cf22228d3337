"""What members take back and add again: limited per hour in each list; the history keeps only the last time.

Counted from what is stored, so neither a restart nor another process starts over.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.services.leases import KeyedLocks
from bot.shared_errors import ListBusyError, TakenBackTooOftenError
from bot.stores.contributions import GOING, Leave, State
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.stores import Contributions, History
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event

WITHIN: Final = timedelta(hours=1)
MOST_TAKEN_BACK: Final = 10  # by one member, in one list
MOST_AGAIN: Final = 3  # how often one recording can be taken back, and added again
EVENTS_AT_ONCE: Final = 100  # read at a time
LEASE: Final = timedelta(seconds=10)
PATIENCE_S: Final = 10


def is_taken_back(one: Contribution, member_id: int) -> bool:
    """Whether the member took back something they had added themselves."""
    if one.member_id != member_id:
        return False
    undone = one.state in GOING and one.leave is Leave.UNDONE and one.left_by == member_id
    return undone or one.state is State.WITHDRAWN


def again_from(alike: Iterable[Contribution], member_id: int, now: datetime) -> datetime | None:
    """When the member can add it again after taking it back so often; None: now."""
    return _free_again([one.changed_at for one in alike if is_taken_back(one, member_id)], MOST_AGAIN, now)


class TakingBack:
    """Lets members take back their own tracks, one after another, and not too often."""

    def __init__(
        self,
        contributions: Contributions,
        history: History,
        leases: LeaseKeeper,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._history = history
        self._leases = leases
        self._now = now
        self._locks: KeyedLocks[str] = KeyedLocks()  # by list

    @asynccontextmanager
    async def held(self, one: Contribution, member_id: int) -> AsyncIterator[None]:
        """While held, the member can take this back. Raises TakenBackTooOftenError, ListBusyError.

        If they took back the same track before, more than an hour ago, the history only keeps the last time.
        """
        list_id = one.list_id
        async with (
            self._locks.of(list_id),
            self._leases.held(f"take back:{list_id}", LEASE, patience_s=PATIENCE_S, taken=ListBusyError),
        ):
            at = [event.at async for event in self._recent(list_id, member_id)]
            until = _free_again(at, MOST_TAKEN_BACK, self._now())
            if until is not None:
                raise TakenBackTooOftenError(until, MOST_TAKEN_BACK)
            yield
            with suppress(StoreUnavailableError):  # then it's done next time
                await self._fold(one, member_id)

    async def _fold(self, one: Contribution, member_id: int) -> None:
        for other in await self._contributions.alike(one.list_id, [one.recording]):
            same = one.recording.uri in {other.uri, other.recording.uri}
            if same and is_taken_back(other, member_id) and _is_over(other, self._now()):
                await self._contributions.erase(other)

    async def _recent(self, list_id: str, member_id: int) -> AsyncIterator[Event]:
        """What they took back within the hour."""
        before: str | None = None
        while True:
            page = await self._history.page(list_id, limit=EVENTS_AT_ONCE, before=before, member_id=member_id)
            for event in page.events:
                if event.at <= self._now() - WITHIN:
                    return
                if _tells_of_it(event, member_id):
                    yield event
            if page.next is None:
                return
            before = page.next


def _is_over(one: Contribution, now: datetime) -> bool:
    ballot = one.ballot
    shown = ballot is None or (not ballot.open and (ballot.shown or not ballot.message_id))
    return shown and one.state is not State.LEAVING and one.changed_at <= now - WITHIN


def _tells_of_it(event: Event, member_id: int) -> bool:
    if not event.actor_id == event.member_id == member_id:
        return False
    undone = event.happening is Happening.LEAVING and event.detail.get("why") == Leave.UNDONE
    return undone or event.happening is Happening.WITHDRAWN


def _free_again(at: Iterable[datetime], most: int, now: datetime) -> datetime | None:
    """When fewer than `most` of these times are within the past hour; None: now."""
    recent = sorted(moment for moment in at if moment > now - WITHIN)
    return min(recent[-most], now) + WITHIN if len(recent) >= most else None
