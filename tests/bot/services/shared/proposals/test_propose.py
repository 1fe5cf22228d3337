"""Contributing: stored before it is said, each thing once however often it is asked for, and taken back in time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.proposals.outcomes import Accepted, Known, Pending, Refused, Source
from bot.services.shared.proposals.propose import MOST_AT_ONCE, MOST_TO_DECIDE
from bot.shared_errors import (
    ContributionGoneError,
    ListBusyError,
    ListNotFoundError,
    ListPausedError,
    NotYoursError,
    TooLateToWithdrawError,
)
from bot.stores.contributions import BallotKind, State, Via
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Mode, Roles, Rules
from tests.bot.services.conftest import track
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, FREE, Bench
from tests.shared_records import GUILD, NOW

if TYPE_CHECKING:
    from bot.stores import Stores


@pytest.fixture
def bench(stores: Stores) -> Bench:
    return Bench(stores)


async def test_open_list(bench: Bench) -> None:
    """Straight in: queued with its note, told in the history, and the writer is woken."""
    shared = await bench.lend()
    (outcome,) = await bench.add(1)
    assert isinstance(outcome, Accepted)
    assert [one.state for one in await bench.kept()] == [State.QUEUED]
    assert (outcome.contribution.note, outcome.contribution.channel_id) == ("a note", 7)
    assert bench.woken == [shared.list_id]
    told = (await bench.stores.history.page(shared.list_id, limit=9)).events
    assert [event.happening for event in reversed(told)] == [Happening.PROPOSED, Happening.ACCEPTED]
    assert {event.member_id for event in told} == {ADA.member_id}


@pytest.mark.parametrize(
    ("mode", "kind"), [(Mode.APPROVAL, BallotKind.APPROVAL), (Mode.VOTE, BallotKind.VOTE_IN)]
)
async def test_to_be_decided(bench: Bench, mode: Mode, kind: BallotKind) -> None:
    """It waits with an open ballot, and nothing is written; members with a bypass role go straight in."""
    await bench.lend(mode=mode, roles=Roles(bypass=(5,)))
    (outcome,) = await bench.add(1)
    assert isinstance(outcome, Pending)
    assert outcome.contribution.ballot is not None
    assert (outcome.contribution.ballot.kind, outcome.contribution.ballot.open) == (kind, True)
    assert bench.woken == []
    (through,) = await bench.add(2, 2, actor=Actor(3, frozenset({5})))
    assert isinstance(through, Accepted)


@pytest.mark.parametrize("mode", list(Mode))
async def test_delivered_twice(bench: Bench, mode: Mode) -> None:
    """The same origin gives the same answer and one contribution, also after the list was paused."""
    shared = await bench.lend(mode=mode, rules=FREE)
    first = await bench.add(1, 1, 2)
    await bench.stores.lists.swap(shared, replace(shared, status=ListStatus.PAUSED))
    second = await bench.add(1, 1, 2)
    assert [type(one) for one in second] == [type(one) for one in first]
    for one, other in zip(first, second, strict=True):
        assert isinstance(one, Accepted | Pending)
        assert isinstance(other, Accepted | Pending)
        assert other.again
        assert other.contribution.contribution_id == one.contribution.contribution_id
    assert len(await bench.kept(1, 2)) == 2


async def test_known(bench: Bench) -> None:
    """What is there, or on its way, is said with who brought it; nothing more is kept."""
    await bench.lend()
    (first,) = await bench.add(1)
    (again,) = await bench.add(2, actor=BOB)
    assert isinstance(first, Accepted)
    assert again == Known(track(1), first.contribution)
    assert len(await bench.kept()) == 1


async def test_refused(bench: Bench) -> None:
    """What a rule speaks against is not kept."""
    await bench.lend(rules=Rules(blocked_tracks=(track(1).uri,)))
    (outcome,) = await bench.add(1)
    assert isinstance(outcome, Refused)
    assert [refusal.rule for refusal in outcome.refusals] == ["blocked_tracks"]
    assert await bench.kept() == []


async def test_paused(bench: Bench) -> None:
    """A paused list takes nothing."""
    await bench.lend(status=ListStatus.PAUSED)
    with pytest.raises(ListPausedError):
        await bench.add(1)
    assert await bench.kept() == []


async def test_same_track_at_once(stores: Stores) -> None:
    """Fifty members, two processes, one track: one is kept, the others learn of it."""
    benches = [Bench(stores), Bench(stores)]
    await benches[0].lend()
    outcomes = await asyncio.gather(
        *(benches[number % 2].add(number, actor=Actor(number + 1)) for number in range(50))
    )
    kinds = [type(outcome) for (outcome,) in outcomes]
    assert (kinds.count(Accepted), kinds.count(Known)) == (1, 49)
    assert len(await benches[0].kept()) == 1


@pytest.mark.parametrize("limit", [Rules(per_member=5), Rules(most_items=5)], ids=["member", "playlist"])
async def test_mass_add(stores: Stores, limit: Rules) -> None:
    """Two hundred adds of one member in a minute, through two processes: what the limits allow goes in, no more."""
    benches = [Bench(stores), Bench(stores)]
    shared = await benches[0].lend(
        rules=replace(FREE, per_member=limit.per_member, most_items=limit.most_items)
    )
    outcomes = []
    for minute_part in range(4):
        several = range(minute_part * 50, minute_part * 50 + 50)
        outcomes += await asyncio.gather(*(benches[number % 2].add(number, number) for number in several))
        for bench in benches:
            bench.time += timedelta(seconds=15)
    kinds = [type(outcome) for (outcome,) in outcomes]
    assert (kinds.count(Accepted), kinds.count(Refused)) == (5, 195)
    assert len(await stores.contributions.in_state(shared.list_id, {State.QUEUED}, limit=200)) == 5


async def test_another_process_hangs(stores: Stores) -> None:
    """While another process holds the list's turn, nothing is kept, and the member learns that it is busy."""
    bench = Bench(stores)
    shared = await bench.lend()
    await stores.leases.acquire(f"propose:{shared.list_id}", "another", NOW, NOW.replace(hour=23))
    with pytest.raises(ListBusyError):
        await bench.add(1)
    assert await bench.kept() == []


async def test_many_tracks(bench: Bench) -> None:
    """At most a hundred go in at once, in their order; where something is decided, 25 on one card."""
    shared = await bench.lend(rules=FREE)
    outcomes = await bench.add(1, *range(1, 121))
    assert len(outcomes) == MOST_AT_ONCE
    queued = await bench.stores.contributions.in_state(shared.list_id, {State.QUEUED}, limit=200)
    assert [one.uri for one in queued] == [track(number).uri for number in range(1, 101)]
    rules = replace(FREE, open_proposals=50)
    voting = await bench.stores.lists.swap(shared, replace(shared, mode=Mode.VOTE, rules=rules))
    assert voting is not None
    assert len(await bench.add(2, *range(201, 241))) == MOST_TO_DECIDE


async def test_target(bench: Bench) -> None:
    """A list is meant by its option, name or link, or without a word if it is the only one; never another guild's."""
    shared = await bench.lend()
    target = bench.contributing.target
    for query in (
        "",
        "list:list0001",
        "friday mix",
        f"https://open.spotify.com/playlist/{shared.playlist_id}",
    ):
        assert await target(GUILD, query) == shared
        if query and not query.startswith("list:"):
            assert await target(GUILD + 1, query) is None
    for guild_id, query in ((GUILD + 1, ""), (GUILD + 1, "list:list0001"), (GUILD, "list:other")):
        with pytest.raises(ListNotFoundError):
            await target(guild_id, query)
    assert await target(GUILD, "https://example.com/playlist/x") is None
    with pytest.raises(ListNotFoundError):
        await bench.contributing.propose(ADA, GUILD + 1, shared.list_id, [track(1)], Source("x", Via.COMMAND))


@pytest.mark.parametrize("mode", list(Mode))
async def test_withdrawn(bench: Bench, mode: Mode) -> None:
    """What waits can be taken back by whoever brought it, with its ballot closed; twice is as once."""
    shared = await bench.lend(mode=mode)
    (outcome,) = await bench.add(1)
    assert isinstance(outcome, Accepted | Pending)
    key = outcome.contribution.contribution_id
    with pytest.raises(NotYoursError):
        await bench.contributing.withdraw(BOB, GUILD, key)
    with pytest.raises(ContributionGoneError):
        await bench.contributing.withdraw(ADA, GUILD + 1, key)
    back = await bench.contributing.withdraw(ADA, GUILD, key)
    assert back.state is State.WITHDRAWN
    assert back.ballot is None or not back.ballot.open
    assert await bench.contributing.withdraw(ADA, GUILD, key) == back
    told = (await bench.stores.history.page(shared.list_id, limit=9)).events
    assert [event.happening for event in told].count(Happening.WITHDRAWN) == 1
    (new,) = await bench.add(2)
    assert isinstance(new, Accepted | Pending)


async def test_withdrawing_races_the_writer(bench: Bench) -> None:
    """Either the writer gets it or the member; never both."""
    await bench.lend(rules=FREE)
    for number in range(20):
        (outcome,) = await bench.add(number)
        assert isinstance(outcome, Accepted)
        queued = outcome.contribution

        async def back(key: str = queued.contribution_id) -> bool:
            with suppress(TooLateToWithdrawError):
                await bench.contributing.withdraw(ADA, GUILD, key)
                return True
            return False

        turns = [back(), bench.ledger.transition(queued, State.SENDING)]
        results = await asyncio.gather(*(turns if number % 2 else turns[::-1]))
        withdrawn, claimed = results if number % 2 else results[::-1]
        assert bool(withdrawn) is not bool(claimed)


async def test_goes_out_together(bench: Bench) -> None:
    """From the lookup until it is stored, others that are ready wait for it; afterwards nothing waits."""
    await bench.lend()
    await bench.contributing.candidates("1", share=(GUILD, ADA.member_id))
    await bench.contributing.track("2", share=(GUILD, ADA.member_id))
    await bench.add(1)
    assert bench.known.together == [True, True]
    assert bench.together == [True]
    assert not bench.debounce.worth_waiting()
