"""A list is paused and goes on: what is open has the time it had left, however often and by whom it is resumed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, Bench
from tests.shared_records import GUILD, NOW, bring

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

PAUSE = timedelta(hours=2)
ENDS = NOW + timedelta(hours=1)
WAITING = Ballot(1, BallotKind.VOTE_IN, ADA.member_id, NOW - PAUSE, ENDS)
LEAVING = Ballot(1, BallotKind.VOTE_OFF, ADA.member_id, NOW - PAUSE, ENDS)


@pytest.fixture
def bench(each_stores: Stores) -> Bench:
    """On each database in turn."""
    return Bench(each_stores)


async def paused(bench: Bench) -> SharedPlaylist:
    """For two hours, with a vote about something that waits and one about something that is in."""
    shared = await bench.lend(owner_id=ADA.member_id, status=ListStatus.PAUSED, paused_at=NOW - PAUSE)
    for number, ballot in enumerate((WAITING, LEAVING), start=1):
        state = State.PENDING if ballot is WAITING else State.LANDED
        await bring(
            bench.stores, shared, number, f"spotify:track:{number}", BOB.member_id, state=state, ballot=ballot
        )
    return shared


async def ends(stores: Stores) -> list[timedelta]:
    """By how much each vote ends later than it was to."""
    held: tuple[Contribution, ...] = await stores.contributions.undecided()
    return [one.ballot.ends_at - ENDS for one in held if one.ballot]


async def test_resumed_twice(bench: Bench) -> None:
    """Pressed twice, or by two managers at once, also in two processes: every vote gets the pause on top once."""
    shared = await paused(bench)
    two = Bench(bench.stores)
    resumed = await asyncio.gather(
        *(one.admin.resume(ADA, GUILD, shared.list_id) for one in (bench, bench, two, two))
    )
    assert {one.shared.status for one in resumed} == {ListStatus.ACTIVE}
    assert await ends(bench.stores) == [PAUSE, PAUSE]
    page = await bench.stores.history.page(shared.list_id, limit=9)
    assert [event.happening for event in page.events] == [Happening.RESUMED]


async def test_resumed_again_later(bench: Bench) -> None:
    """Who resumes a list after another pause gives back that pause only."""
    shared = await paused(bench)
    await bench.admin.resume(ADA, GUILD, shared.list_id)
    bench.time += PAUSE
    await bench.admin.pause(ADA, GUILD, shared.list_id)
    bench.time += timedelta(minutes=5)
    await bench.admin.resume(ADA, GUILD, shared.list_id)
    assert await ends(bench.stores) == [PAUSE + timedelta(minutes=5)] * 2


async def test_killed_while_resuming(bench: Bench) -> None:
    """A kill after the votes got their time, before the list went on: what passes until it does is given back, too."""
    shared = await paused(bench)
    await bench.pause_ballots.extend(shared)
    bench.time += timedelta(minutes=5)
    await bench.admin.resume(ADA, GUILD, shared.list_id)
    assert await ends(bench.stores) == [PAUSE + timedelta(minutes=5)] * 2
