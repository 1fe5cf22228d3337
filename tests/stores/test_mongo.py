"""What holds for MongoDB beyond the contract: the connection, the indexes, and several processes."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient

from bot.errors import StoreUnavailableError
from bot.mongo import open_stores
from bot.mongo.database import connect
from bot.mongo.history import EVENT
from bot.stores.history import FORMER_MEMBER
from tests.stores.records import ADA, GRACE, NOW, SOON, account
from tests.stores.shared_records import GUILD, LIST, contribution, event, shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.collection import Collection

    from bot.sealing import Sealer

NOWHERE = "mongodb://127.0.0.1:9"


@pytest.mark.parametrize(("options", "seconds"), [("", 3), ("?serverSelectionTimeoutMS=1234", 1.234)])
async def test_patience(options: str, seconds: float) -> None:
    """A missing server is given 3 s, unless the operator says otherwise."""
    async with connect(f"{NOWHERE}/{options}") as database:
        patience = database.client.options.server_selection_timeout  # type: ignore[attr-defined]  # a property, against Motor's stub
        assert patience == seconds


async def test_durable() -> None:
    """Writes are acknowledged by a majority, with journal, even where the address says otherwise."""
    async with connect(f"{NOWHERE}/?w=1&journal=false") as database:
        assert database.write_concern.document == {"w": "majority", "j": True}


@pytest.mark.parametrize(("path", "name"), [("", "mixtape"), ("/", "mixtape"), ("/tapes", "tapes")])
async def test_database_name(path: str, name: str) -> None:
    """The address names the database; otherwise it is called mixtape."""
    async with connect(NOWHERE + path) as database:
        assert database.name == name


@pytest.mark.parametrize(
    "uri", ["http://marker/", "mongodb://user:marker@:x/", "mongodb://user:mar:marker@host/", ""]
)
async def test_bad_address(uri: str) -> None:
    """An address that is none is refused without being quoted: it may hold a password."""
    with pytest.raises(StoreUnavailableError) as caught:
        async with connect(uri):
            pytest.fail("connected")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "marker" not in str(caught.value)


@pytest.mark.real_part
async def test_two_processes(mongo_uri: str, sealer: Sealer) -> None:
    """Two processes share accounts and leases."""
    async with open_stores(mongo_uri, sealer) as one, open_stores(mongo_uri, sealer) as two:
        await one.accounts.link(account())
        assert await two.accounts.of_member(ADA) == account(version=1)
        assert await one.leases.acquire("refresh", "one", NOW, SOON)
        assert not await two.leases.acquire("refresh", "two", NOW, SOON)


@pytest.mark.real_part
async def test_leases_last(mongo_uri: str, sealer: Sealer) -> None:
    """A restart breaks no lease: somebody else may be at work."""
    async with open_stores(mongo_uri, sealer) as stores:
        assert await stores.leases.acquire("refresh", "one", NOW, SOON)
    async with open_stores(mongo_uri, sealer) as stores:
        assert not await stores.leases.acquire("refresh", "two", NOW, SOON)


@pytest.mark.real_part
async def test_expiry_by_server(mongo_uri: str, sealer: Sealer, caplog: pytest.LogCaptureFixture) -> None:
    """The server deletes what is long over, or one line in the log says that it does not."""
    caplog.set_level(logging.INFO, "bot")
    async with open_stores(mongo_uri, sealer):
        pass
    client: MongoClient[dict[str, object]] = MongoClient(mongo_uri)
    with client:
        found = [
            index.get("expireAfterSeconds")
            for name in ("attempts", "leases")
            for index in client.get_default_database()[name].list_indexes()
        ]
    lines = [record for record in caplog.records if "stay until the bot sweeps them" in record.getMessage()]
    assert len(lines) == (0 if 24 * 3600 in found else 1)


@pytest.mark.real_part
async def test_outbox(mongo_uri: str, sealer: Sealer) -> None:
    """What a killed process had stored but not told yet is in the history when the next one has started, once."""
    async with open_stores(mongo_uri, sealer) as stores:
        kept = await stores.contributions.add(contribution(), event(1))
        await stores.contributions.add(contribution(2), event(2))
    client: MongoClient[dict[str, object]] = MongoClient(mongo_uri)
    with client:
        database = client.get_default_database()
        outboxes = {"outbox": [EVENT.pack(event(n)) for n in (1, 3, 4)], "untold": True}
        database["contributions"].update_one({"_id": kept.contribution_id}, {"$set": outboxes})
        for _ in range(2):
            async with open_stores(mongo_uri, sealer) as stores:
                page = await stores.history.page(LIST, limit=10)
                assert page.events == (event(4), event(3), event(2), event(1))
                assert await stores.contributions.get(GUILD, kept.contribution_id) == kept
        assert database["contributions"].count_documents({"untold": {"$exists": True}}) == 0
        assert database["contributions"].count_documents({"outbox": {"$exists": True}}) == 0


@pytest.mark.real_part
async def test_outbox_of_a_list(mongo_uri: str, sealer: Sealer) -> None:
    """What a killed process changed of a list and has not told is told once, at the next start or change."""
    async with open_stores(mongo_uri, sealer) as stores:
        kept = await stores.lists.create(shared(), event(1))
        with _outbox(mongo_uri, "lists", LIST, 1, 2) as lists:
            for _ in range(2):
                async with open_stores(mongo_uri, sealer) as other:
                    assert (await other.history.page(LIST, limit=9)).events == (event(2), event(1))
                    assert await other.lists.by_id(LIST) == kept
            assert lists.count_documents({"$or": [{"untold": True}, {"outbox": {"$exists": True}}]}) == 0
        with _outbox(mongo_uri, "lists", LIST, 3) as lists:
            assert await stores.lists.swap(kept, kept, event(4))
            assert lists.count_documents({"$or": [{"untold": True}, {"outbox": {"$exists": True}}]}) == 0
        told = (await stores.history.page(LIST, limit=9)).events
        assert told == (event(4), event(3), event(2), event(1))


@pytest.mark.real_part
async def test_forgotten_in_an_outbox(mongo_uri: str, sealer: Sealer) -> None:
    """What waits in a list's outbox tells nothing of a member who had their data deleted, also when it is told late."""
    async with open_stores(mongo_uri, sealer) as stores:
        await stores.lists.create(shared(owner_id=GRACE))
        with _outbox(mongo_uri, "lists", LIST, 1) as lists:
            before = lists.find_one({"_id": LIST})
            assert before is not None
            await stores.personal_data.forget(LIST, ADA)
            (told,) = (await stores.history.page(LIST, limit=9)).events
            assert (told.event_id, told.actor_id) == ("event 1", FORMER_MEMBER)
            assert lists.count_documents({"untold": True}) == 0
            lists.replace_one({"_id": LIST}, before)  # as a process sees it that has read it before
        async with open_stores(mongo_uri, sealer) as other:
            assert (await other.history.page(LIST, limit=9)).events == (told,)


@contextmanager
def _outbox(
    mongo_uri: str, collection: str, key: str, *numbers: int
) -> Iterator[Collection[dict[str, object]]]:
    """Put these events into the outbox of a document, as a process that was killed leaves them."""
    client: MongoClient[dict[str, object]] = MongoClient(mongo_uri)
    with client:
        there = client.get_default_database()[collection]
        outbox = {"outbox": [EVENT.pack(event(n)) for n in numbers], "untold": True}
        there.update_one({"_id": key}, {"$set": outbox})
        yield there


@pytest.mark.real_part
async def test_outbox_of_another(mongo_uri: str, sealer: Sealer) -> None:
    """What another process stored and has not told yet is told, not lost, when its contribution changes again."""
    async with open_stores(mongo_uri, sealer) as stores:
        kept = await stores.contributions.add(contribution())
        client: MongoClient[dict[str, object]] = MongoClient(mongo_uri)
        with client:
            outbox = {"outbox": [EVENT.pack(event(1))], "untold": True}
            contributions = client.get_default_database()["contributions"]
            contributions.update_one({"_id": kept.contribution_id}, {"$set": outbox})
            await stores.contributions.swap(kept, kept, event(2))
            assert contributions.count_documents({"outbox": {"$exists": True}}) == 0
        assert (await stores.history.page(LIST, limit=10)).events == (event(2), event(1))


async def test_requests_of_an_older_bot(mongo_uri: str, sealer: Sealer) -> None:
    """What an older bot counted by quarter of an hour only counts on, as nobody's, once."""
    async with connect(mongo_uri) as database:
        await database["quota"].insert_one({"_id": "spotify", "spent": {"7": 30, "8": 1}, "until": SOON})
    for _ in range(2):
        async with open_stores(mongo_uri, sealer) as stores:
            counted, until = await stores.quota.exchange({}, {}, since=0, oldest=0)
        assert counted == {(7, "all", 0, 0): 30, (8, "all", 0, 0): 1}
        assert until == {"": (SOON, False)}
