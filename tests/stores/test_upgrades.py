"""Whatever an earlier version of the bot stored is read by this one, and an upgrade that fails leaves the old file."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import zlib
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from pymongo import MongoClient

from bot import mongo, sqlite
from bot.errors import DatabaseInUseError, DatabaseTooNewError, StoreUnavailableError
from bot.mongo.schema import SCHEMA
from bot.sealing import Sealer
from bot.sqlite.database import open_database
from bot.sqlite.migrations import STEPS, migrate
from bot.stores.due import DueKind
from bot.stores.history import FORMER_MEMBER, Snapshot, SnapshotInfo
from bot.stores.lists import ListStatus, Rules
from tests.stores.records import ADA, GRACE, NEW_TOKENS, NOW, SCOPES, SOON, TOKENS, account
from tests.stores.schema_examples import KEY, dump_of, put_mongo, put_sqlite, recorded, versions
from tests.stores.shared_calls import JOB, LIKE
from tests.stores.shared_records import GUILD, LIST, shared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from bot.stores import Stores

ROOT = Path(__file__).parents[2]
SQLITE, MONGO = recorded("sqlite"), recorded("mongo")
SINCE = {"left_out": 4, "due": 8, "notices": 9, "playlist_jobs": 14, "likes": 15, "imports": 18}  # SQLite's
LATER = {"accounts": (), "shared": ("left_out",), "notices": ("left_out", "due", "notices")}
JOBS = (*LATER["notices"], "playlist_jobs")
LINUS, OLD = 1573734664391098370, "list0009"
OLD_LIST = shared(OLD, owner_id=GRACE, status=ListStatus.CLOSED, rules=Rules(blocked_members=(7, GRACE)))
OLD_SNAPSHOTS = [
    Snapshot(SnapshotInfo(LIST, number, NOW, "by hand", 1, actor_id), ("a",))
    for number, actor_id in ((8, LINUS), (9, None))
]
OLD_ABOUT = {ADA: {LIST}, GRACE: {OLD}, 7: {OLD}, LINUS: {LIST}, 10: set()}


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([KEY])


def test_every_version_is_recorded() -> None:
    """There is an example of each schema. After adding one: python -m tests.stores.schema_examples."""
    assert versions("sqlite") == set(range(1, len(STEPS) + 1))
    assert versions("mongo") == set(range(1, SCHEMA + 1))


async def is_all_there(stores: Stores, *, shared: bool, kinds: Collection[str]) -> None:
    """What the example has is read as the records it was, and goes on being changed."""
    for member_id, account_id in ((ADA, "account-a"), (GRACE, "account-b")):
        held = await stores.accounts.of_member(member_id)
        assert held == account(member_id, account_id, version=1)
        assert held.tokens == TOKENS
    attempt = await stores.attempts.of_member(ADA, NOW)
    assert attempt is not None
    assert attempt.verifier == "verifier-marker"
    assert attempt.pending is not None
    assert attempt.pending.tokens == TOKENS
    assert "off" in (await stores.values.starting("no private messages:")).values()
    if shared:
        await _shared_is_there(stores)
    if "left_out" in kinds:
        assert await stores.stats_opt_outs.among([ADA]) == {ADA}
    if "due" in kinds:
        assert LIST in {
            one.list_id for kind in DueKind for one in await stores.due.until(kind, SOON, limit=5)
        }
    if "notices" in kinds:
        assert await stores.notices.due(SOON, limit=5)
    if "playlist_jobs" in kinds:
        assert [one.job_id for one in await stores.playlist_jobs.of_member(ADA)] == [JOB.job_id]
        assert await stores.playlist_jobs.lists(JOB.job_id) is not None
    if "likes" in kinds:
        assert await stores.likes.counts(LIST) == {LIKE.recording: 1}
    if "imports" in kinds:
        assert await stores.imports.content("import1") == b"lines"
    held = await stores.accounts.of_member(ADA)
    assert held is not None
    assert await stores.accounts.save_tokens(held, NEW_TOKENS, SCOPES)


async def _shared_is_there(stores: Stores) -> None:
    found = await stores.lists.by_id(LIST)
    assert found is not None
    assert (found.guild_id, found.owner_id, found.account_id) == (GUILD, ADA, "account-a")
    assert await stores.lists.of_guild(GUILD) == (found,)
    for contribution_id in ("contribution1", "contribution2"):
        one = await stores.contributions.get(GUILD, contribution_id)
        assert one is not None
        assert one.list_id == LIST
        assert one in await stores.contributions.in_state(LIST, {one.state}, limit=5)
    tally = await stores.votes.tally("contribution1", 1)
    assert tally.yes + tally.no == 1
    assert (await stores.history.page(LIST, limit=5)).events
    assert (await stores.snapshots.latest(LIST)) is not None
    journal = await stores.journals.of(LIST)
    assert journal.total == 1
    assert await stores.lists.swap(found, found) is not None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mixtape.sqlite3"


def schema_of(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {(name, " ".join(sql.split())) for name, sql in rows}


@pytest.mark.parametrize("name", SQLITE)
async def test_sqlite(path: Path, tmp_path: Path, sealer: Sealer, name: str) -> None:
    """A file of each schema is upgraded to the same tables as a new one, and all of it is there."""
    version = put_sqlite(SQLITE[name], path)
    assert version == int(name)
    async with sqlite.open_stores(path, sealer) as stores:
        kinds = {kind for kind, since in SINCE.items() if version >= since}
        await is_all_there(stores, shared=version >= 3, kinds=kinds)
    async with sqlite.open_stores(tmp_path / "new" / "new.sqlite3", sealer):
        pass
    assert schema_of(path) == schema_of(tmp_path / "new" / "new.sqlite3")


@pytest.mark.real_part
@pytest.mark.parametrize("name", MONGO)
async def test_mongo(mongo_uri: str, sealer: Sealer, name: str) -> None:
    """A database that an earlier bot left is read as it was, and knows its schema from then on."""
    put_mongo(MONGO[name], mongo_uri)
    content = name.partition("-")[2]
    kinds = LATER.get(content, JOBS if content == "jobs" else tuple(SINCE))
    for _ in range(2):
        async with mongo.open_stores(mongo_uri, sealer):
            pass
    async with mongo.open_stores(mongo_uri, sealer) as stores:
        await is_all_there(stores, shared=content != "accounts", kinds=kinds)
    async with mongo.open_beside(mongo_uri, sealer) as beside:
        assert beside.schema == beside.newest == SCHEMA


async def test_whose_lists_sqlite(path: Path, sealer: Sealer) -> None:
    """Who owned a list, was blocked, did something or took a snapshot before there was an index is found by it."""
    put_sqlite(SQLITE["18"], path)
    with closing(sqlite3.connect(path)) as old, old:
        body = msgspec.json.encode(OLD_LIST)
        row = (OLD_LIST.list_id, OLD_LIST.guild_id, OLD_LIST.owner_id, 0, 1, body)
        old.execute(
            "INSERT INTO lists (list_id, guild_id, owner_id, is_open, version, body) VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
        for snapshot in OLD_SNAPSHOTS:
            packed = msgspec.json.encode(snapshot.info), zlib.compress(msgspec.json.encode(snapshot))
            key = snapshot.info.list_id, snapshot.info.number
            old.execute(
                "INSERT INTO snapshots (list_id, number, info, body) VALUES (?, ?, ?, ?)", (*key, *packed)
            )
    async with sqlite.open_stores(path, sealer) as stores:
        assert {member: await stores.personal_data.lists_about(member) for member in OLD_ABOUT} == OLD_ABOUT
        assert (await stores.history.page(LIST, limit=5, member_id=ADA)).events


@pytest.mark.real_part
async def test_whose_lists_mongo(mongo_uri: str, sealer: Sealer) -> None:
    """The same; and what an older bot takes beside this one is not missed either."""
    async with mongo.open_stores(mongo_uri, sealer) as stores:
        await stores.lists.create(shared(status=ListStatus.CLOSED))
        await stores.lists.create(OLD_LIST)
        for snapshot in OLD_SNAPSHOTS:
            await stores.snapshots.put(snapshot, keep=5)
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        database = client.get_default_database()
        for collection, field in (("lists", "blocked_members"), ("snapshots", "actor_id")):
            database[collection].update_many({}, {"$unset": {field: ""}})
        async with mongo.open_stores(mongo_uri, sealer) as stores:
            assert {
                member: await stores.personal_data.lists_about(member) for member in OLD_ABOUT
            } == OLD_ABOUT
            database["snapshots"].update_many({}, {"$unset": {"actor_id": ""}})
            assert OLD_ABOUT[LINUS] <= await stores.personal_data.lists_about(LINUS)
            await stores.personal_data.forget(LIST, LINUS)
            actors = [info.actor_id for info in await stores.snapshots.of_list(LIST)]
            assert actors == [None, FORMER_MEMBER]


@pytest.mark.real_part
async def test_newer_mongo(mongo_uri: str, sealer: Sealer) -> None:
    """A database that a newer bot has used is refused by name, and left as it is; beside it, that's told."""
    async with mongo.open_stores(mongo_uri, sealer):
        pass
    newer = {"_id": "schema", "version": SCHEMA + 1}
    with MongoClient[dict[str, object]](mongo_uri) as client:
        database = client.get_default_database()
        database["schema"].replace_one({"_id": "schema"}, newer)
        with pytest.raises(DatabaseTooNewError, match=f"{database.name}.*version {SCHEMA + 1}"):
            async with mongo.open_stores(mongo_uri, sealer):
                pytest.fail("opened")
        assert database["schema"].find_one({}) == newer
    async with mongo.open_beside(mongo_uri, sealer) as beside:
        assert (beside.schema, beside.newest) == (SCHEMA + 1, SCHEMA)


@pytest.fixture
def old(path: Path) -> Path:
    """A file of the first schema."""
    assert put_sqlite(SQLITE["01"], path) == 1
    return path


@pytest.mark.parametrize("at", [1, len(STEPS) // 2, len(STEPS)])
async def test_failing_step(old: Path, sealer: Sealer, at: int) -> None:
    """A step that fails, the first, one in the middle or the last, leaves the old file; mended, it's upgraded."""
    before = dump_of(old)
    async with open_database(old) as database:
        with pytest.raises(sqlite3.OperationalError):
            await migrate(database, (*STEPS[:at], ("nonsense",), *STEPS[at:]))
    assert dump_of(old) == before
    async with sqlite.open_stores(old, sealer) as stores:
        await is_all_there(stores, shared=False, kinds=())


async def test_disk_full(old: Path, sealer: Sealer) -> None:
    """Without room for it, the upgrade is refused as a full disk is, and the old file stays."""
    before = dump_of(old)
    async with open_database(old) as database:
        [(pages,)] = await database.read("PRAGMA page_count")
        await database.read(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(StoreUnavailableError):
            await migrate(database)
    assert dump_of(old) == before
    async with sqlite.open_stores(old, sealer) as stores:
        await is_all_there(stores, shared=False, kinds=())


@pytest.fixture
async def upgrading(old: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process in the middle of upgrading the file."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stores.slow_upgrade", old, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"in the middle\n"
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_killed(old: Path, sealer: Sealer, upgrading: asyncio.subprocess.Process) -> None:
    """Killed in the middle (kill -9), the file is as it was; the next start upgrades it."""
    upgrading.kill()
    await upgrading.wait()
    async with sqlite.open_beside(old, sealer) as beside:
        assert beside.schema == 1
    async with sqlite.open_stores(old, sealer) as stores:
        await is_all_there(stores, shared=False, kinds=())


async def test_meanwhile(old: Path, sealer: Sealer, upgrading: asyncio.subprocess.Process) -> None:
    """During an upgrade, a second bot is refused, and who looks beside it still sees the old schema."""
    assert upgrading.returncode is None
    with pytest.raises(DatabaseInUseError):
        async with sqlite.open_stores(old, sealer):
            pytest.fail("opened twice")
    async with sqlite.open_beside(old, sealer) as beside:
        assert beside.schema == 1
