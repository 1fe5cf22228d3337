"""Pictures come from a process that knows only the figures, is alone, and is surely ended."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.drawing.orders import END, PNG, Bars
from bot.services.shared.reports.charts import MOST_KEPT, MOST_WAITING, Charts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.drawing.orders import Order

ORDERS: list[Order] = [Bars("Who adds", ("Ada",), (1,))]
START = "import json, os, sys; given = sys.stdin.buffer.read();"
GIVE = (
    "picture = bytes.fromhex('89504e470d0a1a0a') + told.encode() + b'IEND\\xaeB`\\x82';"
    "sys.stdout.buffer.write(picture)"
)
TELL = f"{START} told = json.dumps([dict(os.environ), given.decode(), os.getpid()]); {GIVE}"
FOR_EVER = "import sys, time; sys.stdout.write('.' * 10_000_000); sys.stdout.flush(); time.sleep(600)"


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


@asynccontextmanager
async def drawing(text: str, *, longest_s: float = 60.0) -> AsyncIterator[Charts]:
    """With a script in place of what draws."""
    made = Charts(script(text), longest_s=longest_s)
    yield made
    await made.close()


def numbered(number: int) -> list[Order]:
    return [Bars("Who adds", ("Ada",), (number,))]


async def test_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given the figures, and none of the bot's environment: neither tokens nor keys."""
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    async with drawing(TELL) as pictures:
        drawn = await pictures.draw(ORDERS) or b""
    environment, given, _ = json.loads(drawn.removeprefix(PNG).removesuffix(END))
    assert set(environment) <= {
        "MPLCONFIGDIR",
        "MPLBACKEND",
        "OPENBLAS_NUM_THREADS",
        "PATH",
        "LC_ALL",
        "LC_CTYPE",
    }
    assert "Ada" in given
    assert not _is_there(environment["MPLCONFIGDIR"])


async def test_draws() -> None:
    """What is started by itself, wherever these modules lie, is what draws."""
    pictures = Charts()
    try:
        assert await pictures.draw(ORDERS) is not None
    finally:
        await pictures.close()


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit(3)",
        "raise ValueError('x')",
        "print('no picture')",
        "",
        f"{START} told = 'x'; {GIVE}; raise SystemExit(1)",
        f"{START} told = 'x'; {GIVE}; print('more')",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ],
)
async def test_failures(text: str) -> None:
    """Whatever goes wrong there, there is no picture, and it can be tried again."""
    async with drawing(text) as pictures:
        assert await pictures.draw(ORDERS) is None
        pictures._command = script(TELL)  # the next one works: somebody has put it right
        assert await pictures.draw(ORDERS) is not None


async def test_no_such_program() -> None:
    """A machine that cannot start it has no pictures."""
    pictures = Charts(["/nowhere/python"])
    assert await pictures.draw(ORDERS) is None
    await pictures.close()


async def test_takes_too_long() -> None:
    """Whoever does not come to an end is ended, however much it says."""
    async with drawing(FOR_EVER, longest_s=0.2) as pictures:
        assert await pictures.draw(ORDERS) is None
        assert pictures._process is None


async def test_ends_with_the_bot() -> None:
    """When the bot stops the process is killed at once; who waits gets no picture, and nothing more is begun."""
    pictures = Charts(script(FOR_EVER))
    waiting = [asyncio.create_task(pictures.draw(numbered(number))) for number in range(3)]
    process = await _started(pictures)
    async with asyncio.timeout(30):
        await pictures.close()
        assert await asyncio.gather(*waiting) == [None] * 3
    assert process.returncode is not None
    assert not _lives(process.pid)
    assert await pictures.draw(ORDERS) is None


async def test_nobody_waits_any_more() -> None:
    """When whoever asked is gone, the process is ended as well."""
    async with drawing(FOR_EVER) as pictures:
        asked = asyncio.create_task(pictures.draw(ORDERS))
        process = await _started(pictures)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert not _lives(process.pid)


async def test_one_at_a_time(tmp_path: Path) -> None:
    """However many ask at once, one process draws at a time."""
    mark = tmp_path / "here"
    alone = f"import pathlib; here = pathlib.Path({str(mark)!r}); here.touch(exist_ok=False);"
    async with drawing(f"{alone} {TELL}; here.unlink()") as pictures:
        drawn = await asyncio.gather(*(pictures.draw(numbered(number)) for number in range(MOST_WAITING)))
    assert None not in drawn
    assert len(set(drawn)) == MOST_WAITING


async def test_too_many_wait() -> None:
    """Beyond a few that wait, one reads the figures at once."""
    async with drawing(TELL) as pictures:
        asked = [asyncio.create_task(pictures.draw(numbered(number))) for number in range(MOST_WAITING + 3)]
        drawn = await asyncio.gather(*asked)
        assert [each is None for each in drawn] == [False] * MOST_WAITING + [True] * 3
        assert await pictures.draw(numbered(99)) is not None


async def test_same_figures() -> None:
    """The same figures are drawn once, also for many at once; of many pictures only some are kept."""
    async with drawing(TELL) as pictures:
        together = await asyncio.gather(*(pictures.draw(ORDERS) for _ in range(4)))
        assert len(set(together)) == 1
        for number in range(2, MOST_KEPT + 2):
            await pictures.draw(numbered(number))
        assert len(pictures._kept) == MOST_KEPT
        assert await pictures.draw(ORDERS) != together[0]


async def _started(pictures: Charts) -> asyncio.subprocess.Process:
    async with asyncio.timeout(30):
        while pictures._process is None:  # noqa: ASYNC110 - nobody tells when it has begun
            await asyncio.sleep(0)
    return pictures._process


def _is_there(path: str) -> bool:
    return os.path.lexists(path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
