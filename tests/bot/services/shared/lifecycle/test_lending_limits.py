"""The limits on what a member lends to a guild, and the guild's first default, on each database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.leases import LeaseKeeper
from bot.services.shared.core.access import Actor
from bot.services.shared.core.playlists import ListFinder
from bot.services.shared.lifecycle.lending_limits import MOST_LENT, MOST_OF_MANAGERS, LendingLimits
from bot.shared_errors import ListBusyError, NotAllowedError, TooManyListsError
from bot.stores.lists import ListStatus
from tests.shared_records import GUILD, NOW, a_list

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

ADA, MANAGER = Actor(1), Actor(2, manages_guild=True)


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """On each database in turn."""
    return each_stores


def a_process(stores: Stores) -> LendingLimits:
    leases = LeaseKeeper(stores.leases, now=lambda: NOW, sleep=lambda _: asyncio.sleep(0))
    return LendingLimits(ListFinder(stores.lists, stores.values), stores.values, leases)


@pytest.fixture
def limits(stores: Stores) -> LendingLimits:
    return a_process(stores)


async def lend(stores: Stores, number: int, owner: Actor = ADA, **changes: object) -> SharedPlaylist:
    shared = a_list(f"{number:022d}", owner_id=owner.member_id, account_id=f"account{owner.member_id}")
    plain = replace(shared, list_id=f"list{number:04d}", name=f"Mix {number}", checked_at=NOW)
    return await stores.lists.create(replace(plain, **changes))  # type: ignore[arg-type] # its fields


@pytest.mark.parametrize(("actor", "most"), [(ADA, MOST_LENT), (MANAGER, MOST_OF_MANAGERS)])
async def test_ceiling(stores: Stores, limits: LendingLimits, actor: Actor, most: int) -> None:
    """One more than the ceiling is refused; what others lend, lent elsewhere or gave back does not count."""
    await lend(stores, 98, Actor(77))
    await lend(stores, 99, actor, guild_id=GUILD + 1)
    closed = await lend(stores, 97, actor)
    await stores.lists.swap(closed, replace(closed, status=ListStatus.CLOSED))
    for number in range(most):
        assert not await limits.needs_a_manager(MANAGER, GUILD) or actor is ADA
        assert await limits.must_have_room(GUILD, actor.member_id, manages_guild=actor is MANAGER) == number
        await lend(stores, number, actor)
    with pytest.raises(TooManyListsError) as told:
        await limits.needs_a_manager(actor, GUILD)
    assert told.value.most == most
    begun = f"list{0:04d}"  # the one whose lending goes on does not count
    assert await limits.must_have_room(GUILD, actor.member_id, manages_guild=actor is MANAGER, but=begun)


async def test_from_the_second_one_on(stores: Stores, limits: LendingLimits) -> None:
    """The first list needs nobody; a further one needs a manager, unless the member is one or managers said no."""
    assert not await limits.needs_a_manager(ADA, GUILD)
    await lend(stores, 1)
    await lend(stores, 2, MANAGER)
    assert await limits.needs_a_manager(ADA, GUILD)
    assert not await limits.needs_a_manager(Actor(3), GUILD)
    assert not await limits.needs_a_manager(MANAGER, GUILD)
    with pytest.raises(NotAllowedError):
        await limits.set_asking(ADA, GUILD, asks=False)
    await limits.set_asking(MANAGER, GUILD, asks=False)
    assert not await limits.needs_a_manager(ADA, GUILD)
    assert await limits.asks_managers(GUILD + 1)
    await limits.set_asking(MANAGER, GUILD, asks=True)
    assert await limits.needs_a_manager(ADA, GUILD)


async def test_two_at_once(stores: Stores) -> None:
    """While one list of a member is being lent, another process lends none of theirs; others are not held up."""
    first, second = a_process(stores), a_process(stores)
    async with first.alone(GUILD, ADA.member_id):
        with pytest.raises(ListBusyError):
            async with second.alone(GUILD, ADA.member_id):
                pass
        async with second.alone(GUILD, MANAGER.member_id), second.alone(GUILD + 1, ADA.member_id):
            pass
    async with second.alone(GUILD, ADA.member_id):
        pass


async def test_first_default(stores: Stores, limits: LendingLimits) -> None:
    """The first list of a guild is its default, the next one is not; a choice of the managers stays."""
    finder = ListFinder(stores.lists, stores.values)
    first = await lend(stores, 1)
    await limits.settle_default(first)
    second = await lend(stores, 2, MANAGER)
    await limits.settle_default(second)
    assert await finder.default(GUILD) == first
    await finder.set_default(GUILD, second.list_id)
    await limits.settle_default(await lend(stores, 3, Actor(3)))
    assert await finder.default(GUILD) == second


async def test_default_of_before(stores: Stores, limits: LendingLimits) -> None:
    """A list that was there alone was meant without being named, and still is once a second one is there."""
    finder = ListFinder(stores.lists, stores.values)
    old = await lend(stores, 1)
    assert await finder.find(GUILD) == old
    await limits.settle_default(await lend(stores, 2, MANAGER))
    assert await finder.find(GUILD) == old


async def test_several_without_a_default(stores: Stores, limits: LendingLimits) -> None:
    """Where managers left several lists without a default, a further one changes nothing about that."""
    for number in (1, 2, 3):
        shared = await lend(stores, number)
    await limits.settle_default(shared)
    assert await ListFinder(stores.lists, stores.values).default(GUILD) is None


async def test_two_first_ones(stores: Stores) -> None:
    """Of two lists that are lent first, at the same time by two processes, one is the default and stays it."""
    finder = ListFinder(stores.lists, stores.values)
    both = [
        await lend(stores, number, owner, status=ListStatus.PAUSED, checked_at=None)
        for number, owner in ((1, ADA), (2, MANAGER))
    ]
    await asyncio.gather(*(a_process(stores).settle_default(one) for one in both))
    chosen = await finder.default(GUILD)
    assert chosen in both
    for one in both:
        await a_process(stores).settle_default(one)
        assert await finder.default(GUILD) == chosen


async def test_default_is_suggested_first(stores: Stores) -> None:
    """However many lists there are and whatever is typed, the default one is the first suggestion it fits."""
    finder = ListFinder(stores.lists, stores.values)
    for number in range(30):
        await lend(stores, number, name=f"Aaa {number:02d}")
    chosen = await lend(stores, 99, name="The zebra Aaa tape")
    await finder.set_default(GUILD, chosen.list_id)
    for text in ("", "a", "aaa"):
        shown = await finder.suggest(GUILD, text)
        assert shown[0] == chosen
        assert len(shown) == 25
    assert [one.name for one in await finder.suggest(GUILD, "aaa 0")] == [
        f"Aaa 0{each}" for each in range(10)
    ]
