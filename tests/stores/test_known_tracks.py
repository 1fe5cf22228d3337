"""The promise of `KnownTracks`, on the database that several processes can share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot import mongo, sqlite
from bot.errors import StoreUnavailableError
from tests.stores.records import NOW, SOON

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sealing import Sealer


@pytest.mark.real_part
async def test_known_until_it_expires(mongo_uri: str, sealer: Sealer) -> None:
    """What one process put there, another one finds until it expires; the next one erases it."""
    async with mongo.open_stores(mongo_uri, sealer) as one, mongo.open_stores(mongo_uri, sealer) as two:
        assert one.known_tracks
        assert two.known_tracks
        await one.known_tracks.put("a", b"old", NOW, SOON)
        await one.known_tracks.put("a", b"new", NOW, SOON)
        assert await two.known_tracks.get("a", NOW) == b"new"
        assert await two.known_tracks.get("b", NOW) is None
        assert await two.known_tracks.get("a", SOON) is None
        await one.known_tracks.put("b", b"other", SOON, SOON + (SOON - NOW))
        assert await two.known_tracks.get("a", NOW) is None


@pytest.mark.real_part
async def test_closed(mongo_uri: str, sealer: Sealer) -> None:
    """A database that can't answer says so in the way callers expect."""
    async with mongo.open_stores(mongo_uri, sealer) as stores:
        known = stores.known_tracks
    assert known
    with pytest.raises(StoreUnavailableError):
        await known.get("a", NOW)
    with pytest.raises(StoreUnavailableError):
        await known.put("a", b"track", NOW, SOON)


async def test_a_single_process(database_file: Path, sealer: Sealer) -> None:
    """SQLite has one process, which remembers tracks itself."""
    async with sqlite.open_stores(database_file, sealer) as stores:
        assert stores.known_tracks is None
