"""A list is closed while something goes into it: nothing waits in it for ever, whatever the moment and whoever dies."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.services.shared.proposals.outcomes import StoppedMidwayError
from bot.shared_errors import ListClosedError
from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.lists import ListStatus
from tests.bot.services.shared.faster import Faster
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, FREE, Bench
from tests.shared_records import GUILD, NOW, bring, contribution

if TYPE_CHECKING:
    from bot.stores import Stores

MANY = range(1, 41)


@pytest.fixture
def bench(each_stores: Stores) -> Bench:
    """On each database in turn."""
    return Bench(each_stores)


async def test_closed_meanwhile(bench: Bench) -> None:
    """What was in by then lapses, and what was not asked yet is not kept."""
    shared = await bench.lend(rules=FREE, owner_id=ADA.member_id)
    adding = asyncio.create_task(bench.add(1, *MANY, actor=BOB))
    while not await bench.kept(2):  # noqa: ASYNC110 - nobody tells when the second one is in
        await asyncio.sleep(0)
    await bench.admin.close(ADA, GUILD, shared.list_id)
    with pytest.raises(StoppedMidwayError) as stopped:
        await adding
    assert isinstance(stopped.value.why, ListClosedError)
    kept = await bench.kept(*MANY)
    assert 0 < len(kept) == len(stopped.value.outcomes) < len(MANY)
    assert {one.state for one in kept} == {State.LAPSED}


async def test_a_moment_too_late(bench: Bench) -> None:
    """What is accepted by somebody who did not see the closing yet is let go by them."""
    shared = await bench.lend(status=ListStatus.CLOSED)
    late = contribution(shared, 1, "spotify:track:1", BOB.member_id, state=State.PENDING)
    await bench.queue.enqueue(late, "open")
    kept = await bench.stores.contributions.get(GUILD, late.contribution_id)
    assert kept is not None
    assert kept.state is State.LAPSED


async def test_killed_while_closing(bench: Bench) -> None:
    """What a kill left waiting in a closed list is let go by the next process."""
    shared = await bench.lend()
    await bench.ownership.look_after(shared.list_id)
    await bench.add(1)
    await bench.stores.lists.swap(shared, replace(shared, status=ListStatus.CLOSED))
    await Bench(bench.stores).ownership.look_after(shared.list_id)
    assert [one.state for one in await bench.kept()] == [State.LAPSED]


async def test_changed_while_closing(bench: Bench) -> None:
    """What somebody changes in the moment the list is closed lapses all the same."""
    shared = await bench.lend(owner_id=ADA.member_id)
    await bench.add(1)
    faster = Faster(bench.stores.contributions)
    faster.change = lambda now: replace(now, channel_id=5)
    closing = Bench(replace(bench.stores, contributions=cast("Any", faster)))
    assert (await closing.admin.close(ADA, GUILD, shared.list_id)).waiting == 1
    assert [(one.state, one.channel_id) for one in await bench.kept()] == [(State.LAPSED, 5)]


@pytest.mark.parametrize(
    ("kind", "state", "after"),
    [
        (BallotKind.VOTE_IN, State.PENDING, State.LAPSED),
        (BallotKind.VOTE_OFF, State.LANDED, State.LANDED),
    ],
)
async def test_votes_counted(bench: Bench, kind: BallotKind, state: State, after: State) -> None:
    """A vote that ends with its list ends with its count, and its card is drawn anew."""
    shared = await bench.lend(owner_id=ADA.member_id)
    ballot = Ballot(1, kind, BOB.member_id, NOW, NOW, needed=5, message_id=9)
    held = await bring(bench.stores, shared, 1, "spotify:track:1", BOB.member_id, state=state, ballot=ballot)
    for member_id, yes in ((30, True), (31, True), (32, False)):
        await bench.stores.votes.cast(held.contribution_id, 1, member_id, NOW, yes=yes)
    await bench.admin.close(ADA, GUILD, shared.list_id)
    now = await bench.stores.contributions.get(GUILD, held.contribution_id)
    assert now is not None
    assert now.ballot is not None
    assert (now.state, now.ballot.open, now.ballot.yes, now.ballot.no) == (after, False, 2, 1)
    assert await bench.stores.contributions.unshown() == (now,)
