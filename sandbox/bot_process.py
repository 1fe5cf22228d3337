"""python -m sandbox.bot_process CLOCK WAY…: the bot in a process of its own, wired as ever, on the sandbox's clock."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from bot import logs
from bot.__main__ import run
from bot.services.linking import LinkWay
from bot.settings import Settings
from sandbox.clock import SharedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores import Stores

LONGEST_SLEEP_S = 0.1  # the sandbox moves the clock without telling this process


def main(clock_file: str, *ways: str, stores_seen: Callable[[Stores], Stores] = lambda stores: stores) -> int:
    """stores_seen: as for `build`."""
    threading.Thread(target=_end_with_the_sandbox, daemon=True).start()
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, settings.secrets, form=settings.log_format)
    clock = SharedClock(Path(clock_file))
    link_ways = frozenset(LinkWay(way) for way in ways)
    return asyncio.run(
        run(
            settings,
            now=clock.now,
            link_ways=link_ways,
            guild_ready_timeout=0.1,
            longest_sleep_s=LONGEST_SLEEP_S,
            stores_seen=stores_seen,
        )
    )


def _end_with_the_sandbox() -> None:
    """Our standard input closes when the sandbox ends, even when it is killed and cannot stop its bot."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(os.EX_UNAVAILABLE)  # there is nobody left to take leave of, and nothing to keep


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
