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
        self._planned: deque[int] = deque()
        self._pages: dict[int, asyncio.Future[Page[T]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    def plan(self, offsets: Iterable[int]) -> None:
        self._planned.extend(offsets)
        self._go_on()

    async def take(self, offset: int) -> Page[T]:
        """The page at this offset, planned or not."""
        page = self._pages.get(offset)
        if page is None:
            return await self._fetch(offset=offset)
        read = await page
        del self._pages[offset]
        self._go_on()
        return read

    async def stop(self) -> None:
        self._planned.clear()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        for page in self._pages.values():
            if page.done() and not page.cancelled():
                page.exception()  # nobody wants to know any more
            page.cancel()

    def _go_on(self) -> None:
        while len(self._workers) < self._at_once and (begun := self._next()):
            worker = asyncio.create_task(self._work(*begun))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    def _next(self) -> tuple[int, asyncio.Future[Page[T]]] | None:
        if not self._planned or len(self._pages) >= self._at_once * READ_AHEAD:
            return None
        offset = self._planned.popleft()
        self._pages[offset] = page = asyncio.get_running_loop().create_future()
        return offset, page

    async def _work(self, offset: int, page: asyncio.Future[Page[T]]) -> None:
        """One page after another: the next request is on its way before anything else has its turn."""
        begun: tuple[int, asyncio.Future[Page[T]]] | None = offset, page
        while begun:
            offset, page = begun
            try:
                page.set_result(await self._fetch(offset=offset))
            except asyncio.CancelledError:
                page.cancel()
                raise
            except Exception as error:  # noqa: BLE001 - raised when the page's turn comes
                page.set_exception(error)
            begun = self._next()


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
