"""A database that is away is told as such, by every method, and nothing of the request is half kept."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import suppress
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest

from bot import mongo
from bot import stores as all_stores
from bot.errors import StoreUnavailableError
from bot.stores.sealed import SealedKind, SealedRow
from tests.stores.proxy import Proxy
from tests.stores.records import ADA, NEW_TOKENS, NOW, SCOPES, SOON, account, attempt, finished
from tests.stores.shared_calls import SHARED_CALLS
from tests.stores.shared_records import GUILD, LIST, contribution, event, shared

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sealing import Sealer
    from bot.stores import Stores
    from tests.stores.conftest import OpenStores

CALLS: dict[str, Callable[[Stores], Awaitable[Any]]] = {
    "accounts.of_member": lambda stores: stores.accounts.of_member(ADA),
    "accounts.owner_of": lambda stores: stores.accounts.owner_of("account-a"),
    "accounts.everyone": lambda stores: stores.accounts.everyone(),
    "accounts.unreadable": lambda stores: stores.accounts.unreadable(),
    "accounts.link": lambda stores: stores.accounts.link(account()),
    "accounts.save_tokens": lambda stores: stores.accounts.save_tokens(account(), NEW_TOKENS, SCOPES),
    "accounts.unlink": lambda stores: stores.accounts.unlink(ADA),
    "attempts.put": lambda stores: stores.attempts.put(attempt()),
    "attempts.of_member": lambda stores: stores.attempts.of_member(ADA, NOW),
    "attempts.by_token": lambda stores: stores.attempts.by_token(b"", NOW),
    "attempts.by_cookie": lambda stores: stores.attempts.by_cookie(b"", NOW),
    "attempts.swap": lambda stores: stores.attempts.swap(attempt(), finished()),
    "attempts.erase": lambda stores: stores.attempts.erase(attempt()),
    "attempts.erase_of_member": lambda stores: stores.attempts.erase_of_member(ADA),
    "attempts.sweep": lambda stores: stores.attempts.sweep(NOW),
    "leases.acquire": lambda stores: stores.leases.acquire("refresh", "one", NOW, SOON),
    "leases.renew": lambda stores: stores.leases.renew("refresh", "one", SOON),
    "leases.release": lambda stores: stores.leases.release("refresh", "one"),
    "values.get": lambda stores: stores.values.get("key"),
    "values.put": lambda stores: stores.values.put("key", "value"),
    "values.starting": lambda stores: stores.values.starting("key"),
    "values.erase": lambda stores: stores.values.erase("other key"),
    "ping": lambda stores: stores.ping(),
    "quota.exchange": lambda stores: stores.quota.exchange(
        {(1, "all", 2, 3): 1}, {"": (SOON, True)}, since=0, oldest=0
    ),
    "quota.forget_member": lambda stores: stores.quota.forget_member(ADA),
    "sealed.everything": lambda stores: stores.sealed.everything(),
    "sealed.replace": lambda stores: stores.sealed.replace(
        SealedRow(SealedKind.ACCOUNT, ADA, b"sealed"), b"sealed anew"
    ),
    **SHARED_CALLS,
}


def test_every_method() -> None:
    """No method is forgotten in the tests of this file."""
    protocols = {
        field.name: getattr(all_stores, str(field.type))
        for field in fields(all_stores.Stores)
        if field.name not in {"ping", "records"}
        and not str(field.type).endswith("None")  # not kept in every database
    }
    methods = {
        f"{store}.{name}"
        for store, protocol in protocols.items()
        for name, _ in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }
    assert methods | {"ping"} == set(CALLS)


async def test_works(stores: Stores) -> None:
    """A database that is there answers the same calls, and the ping."""
    for call in CALLS.values():
        await call(stores)


async def test_closed(open_stores: OpenStores) -> None:
    """A command that is still at work when the bot has closed the database is told so."""
    async with open_stores() as stores:
        pass
    results = await asyncio.gather(*(call(stores) for call in CALLS.values()), return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailableError] * len(CALLS)


@pytest.mark.real_part
async def test_server_away(mongo_uri: str, sealer: Sealer) -> None:
    """While the server is away every method says so; when it is back all goes on."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        await stores.values.put("key", "value")
        await network.cut()
        results = await asyncio.gather(*(call(stores) for call in CALLS.values()), return_exceptions=True)
        found = {name: type(result) for name, result in zip(CALLS, results, strict=True)}
        assert found == dict.fromkeys(CALLS, StoreUnavailableError)
        await network.mend()
        assert await stores.values.get("key") == "value"


@pytest.mark.real_part
async def test_server_away_at_start(mongo_uri: str, sealer: Sealer) -> None:
    """Without its server the bot does not start, and says why."""
    async with Proxy(mongo_uri) as network:
        await network.cut()
        with pytest.raises(StoreUnavailableError):
            async with mongo.open_stores(network.uri, sealer):
                pytest.fail("opened nothing")


@pytest.mark.real_part
async def test_ping_writes(mongo_uri: str, sealer: Sealer) -> None:
    """The ping is a write that has to be acknowledged: reading alone does not make the bot ready."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        network.lose_reply_to("update")
        with suppress(StoreUnavailableError):  # where the driver settles it, the write came through
            await stores.ping()
        assert await stores.values.get("ping") == ""


@pytest.mark.real_part
async def test_lost_reply(mongo_uri: str, sealer: Sealer) -> None:
    """When the reply to a swap is lost it took effect once, and a second try is told that it comes late."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        await stores.attempts.put(attempt())
        network.lose_reply_to("update")
        try:
            first = await stores.attempts.swap(attempt(), finished())
        except StoreUnavailableError:
            first = None  # a server alone; with a replica set the driver asks again
        stored = await stores.attempts.of_member(ADA, NOW)
        assert stored
        assert stored.version == 1
        assert first in {None, stored}
        assert await stores.attempts.swap(attempt(), attempt(tries_left=1)) is None


@pytest.mark.real_part
async def test_lost_reply_to_proposal(mongo_uri: str, sealer: Sealer) -> None:
    """When the reply to a proposal is lost, the same again is answered what was kept, and is in the history once."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        network.lose_reply_to("insert")
        with suppress(StoreUnavailableError):  # a server alone; with a replica set the driver asks again
            await stores.contributions.add(contribution(), event())
        kept = await stores.contributions.add(contribution(), event())
        assert kept == await stores.contributions.get(GUILD, kept.contribution_id)
        assert (await stores.history.page(kept.list_id, limit=5)).events == (event(),)


@pytest.mark.real_part
async def test_lost_reply_to_change(mongo_uri: str, sealer: Sealer) -> None:
    """When the reply to a change is lost, its events come into the history with the next change at the latest."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        first = await stores.contributions.add(contribution())
        network.lose_reply_to("findAndModify")
        with suppress(StoreUnavailableError):
            await stores.contributions.swap(first, first, event(1))
        second = await stores.contributions.get(GUILD, first.contribution_id)
        assert second
        assert second.version == 2
        await stores.contributions.swap(second, second, event(2))
        assert (await stores.history.page(first.list_id, limit=5)).events == (event(2), event(1))


@pytest.mark.real_part
async def test_history_late(mongo_uri: str, sealer: Sealer) -> None:
    """When the server goes away between a proposal and its history the proposal counts; the history comes later."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        network.lose_reply_to("findAndModify")
        kept = await stores.contributions.add(contribution(), event(1))
        assert await stores.contributions.get(GUILD, kept.contribution_id) == kept
        await stores.contributions.add(contribution(2), event(2))
        page = await stores.history.page(kept.list_id, limit=5)
        assert {one.event_id for one in page.events} == {"event 1", "event 2"}


@pytest.mark.real_part
async def test_list_told_late(mongo_uri: str, sealer: Sealer) -> None:
    """When the server goes away between a list's change and its history the change counts; the history comes later."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        network.lose_reply_to("findAndModify")  # which gives the event its number
        first = await stores.lists.create(shared(), event(1))
        network.lose_reply_to("insert")  # of the event
        second = await stores.lists.swap(first, replace(first, round_no=2), event(2))
        assert second == replace(first, round_no=2, version=2) == await stores.lists.by_id(LIST)
        await stores.contributions.add(contribution(), event(3))
        events = (await stores.history.page(LIST, limit=5)).events
        assert sorted(one.event_id for one in events) == ["event 1", "event 2", "event 3"]


@pytest.mark.real_part
async def test_untold_again(mongo_uri: str, sealer: Sealer) -> None:
    """A change that is stored is never said to have failed because of what earlier ones have left to be told."""
    async with Proxy(mongo_uri) as network, mongo.open_stores(network.uri, sealer) as stores:
        network.lose_reply_to("findAndModify")
        first = await stores.lists.create(shared(), event(1))
        network.lose_reply_to("find")  # for what was left
        second = await stores.lists.swap(first, replace(first, round_no=2), event(2))
        assert second is not None
        assert await stores.lists.swap(second, second, event(3))
        events = (await stores.history.page(LIST, limit=5)).events
        assert sorted(one.event_id for one in events) == ["event 1", "event 2", "event 3"]
