"""Which shard has which server, and what a process can know of servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shards import ShardPlan, Shards, shard_of

SNOWFLAKES = st.integers(1, 2**63)


def test_formula() -> None:
    """As Discord documents it: (guild_id >> 22) % num_shards."""
    made_at, rest = 1234, 0x3FFFFF  # a snowflake's milliseconds, and its lower 22 bits
    guild_id = made_at * 2**22 + rest
    assert [shard_of(guild_id, count) for count in (1, 2, 3, 10, 1000)] == [0, 0, 1, 4, 234]


@given(SNOWFLAKES, st.integers(1, 200))
def test_each_server_has_one_shard(guild_id: int, count: int) -> None:
    """Of processes that share out the shards, exactly one has the server."""
    processes = [Shards(ShardPlan(count, (one,))) for one in range(count)]
    assert sum(each.has(guild_id) for each in processes) == 1
    assert Shards(ShardPlan(count, (shard_of(guild_id, count),))).has(guild_id)


def test_what_is_known() -> None:
    """A server is known to be away only while its shard is up, and only in the process that has it."""
    even, odd = 2 << 22, 3 << 22
    shards = Shards(ShardPlan(2, (0,)))
    assert (shards.knows(even), shards.online) == (False, False)
    shards.up.add(0)
    assert (shards.knows(even), shards.knows(odd), shards.online) == (True, False, True)
    shards.up.clear()
    assert (shards.knows(even), shards.online) == (False, False)


def test_as_many_as_discord_recommends() -> None:
    """A plan that leaves the number open has all the shards Discord recommends; online means all of them."""
    shards = Shards(ShardPlan(None))
    shards.settle(3)
    shards.up |= {0, 1}
    assert (shards.ids, shards.online) == ((0, 1, 2), False)
    shards.up.add(2)
    assert shards.online
    assert (shards.servers(7), Shards(ShardPlan(4, (1,))).servers(7)) == (7, 0)


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        (ShardPlan(4, groups=2), ShardPlan(4, groups=2), True),
        (ShardPlan(4, groups=2), ShardPlan(8, groups=2), False),
        (ShardPlan(4, groups=2), ShardPlan(4, groups=4), False),
        (ShardPlan(4, groups=2), ShardPlan(4, (0, 1)), False),
        (ShardPlan(4, (0, 1)), ShardPlan(4, (2, 3)), True),
        (ShardPlan(4, (0, 1)), ShardPlan(4, (1, 2)), False),
        (ShardPlan(4, (0, 1)), ShardPlan(5, (2, 3)), False),
        (ShardPlan(1), ShardPlan(1), False),
        (ShardPlan(None), ShardPlan(None), False),
    ],
)
def test_plans_that_fit(one: ShardPlan, other: ShardPlan, *, fit: bool) -> None:
    """Two processes can run together if they count the same shards and can't both have one of them."""
    assert (one.fits(other), other.fits(one)) == (fit, fit)
