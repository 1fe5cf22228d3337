"""The few slots for requests in progress, and the queue for them: important ones first, then in turn."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.spotify.purpose import Priority, Share

if TYPE_CHECKING:
    from collections.abc import Callable

    Line = dict[Share | None, deque[asyncio.Future[None]]]  # who is waiting, by share; the next one first


class Slots:
    """count: how many there are."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._lines: list[Line] = [{} for _ in Priority]

    def take(self) -> bool:
        """Take a slot if one is free. None is while someone is waiting for it."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def wait(self, priority: Priority, share: Share | None) -> None:
        """Wait for a slot and take it. Raises the error passed to `refuse_all`."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line = self._lines[priority]
        line.setdefault(share, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.free()  # our turn came just as we were cancelled
            raise
        finally:
            with suppress(KeyError, ValueError):
                line[share].remove(turn)
                if not line[share]:
                    del line[share]

    def free(self) -> None:
        """Give a slot back, or pass it to the next in line: in the highest priority, the share whose turn it is."""
        # Mostly nobody waits, and this runs for every request.
        for line in self._lines if any(self._lines) else ():
            while line:
                share = next(iter(line))
                turns = line.pop(share)
                turn = turns.popleft()
                if turns:
                    line[share] = turns  # to the end: the others come first now
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1

    def refuse_all(self, error: Callable[[], Exception]) -> None:
        """Refuse everyone who is waiting."""
        for line in self._lines:
            for turns in line.values():
                for turn in turns:
                    if not turn.done():
                        turn.set_exception(error())
            line.clear()
