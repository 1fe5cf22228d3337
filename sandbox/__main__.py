"""python -m sandbox: a whole world on loopback with the real bot in it, and a page to try it all in the browser."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from pathlib import Path

PORT = 8700


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument(
        "--port", type=_port, default=PORT, help=f"port of the page (default {PORT}; 0: any free one)"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address of the page and open nothing"
    )
    parser.add_argument(
        "--tour",
        action=argparse.BooleanOptionalAction,
        help="show a tour in the terminal (default: only where no browser can be opened)",
    )
    parser.add_argument("--world", type=Path, metavar="FILE", help="continue in a saved world")
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of everybody's Discord, such as de"
    )
    parser.add_argument("--extended", action="store_true", help="treat the app as one with extended quota")
    chosen = parser.parse_args()
    if chosen.language and chosen.tour:
        parser.error("the tour is in English: leave out --tour or --language")
    try:
        saved = chosen.world.read_bytes() if chosen.world else None
    except OSError as error:
        print(f"{chosen.world}: {error.strerror}", file=sys.stderr)
        return os.EX_NOINPUT
    from sandbox.demo import Options, run  # noqa: PLC0415 - takes seconds, and a wrong option should be told at once

    options = Options(
        chosen.port,
        False if chosen.language else chosen.tour,
        not chosen.no_browser,
        chosen.extended,
        language=chosen.language,
        world=chosen.world,
        saved=saved,
    )
    return asyncio.run(run(options))


def _port(text: str) -> int:
    number = int(text) if re.fullmatch("[0-9]{1,5}", text) else -1
    if number not in range(65_536):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
