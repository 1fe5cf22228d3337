"""How often a member may take back what is theirs, and add it again; and how much of that the history keeps."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.leases import LeaseKeeper
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.repeats import MOST_AGAIN, MOST_TAKEN_BACK, WITHIN, TakingBack, again_from
from bot.shared_errors import TakenBackTooOftenError
from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from tests.stores.records import ADA, GRACE, NOW
from tests.stores.shared_records import LIST, contribution, event

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores import Stores
    from bot.stores.contributions import Contribution

OTHER_LIST = "list0002"
TRACK = contribution().recording


class Shelf:
    """A list, one thing after another in it; its clock stands at `time`."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.time = NOW
        self.number = 0
        leases = LeaseKeeper(stores.leases, now=self.now, sleep=lambda _: asyncio.sleep(0))
        self.ledger = ContributionLedger(stores.contributions, stores.votes, now=self.now)
        self.taking_back = TakingBack(stores.contributions, stores.history, leases, now=self.now)

    def now(self) -> datetime:
        return self.time

    async def bring(
        self, *, member_id: int = ADA, list_id: str = LIST, state: State = State.LANDED
    ) -> Contribution:
        """Always the same track."""
        self.number += 1
        one = contribution(
            self.number,
            member_id=member_id,
            list_id=list_id,
            state=state,
            number=self.number,
            recording=TRACK,
            created_at=self.time,
            changed_at=self.time,
        )
        proposed = event(
            self.number,
            event_id=f"{one.contribution_id}:proposed:1",
            at=self.time,
            list_id=list_id,
            actor_id=member_id,
            member_id=member_id,
            contribution_id=one.contribution_id,
        )
        return await self.stores.contributions.add(one, proposed)

    async def take_back(self, one: Contribution, by: int | None = None) -> Contribution:
        """As undoing does it, or withdrawing, and then it is out."""
        by = by or one.member_id or 0
        async with self.taking_back.held(one, by):
            if one.state is State.QUEUED:
                done = await self.ledger.transition(one, State.WITHDRAWN, Happening.WITHDRAWN, actor_id=by)
                assert done
                return done
            leaving = await self.ledger.transition(
                one,
                State.LEAVING,
                Happening.LEAVING,
                {"why": str(Leave.UNDONE)},
                actor_id=by,
                leave=Leave.UNDONE,
                left_by=by,
            )
        assert leaving
        removed = await self.ledger.transition(leaving, State.REMOVED, Happening.REMOVED)
        assert removed
        return removed

    async def events(self) -> int:
        return len((await self.stores.history.page(LIST, limit=1000)).events)


@pytest.fixture
def shelf(stores: Stores) -> Shelf:
    return Shelf(stores)


@pytest.mark.parametrize("state", [State.LANDED, State.QUEUED])
async def test_so_many_an_hour(shelf: Shelf, state: State) -> None:
    """Ten an hour, counted from each; then it is told when the next is possible, and from then on it is."""
    first = shelf.time
    for _ in range(MOST_TAKEN_BACK):
        await shelf.take_back(await shelf.bring(state=state))
        shelf.time += timedelta(minutes=1)
    one = await shelf.bring(state=state)
    with pytest.raises(TakenBackTooOftenError) as caught:
        await shelf.take_back(one)
    assert (caught.value.until, caught.value.most) == (first + WITHIN, MOST_TAKEN_BACK)
    shelf.time = caught.value.until - timedelta(seconds=1)
    with pytest.raises(TakenBackTooOftenError):
        await shelf.take_back(one)
    again = Shelf(shelf.stores)  # another process, or the same after a restart
    again.time = shelf.time
    with pytest.raises(TakenBackTooOftenError):
        await again.take_back(one)
    shelf.time = caught.value.until
    assert (await shelf.take_back(one)).state in {State.REMOVED, State.WITHDRAWN}


async def test_others_do_not_count(shelf: Shelf) -> None:
    """What other members take back, what is in other lists, and what curators take out of others' is counted apart."""
    for _ in range(MOST_TAKEN_BACK):
        await shelf.take_back(await shelf.bring())
    await shelf.take_back(await shelf.bring(member_id=GRACE))
    await shelf.take_back(await shelf.bring(list_id=OTHER_LIST))
    with pytest.raises(TakenBackTooOftenError):
        await shelf.take_back(await shelf.bring())


async def test_at_once(shelf: Shelf) -> None:
    """Pressed twenty times at the same time, no more than ten go out."""
    kept = [await shelf.bring() for _ in range(20)]
    done = await asyncio.gather(*(shelf.take_back(one) for one in kept), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in done) == MOST_TAKEN_BACK
    assert {type(one) for one in done if isinstance(one, BaseException)} == {TakenBackTooOftenError}


async def test_history_does_not_grow(shelf: Shelf) -> None:
    """However often somebody adds and takes back the same, the history and the list keep no more than an hour of it."""
    other = await shelf.take_back(await shelf.bring(member_id=GRACE))
    for _ in range(30):
        await shelf.take_back(await shelf.bring())
        shelf.time += WITHIN / MOST_AGAIN
    assert await shelf.events() <= 3 * (MOST_AGAIN + 2)
    kept = await shelf.stores.contributions.alike(LIST, [TRACK])
    assert len(kept) <= MOST_AGAIN + 2
    assert other in kept
    assert await shelf.stores.contributions.count(LIST, set(State)) == len(kept)


async def test_what_is_kept(shelf: Shelf) -> None:
    """What others took out, what is in, and other tracks are never folded."""
    undone = await shelf.take_back(await shelf.bring(), by=GRACE)
    landed = await shelf.bring()
    dropped = await shelf.bring()
    dropped_now = await shelf.ledger.transition(dropped, State.REMOVED, leave=Leave.DROPPED)
    another = replace(
        contribution(900, state=State.WITHDRAWN, number=900, changed_at=shelf.time),
        recording=replace(TRACK, uri="spotify:track:another"),
    )
    another = await shelf.stores.contributions.add(another)
    shelf.time += WITHIN * 2
    await shelf.take_back(await shelf.bring())
    kept = await shelf.stores.contributions.alike(LIST, [TRACK, another.recording])
    assert {undone, landed, dropped_now, another} <= set(kept)


def test_again_from() -> None:
    """Taken back three times within an hour, it can be added again once the first of them is that long ago."""
    at = [NOW - timedelta(minutes=minutes) for minutes in (50, 40, 30, 70)]
    mine = [
        contribution(n, state=State.REMOVED, leave=Leave.UNDONE, left_by=ADA, changed_at=moment)
        for n, moment in enumerate(at)
    ]
    assert again_from(mine, ADA, NOW) == at[0] + WITHIN
    assert again_from(mine[1:], ADA, NOW) is None
    assert again_from(mine, GRACE, NOW) is None
    by_curator = [replace(one, left_by=GRACE) for one in mine]
    assert again_from(by_curator, ADA, NOW) is None
    withdrawn = [replace(one, state=State.WITHDRAWN, leave=None, left_by=None) for one in mine]
    assert again_from(withdrawn, ADA, NOW) == at[0] + WITHIN
