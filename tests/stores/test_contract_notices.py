"""The promises of `Notices`, on every database; and that they are stored together with the change they tell of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot import mongo
from bot.stores.notices import NoticeKind
from tests.stores.proxy import Proxy
from tests.stores.records import ADA, GRACE, NOW, SOON
from tests.stores.shared_records import LIST, contribution, event, notice, shared

if TYPE_CHECKING:
    from bot.sealing import Sealer
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

LATER = SOON + timedelta(hours=1)


async def test_empty(stores: Stores) -> None:
    """At first there is nothing to tell."""
    assert await stores.notices.due(LATER, limit=10) == ()
    assert await stores.notices.next() is None


async def test_kept(open_stores: OpenStores) -> None:
    """What is to be told is known after a restart with all that belongs to it, by time."""
    first = notice(1, due_at=SOON)
    full = notice(
        2, kind=NoticeKind.EDIT, member_id=None, channel_ids=(7, 2**63 - 1), facts={"found": 2, "why": "\0x"}
    )
    async with open_stores() as stores:
        await stores.notices.add(first, full)
    async with open_stores() as stores:
        assert await stores.notices.due(SOON, limit=10) == (full, first)
        assert await stores.notices.due(NOW, limit=10) == (full,)
        assert await stores.notices.due(SOON, limit=1) == (full,)
        assert await stores.notices.next() == NOW


async def test_same_again(stores: Stores) -> None:
    """The same notice is kept once: while it is to be told, and also when it was told already."""
    await stores.notices.add(notice(1))
    await stores.notices.add(replace(notice(1), facts={"other": 1}), notice(2))
    first, second = await stores.notices.due(NOW, limit=10)
    assert (first, second) == (notice(1), notice(2))
    claimed = await stores.notices.claim(first, SOON)
    assert claimed
    assert await stores.notices.done(claimed, LATER)
    await stores.notices.add(notice(1))
    assert await stores.notices.due(LATER, limit=10) == (notice(2),)


async def test_claim(stores: Stores) -> None:
    """One of many gets it; until its time is over nobody else is given it, and then somebody is."""
    await stores.notices.add(notice(1))
    claims = await asyncio.gather(*(stores.notices.claim(notice(1), SOON) for _ in range(30)))
    (claimed,) = [one for one in claims if one]
    assert claimed == replace(notice(1), due_at=SOON, attempts=1)
    assert await stores.notices.due(SOON - timedelta(seconds=1), limit=10) == ()
    assert await stores.notices.due(SOON, limit=10) == (claimed,)
    again = await stores.notices.claim(claimed, LATER)
    assert again
    assert again.attempts == 2


async def test_too_late(stores: Stores) -> None:
    """Who took so long that somebody else has it by now changes nothing any more."""
    await stores.notices.add(notice(1))
    slow = await stores.notices.claim(notice(1), SOON)
    assert slow
    fast = await stores.notices.claim(slow, LATER)
    assert fast
    assert not await stores.notices.done(slow, LATER)
    assert not await stores.notices.postpone(slow, NOW)
    assert await stores.notices.next() == LATER
    assert await stores.notices.postpone(fast, SOON)
    assert await stores.notices.next() == SOON
    assert await stores.notices.done(fast, LATER)
    assert not await stores.notices.done(fast, LATER)
    assert not await stores.notices.postpone(fast, SOON)
    assert await stores.notices.claim(fast, LATER) is None
    assert await stores.notices.next() is None


async def test_sweep(stores: Stores) -> None:
    """What was told is remembered by its id for its time; what is still to be told is never swept."""
    await stores.notices.add(notice(1), notice(2))
    claimed = await stores.notices.claim(notice(1), SOON)
    assert claimed
    await stores.notices.done(claimed, SOON)
    await stores.notices.sweep(SOON - timedelta(seconds=1))
    await stores.notices.add(notice(1))
    assert await stores.notices.due(LATER, limit=10) == (notice(2),)
    await stores.notices.sweep(SOON)
    await stores.notices.add(notice(1))
    assert await stores.notices.due(LATER, limit=10) == (notice(1), notice(2))


async def test_forget_member(stores: Stores) -> None:
    """What is addressed to a member who wants to be forgotten is erased; the rest stays."""
    await stores.notices.add(notice(1, member_id=ADA), notice(2, member_id=GRACE), notice(3, member_id=None))
    await stores.notices.forget_member(ADA)
    assert await stores.notices.due(LATER, limit=10) == (
        notice(2, member_id=GRACE),
        notice(3, member_id=None),
    )


async def test_with_a_contribution(stores: Stores) -> None:
    """A change of a contribution brings its notices along, with its events or alone; one that came late brings none."""
    first = await stores.contributions.add(contribution())
    second = await stores.contributions.swap(first, first, event(1), notices=[notice(1)])
    assert second
    assert await stores.contributions.swap(second, second, notices=[notice(2)])
    assert await stores.contributions.swap(first, first, event(2), notices=[notice(3)]) is None
    assert await stores.notices.due(LATER, limit=10) == (notice(1), notice(2))
    assert (await stores.history.page(LIST, limit=5)).events == (event(1),)


async def test_with_a_list(stores: Stores) -> None:
    """So does a change of a list."""
    first = await stores.lists.create(shared())
    assert await stores.lists.swap(first, replace(first, round_no=2), event(1), notices=[notice(1)])
    assert await stores.lists.swap(first, first, event(2), notices=[notice(2)]) is None
    assert await stores.notices.due(LATER, limit=10) == (notice(1),)


@pytest.mark.real_part
@pytest.mark.parametrize("lost", ["findAndModify", "insert", "update"])
async def test_process_goes_between(mongo_uri: str, sealer: Sealer, lost: str) -> None:
    """Wherever the process is stopped after a change, its notice is there when the next one starts, once."""
    async with Proxy(mongo_uri) as network:
        async with mongo.open_stores(network.uri, sealer) as stores:
            first = await stores.contributions.add(contribution())
            network.lose_reply_to(lost)
            changing = asyncio.create_task(
                stores.contributions.swap(first, first, event(1), notices=[notice(1)])
            )
            await asyncio.wait({changing})
            changing.exception()  # with a server alone the driver may not ask again
        async with mongo.open_stores(mongo_uri, sealer) as stores:
            assert await stores.notices.due(LATER, limit=10) == (notice(1),)
            claimed = await stores.notices.claim(notice(1), SOON)
            assert claimed
            await stores.notices.done(claimed, LATER)
        async with mongo.open_stores(mongo_uri, sealer) as stores:
            assert await stores.notices.due(LATER, limit=10) == ()


@pytest.mark.real_part
async def test_forgotten_while_it_waits(mongo_uri: str, sealer: Sealer) -> None:
    """A notice that still waits beside a change is not told to a member who was forgotten meanwhile."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        first = await stores.contributions.add(contribution(member_id=GRACE))
        network.lose_reply_to("insert")  # of the event: nothing is moved on
        told = [notice(1, member_id=ADA), notice(2, member_id=GRACE)]
        assert await stores.contributions.swap(first, first, event(1), notices=told)
        await stores.personal_data.forget(LIST, ADA)
        await stores.notices.forget_member(ADA)
        assert await stores.notices.due(LATER, limit=10) == (notice(2, member_id=GRACE),)
