"""The queue of a shared playlist: what was accepted waits here in its order, until it is written or cancelled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm
from bot.services.shared.core.ballot import Ending
from bot.services.shared.core.ledger import event_of
from bot.stores.contributions import CANCELLABLE, Recording, State
from bot.stores.history import FORMER_MEMBER, Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.stores import SharedPlaylists
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist


AT_ONCE: Final = 500  # read from the store together
CLOSED: Final = "closed"
NO_OWNER: Final = "no owner"


@dataclass(frozen=True, slots=True)
class Lapsed:
    """So many of one member's contributions waited in a list and were cancelled. why: CLOSED or NO_OWNER."""

    shared: SharedPlaylist
    member_id: int
    count: int
    why: str


class Queue:
    """Whom a cancellation concerns is kept in memory only, and not known any more after a restart."""

    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        ledger: ContributionLedger,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        """wake: called with the id of a list that has something to write."""
        self.woken = Alarm()  # somebody is to be notified of a cancellation
        self._lists = lists
        self._contributions = contributions
        self._ledger = ledger
        self._wake = wake
        self._now = now
        self._lapsed: list[Lapsed] = []

    async def enqueue(
        self, contribution: Contribution, how: str, *events: Event, actor_id: int | None = None
    ) -> Contribution:
        """Queue a new contribution. On return it is safe.

        how: "open", "curator" or "bypass". events: stored along with it, before its own. Returns what is stored: where
        its origin is known, the earlier one, which has another id.
        """
        now = self._now()
        number = await self._contributions.next_number(contribution.list_id)
        new = replace(contribution, state=State.QUEUED, number=number, changed_at=now)
        accepted = event_of(new, Happening.ACCEPTED, now, {"how": how}, actor_id)
        stored = await self._contributions.add(new, *events, accepted)
        await self._look_after(stored)
        return stored

    async def enqueue_decided(self, held: Contribution, ending: Ending) -> Contribution | None:
        """Queue what waited for a decision, which is `ending`. On return it is safe.

        Returns what is stored; None, and nothing was changed, if somebody else decided it or took it back.
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
            number=number,
        )
        if stored is not None:
            await self._look_after(stored)
        return stored

    async def waiting(self, list_id: str) -> int:
        """How many contributions wait, for a decision or for their turn."""
        return await self._contributions.count(list_id, CANCELLABLE)

    async def cancel_all(self, shared: SharedPlaylist, why: str, by: int | None = None) -> int:
        """Let everything lapse that waits in a list, since nobody will decide or write it; return how many there were.

        Votes to throw something out end, too. by: the member who did that, and need not be notified.
        """
        list_id, of = shared.list_id, Counter[int]()

        async def lapse(one: Contribution) -> bool:
            done = await self._ledger.transition(one, State.LAPSED, Happening.LAPSED, {"why": why})
            if done and one.member_id is not None and one.member_id not in {FORMER_MEMBER, by}:
                of[one.member_id] += 1
            return done is not None

        try:
            lapsed = await self._until_none(
                lambda: self._contributions.in_state(list_id, CANCELLABLE, limit=AT_ONCE), lapse
            )
            for held in await self._contributions.undecided(list_id=list_id):
                if held.ballot is not None:
                    ending = Ending(held.ballot.number, await self._ledger.tally(held, held.ballot))
                    await self._ledger.transition(held, held.state, ending=ending)
        finally:  # the rest goes another time, if the database went in the middle
            self._lapsed += [Lapsed(shared, member_id, count, why) for member_id, count in of.items()]
            self.woken.set()
        return lapsed

    def lapsed(self) -> tuple[Lapsed, ...]:
        """The cancellations nobody was notified of yet. Each is returned once."""
        lapsed, self._lapsed = tuple(self._lapsed), []
        return lapsed

    async def erase(self, list_id: str, member_id: int) -> int:
        """Withdraw all that waits of a member, and forget what it was; return how many there were.

        Their ids at Spotify go as well; the rows stay, so that the same press is not taken for a new one.
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
        """What was cancelled no longer waits, so the next reading brings others; so does what just moved."""
        count = 0
        while waiting := await read():
            count += sum([await cancel(one) for one in waiting])
        return count

    async def _look_after(self, stored: Contribution) -> None:
        """Have it written, unless its list was closed: whoever closes one cancels only what waits in it then."""
        self._wake(stored.list_id)
        shared = await self._lists.by_id(stored.list_id)
        if shared is not None and shared.status is ListStatus.CLOSED:
            await self.cancel_all(shared, CLOSED)
