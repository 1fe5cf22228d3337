"""What the tests of writing share: a desk with all real parts, and tracks to contribute."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from tests.bot.services.shared.outbox.outbox_desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores import Stores
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path / "mixtape.sqlite3") as opened:
        yield opened


@pytest.fixture
async def both(each_stores: Stores) -> AsyncIterator[Desk]:
    """On each database in turn."""
    async with open_desk(nullcontext(each_stores)) as opened:
        yield opened


@pytest.fixture
def tracks(request: pytest.FixtureRequest) -> list[Track]:
    """Of the desk the test works at."""
    name = "both" if "both" in request.fixturenames else "desk"
    desk: Desk = request.getfixturevalue(name)
    return list(desk.spotify.catalogue.tracks.values())[100:300]
