"""Ballots are looked at when it's time, by one process, also where another one was killed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.clock import CLAIM, DueLists
from bot.services.shared.ballots.times import SOON
from bot.services.shared.core.access import Actor
from bot.stores.contributions import State
from bot.stores.due import DueKind
from tests.bot.noticed import noticed
from tests.bot.voting_desk import PROPOSER, Desk
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.shared.ballots.cards import Card
    from bot.stores import Stores
    from bot.stores.due import Due
    from tests.bot.link_desk import Time

HOURS = 72  # a vote takes
CHANNEL, MESSAGE = 3, 4


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """Each database in turn."""
    return each_stores


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    """At a full second: databases keep milliseconds."""
    time.moment = time.moment.replace(microsecond=0)
    return Desk(stores, time)


async def post(desk: Desk) -> None:
    for card in await desk.card_queue.due():
        await desk.card_queue.posted(card.ballot_state, CHANNEL, MESSAGE)


async def next_due(desk: Desk) -> datetime | None:
    return await desk.stores.due.next(DueKind.BALLOT)


def clock_of(desk: Desk, run_one: Callable[[str], Awaitable[datetime | None]]) -> DueLists:
    """As that process has it, with something else in it."""
    return DueLists(DueKind.BALLOT, desk.stores.due, run_one, now=desk.time.now)


async def test_on_time(desk: Desk) -> None:
    """A list is looked at soon after something was proposed in it, and then not before its first vote ends."""
    shared = await desk.lend()
    first = await desk.propose(shared, 1)
    await post(desk)
    desk.time.pass_by(seconds=SOON.total_seconds())
    await desk.due.run()
    assert first.ballot is not None
    assert await next_due(desk) == first.ballot.ends_at
    later = await desk.propose(shared, 2)
    await post(desk)
    desk.time.moment = first.ballot.ends_at
    await desk.due.run()
    assert (await desk.now(first)).state is State.LAPSED
    assert (await desk.now(later)).state is State.PENDING
    assert later.ballot is not None
    assert await next_due(desk) == later.ballot.ends_at
    desk.time.moment = later.ballot.ends_at
    await desk.due.run()
    assert (await desk.now(later)).state is State.LAPSED
    assert await next_due(desk) is None


async def test_vote_off(desk: Desk) -> None:
    """The end of a vote to remove something is known, too."""
    held = await desk.landed(await desk.lend())
    desk.time.pass_by(days=30)
    begun = await desk.deciding.propose_removal(Actor(PROPOSER), GUILD, held.contribution_id)
    desk.time.moment = begun.ballot.ends_at
    await desk.due.run()
    ended = (await desk.now(held)).ballot
    assert ended is not None
    assert not ended.open


async def test_two_processes(desk: Desk) -> None:
    """Of two processes that look at the same moment one ends each list's votes, once."""
    lists = [
        await desk.lend(list_id=f"list{number:04}", playlist_id=f"{number}", name=f"{number}")
        for number in range(20)
    ]
    several = [await desk.propose(shared, number) for number, shared in enumerate(lists)]
    other = Desk(desk.stores, desk.time)
    seen: list[str] = []

    async def look(by: Desk, list_id: str) -> datetime | None:
        seen.append(list_id)
        return await by.deciding.look_after(list_id)

    clocks = [clock_of(by, partial(look, by)) for by in (desk, other)]
    desk.time.pass_by(hours=HOURS)
    await asyncio.gather(*(clock.run() for clock in clocks))
    assert sorted(seen) == [shared.list_id for shared in lists]
    assert [len(await desk.events(held)) for held in several] == [1] * 20
    assert len(await noticed(desk.stores)) == 20


async def test_killed(desk: Desk) -> None:
    """What a process was looking at when it was killed is looked at by another one once its claim is over."""
    held = await desk.propose(await desk.lend())
    desk.time.pass_by(hours=HOURS)

    async def killed(_: str) -> datetime | None:
        raise asyncio.CancelledError  # as a kill looks from inside

    with pytest.raises(asyncio.CancelledError):
        await clock_of(desk, killed).run()
    other = Desk(desk.stores, desk.time)
    await other.due.run()
    assert (await desk.now(held)).state is State.PENDING
    desk.time.pass_by(seconds=CLAIM.total_seconds())
    await other.due.run()
    assert (await desk.now(held)).state is State.LAPSED


async def test_opened_meanwhile(desk: Desk) -> None:
    """What is proposed while another process looks at the list isn't forgotten."""
    shared = await desk.lend()
    await desk.propose(shared, 1)
    desk.time.pass_by(hours=HOURS)

    async def look(list_id: str) -> datetime | None:
        again = await desk.deciding.look_after(list_id)
        assert again is None
        await Desk(desk.stores, desk.time).propose(shared, 2)
        return again

    await clock_of(desk, look).run()
    assert await next_due(desk) == desk.time.now() + SOON


async def test_long_look(desk: Desk, stores: Stores) -> None:
    """A look that takes so long that it may have missed something is taken again."""

    class Slow:
        def __getattr__(self, name: str) -> object:
            if name == "undecided":
                desk.time.pass_by(seconds=SOON.total_seconds())
            return getattr(stores.contributions, name)

    shared = await desk.lend()
    await desk.propose(shared)
    slow = Desk(replace(stores, contributions=cast("Any", Slow())), desk.time)
    assert await slow.deciding.look_after(shared.list_id) == desk.time.now()


async def test_card_of_a_killed_process(desk: Desk) -> None:
    """A card that its process didn't post is posted by another, which has been running for long."""
    other = Desk(desk.stores, desk.time)
    assert await other.card_queue.due() == ()
    held = await desk.propose(await desk.lend())
    desk.time.pass_by(minutes=2)
    assert await cards(other) == []
    await other.due.run()
    assert await cards(other) == [held.contribution_id]


async def cards(desk: Desk) -> list[str]:
    due: tuple[Card, ...] = await desk.card_queue.due()
    return [card.ballot_state.contribution.contribution_id for card in due]


@pytest.mark.parametrize("posted", [False, True])
async def test_at_the_start(desk: Desk, *, posted: bool) -> None:
    """What an older bot or a restored backup holds is known from the start on."""
    held = await desk.propose(await desk.lend())
    if posted:
        await post(desk)
    (due,) = await desk.stores.due.until(DueKind.BALLOT, desk.time.now() + SOON, limit=5)
    await desk.stores.due.move(due, None)
    after = Desk(desk.stores, desk.time)
    await after.deciding.recheck()
    assert held.ballot is not None
    assert await next_due(desk) == (held.ballot.ends_at if posted else desk.time.now())


async def test_database_away(desk: Desk, stores: Stores) -> None:
    """What was proposed just before the database went counts, and its end is noted as soon as it's back."""

    class Away:
        is_away = True

        async def hasten(self, *dues: Due) -> None:
            if self.is_away:
                raise StoreUnavailableError
            await stores.due.hasten(*dues)

    away = Away()
    process = Desk(replace(stores, due=cast("Any", away)), desk.time)
    away.is_away = False
    await process.deciding.recheck()
    away.is_away = True
    held = await process.propose(await desk.lend())
    assert process.times.doubted.is_set()
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            await process.deciding.recheck()
    away.is_away = False
    await process.deciding.recheck()
    (due,) = await stores.due.until(DueKind.BALLOT, desk.time.now(), limit=5)
    assert due.list_id == held.list_id
