"""A small cache for answers that can be shared briefly, so that the same question costs Spotify one call."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Hashable
    from datetime import datetime

T = TypeVar("T")
K = TypeVar("K", bound="Hashable")
V = TypeVar("V")


def shared(work: Coroutine[object, object, T]) -> asyncio.Task[T]:
    """A task to be awaited through `asyncio.shield`. If it fails after everyone has left, nobody needs to know."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


class TtlCache(Generic[K, V]):
    """Keeps up to `size` values for `keep`; concurrent callers for the same key share one answer.

    A value from the future was stored before the clock was set back, and counts as too old.
    """

    def __init__(self, now: Callable[[], datetime], *, keep: timedelta, size: int) -> None:
        self._now = now
        self._keep = keep
        self._size = size
        self._values: OrderedDict[K, tuple[datetime, V]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V]] = {}

    def get(self, key: K) -> V | None:
        made_at, value = self._values.get(key, (None, None))
        return value if made_at is not None and self._is_fresh(made_at) else None

    def put(self, key: K, value: V) -> None:
        self._values.pop(key, None)
        self._values[key] = (self._now(), value)
        while len(self._values) > self._size or not self._is_fresh(self._oldest()):
            self._values.popitem(last=False)

    def forget(self, fits: Callable[[K], bool]) -> None:
        """Drop the values whose key matches, and don't keep what is being requested right now either."""
        for kept in (self._values, self._asking):
            for key in [key for key in kept if fits(key)]:
                del kept[key]

    async def ask(self, key: K, question: Callable[[], Awaitable[V]]) -> V:
        """The cached value, or the answer to `question`, asked once for all callers. Failures aren't cached."""
        held = self.get(key)
        if held is not None:
            return held
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = shared(self._answer(key, question))
        return await asyncio.shield(task)

    def _is_fresh(self, made_at: datetime) -> bool:
        return timedelta() <= self._now() - made_at < self._keep

    def _oldest(self) -> datetime:
        return next(iter(self._values.values()))[0]

    async def _answer(self, key: K, question: Callable[[], Awaitable[V]]) -> V:
        this = asyncio.current_task()
        try:
            value = await question()
            if self._asking.get(key) is this:
                self.put(key, value)
            return value
        finally:
            if self._asking.get(key) is this:
                del self._asking[key]
