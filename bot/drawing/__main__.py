"""Reads numbers from standard input and writes charts to standard output, one picture after the other, until it ends.

Each order and each answer follows its length. A picture takes at most a minute, no matter what. If one can't be drawn,
the answer is the kind of failure, and the process ends.
"""

from __future__ import annotations

import gc
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.drawing.orders import HEAD, framed, read_orders

if TYPE_CHECKING:
    from typing import BinaryIO

LONGEST_S: Final = 60  # wall-clock seconds for one picture; nobody waits that long
CPU_S: Final = 20  # the same
MEMORY: Final = 1 << 30  # address space, most of it never used
FILE: Final = 16 << 20  # the font list, which matplotlib caches for next time
MOST_INPUT: Final = 1 << 20


def main() -> int:
    _limit_room()
    _limit_time()
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no answer
    try:
        from bot.drawing.charts import draw  # noqa: PLC0415 - takes a while, and not before the limits hold

        signal.alarm(0)
        while (asked := _next(sys.stdin.buffer)) is not None:
            _limit_time()
            picture = draw(read_orders(asked))
            signal.alarm(0)
            _answer(answers, picture)
            gc.collect()  # figures refer to themselves, and nobody waits now
    except Exception as error:  # noqa: BLE001 - its text could hold a name
        _answer(answers, type(error).__name__.encode())
        return 1
    return 0


def _limit_room() -> None:
    """As far as the system supports these limits."""
    import resource  # noqa: PLC0415 - where there is none, there is no picture either

    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def _limit_time() -> None:
    """For what comes next: getting ready, or one picture."""
    import resource  # noqa: PLC0415 - likewise

    signal.alarm(LONGEST_S)
    with suppress(OSError, ValueError):
        most = int(time.process_time()) + CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _next(orders: BinaryIO) -> bytes | None:
    """None when no more will come."""
    head = orders.read(HEAD.size)
    return orders.read(min(*HEAD.unpack(head), MOST_INPUT)) if head else None


def _answer(answers: BinaryIO, data: bytes) -> None:
    with suppress(BrokenPipeError):  # the bot is gone
        answers.write(framed(data))
        answers.flush()


if __name__ == "__main__":
    sys.exit(main())
