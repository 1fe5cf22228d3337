"""The promises of `QuotaLedger`, on every database."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stores.records import ADA, NOW, SOON
from tests.stores.shared_records import GUILD

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.process import Row
    from tests.stores.conftest import OpenStores

QUARTER = 1_994_256
LINUS = 1573734664391098370
HERS: Row = (QUARTER, "all", GUILD, ADA)
HIS: Row = (QUARTER, "all", GUILD, LINUS)
NOBODYS: Row = (QUARTER, "all", GUILD, 0)


def later(row: Row, quarters: int = 1) -> Row:
    return (row[0] + quarters, *row[1:])


async def rows(stores: Stores, since: int = 0) -> dict[Row, int]:
    """All that is kept, from a quarter on."""
    counted, _ = await stores.quota.exchange({}, {}, since=since, oldest=0)
    return dict(counted)


async def test_empty(stores: Stores) -> None:
    """At first nothing was spent and nobody has to wait; asking changes nothing."""
    for _ in range(2):
        assert await stores.quota.exchange({}, {}, since=0, oldest=QUARTER) == ({}, {})


async def test_adds_up(stores: Stores) -> None:
    """What is spent is added to what was, row by row, and the answer holds both."""
    first = {HERS: 2, HIS: 1}
    assert await stores.quota.exchange(first, {}, since=0, oldest=QUARTER) == (first, {})
    more = {HERS: 1, later(HERS): 5, NOBODYS: 4}
    counted, _ = await stores.quota.exchange(more, {}, since=0, oldest=QUARTER)
    assert counted == {HERS: 3, HIS: 1, later(HERS): 5, NOBODYS: 4}


async def test_kinds_and_servers(stores: Stores) -> None:
    """Other kinds of requests and other servers are other rows."""
    spent: dict[Row, int] = {
        HERS: 1,
        (QUARTER, "search", GUILD, ADA): 2,
        (QUARTER, "all", 0, ADA): 3,
        (QUARTER, "all", GUILD + 1, ADA): 4,
    }
    await stores.quota.exchange(spent, {}, since=0, oldest=QUARTER)
    assert await rows(stores) == spent


async def test_since(stores: Stores) -> None:
    """Only rows from the quarter that is asked for are returned; the earlier ones are kept."""
    await stores.quota.exchange({HERS: 2, later(HERS): 3, later(HERS, 2): 4}, {}, since=0, oldest=0)
    counted, _ = await stores.quota.exchange({HERS: 1}, {}, since=QUARTER + 1, oldest=0)
    assert counted == {later(HERS): 3, later(HERS, 2): 4}
    assert (await rows(stores))[HERS] == 3


async def test_forgets(stores: Stores) -> None:
    """Rows of quarters before the oldest that counts are gone."""
    await stores.quota.exchange({later(HERS, -1): 4, HIS: 2}, {}, since=0, oldest=QUARTER - 1)
    await stores.quota.exchange({}, {}, since=QUARTER, oldest=QUARTER)
    assert await rows(stores) == {HIS: 2}


async def test_latest_block(stores: Stores) -> None:
    """The block that ends last counts, with its reason, in whichever order they come; none given changes none."""
    first, longest, short = (SOON, False), (SOON + timedelta(hours=1), True), (NOW, False)
    for until, kept in ((first, first), (longest, longest), (short, longest)):
        assert (await stores.quota.exchange({}, {"": until}, since=0, oldest=0))[1] == {"": kept}
    assert (await stores.quota.exchange({}, {}, since=0, oldest=0))[1] == {"": longest}


async def test_block_of_a_bucket(stores: Stores) -> None:
    """Each group of endpoints has a block of its own, beside that of all of them."""
    both = {"": (NOW, False), "search": (SOON, True)}
    assert (await stores.quota.exchange({}, both, since=0, oldest=0))[1] == both
    later_one = (SOON + timedelta(hours=1), False)
    _, closed = await stores.quota.exchange(
        {}, {"playlists": later_one, "search": (NOW, False)}, since=0, oldest=0
    )
    assert closed == {**both, "playlists": later_one}


async def test_race(stores: Stores) -> None:
    """Of 40 that add at the same time, the first ones included, each counts."""
    await asyncio.gather(
        *(stores.quota.exchange({HERS: 1, HIS: 2}, {}, since=0, oldest=0) for _ in range(40))
    )
    assert await rows(stores) == {HERS: 40, HIS: 80}


async def test_kept(open_stores: OpenStores) -> None:
    """The account is still there when the bot starts again."""
    async with open_stores() as stores:
        await stores.quota.exchange({HERS: 7}, {"": (SOON, False), "search": (NOW, True)}, since=0, oldest=0)
    async with open_stores() as stores:
        assert await stores.quota.exchange({}, {}, since=0, oldest=0) == (
            {HERS: 7},
            {"": (SOON, False), "search": (NOW, True)},
        )


async def test_forget_member(stores: Stores) -> None:
    """A member's rows become nobody's, server by server, and nothing of what was spent is lost."""
    elsewhere: Row = (QUARTER, "all", GUILD + 1, ADA)
    await stores.quota.exchange(
        {HERS: 2, later(HERS): 3, HIS: 4, NOBODYS: 5, elsewhere: 6}, {}, since=0, oldest=0
    )
    await stores.quota.forget_member(ADA)
    assert await rows(stores) == {
        NOBODYS: 7,
        later(NOBODYS): 3,
        HIS: 4,
        (QUARTER, "all", GUILD + 1, 0): 6,
    }
    await stores.quota.forget_member(ADA)
    assert (await rows(stores))[NOBODYS] == 7


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.tuples(
                st.integers(0, 20),
                st.sampled_from(["all", "x"]),
                st.integers(0, 2**63 - 1),
                st.integers(0, 9),
            ),
            st.integers(1, 10_000),
            max_size=4,
        ),
        max_size=6,
    )
)
async def test_any_sums(stores: Stores, parts: list[dict[Row, int]]) -> None:
    """However it is split, the sum is the same."""
    counted = Counter(await rows(stores))
    for part in parts:
        counted.update(part)
        assert (await stores.quota.exchange(part, {}, since=0, oldest=0))[0] == counted
