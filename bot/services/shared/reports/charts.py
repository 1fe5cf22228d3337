"""Has charts drawn, one picture at a time, by a process that is ready before anyone asks and is sure to end."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.drawing.orders import pack_orders, read_picture
from bot.services.shared.reports.drawing_process import COMMAND, DrawingProcess

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.drawing.orders import Order

log = logging.getLogger(__name__)

LONGEST_S: Final = 45.0
WARM_AFTER_S: Final = 15.0  # the bot has other things to do first
MOST_WAITING: Final = 5  # for the one process; anyone beyond that gets the numbers as text
MOST_KEPT: Final = 8  # pictures: the same numbers needn't be drawn again
MOST_TOLD: Final = 200


class Charts:
    """command: what to start. longest_s: how long a picture may take."""

    def __init__(self, command: Sequence[str] = COMMAND, *, longest_s: float = LONGEST_S) -> None:
        self.process = DrawingProcess(command)
        self._longest_s = longest_s
        self._one_by_one = asyncio.Lock()
        self._waiting = 0
        self._warming: asyncio.Task[None] | None = None
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def warm(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Have the process ready in a while, so that the first picture takes no longer than others."""
        self._warming = asyncio.create_task(self._warm(sleep))

    async def draw(self, orders: Sequence[Order]) -> bytes | None:
        """One PNG file with all of them; None if it didn't work, or too many are waiting."""
        asked = pack_orders(orders)
        if asked not in self._kept and self._waiting >= MOST_WAITING:
            log.info("no chart: %d are waiting for theirs", self._waiting)
            return None
        self._waiting += 1
        try:
            async with self._one_by_one:
                if asked not in self._kept:
                    picture = await self._drawn(asked)
                    if picture is None:
                        return None
                    self._kept[asked] = picture
                    if len(self._kept) > MOST_KEPT:
                        self._kept.popitem(last=False)
                self._kept.move_to_end(asked)
                return self._kept[asked]
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the drawing process; anyone waiting for a chart gets none."""
        if self._warming is not None:
            self._warming.cancel()
        self.process.kill()
        async with self._one_by_one:
            await self.process.close()

    async def _warm(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        await sleep(WARM_AFTER_S)
        async with self._one_by_one:
            with suppress(OSError, EOFError):  # whoever wants a picture learns of it
                await self.process.start()

    async def _drawn(self, asked: bytes) -> bytes | None:
        try:
            async with asyncio.timeout(self._longest_s):
                answer = await self.process.ask(asked)
        except TimeoutError:
            log.warning("no chart: it wasn't drawn within %d s", self._longest_s)
            return None
        except (OSError, EOFError) as error:
            if not self.process.closed:
                log.warning("no chart could be drawn: %s", type(error).__name__)
            return None
        try:
            return read_picture(answer)
        except ValueError:
            log.warning("no chart could be drawn: %s", answer.decode(errors="replace")[:MOST_TOLD])
            return None
