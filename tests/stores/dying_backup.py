"""Backs up or restores in a process of its own that ends itself, as kill -9 does, when it reaches a point."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.backup import databases
from bot.backup.restore import check, restore
from bot.backup.save import save
from bot.sealing import Sealer
from bot.settings import Settings
from bot.steady_time import wall_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SAVED = ("backup: begun", "backup: read", "backup: saved")
FILE = (
    "restore: some records in",
    "restore: new file written",
    "restore: old file settled",
    "restore: new file in place",
)
SERVER = (
    "restore: marked",
    "restore: emptied",
    "restore: some records in",
    "restore: filled",
)


def settings_of(variables: Mapping[str, str]) -> Settings:
    """With the rest that a bot needs."""
    needed = {
        "DISCORD_TOKEN": "a-token",
        "SPOTIFY_CLIENT_ID": "an-id",
        "SPOTIFY_CLIENT_SECRET": "a-secret",
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
    }
    return Settings.from_env(needed | dict(variables))


async def save_as(variables: Mapping[str, str], path: Path, **options: Any) -> None:
    async with databases.source(settings_of(variables)) as source:
        await save(source, path, now=wall_clock(), **options)


async def restore_from(variables: Mapping[str, str], path: Path, **options: Any) -> None:
    checked = check(path, Sealer([variables["TOKEN_KEYS"]]))
    async with databases.target(settings_of(variables)) as target:
        await restore(checked, target, now=wall_clock(), **{"replace": True, **options})


def dies_at(point: str) -> Callable[[str], None]:
    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


async def killed(work: str, variables: Mapping[str, str], path: Path, point: str) -> bool:
    """Whether it came to the point."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stores.dying_backup", work, json.dumps(dict(variables)), str(path), point
    )
    return await process.wait() == -signal.SIGKILL


if __name__ == "__main__":
    work, packed, name, where = sys.argv[1:]
    run = {"save": save_as, "restore": restore_from}[work]
    asyncio.run(run(json.loads(packed), Path(name), reached=dies_at(where)))
