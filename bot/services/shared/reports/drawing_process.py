"""The process that draws: it waits for the next picture, is replaced when it died, and knows only the numbers."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.drawing.orders import HEAD, framed

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence

COMMAND: Final = (sys.executable, "-E", "-s", "-B", "-m", "bot.drawing")
ROOT: Final = Path(__file__).parents[4]  # of the packages, wherever they are installed
MOST_ANSWER: Final = 16 << 20
DIED: Final = (ConnectionError, EOFError)


class DrawingProcess:
    """For one order at a time. command: what to start."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.command = command
        self._folder: str | None = None  # where matplotlib caches its font list
        self._process: Process | None = None
        self.closed = False

    @property
    def pid(self) -> int | None:
        """None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def ask(self, orders: bytes) -> bytes:
        """Its answer. Another process is asked once if this one dies, and it is ended if nobody waits any more.

        Raises OSError if it can't be started, EOFError if it dies again.
        """
        try:
            return await self._answer(orders)
        except DIED:
            return await self._answer(orders)

    async def start(self) -> Process:
        """Unless it runs. Getting ready takes it seconds, but what it is asked meanwhile waits."""
        if self._process is None or self._process.returncode is not None:
            self._process = None if self.closed else await self._new()
        if self._process is None or self.closed:
            raise EOFError("the bot stops")
        return self._process

    async def end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    def kill(self) -> None:
        """For good: whoever waits for an answer gets none, and no other one is started."""
        self.closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def close(self) -> None:
        """Once nobody waits for an answer."""
        self.kill()
        await self.end()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    async def _answer(self, orders: bytes) -> bytes:
        process = await self.start()
        answer = None
        try:
            answer = await _exchange(process, orders)
        finally:
            if answer is None:  # the rest of it would be taken for the next one's
                await self.end()
        return answer

    async def _new(self) -> Process:
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="mixtape-drawing-")
        return await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
            env={  # everything it gets: nothing of our environment
                "MPLCONFIGDIR": self._folder,
                "MPLBACKEND": "agg",
                "OPENBLAS_NUM_THREADS": "1",
                "PATH": os.defpath,
                "LC_ALL": "C.UTF-8",
            },
        )


async def _exchange(process: Process, orders: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError("no pipes")
    process.stdin.write(framed(orders))
    await process.stdin.drain()
    (length,) = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
    if length > MOST_ANSWER:
        raise EOFError("this is no answer")
    return await process.stdout.readexactly(length)
