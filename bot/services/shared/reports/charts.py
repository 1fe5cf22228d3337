"""Has charts drawn in a separate process, which knows only the numbers, holds no secret and is sure to end."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.drawing.orders import pack_orders, read_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.drawing.orders import Order

log = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-E", "-s", "-B", "-m", "bot.drawing")
ROOT: Final = Path(__file__).parents[4]  # of the packages, wherever they are installed
LONGEST_S: Final = 45.0
MOST_WAITING: Final = 5  # for the one process; anyone beyond that gets the numbers as text
MOST_KEPT: Final = 8  # pictures: the same numbers needn't be drawn again
MOST_TOLD: Final = 200


class Charts:
    """command: what to start. longest_s: how long it may take."""

    def __init__(self, command: Sequence[str] = COMMAND, *, longest_s: float = LONGEST_S) -> None:
        self._command = command
        self._longest_s = longest_s
        self._one_by_one = asyncio.Lock()
        self._waiting = 0
        self._closed = False
        self._folder: str | None = None  # where matplotlib caches its font list
        self._process: asyncio.subprocess.Process | None = None
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

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
                    picture = None if self._closed else await self._drawn(asked)
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
        self._closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        async with self._one_by_one:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    async def _drawn(self, asked: bytes) -> bytes | None:
        try:
            process = await self._start()
        except OSError as error:
            log.warning("no chart could be drawn: %s", type(error).__name__)
            return None
        self._process = process
        try:
            async with asyncio.timeout(self._longest_s):
                output, told = await process.communicate(asked)
        except TimeoutError:
            log.warning("no chart: it wasn't drawn within %d s", self._longest_s)
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
            self._process = None
        if self._closed:
            return None
        try:
            picture = read_picture(output)
        except ValueError:
            picture = None
        if process.returncode != 0 or picture is None:
            last = told.decode(errors="replace").strip().rpartition("\n")[2][:MOST_TOLD]
            log.warning("no chart could be drawn (%s): %s", process.returncode, last)
            return None
        return picture

    async def _start(self) -> asyncio.subprocess.Process:
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="mixtape-drawing-")
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={  # everything it gets: nothing of our environment
                "MPLCONFIGDIR": self._folder,
                "MPLBACKEND": "agg",
                "OPENBLAS_NUM_THREADS": "1",
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
            },
        )
