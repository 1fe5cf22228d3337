"""When a list's ballots have to be looked at: from the index of due times, or because something is in doubt."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.errors import StoreUnavailableError
from bot.services.clock import CLAIM, Alarm
from bot.stores.due import DueKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.services.shared.core.schedule import Schedule
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution

# Less than a claim: what is opened while a process looks at the list makes it look again.
SOON: Final = CLAIM / 2


class BallotTimes:
    """doubted: set when votes may have been stored without their consequence, or a ballot without its end."""

    def __init__(
        self, contributions: Contributions, schedule: Schedule, *, now: Callable[[], datetime]
    ) -> None:
        self.doubted = Alarm()
        self._contributions = contributions
        self._schedule = schedule
        self._now = now
        self._in_doubt: set[str] | None = None  # lists; None: all, since a process may have been killed

    async def opened(self, held: Contribution) -> None:
        """Call this once its ballot is stored. Its list is looked at soon, and that look notes when it ends."""
        try:
            await self._schedule.at(self._now() + SOON, held.list_id, DueKind.BALLOT)
        except StoreUnavailableError:  # what is stored is stored
            self.doubt(held.list_id)

    def doubt(self, list_id: str) -> None:
        """The database failed after something was stored about one of its ballots."""
        if self._in_doubt is not None:
            self._in_doubt.add(list_id)
        self.doubted.set()

    @asynccontextmanager
    async def doubtful(self) -> AsyncIterator[tuple[Contribution, ...]]:
        """The open ballots in doubt, at the start all, and their lists are noted; settled unless the block fails."""
        lists, self._in_doubt = self._in_doubt, set()
        try:
            yield await self._find(lists)
        except BaseException:
            self._in_doubt = None if lists is None else lists | (self._in_doubt or set())
            raise

    async def _find(self, lists: set[str] | None) -> tuple[Contribution, ...]:
        if lists is None:
            found = await self._contributions.undecided()
        else:
            found = ()
            for list_id in lists:
                found += await self._contributions.undecided(list_id=list_id)
        now = self._now()
        first: dict[str, datetime] = {}
        for one in found:
            if one.ballot is not None:
                due_at = now if one.ballot.message_id is None else one.ballot.ends_at
                first[one.list_id] = min(due_at, first.get(one.list_id, due_at))
        await self._schedule.all_at(DueKind.BALLOT, first)
        return found
