"""A reply that promises to change is kept, sealed, for as long as it can be changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.clock import Alarm
from bot.services.replies import CHANGES_FOR, LOOK, Replies, contributions_of
from tests.stores.records import ADA, NOW
from tests.stores.shared_records import contribution

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.stores import Stores

TOKEN = "a-token-that-nobody-may-see"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([new_key()])


@pytest.fixture
async def stores(tmp_path: Path, sealer: Sealer) -> AsyncIterator[Stores]:
    async with sqlite.open_stores(tmp_path / "mixtape.sqlite3", sealer) as opened:
        yield opened


class Time:
    """The clock of a process, which starts anew where another ended."""

    def __init__(self, stores: Stores, sealer: Sealer) -> None:
        self.now = NOW
        self.replies = Replies(stores.notices, sealer, now=lambda: self.now, noted=Alarm())

    async def keep(self) -> None:
        kept = [contribution(1), contribution(2)]
        await self.replies.keep(7, TOKEN, NOW, kept, ADA)


def found_in(folder: Path) -> bool:
    """Whether the token stands in one of its files."""
    return any(TOKEN.encode() in name.read_bytes() for name in folder.iterdir())


async def test_kept(tmp_path: Path, stores: Stores, sealer: Sealer) -> None:
    """Another process can change it, for as long as Discord lets it; the token stands nowhere in the clear."""
    await Time(stores, sealer).keep()
    (notice,) = await stores.notices.due(NOW + LOOK, limit=9)
    assert contributions_of(notice) == [contribution(1).contribution_id, contribution(2).contribution_id]
    next_process = Time(stores, sealer)
    assert next_process.replies.token(notice) == TOKEN
    assert Time(stores, Sealer([new_key()])).replies.token(notice) is None
    next_process.now = NOW + CHANGES_FOR
    assert next_process.replies.token(notice) is None
    assert TOKEN not in repr(notice)
    assert not found_in(tmp_path)


async def test_dropped(stores: Stores, sealer: Sealer) -> None:
    """Once it says what became of them nothing is kept; what was never kept is dropped without a word."""
    process = Time(stores, sealer)
    await process.keep()
    await process.keep()
    await process.replies.drop(7)
    await process.replies.drop(7)
    assert await stores.notices.next() is None


async def test_too_late(stores: Stores, sealer: Sealer) -> None:
    """What cannot be changed any more is not kept."""
    process = Time(stores, sealer)
    process.now = NOW + CHANGES_FOR
    await process.keep()
    assert await stores.notices.next() is None


async def test_forgotten_with_the_member(stores: Stores, sealer: Sealer) -> None:
    """It goes with all else that is kept for the member."""
    await Time(stores, sealer).keep()
    await stores.notices.forget_member(ADA)
    assert await stores.notices.due(NOW + timedelta(days=1), limit=9) == ()
