"""What grows without end can be sharded: queries say where to look, and what is unique is so within its key.

`docs/scaling.md` explains the keys. There is no cluster in the tests, so this looks at what the driver sends.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener

from bot import mongo
from tests.stores.records import ADA
from tests.stores.shared_calls import SHARED_CALLS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent

    from bot.sealing import Sealer
    from bot.stores import Stores

    Document = dict[str, Any]

pytestmark = pytest.mark.real_part

KEYS: Final = {
    "contributions": "guild_id",
    "events": "list_id",
    "snapshots": "list_id",
    "likes": "list_id",
    "votes": "ballot",
    "due": "_id",
    "notices": "_id",
    "journals": "_id",
}
NO_LISTS: Final = {"due", "journals", "notices"}  # nothing in them makes a list be about a member
# What is asked of all servers at once: work that belongs to nobody, figures, and a member's own data.
ANYWHERE: Final = {
    "contributions.lists_with",
    "contributions.undecided",
    "contributions.unshown",
    "due.lists_with",
    "due.next",
    "due.until",
    "journals.unsettled",
    "notices.due",
    "notices.forget_member",
    "notices.next",
    "notices.sweep",
    "personal_data.forget_rest",
    "personal_data.likes",
    "personal_data.lists_about",
    "personal_data.votes",
    "workload.count",
}
# What is looked for within one list by a field more than the index has.
NEARLY: Final = {
    "contributions.of_uris": {"state"},
    "personal_data.forget": {"untold"},
}


class Sent(CommandListener):
    """The commands that were sent."""

    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@asynccontextmanager
async def opened(uri: str, sealer: Sealer, sent: Sent) -> AsyncIterator[tuple[Stores, Any]]:
    """The stores as the bot builds them, and the database, whose commands are noted."""
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(uri, tz_aware=True, event_listeners=[sent])
    try:
        database = client.get_default_database()
        stores, preparing, _ = mongo._stores(database, sealer)
        for store in preparing:
            await store.prepare()
        yield stores, database
    finally:
        client.close()


def conditions(command: Document) -> Iterator[Document]:
    """What each part of the command looks for, or inserts."""
    kind = next(iter(command))
    if kind in {"find", "distinct", "findAndModify"}:
        yield command["filter"] if kind == "find" else command["query"]
    elif kind == "aggregate":
        yield command["pipeline"][0].get("$match", {})
    elif kind in {"update", "delete"}:
        yield from (one["q"] for one in command[f"{kind}s"])
    elif kind == "insert":
        yield from command["documents"]


def fields(condition: Document) -> set[str]:
    """What the condition is about, at any depth."""
    found = set[str]()
    for field, value in condition.items():
        found |= set().union(*map(fields, value)) if field in {"$or", "$and"} else {field}
    return found


def is_aimed(condition: Document, key: str) -> bool:
    """One value of the key, or several."""
    value = condition.get(key)
    return value is not None and (not isinstance(value, dict) or set(value) == {"$in"})


async def test_queries_name_the_key(mongo_uri: str, sealer: Sealer) -> None:
    """Every call of a store asks one shard, except those that say why they can't."""
    sent, looked_at, everywhere = Sent(), set[str](), set[str]()
    async with opened(mongo_uri, sealer, sent) as (stores, _):
        for name, call in SHARED_CALLS.items():
            sent.commands.clear()
            await call(stores)
            for command in sent.commands:
                collection = str(next(iter(command.values())))
                looked_at.add(collection)
                if collection in KEYS and not all(
                    is_aimed(one, KEYS[collection]) for one in conditions(command)
                ):
                    everywhere.add(name)
    assert everywhere == ANYWHERE
    assert looked_at >= KEYS.keys()


async def test_indexes_begin_with_the_key(mongo_uri: str, sealer: Sealer) -> None:
    """A sharded collection needs an index that begins with its key, and a unique one has to."""
    async with opened(mongo_uri, sealer, Sent()) as (_, database):
        for collection, key in KEYS.items():
            indexes = await database[collection].index_information()
            if key != "_id":
                del indexes["_id_"]  # unique in each shard; the key follows from the ID
            first = {name: index["key"][0][0] for name, index in indexes.items()}
            assert key in first.values()
            assert [
                name for name, index in indexes.items() if index.get("unique") and first[name] != key
            ] == []


async def test_questions_have_an_index(mongo_uri: str, sealer: Sealer) -> None:
    """Whatever a store looks for by anything but the ID, an index begins with one of its fields and has the others."""
    sent = Sent()
    async with opened(mongo_uri, sealer, sent) as (stores, database):
        for name, call in SHARED_CALLS.items():
            sent.commands.clear()
            await call(stores)
            for command in [one for one in sent.commands if "insert" not in one]:
                indexes = await database[str(next(iter(command.values())))].index_information()
                keys = [[field for field, _ in index["key"]] for index in indexes.values()]
                for asked in map(fields, conditions(command)):
                    needed = asked - NEARLY.get(name, set())
                    assert any(key[0] in asked and needed <= set(key) for key in keys) or "_id" in asked, (
                        name,
                        asked,
                    )


async def test_lists_about_a_member(mongo_uri: str, sealer: Sealer) -> None:
    """Where something is about a member is asked in every collection, and each has an index for it."""
    sent = Sent()
    async with opened(mongo_uri, sealer, sent) as (stores, database):
        await SHARED_CALLS["contributions.add"](stores)
        await SHARED_CALLS["votes.cast"](stores)
        sent.commands.clear()
        assert await stores.personal_data.lists_about(ADA)
        asked = {
            (str(next(iter(command.values()))), *condition)
            for command in sent.commands
            for condition in conditions(command)
        }
        assert {collection for collection, _ in asked} == {"lists", *KEYS} - NO_LISTS
        for collection, field in asked:
            indexes = await database[collection].index_information()
            assert field in {index["key"][0][0] for index in indexes.values()}, (collection, field)
