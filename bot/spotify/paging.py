"""Reading lists to the end: by page or by entry, one after another or several pages at once.

async for item in entries(partial(client.playlist_items, token, playlist_id), at_once=5): ...
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from bot.spotify.limits import FURTHEST_OFFSET, LONGEST_PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable

    from bot.spotify.models import CursorPage, Page

T = TypeVar("T")

READ_AHEAD: Final = 2  # pages in progress or waiting for the reader, times `at_once`


async def entries(
    fetch: Callable[..., Coroutine[object, object, Page[T]]],
    *,
    at_once: int = 1,
    furthest: int = FURTHEST_OFFSET,
    total: int | None = None,
    size: int = LONGEST_PAGE,
) -> AsyncGenerator[T, None]:
    """Every entry of a list, in order; null entries are left out. For the arguments see `pages`."""
    async with aclosing(pages(fetch, at_once=at_once, furthest=furthest, total=total, size=size)) as read:
        async for page in read:
            for entry in page.items:
                yield entry


async def pages(
    fetch: Callable[..., Coroutine[object, object, Page[T]]],
    *,
    at_once: int = 1,
    furthest: int = FURTHEST_OFFSET,
    total: int | None = None,
    size: int = LONGEST_PAGE,
) -> AsyncGenerator[Page[T], None]:
    """Every page of a list, in order. A page's errors are raised when its turn comes, after the pages before it.

    fetch: a call that accepts `offset`, with all its other arguments set (`functools.partial`); its own limit counts.
    at_once: pages requested at the same time, once the first one has said how many there are.
    furthest: the last offset Spotify accepts (for a search: SEARCH_OFFSET).
    total, size: how long the list is, if already known, and how long the pages will be. They only make requests start
    earlier: the list is read until Spotify says there is nothing more.
    """
    offset, under_way = 0, _UnderWay(fetch, at_once)
    try:
        if total is not None:
            under_way.plan(range(0, min(total, furthest + 1), size))
        while offset <= furthest:
            page = await under_way.take(offset)
            yield page
            step = page.limit or page.held
            if page.next is None or not step:
                return
            if at_once > 1 and not offset and total is None:
                under_way.plan(range(step, min(page.total, furthest + 1), step))
            offset += step
    finally:
        await under_way.stop()


class _UnderWay(Generic[T]):
    """Pages requested before the reader wants them: at most `at_once` at a time, and not too far ahead."""

    def __init__(self, fetch: Callable[..., Coroutine[object, object, Page[T]]], at_once: int) -> None:
        self._fetch = fetch
        self._at_once = max(at_once, 1)
        self._running = 0
        self._planned: deque[int] = deque()
        self._tasks: dict[int, asyncio.Task[Page[T]]] = {}

    def plan(self, offsets: Iterable[int]) -> None:
        self._planned.extend(offsets)
        self._go_on()

    async def take(self, offset: int) -> Page[T]:
        """The page at this offset, planned or not."""
        task = self._tasks.get(offset)
        if task is None:
            return await self._fetch(offset=offset)
        page = await task
        del self._tasks[offset]
        self._go_on()
        return page

    async def stop(self) -> None:
        self._planned.clear()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _go_on(self) -> None:
        while (
            self._planned and self._running < self._at_once and len(self._tasks) < self._at_once * READ_AHEAD
        ):
            offset = self._planned.popleft()
            task = asyncio.create_task(self._fetch(offset=offset))
            self._tasks[offset] = task
            self._running += 1
            task.add_done_callback(self._one_less)

    def _one_less(self, _: asyncio.Task[Page[T]]) -> None:
        self._running -= 1
        self._go_on()


async def entries_by_cursor(fetch: Callable[..., Awaitable[CursorPage[T]]]) -> AsyncGenerator[T, None]:
    """Every entry of a list that continues with `after` (followed artists): one page after another."""
    after: str | None = None
    while True:
        page = await fetch(after=after)
        for entry in page.items:
            yield entry
        if page.after is None or page.after == after:
            return
        after = page.after
