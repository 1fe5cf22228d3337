"""A process that changes a shared playlist, each time with an event, and says so, until it is killed.

Its arguments: which database, and where it is.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from dataclasses import replace
from pathlib import Path

from bot import mongo, sqlite
from bot.sealing import Sealer, new_key
from tests.stores.shared_records import event, shared


async def main(backend: str, address: str) -> None:
    sealer = Sealer([new_key()])
    opened = (
        mongo.open_stores(address, sealer)
        if backend == "mongo"
        else sqlite.open_stores(Path(address), sealer)
    )
    async with opened as stores:
        current = await stores.lists.create(shared(), event(1))
        for number in itertools.count(2):
            changed = await stores.lists.swap(current, replace(current, round_no=number), event(number))
            assert changed is not None
            current = changed
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


asyncio.run(main(*sys.argv[1:]))
