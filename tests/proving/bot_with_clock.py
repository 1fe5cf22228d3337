"""python -m tests.proving.bot_with_clock FILE: the bot as ever, with a machine's clock that FILE sets wrong."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot import logs
from bot.__main__ import run
from bot.settings import Settings
from bot.steady_time import SteadyTime
from sandbox.clock import SharedClock


def main(clock_file: str) -> int:
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, settings.secrets, form=settings.log_format)
    return asyncio.run(run(settings, now=SteadyTime(SharedClock(Path(clock_file)).now).now))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
