"""The promises of `StatsOptOuts`, on every database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

ADA, LINUS, MARGARET = 1573734664391098369, 1573734664391098370, 3


async def test_out_and_in(stores: Stores) -> None:
    """Whoever leaves is out until they come back; saying it twice changes nothing."""
    assert await stores.stats_opt_outs.among({ADA, LINUS}) == frozenset()
    assert await stores.stats_opt_outs.put(ADA)
    assert not await stores.stats_opt_outs.put(ADA)
    assert await stores.stats_opt_outs.among({ADA, LINUS}) == {ADA}
    assert await stores.stats_opt_outs.drop(ADA)
    assert not await stores.stats_opt_outs.drop(ADA)
    assert await stores.stats_opt_outs.among({ADA, LINUS}) == frozenset()


async def test_only_those_asked_for(stores: Stores) -> None:
    """Of many members only those who are asked for are named; of none, none."""
    for member_id in (ADA, MARGARET):
        await stores.stats_opt_outs.put(member_id)
    assert await stores.stats_opt_outs.among([]) == frozenset()
    assert await stores.stats_opt_outs.among([LINUS, MARGARET]) == {MARGARET}


async def test_very_many(stores: Stores) -> None:
    """More members than a database takes in one question are no trouble."""
    await stores.stats_opt_outs.put(ADA)
    await stores.stats_opt_outs.put(40_000)
    assert await stores.stats_opt_outs.among([*range(1, 45_000), ADA]) == {ADA, 40_000}


async def test_race(stores: Stores) -> None:
    """Of 20 presses at once one changes something."""
    assert sum(await asyncio.gather(*(stores.stats_opt_outs.put(ADA) for _ in range(20)))) == 1
    assert sum(await asyncio.gather(*(stores.stats_opt_outs.drop(ADA) for _ in range(20)))) == 1


async def test_kept(open_stores: OpenStores) -> None:
    """The choice is still there when the bot starts again."""
    async with open_stores() as stores:
        await stores.stats_opt_outs.put(ADA)
    async with open_stores() as stores:
        assert await stores.stats_opt_outs.among({ADA}) == {ADA}
