"""Long work in the background: each piece in a task of its own, which others can follow and the bot can stop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.services.clock import Alarm

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from datetime import datetime


class LongWork:
    """woken: set when there is something to start. moves: how often any work has got further.

    Whatever a piece does itself, and what is stored about it, is up to the class built on this.
    """

    def __init__(self) -> None:
        self.woken = Alarm()
        self.moves = 0  # so that none is missed between a look and the wait for the next
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._moved = asyncio.Condition()
        self._stopping = False

    def is_at_work(self, key: str) -> bool:
        """Whether this process is at it at this moment."""
        return key in self._tasks

    async def moved(self, since: int) -> None:
        """Wait until any work has got further than when `moves` was `since`."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.moves != since)

    async def tell(self) -> None:
        """Wake whoever waits in `moved`."""
        async with self._moved:
            self.moves += 1
            self._moved.notify_all()

    def start_due(
        self,
        waiting: Iterable[tuple[str, datetime, Callable[[], Coroutine[None, None, None]]]],
        now: datetime,
        latest: datetime,
    ) -> datetime:
        """Begin what is due and not under way, by its ID; returns when the next one is, at most `latest`."""
        due = latest
        for key, due_at, work in waiting:
            if key in self._tasks or self._stopping:
                continue
            if due_at > now:
                due = min(due, due_at)
                continue
            task = asyncio.create_task(work())
            self._tasks[key] = task
            task.add_done_callback(partial(self._ended, key))
        return due

    def stop(self) -> None:
        """Begin nothing else."""
        self._stopping = True

    async def close(self) -> None:
        self.stop()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _ended(self, key: str, _: asyncio.Task[None]) -> None:
        self._tasks.pop(key, None)
        self.woken.set()
