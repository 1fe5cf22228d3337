"""Reads numbers from standard input, writes charts to standard output, and exits: within a minute, no matter what."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from typing import Final

from bot.drawing.orders import read_orders

LONGEST_S: Final = 60  # wall-clock seconds; nobody waits that long
CPU_S: Final = 20
MEMORY: Final = 1 << 30  # address space, most of it never used
FILE: Final = 16 << 20  # the font list, which matplotlib caches for next time
MOST_INPUT: Final = 1 << 20


def _limit() -> None:
    """As far as the system supports these limits."""
    signal.alarm(LONGEST_S)
    import resource  # noqa: PLC0415 - where there is none, there is no picture either

    for kind, most in (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def main() -> int:
    _limit()
    data = sys.stdin.buffer.read(MOST_INPUT)
    try:
        orders = read_orders(data)
        from bot.drawing.charts import draw  # noqa: PLC0415 - takes a while, and not before the limits hold

        picture = draw(orders)
    except Exception as error:  # noqa: BLE001 - its text could hold a name
        sys.stderr.write(f"{type(error).__name__}\n")
        return 1
    sys.stdout.buffer.write(picture)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
