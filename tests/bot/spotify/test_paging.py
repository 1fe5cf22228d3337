"""Lists are read to their end, in order, whatever Spotify says about their length."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.spotify.errors import SpotifyUnavailableError
from bot.spotify.models import CursorPage, Page
from bot.spotify.paging import entries, entries_by_cursor, pages


class Shelf:
    """A list of `length` numbers in pages. said: what it calls its length. broken: the offset of a page that fails."""

    def __init__(
        self, length: int, *, said: int | None = None, broken: int | None = None, cap: int = 50
    ) -> None:
        self.length = length
        self.said = length if said is None else said
        self.broken = broken
        self.cap = cap
        self.asked: list[int] = []
        self.at_once = 0
        self.most_at_once = 0

    async def page(self, *, limit: int = 50, offset: int = 0) -> Page[int]:
        self.asked.append(offset)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if offset == self.broken:
                raise SpotifyUnavailableError("broken")
            limit = min(limit, self.cap)
            numbers = tuple(range(offset, min(offset + limit, self.length)))
            more = "more" if offset + limit < self.length else None
            # every tenth entry is null
            kept = tuple(number for number in numbers if number % 10)
            return Page(kept, self.said, limit, offset, more, len(numbers) - len(kept))
        finally:
            self.at_once -= 1


def numbers(length: int) -> list[int]:
    return [number for number in range(length) if number % 10]


@pytest.mark.parametrize("length", [0, 1, 49, 50, 51, 430])
@pytest.mark.parametrize("at_once", [1, 3, 50])
@pytest.mark.parametrize("lie", [-60, 0, 60])
async def test_every_entry(length: int, at_once: int, lie: int) -> None:
    """Every entry comes once and in order, also when `total` is too small or too large."""
    shelf = Shelf(length, said=max(length + lie, 0))
    assert [entry async for entry in entries(shelf.page, at_once=at_once)] == numbers(length)
    assert shelf.most_at_once <= at_once


@pytest.mark.parametrize("total", [0, 100, 430, 1000])
async def test_length_known_beforehand(total: int) -> None:
    """A length known beforehand only changes when pages are asked for."""
    shelf = Shelf(430)
    assert [entry async for entry in entries(shelf.page, at_once=4, total=total)] == numbers(430)


async def test_all_pages_at_once() -> None:
    """With the length known, the pages go out together; without, after the first one."""
    shelf = Shelf(200)
    assert len([page async for page in pages(shelf.page, at_once=4, total=200)]) == 4
    assert shelf.most_at_once == 4
    shelf = Shelf(200)
    assert len([page async for page in pages(shelf.page, at_once=4)]) == 4
    assert shelf.most_at_once == 3


async def test_smaller_pages_than_thought() -> None:
    """When Spotify gives smaller pages than were planned for, nothing is left out."""
    shelf = Shelf(200, cap=20)
    assert [entry async for entry in entries(shelf.page, at_once=4, total=200)] == numbers(200)


async def test_furthest() -> None:
    """Reading ends where Spotify takes no further offset."""
    shelf = Shelf(5000, cap=10)
    fetch = partial(shelf.page, limit=10)
    found = [entry async for entry in entries(fetch, at_once=5, furthest=1000)]
    assert (found, max(shelf.asked)) == (numbers(1010), 1000)


@pytest.mark.parametrize("at_once", [1, 4])
async def test_error_in_its_turn(at_once: int) -> None:
    """What came before a broken page is read; then the error comes, and no request goes on behind our back."""
    shelf = Shelf(430, broken=150)
    found: list[int] = []
    reading = entries(shelf.page, at_once=at_once)

    async def read() -> None:
        async for entry in reading:
            found.append(entry)  # noqa: PERF401 - they must be kept when it fails

    with pytest.raises(SpotifyUnavailableError):
        await read()
    assert found == numbers(150)
    assert shelf.at_once == 0


async def test_stopping_early() -> None:
    """Whoever has seen enough stops the requests under way."""
    shelf = Shelf(10_000)
    reading = entries(shelf.page, at_once=5)
    assert await anext(reading) == 1
    await reading.aclose()
    assert shelf.at_once == 0
    assert len(shelf.asked) < 15


async def test_not_too_far_ahead() -> None:
    """A slow reader is not flooded: few pages wait for it."""
    shelf = Shelf(10_000)
    reading = pages(shelf.page, at_once=5)
    await anext(reading)
    await anext(reading)
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(shelf.asked) <= 12
    await reading.aclose()


async def test_cursors() -> None:
    """A list with cursors is read on from where the last page ended."""
    asked: list[str | None] = []

    async def fetch(*, after: str | None = None) -> CursorPage[str]:
        asked.append(after)
        return {
            None: CursorPage(("a", "b"), after="b"),
            "b": CursorPage(("c",), after="c", skipped=1),
        }.get(after, CursorPage[str]())

    assert [entry async for entry in entries_by_cursor(fetch)] == ["a", "b", "c"]
    assert asked == [None, "b", "c"]
