"""The contract of `bot/stores/` is tested on every database we keep: `stores` is each of them in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import mongo, sqlite
from bot.sealing import Sealer, new_key
from tests.stores.backdoors import MongoBackdoor, SqliteBackdoor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bot.stores import Stores
    from tests.stores.backdoors import Backdoor

    OpenStores = Callable[..., AbstractAsyncContextManager[Stores]]

BACKENDS = ["sqlite", pytest.param("mongo", marks=pytest.mark.real_part)]


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([new_key()])


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mixtape.db"


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def open_stores(
    backend: str, request: pytest.FixtureRequest, sealer: Sealer, database_file: Path
) -> OpenStores:
    """Open the test's own database; again and again with the same content, with other keys if given."""
    if backend == "mongo":
        uri: str = request.getfixturevalue("mongo_uri")
        return lambda other=sealer: mongo.open_stores(uri, other)
    return lambda other=sealer: sqlite.open_stores(database_file, other)


@pytest.fixture
async def stores(open_stores: OpenStores) -> AsyncIterator[Stores]:
    async with open_stores() as opened:
        yield opened


@pytest.fixture
def backdoor(
    backend: str, request: pytest.FixtureRequest, database_file: Path, stores: Stores
) -> Iterator[Backdoor]:
    """What somebody can do who got hold of the database behind `stores`."""
    assert stores  # opened first, so that there is something to get hold of
    if backend == "mongo":
        with MongoBackdoor(request.getfixturevalue("mongo_uri")) as mongo_door:
            yield mongo_door
    else:
        with SqliteBackdoor(database_file) as sqlite_door:
            yield sqlite_door
