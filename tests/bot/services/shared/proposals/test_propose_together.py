"""Proposing many tracks where something is decided: one proposal, within the ceiling, whoever else proposes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.proposals.outcomes import Accepted, Known, Pending, Refused, StoppedMidwayError
from bot.shared_errors import AlreadyDecidedError, ListPausedError, NotYoursError
from bot.stores.contributions import State
from bot.stores.lists import ListStatus, Mode, Roles
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, FREE, Bench
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.services.shared.core.access import Actor
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.stores import Stores
    from bot.stores.contributions import Contribution

DECIDED = [Mode.APPROVAL, Mode.VOTE]


@pytest.fixture
def bench(stores: Stores) -> Bench:
    return Bench(stores)


async def pending(bench: Bench, actor: Actor = ADA) -> list[Contribution]:
    held = await bench.stores.contributions.latest_of("list0001", actor.member_id, {State.PENDING}, 99)
    return list(reversed(held))


def kinds(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [type(one).__name__ for one in outcomes]


@pytest.mark.parametrize("mode", DECIDED)
async def test_one_proposal(bench: Bench, mode: Mode) -> None:
    """What is proposed at once knows of each other, in its order; one track, or what goes straight in, is alone."""
    await bench.lend(rules=FREE, mode=mode, roles=Roles(bypass=(5,)))
    outcomes = await bench.add(1, 1, 2, 3)
    assert kinds(outcomes) == ["Pending"] * 3
    held = await pending(bench)
    ids = tuple(one.contribution_id for one in held)
    assert {one.together for one in held} == {ids}
    await bench.add(2, 4)
    assert (await pending(bench))[-1].together == ()
    (accepted, _) = await bench.add(3, 5, 6, actor=replace(BOB, role_ids=frozenset({5})))
    assert isinstance(accepted, Accepted)
    assert accepted.contribution.together == ()


async def test_what_fits(bench: Bench) -> None:
    """The first ones fit, the rest is refused with when more can be proposed; what is there already is told as such."""
    await bench.lend(mode=Mode.VOTE)  # ten
    await bench.add(1, *range(1, 5))
    outcomes = await bench.add(2, 2, *range(11, 31))
    assert kinds(outcomes) == ["Known", *["Pending"] * 6, *["Refused"] * 14]
    refused = outcomes[-1]
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.refusals] == ["open_proposals"]
    assert refused.refusals[0].until is not None
    assert len(await pending(bench)) == 10
    assert isinstance(outcomes[0], Known)


async def test_nothing_is_thrown_away(bench: Bench) -> None:
    """What was open when the ceiling was lowered stays open, and nothing is added to it."""
    shared = await bench.lend(mode=Mode.VOTE)
    await bench.add(1, *range(1, 9))
    lowered = replace(shared, rules=replace(shared.rules, open_proposals=3))
    assert await bench.stores.lists.swap(shared, lowered)
    assert kinds(await bench.add(2, 11, 12)) == ["Refused"] * 2
    assert len(await pending(bench)) == 8


@pytest.mark.parametrize("many", [1, 7])
async def test_many_presses_at_once(stores: Stores, many: int) -> None:
    """However many presses and processes there are at once, no more is open than the ceiling; others have their own."""
    benches = [Bench(stores), Bench(stores)]
    await benches[0].lend(rules=FREE, mode=Mode.VOTE)
    await asyncio.gather(
        *(
            benches[number % 2].add(number, *range(number * 100, number * 100 + many))
            for number in range(1, 25)
        ),
        benches[0].add(999, 9_001, 9_002, actor=BOB),
    )
    assert len(await pending(benches[0])) == 10
    assert len(await pending(benches[0], BOB)) == 2
    for one in await pending(benches[0]):
        several = await stores.contributions.several(GUILD, one.together)
        assert [each.contribution_id for each in several] == list(one.together)  # nothing of it is missing


async def test_delivered_twice(bench: Bench) -> None:
    """The same request again keeps nothing more, and says what became of it."""
    await bench.lend(rules=FREE, mode=Mode.VOTE)
    first = await bench.add(1, 1, 2, 3)
    again = await bench.add(1, 1, 2, 3)
    assert [one.contribution.contribution_id for one in again if isinstance(one, Pending)] == [
        one.contribution.contribution_id for one in first if isinstance(one, Pending)
    ]
    assert all(isinstance(one, Pending) and one.again for one in again)
    assert len(await pending(bench)) == 3


async def test_places(bench: Bench) -> None:
    """Tracks of links between which others could not be found keep the places of their links."""
    await bench.lend(rules=FREE, mode=Mode.VOTE)
    await bench.add(1, 1, 2, places=(0, 7))
    assert [one.origin for one in await pending(bench)] == ["interaction 1/0", "interaction 1/7"]
    again = await bench.add(1, 2, places=(7,))
    assert isinstance(again[0], Pending)
    assert again[0].again


async def test_paused(bench: Bench) -> None:
    """A paused list takes nothing of it."""
    await bench.lend(rules=FREE, mode=Mode.VOTE, status=ListStatus.PAUSED)
    with pytest.raises(ListPausedError):
        await bench.add(1, 1, 2, 3)
    assert await pending(bench) == []


async def test_stopped_midway(bench: Bench) -> None:
    """When the database goes away midway, what was kept is told as kept, and is on one card."""
    await bench.lend(rules=FREE, mode=Mode.VOTE)
    whole, left = bench.stores.contributions, [2]

    class Breaking:
        def __getattr__(self, name: str) -> Any:
            return getattr(whole, name)

        async def add(self, contribution: Contribution, *events: Any) -> Contribution:
            if not left[0]:
                raise StoreUnavailableError
            left[0] -= 1
            return await whole.add(contribution, *events)

    bench.contributing._contributions = cast("Any", Breaking())
    with pytest.raises(StoppedMidwayError) as stopped:
        await bench.add(1, 1, 2, 3, 4)
    assert len(stopped.value.outcomes) == 2
    held = await pending(bench)
    several = await bench.stores.contributions.several(GUILD, held[0].together)
    assert list(several) == held
    assert len(held[0].together) == 4


async def test_withdrawn_together(bench: Bench) -> None:
    """Whoever proposed it takes back what is not decided yet, at once; nobody else does, and not twice."""
    await bench.lend(rules=FREE, mode=Mode.VOTE)
    await bench.add(1, 1, 2, 3)
    held = await pending(bench)
    key = held[0].contribution_id
    await bench.contributing.withdraw(ADA, GUILD, key)
    with pytest.raises(NotYoursError):
        await bench.contributing.withdraw_together(BOB, GUILD, key)
    assert len(await pending(bench)) == 2
    back = await bench.contributing.withdraw_together(ADA, GUILD, key)
    assert back.state is State.WITHDRAWN
    assert await pending(bench) == []
    with pytest.raises(AlreadyDecidedError):
        await bench.contributing.withdraw_together(ADA, GUILD, key)
