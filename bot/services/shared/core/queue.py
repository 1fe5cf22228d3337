"""A shared playlist's queue: accepted contributions stay here in order, until they are written or cancelled."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.ballot import Ending
from bot.services.shared.core.ledger import event_of
from bot.services.shared.core.notices import decided, lapsed
from bot.stores.contributions import CANCELLABLE, Recording, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.stores import SharedPlaylists
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice


AT_ONCE: Final = 500  # read from the store at a time
CLOSED: Final = "closed"
NO_OWNER: Final = "no owner"


class Queue:
    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        ledger: ContributionLedger,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        """wake: called with the ID of a list that has something to write."""
        self._lists = lists
        self._contributions = contributions
        self._ledger = ledger
        self._wake = wake
        self._now = now

    async def enqueue(
        self, contribution: Contribution, how: str, *events: Event, actor_id: int | None = None
    ) -> Contribution:
        """Queue a new contribution. On return it's safe.

        how: "open", "curator" or "bypass". events: stored along with it, before its own. Returns what is stored: if
        its origin is known, the earlier one, which has another ID.
        """
        now = self._now()
        number = await self._contributions.next_number(contribution.list_id)
        new = replace(contribution, state=State.QUEUED, number=number, changed_at=now)
        accepted = event_of(new, Happening.ACCEPTED, now, {"how": how}, actor_id)
        stored = await self._contributions.add(new, *events, accepted)
        await self._look_after(stored)
        return stored

    async def enqueue_decided(self, held: Contribution, ending: Ending) -> Contribution | None:
        """Queue something pending, whose decision is `ending`. On return it's safe.

        Returns what is stored; None, and nothing was changed, if someone else decided it or took it back.
        """
        number = await self._contributions.next_number(held.list_id)
        how = "votes" if ending.decided_by is None else "curator"
        stored = await self._ledger.transition(
            held,
            State.QUEUED,
            Happening.ACCEPTED,
            {"how": how} | ending.counts,
            actor_id=ending.decided_by,
            ending=ending,
            tells=partial(decided, now=self._now()),
            number=number,
        )
        if stored is not None:
            await self._look_after(stored)
        return stored

    async def waiting(self, list_id: str) -> int:
        """How many contributions are undecided or queued."""
        return await self._contributions.count(list_id, CANCELLABLE)

    async def cancel_all(self, shared: SharedPlaylist, why: str, by: int | None = None) -> int:
        """Expire everything pending in a list, since nobody will decide or write it; return how many there were.

        Votes to remove something end too. by: the member who caused that, who isn't notified.
        """
        list_id = shared.list_id

        def tells(new: Contribution) -> tuple[Notice, ...]:
            return lapsed(new, why, self._now(), by=by)

        async def lapse(one: Contribution) -> bool:
            return bool(
                await self._ledger.transition(one, State.LAPSED, Happening.LAPSED, {"why": why}, tells=tells)
            )

        count = await self._until_none(
            lambda: self._contributions.in_state(list_id, CANCELLABLE, limit=AT_ONCE), lapse
        )
        for held in await self._contributions.undecided(list_id=list_id):
            if held.ballot is not None:
                ending = Ending(held.ballot.number, await self._ledger.tally(held, held.ballot))
                await self._ledger.transition(held, held.state, ending=ending)
        return count

    async def erase(self, list_id: str, member_id: int) -> int:
        """Withdraw everything of a member's that is pending, and forget what it was; return how many there were.

        Their Spotify IDs are erased too; the rows stay, so that the same press isn't taken for a new one.
        """

        async def withdraw(one: Contribution) -> bool:
            done = await self._ledger.transition(
                one,
                State.WITHDRAWN,
                Happening.WITHDRAWN,
                {"why": "unlinked"},
                actor_id=member_id,
                recording=Recording(""),
                note="",
            )
            return done is not None

        return await self._until_none(
            lambda: self._contributions.latest_of(list_id, member_id, CANCELLABLE, AT_ONCE), withdraw
        )

    async def _until_none(
        self,
        read: Callable[[], Awaitable[Sequence[Contribution]]],
        cancel: Callable[[Contribution], Awaitable[bool]],
    ) -> int:
        """Cancelled ones are no longer pending, so the next read returns others; so are any that just moved."""
        count = 0
        while waiting := await read():
            count += sum([await cancel(one) for one in waiting])
        return count

    async def _look_after(self, stored: Contribution) -> None:
        """Have it written, unless its list was closed: closing only cancels what is pending at that moment."""
        self._wake(stored.list_id)
        shared = await self._lists.by_id(stored.list_id)
        if shared is not None and shared.status is ListStatus.CLOSED:
            await self.cancel_all(shared, CLOSED)
