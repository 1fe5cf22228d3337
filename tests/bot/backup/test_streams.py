"""However much there is, only a little of it is in memory at a time."""

from __future__ import annotations

import tracemalloc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.backup.restore import check, restore
from bot.backup.save import save
from bot.stores.backup import ContributionRecord, nothing
from bot.stores.contributions import State
from tests.stores.records import NOW
from tests.stores.shared_records import contribution

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence
    from pathlib import Path

    from bot.stores.backup import Reached, Record

MANY = 10_000
BYTES = 4_000_000  # a fraction of what they are together


class Counting:
    """Many contributions as a source, and a target that only counts."""

    name, one_moment = "a test", True

    def __init__(self) -> None:
        self.came = 0

    async def records(self) -> AsyncIterator[Record]:
        for number in range(MANY):
            yield ContributionRecord(contribution(number, state=State.LANDED, note="a note " * 20))

    async def is_empty(self) -> bool:
        return True

    async def tombstones(self) -> dict[str, str]:
        return {}

    @asynccontextmanager
    async def replacing(self, reached: Reached = nothing, /) -> AsyncIterator[Counting]:
        reached("begun")
        yield self

    async def put(self, records: Sequence[Record]) -> None:
        self.came += len(records)


@pytest.fixture
def _measured() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("_measured")
async def test_streams(tmp_path: Path) -> None:
    """Ten thousand contributions are saved, checked and restored in a small part of the memory they would take."""
    all_of_them, path = Counting(), tmp_path / "a.backup"
    await save(all_of_them, path, now=NOW)
    checked = check(path, None)
    assert checked.contributions == MANY
    await restore(checked, all_of_them, now=NOW, replace=False)
    assert all_of_them.came == MANY
    assert tracemalloc.get_traced_memory()[1] < BYTES
