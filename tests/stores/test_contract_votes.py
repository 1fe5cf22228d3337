"""The promises of `Votes`, on every database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.stores.contributions import Tally
from tests.stores.records import ADA, GRACE, NOW, SOON

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores


async def test_empty(stores: Stores) -> None:
    """At first nobody has voted."""
    assert await stores.votes.tally("c", 1) == Tally(0, 0)
    assert await stores.votes.of_member("c", 1, ADA) is None


async def test_kept(open_stores: OpenStores) -> None:
    """Votes are counted, also after a restart."""
    async with open_stores() as stores:
        assert await stores.votes.cast("c", 1, ADA, NOW, yes=True)
        assert await stores.votes.cast("c", 1, GRACE, NOW, yes=False)
        assert await stores.votes.cast("c", 1, 3, NOW, yes=True)
    async with open_stores() as stores:
        assert await stores.votes.tally("c", 1) == Tally(yes=2, no=1)
        assert await stores.votes.of_member("c", 1, ADA) is True
        assert await stores.votes.of_member("c", 1, GRACE) is False


async def test_change_of_mind(stores: Stores) -> None:
    """A member's later vote takes the place of the earlier; the same again changes nothing and is told."""
    assert await stores.votes.cast("c", 1, ADA, NOW, yes=True)
    assert not await stores.votes.cast("c", 1, ADA, SOON, yes=True)
    assert await stores.votes.cast("c", 1, ADA, SOON, yes=False)
    assert not await stores.votes.cast("c", 1, ADA, SOON, yes=False)
    assert await stores.votes.tally("c", 1) == Tally(yes=0, no=1)


async def test_without(stores: Stores) -> None:
    """One member's vote can be left out of the count."""
    await stores.votes.cast("c", 1, ADA, NOW, yes=True)
    await stores.votes.cast("c", 1, GRACE, NOW, yes=True)
    assert await stores.votes.tally("c", 1, without=ADA) == Tally(yes=1, no=0)
    assert await stores.votes.tally("c", 1, without=5) == Tally(yes=2, no=0)


async def test_ballots_apart(stores: Stores) -> None:
    """Votes belong to one ballot of one contribution."""
    await stores.votes.cast("c", 1, ADA, NOW, yes=True)
    for contribution_id, ballot_no in (("c", 2), ("d", 1), ("c 1", 1)):
        assert await stores.votes.tally(contribution_id, ballot_no) == Tally(0, 0)
        assert await stores.votes.of_member(contribution_id, ballot_no, ADA) is None


async def test_one_member_race(stores: Stores) -> None:
    """However often a member presses at once, it is one vote, and one press that counted."""
    counted = await asyncio.gather(*(stores.votes.cast("c", 1, ADA, NOW, yes=True) for _ in range(50)))
    assert sum(counted) == 1
    assert await stores.votes.tally("c", 1) == Tally(yes=1, no=0)


async def test_both_ways_race(stores: Stores) -> None:
    """Also when the presses disagree it is one vote in the end."""
    await asyncio.gather(*(stores.votes.cast("c", 1, ADA, NOW, yes=n % 2 == 0) for n in range(30)))
    tally = await stores.votes.tally("c", 1)
    assert tally.yes + tally.no == 1


async def test_many_members_race(stores: Stores) -> None:
    """Of many members who vote at once every vote counts."""
    await asyncio.gather(*(stores.votes.cast("c", 1, ADA + n, NOW, yes=n % 3 > 0) for n in range(60)))
    assert await stores.votes.tally("c", 1) == Tally(yes=40, no=20)
