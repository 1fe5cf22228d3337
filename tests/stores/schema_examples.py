"""Databases as earlier versions of the bot left them, in tests/data/schemas.

`sqlite-07.sql.gz` is a dump of the seventh schema of the SQLite file, `mongo-01-….json.gz` one of a MongoDB database.
What is in them was written by the bot of that time, with the records the store tests had then. They never change.

After adding a schema step, record the new one: python -m tests.stores.schema_examples
"""

from __future__ import annotations

import asyncio
import gzip
import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bson import json_util
from pymongo import MongoClient

from bot import mongo, sqlite
from bot.mongo.schema import SCHEMA
from bot.sealing import Sealer
from bot.sqlite.migrations import STEPS
from tests.mongo_server.server import mongo_server
from tests.stores.records import ADA, GRACE, SOON, account, finished
from tests.stores.shared_calls import SHARED_CALLS

if TYPE_CHECKING:
    from bot.stores import Stores

FOLDER: Final = Path(__file__).parents[1] / "data" / "schemas"
KEY: Final = "bWl4dGFwZS1yZWNvcmRlZC1zY2hlbWEtZXhhbXBsZS0="  # protects nothing but these examples
WRITES: Final = (
    *("lists.create", "contributions.add", "contributions.add_all", "votes.cast", "likes.put"),
    *("history.append", "snapshots.put", "journals.swap", "due.add", "notices.add", "stats_opt_outs.put"),
    *("playlist_jobs.add", "imports.add"),
)


def recorded(database: str) -> dict[str, Path]:
    """The examples of one kind of database, by the name they have behind it."""
    names = {path: path.name.partition(".")[0] for path in sorted(FOLDER.glob(f"{database}-*.gz"))}
    return {name.removeprefix(f"{database}-"): path for path, name in names.items()}


def versions(database: str) -> set[int]:
    """Of the schemas of which there is an example."""
    return {int(found[0]) for name in recorded(database) if (found := re.match(r"\d+", name))}


def put_sqlite(example: Path, path: Path) -> int:
    """Make the file that the example is of; answers its schema version."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        made.executescript(gzip.decompress(example.read_bytes()).decode())
        version: int = made.execute("PRAGMA user_version").fetchone()[0]
        return version


def put_mongo(example: Path, uri: str) -> None:
    """Fill the database with what is in the example."""
    content = json_util.loads(gzip.decompress(example.read_bytes()).decode())
    with MongoClient[dict[str, Any]](uri) as client:
        for name, documents in content.items():
            client.get_default_database()[name].insert_many(documents)


def dump_of(path: Path) -> str:
    """All that is in a file, and its schema version."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        return f"PRAGMA user_version = {version};\n" + "\n".join(database.iterdump()) + "\n"


async def _fill(stores: Stores) -> None:
    await stores.accounts.link(account())
    await stores.accounts.link(account(GRACE, "account-b"))
    await stores.attempts.put(finished())
    await stores.values.put(f"no private messages:{ADA}", "off")
    await stores.quota.exchange({(1, "all", 2, 3): 4}, {"": (SOON, True)}, since=0, oldest=0)
    for name in WRITES:
        await SHARED_CALLS[name](stores)


async def _record() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.sqlite3"
        async with sqlite.open_stores(path, Sealer([KEY])) as stores:
            await _fill(stores)
        _write(f"sqlite-{len(STEPS):02}.sql", dump_of(path))
    with mongo_server() as server:
        uri = server.database("recorded")
        async with mongo.open_stores(uri, Sealer([KEY])) as stores:
            await _fill(stores)
        with MongoClient[dict[str, Any]](uri, tz_aware=True) as client:
            database = client.get_default_database()
            found = {name: list(database[name].find()) for name in sorted(database.list_collection_names())}
        content = {name: documents for name, documents in found.items() if documents}
        _write(f"mongo-{SCHEMA:02}-schema_{len(STEPS)}.json", json_util.dumps(content, indent=1) + "\n")


def _write(name: str, text: str) -> None:
    """Unless it's there: it's what the bot of its time wrote."""
    path = FOLDER / f"{name}.gz"
    if not path.exists():
        path.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    asyncio.run(_record())
