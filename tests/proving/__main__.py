"""python -m tests.proving: shows what is promised, at length, and writes docs/reliability.md.

With names, only those parts. --short runs the short forms, and writes nothing. Exit status 1: a promise wasn't kept.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from datetime import UTC, datetime

from tests.proving import report
from tests.proving.parts import PARTS, part


async def run(name: str, *, short: bool) -> report.Section:
    """One part; if its full form ran, it's written down."""
    print(f"{part(name).TITLE} …", flush=True)
    began, start = datetime.now(UTC), time.monotonic()
    section = await part(name).prove(short=short)
    seconds = time.monotonic() - start
    print("\n".join(report.lines(section)) + f"\n({seconds:.0f} s)\n", flush=True)
    if not short:
        report.keep(name, section, began, seconds)
    return section


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make prove ARGS=…", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--short", action="store_true", help="the short forms, as in make test")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"there is no {' and no '.join(sorted(unknown))}")
    logging.getLogger().addHandler(
        logging.NullHandler()
    )  # what a bot in this process logs is its operator's affair
    failed = [
        name
        for name in PARTS
        if not chosen.parts or name in chosen.parts
        if asyncio.run(run(name, short=chosen.short)).failures
    ]
    print(f"Not kept: {', '.join(failed)}" if failed else "Everything promised was kept.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
