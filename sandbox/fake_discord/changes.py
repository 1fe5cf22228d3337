"""Waiting without polling: whoever waits looks again each time something in the fake has changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

# Long enough for a busy machine; only a test that fails ever waits this long.
PATIENCE_S = 40.0


class NothingCameError(AssertionError):
    """What a test or the tour waited for did not happen. The text says what happened instead."""


class Changes:
    """A bell. `number` counts how often it rang; `listeners` hear it each time, at once."""

    def __init__(self) -> None:
        self.number = 0
        self.listeners: list[Callable[[], None]] = []
        self._waiting: dict[asyncio.Future[None], Callable[[], object]] = {}
        self._looking = False

    def ring(self) -> None:
        """Say that something changed. Waiters look once the present step is complete, however often it rang."""
        self.number += 1
        for listener in self.listeners:
            listener()
        if self._waiting and not self._looking:
            self._looking = True
            next(iter(self._waiting)).get_loop().call_soon(self._look)

    def _look(self) -> None:
        self._looking = False
        for future, look in list(self._waiting.items()):
            if not future.done() and look() is not None:
                future.set_result(None)

    async def until(
        self, look: Callable[[], Found | None], *, wait_s: float, explain: Callable[[], str]
    ) -> Found:
        """Wait until `look` finds something. `explain` words the failure, called only when time is up."""
        deadline = asyncio.get_running_loop().time() + wait_s
        while (found := look()) is None:
            future = asyncio.get_running_loop().create_future()
            self._waiting[future] = look
            try:
                async with asyncio.timeout_at(deadline):
                    await future
            except TimeoutError:
                raise NothingCameError(explain()) from None
            finally:
                del self._waiting[future]
        return found
