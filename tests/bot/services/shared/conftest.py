"""What the tests of writing share: a desk with all real parts, and tracks to contribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import mongo, sqlite
from bot.sealing import Sealer, new_key
from tests.bot.services.shared.outbox.outbox_desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path / "mixtape.sqlite3") as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.real_part)])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """On each database in turn."""
    sealer = Sealer([new_key()])
    if request.param == "mongo":
        stores = mongo.open_stores(request.getfixturevalue("mongo_uri"), sealer)
    else:
        stores = sqlite.open_stores(tmp_path / "mixtape.sqlite3", sealer)
    async with open_desk(stores) as opened:
        yield opened


@pytest.fixture
def tracks(request: pytest.FixtureRequest) -> list[Track]:
    """Of the desk the test works at."""
    name = "both" if "both" in request.fixturenames else "desk"
    desk: Desk = request.getfixturevalue(name)
    return list(desk.spotify.catalogue.tracks.values())[100:300]
