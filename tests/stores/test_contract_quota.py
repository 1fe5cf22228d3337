"""The promises of `QuotaLedger`, on every database."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores.records import NOW, SOON

if TYPE_CHECKING:
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

QUARTER = 1_994_256


async def test_empty(stores: Stores) -> None:
    """At first nothing was spent and nobody has to wait; asking changes nothing."""
    assert await stores.quota.exchange({}, None, QUARTER) == ({}, None)
    assert await stores.quota.exchange({}, None, QUARTER) == ({}, None)


async def test_adds_up(stores: Stores) -> None:
    """What is spent is added to what was, quarter by quarter, and the answer holds both."""
    assert await stores.quota.exchange({QUARTER: 2}, None, QUARTER) == ({QUARTER: 2}, None)
    counted, _ = await stores.quota.exchange({QUARTER: 1, QUARTER + 1: 5}, None, QUARTER)
    assert counted == {QUARTER: 3, QUARTER + 1: 5}


async def test_forgets(stores: Stores) -> None:
    """Quarters before the oldest that counts do not come back."""
    await stores.quota.exchange({QUARTER - 1: 4, QUARTER: 2}, None, QUARTER - 1)
    assert (await stores.quota.exchange({}, None, QUARTER))[0] == {QUARTER: 2}
    assert (await stores.quota.exchange({}, None, QUARTER - 1))[0] == {QUARTER: 2}


async def test_latest_block(stores: Stores) -> None:
    """The block that ends last counts, in whichever order they come; none given changes none."""
    later = SOON + timedelta(hours=1)
    assert (await stores.quota.exchange({}, SOON, QUARTER))[1] == SOON
    assert (await stores.quota.exchange({QUARTER: 1}, later, QUARTER))[1] == later
    assert (await stores.quota.exchange({}, NOW, QUARTER))[1] == later
    assert (await stores.quota.exchange({}, None, QUARTER))[1] == later


async def test_race(stores: Stores) -> None:
    """Of 40 that add at the same time, the first ones included, each counts."""
    await asyncio.gather(*(stores.quota.exchange({QUARTER: 1}, None, QUARTER) for _ in range(40)))
    assert await stores.quota.exchange({}, None, QUARTER) == ({QUARTER: 40}, None)


async def test_kept(open_stores: OpenStores) -> None:
    """The account is still there when the bot starts again."""
    async with open_stores() as stores:
        await stores.quota.exchange({QUARTER: 7}, SOON, QUARTER)
    async with open_stores() as stores:
        assert await stores.quota.exchange({}, None, QUARTER) == ({QUARTER: 7}, SOON)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.integers(0, 20), st.integers(1, 10_000), max_size=4), max_size=6))
async def test_any_sums(stores: Stores, parts: list[dict[int, int]]) -> None:
    """However it is split, the sum is the same."""
    before, _ = await stores.quota.exchange({}, None, 0)
    counted = Counter(before)
    for part in parts:
        counted.update(part)
        assert (await stores.quota.exchange(part, None, 0))[0] == counted
