"""A process that writes into the SQLite file given, and says so each time, until it is killed."""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from bot import sqlite
from bot.sealing import Sealer, new_key


async def main() -> None:
    async with sqlite.open_stores(Path(sys.argv[1]), Sealer([new_key()])) as stores:
        for number in itertools.count():
            await stores.values.put(f"{number}", "acknowledged")
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


asyncio.run(main())
