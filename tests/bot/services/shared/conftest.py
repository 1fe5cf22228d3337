"""What the tests of writing share: a desk with all real parts, and tracks to contribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.services.shared.writing_desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.writing_desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path / "mixtape.sqlite3") as opened:
        yield opened


@pytest.fixture
def tracks(desk: Desk) -> list[Track]:
    return list(desk.spotify.catalogue.tracks.values())[100:300]
