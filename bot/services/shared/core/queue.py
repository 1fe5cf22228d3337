"""What waits for a decision or for its turn, and can no longer have it: it is let go, and the history says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.ledger import event_of, told_anew
from bot.stores.contributions import Recording, State
from bot.stores.history import FORMER_MEMBER, Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.stores import SharedPlaylists
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist


WAITING: Final = frozenset({State.PENDING, State.QUEUED, State.PARKED})
AT_ONCE: Final = 500  # read from the store together
CLOSED: Final = "closed"
NO_OWNER: Final = "no owner"


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Of one member's so much waited in a list, and was let go. why: CLOSED or NO_OWNER."""

    shared: SharedPlaylist
    member_id: int
    count: int
    why: str


class LettingGo:
    """Who has to be told of it is not known any more after a restart."""

    def __init__(
        self,
        contributions: Contributions,
        *,
        touch: Callable[[Contribution], None],
        now: Callable[[], datetime],
    ) -> None:
        """touch: told of each, to have its card drawn anew, and whoever waits for it answered."""
        self.woken = asyncio.Event()  # there is something to tell
        self._contributions = contributions
        self._touch = touch
        self._now = now
        self._news: list[Lapsed] = []

    def news(self) -> tuple[Lapsed, ...]:
        """What nobody was told of yet. Each is answered once."""
        told, self._news = tuple(self._news), []
        return told

    async def waiting(self, list_id: str) -> int:
        """How many wait."""
        return await self._contributions.count(list_id, WAITING)

    async def lapse(self, shared: SharedPlaylist, why: str, by: int | None = None) -> int:
        """Nobody will decide or write them any more. How many there were. A vote to throw something out ends, too.

        by: the member who did that, and need not be told.
        """
        list_id, of = shared.list_id, Counter[int]()

        async def lapse(one: Contribution) -> bool:
            done = await self._lapse(one, why)
            if done and one.member_id is not None and one.member_id not in {FORMER_MEMBER, by}:
                of[one.member_id] += 1
            return done

        try:
            lapsed = await self._until_none(
                lambda: self._contributions.in_state(list_id, WAITING, limit=AT_ONCE), lapse
            )
            for voted in await self._contributions.undecided(list_id=list_id):
                await self._swap(voted, _decided(voted))
        finally:  # the rest goes another time, if the database went in the middle
            self._news += [Lapsed(shared, member_id, count, why) for member_id, count in of.items()]
            self.woken.set()
        return lapsed

    async def erase(self, list_id: str, member_id: int) -> int:
        """A member's own: withdrawn, and what they were is forgotten. How many there were."""
        return await self._until_none(
            lambda: self._contributions.latest_of(list_id, member_id, WAITING, AT_ONCE), self._erase
        )

    async def _until_none(
        self,
        read: Callable[[], Awaitable[Sequence[Contribution]]],
        let_go: Callable[[Contribution], Awaitable[bool]],
    ) -> int:
        """Those let go no longer wait, so the next reading brings others; what somebody else just changed, too."""
        count = 0
        while waiting := await read():
            done = sum([await let_go(one) for one in waiting])
            count += done
            if not done:
                break
        return count

    async def _lapse(self, one: Contribution, why: str) -> bool:
        now = self._now()
        new = replace(_decided(one), state=State.LAPSED, changed_at=now)
        event = event_of(new, Happening.LAPSED, now, {"why": why})
        return await self._swap(one, new, event)

    async def _erase(self, one: Contribution) -> bool:
        """Its id at Spotify goes as well; the row stays, so that the same press is not taken for a new one."""
        now = self._now()
        new = replace(_decided(one), state=State.WITHDRAWN, changed_at=now, recording=Recording(""), note="")
        event = event_of(new, Happening.WITHDRAWN, now, {"why": "unlinked"}, one.member_id)
        return await self._swap(one, new, event)

    async def _swap(self, one: Contribution, new: Contribution, *events: Event) -> bool:
        stored = await self._contributions.swap(one, new, *events)
        if stored is not None:
            self._touch(stored)
        return stored is not None


def _decided(one: Contribution) -> Contribution:
    if one.ballot is None or not one.ballot.open:
        return replace(one, ballot=told_anew(one))
    return replace(one, ballot=replace(one.ballot, open=False))


class Accepting:
    """wake: tells the writer that a list has something to write."""

    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        letting_go: LettingGo,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._lists = lists
        self._contributions = contributions
        self._letting_go = letting_go
        self._wake = wake
        self._now = now

    async def queue(
        self,
        contribution: Contribution,
        how: str,
        *events: Event,
        was: Contribution | None = None,
        actor_id: int | None = None,
        yes: int | None = None,
        no: int | None = None,
    ) -> Contribution | None:
        """Queue a new contribution, or with `was` one that waited for a decision, in place of that record.

        how: "open", "curator", "votes" or "bypass". events: stored along with it, before its own. actor_id: the
        curator. On return it is safe. Answers what is stored: of a new one whose origin is known the earlier one,
        which has another id; None when `was` had been changed by somebody else, and then nothing is kept.
        """
        now = self._now()
        number = await self._contributions.next_number(contribution.list_id)
        new = replace(contribution, state=State.QUEUED, number=number, changed_at=now)
        votes = {name: count for name, count in (("yes", yes), ("no", no)) if count is not None}
        accepted = event_of(new, Happening.ACCEPTED, now, {"how": how, **votes}, actor_id)
        stored: Contribution | None
        if was is None:
            stored = await self._contributions.add(new, *events, accepted)
        else:
            stored = await self._contributions.swap(was, new, *events, accepted)
        if stored is not None:
            self._wake(stored.list_id)
            await self._let_go_if_closed(stored)
        return stored

    async def _let_go_if_closed(self, stored: Contribution) -> None:
        """Whoever closes a list lets go what waits in it then. What is kept later has to look for itself."""
        shared = await self._lists.by_id(stored.list_id)
        if shared is not None and shared.status is ListStatus.CLOSED:
            await self._letting_go.lapse(shared, CLOSED)
