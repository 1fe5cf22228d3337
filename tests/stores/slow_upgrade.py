"""A process that upgrades the SQLite file given, and goes no further than the middle, until it is killed."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

from bot.sqlite.database import open_database
from bot.sqlite.migrations import STEPS, migrate


def wait() -> None:
    sys.stdout.write("in the middle\n")
    sys.stdout.flush()
    threading.Event().wait()


async def main() -> None:
    async with open_database(Path(sys.argv[1])) as database:
        await database._connection.create_function("wait_for_the_end", 0, wait)
        half = len(STEPS) // 2
        await migrate(database, (*STEPS[:half], ("SELECT wait_for_the_end()",), *STEPS[half:]))


asyncio.run(main())
