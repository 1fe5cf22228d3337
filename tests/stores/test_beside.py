"""Opening the data beside the running bot: both see the same, and nothing is created, upgraded or taken over."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from bot import mongo, sqlite
from bot.errors import StoreUnavailableError
from bot.sqlite.migrations import STEPS
from tests.stores.records import ADA, NOW, SOON, account

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.sealing import Sealer
    from bot.stores import Stores
    from bot.stores.beside import Beside


@pytest.fixture
def beside(
    backend: str, request: pytest.FixtureRequest, sealer: Sealer, database_file: Path
) -> AbstractAsyncContextManager[Beside]:
    if backend == "mongo":
        return mongo.open_beside(request.getfixturevalue("mongo_uri"), sealer)
    return sqlite.open_beside(database_file, sealer)


async def test_both_see_the_same(stores: Stores, beside: AbstractAsyncContextManager[Beside]) -> None:
    """What the bot stores is there beside it, what is stored beside it is there for the bot, and its leases stay."""
    await stores.accounts.link(account())
    assert await stores.leases.acquire("work", "bot", NOW, SOON)
    async with beside as opened:
        assert opened.schema == opened.newest
        assert opened.server.split()[0] in {"SQLite", "MongoDB"}
        assert await opened.stores.accounts.everyone() == ((ADA, NOW),)
        assert await opened.stores.accounts.unreadable() == ([], 1)
        assert not await opened.stores.leases.acquire("work", "doctor", NOW, SOON)
        await opened.stores.ping()
        await opened.stores.values.put("key", "value")
    assert await stores.values.get("key") == "value"
    await stores.ping()


async def test_no_file(database_file: Path, sealer: Sealer) -> None:
    """A file that isn't there isn't made."""
    database_file.parent.mkdir()
    with pytest.raises(StoreUnavailableError):
        async with sqlite.open_beside(database_file, sealer):
            pass
    assert list(database_file.parent.iterdir()) == []


async def test_older_file(database_file: Path, sealer: Sealer) -> None:
    """A file of an older bot is told by its version, and not upgraded."""
    database_file.parent.mkdir()
    database = sqlite3.connect(database_file)
    database.execute("PRAGMA user_version = 3")
    async with sqlite.open_beside(database_file, sealer) as opened:
        assert (opened.schema, opened.newest) == (3, len(STEPS))
    assert database.execute("PRAGMA user_version").fetchone() == (3,)
    assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    database.close()
