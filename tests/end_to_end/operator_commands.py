"""`python -m bot COMMAND` beside or between runs of a world's bot, as whoever runs it types it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.world import World

ROOT = Path(__file__).parents[2]


async def run(world: World, *arguments: str | Path, **changed: str) -> tuple[int | None, str]:
    """Exit status and everything it said. changed: settings that differ from the world's."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *map(str, arguments),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **world.environment, **changed},
        cwd=world.directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()
