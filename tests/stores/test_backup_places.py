"""Everything in a database is in a backup or left out on purpose, and is the same in either database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import asynccontextmanager, closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import msgspec
import pytest
from pymongo import MongoClient

import bot.mongo
from bot import mongo, sqlite
from bot.mongo import backup_reading as mongo_reading
from bot.mongo import backup_writing as mongo_writing
from bot.mongo.presence import Presence
from bot.sqlite.backup_reading import SqliteSource
from bot.sqlite.backup_writing import SqliteTarget
from bot.stores.backup import PLACES, AccountRecord, FactRecord, NumberRecord, Record, tag_of
from tests.stores.everything import CLOSED, fill
from tests.stores.everything import OTHER as OTHER_LIST
from tests.stores.records import ADA, GRACE, TOKENS
from tests.stores.shared_records import GUILD, LIST, contribution, event

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sealing import Sealer
    from bot.stores import Stores
    from bot.stores.backup import Source, Target

pytestmark = pytest.mark.real_part


class Kept:
    """One database of each kind."""

    def __init__(self, file: Path, uri: str, sealer: Sealer) -> None:
        self.file, self.uri, self._sealer = file, uri, sealer

    @asynccontextmanager
    async def stores(self, kind: str) -> AsyncIterator[Stores]:
        opening = (
            sqlite.open_stores(self.file, self._sealer)
            if kind == "sqlite"
            else mongo.open_stores(self.uri, self._sealer)
        )
        async with opening as opened:
            yield opened

    @asynccontextmanager
    async def source(self, kind: str) -> AsyncIterator[Source]:
        if kind == "sqlite":
            yield SqliteSource(self.file)
        else:
            async with mongo_reading.open_source(self.uri) as opened:
                yield opened

    @asynccontextmanager
    async def target(self, kind: str) -> AsyncIterator[Target]:
        if kind == "sqlite":
            yield SqliteTarget(self.file)
        else:
            async with mongo_writing.open_target(self.uri) as opened:
                yield opened

    async def records(self, kind: str) -> list[Record]:
        async with self.source(kind) as source:
            return [record async for record in source.records()]

    async def put(self, kind: str, records: list[Record]) -> None:
        async with self.target(kind) as target, target.replacing() as sink:
            for start in range(0, len(records), 7):
                await sink.put(records[start : start + 7])


@pytest.fixture
def kept(database_file: Path, mongo_uri: str, sealer: Sealer) -> Kept:
    return Kept(database_file, mongo_uri, sealer)


def alike(records: list[Record]) -> list[bytes]:
    return sorted(map(msgspec.json.encode, records))


def in_order(records: list[Record], kind: type) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


OTHER = {"sqlite": "mongo", "mongo": "sqlite"}


@pytest.mark.parametrize("kind", OTHER)
async def test_there_and_back(kept: Kept, kind: str) -> None:
    """From one database into the other and back, everything is the same, and each of them goes on from there."""
    async with kept.stores(kind) as stores:
        await fill(stores)
    records = await kept.records(kind)
    assert {type(record) for record in records} == set(get_args(Record))
    await kept.put(OTHER[kind], records)
    assert alike(await kept.records(OTHER[kind])) == alike(records)
    async with kept.stores(OTHER[kind]) as stores:
        await goes_on(stores)
    await kept.put(kind, await kept.records(OTHER[kind]))
    async with kept.stores(kind) as stores:
        assert await stores.contributions.next_number(LIST) == 87
        assert (await stores.history.page(LIST, limit=1)).events


async def goes_on(stores: Stores) -> None:
    """What was kept is found, and new things fit in."""
    linked = await stores.accounts.of_member(ADA)
    assert linked
    assert linked.tokens == TOKENS
    assert await stores.contributions.next_number(LIST) == 86
    page = await stores.history.page(LIST, limit=3)
    assert [one.event_id for one in page.events] == ["event 30", "event 21", "event 20"]
    await stores.history.append(event(99))
    assert (await stores.history.page(LIST, limit=1)).events[0].event_id == "event 99"
    assert (await stores.history.page(LIST, limit=99, member_id=ADA)).events[1:3] == page.events[:2]
    held = await stores.contributions.get(GUILD, "contribution1")
    assert held
    assert await stores.contributions.swap(held, held)
    assert (await stores.contributions.add(contribution(1))).version == 2  # the same origin
    infos = await stores.snapshots.of_list(LIST)
    assert [info.number for info in infos] == [3, 2]
    journal = await stores.journals.of(LIST)
    assert journal.batch
    assert await stores.journals.swap(journal, journal)
    assert (await stores.votes.tally("contribution50", 1)).yes == 1
    assert await stores.personal_data.lists_about(ADA) == {LIST, OTHER_LIST, CLOSED}
    assert await stores.personal_data.lists_about(GRACE) == {LIST}


def named_collections() -> set[str]:
    """Those the code names, made or not."""
    sources = Path(bot.mongo.__path__[0]).glob("*.py")
    return {name for path in sources for name in re.findall(r'database\["(\w+)"\]', path.read_text())}


async def test_every_place_is_known(kept: Kept) -> None:
    """Whoever adds a table or a collection has to decide whether a backup holds it."""
    async with kept.stores("sqlite") as stores:
        await fill(stores)
    with closing(sqlite3.connect(kept.file)) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert tables == {place.table for place in PLACES} - {None}
    async with kept.stores("mongo") as stores:
        await fill(stores)
        client: MongoClient[dict[str, object]] = MongoClient(kept.uri)
        with client:
            collections = set(client.get_default_database().list_collection_names())
    assert collections | named_collections() | {Presence.collection} == {
        place.collection for place in PLACES
    } - {None}


def test_every_record_has_a_place() -> None:
    """Each kind of record comes from one place, and what is left out says why."""
    records = [record for place in PLACES for record in place.records]
    assert sorted(records, key=str) == sorted(get_args(Record), key=str)
    assert all(place.records or place.why for place in PLACES)


def collection_of(tag: str) -> str | None:
    return next(
        place.collection
        for place in PLACES
        for record in place.records
        if record.__struct_config__.tag == tag
    )


@pytest.mark.parametrize("kind", OTHER)
async def test_references(kept: Kept, kind: str) -> None:
    """What refers to something is read before it, and what nobody can read in plain text stays sealed."""
    async with kept.stores(kind) as stores:
        await fill(stores)
    records = await kept.records(kind)
    order = list(dict.fromkeys(map(tag_of, records)))
    places = list(dict.fromkeys(place.collection for place in PLACES for _ in place.records))
    assert [place for place, _ in groupby(order, key=collection_of)] == places
    before = [
        ("vote", "contribution"),
        ("journal", "contribution"),
        ("contribution", "list"),
        ("event", "list"),
    ]
    assert all(order.index(first) < order.index(second) for first, second in before)
    assert b"-marker" not in b"".join(
        record.tokens for record in records if isinstance(record, AccountRecord)
    )
    assert NumberRecord("list0001", 85) in records


async def test_one_moment_is_no_claim(kept: Kept) -> None:
    """A backup only says that it's from one moment if what comes later really isn't in it."""
    async with kept.stores("mongo") as stores, kept.source("mongo") as source:
        await stores.values.put("later", "yes")
        facts = [record.key async for record in source.records() if isinstance(record, FactRecord)]
        assert source.one_moment is ("later" not in facts)
