"""Pictures come from a process that is ready, knows only the figures, is alone, and is surely ended or replaced."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.drawing.orders import END, PNG, Bars
from bot.services.shared.reports.charts import MOST_KEPT, MOST_WAITING, WARM_AFTER_S, Charts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.drawing.orders import Order

ORDERS: list[Order] = [Bars("Who adds", ("Ada",), (1,))]
START = """
import json, os, pathlib, signal, sys, time

def read():
    head = sys.stdin.buffer.read(4)
    return sys.stdin.buffer.read(int.from_bytes(head)).decode() if head else sys.exit()

def answer(data):
    sys.stdout.buffer.write(len(data).to_bytes(4) + data)
    sys.stdout.buffer.flush()

def tell(told):
    answer(bytes.fromhex("89504e470d0a1a0a") + json.dumps(told).encode() + b"IEND\\xaeB`\\x82")

"""
TELL = START + "while given := read(): tell([dict(os.environ), given, os.getpid()])"
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
FOR_EVER = (
    START + "read(); sys.stdout.buffer.write(bytes([0, 99, 0, 0])); sys.stdout.flush(); time.sleep(600)"
)


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


@asynccontextmanager
async def drawing(text: str, *, longest_s: float = 60.0) -> AsyncIterator[Charts]:
    """With a script in place of what draws."""
    made = Charts(script(text), longest_s=longest_s)
    yield made
    await made.close()


def told(picture: bytes | None) -> Any:
    """What a script said in the place of a picture."""
    assert picture is not None
    return json.loads(picture.removeprefix(PNG).removesuffix(END))


def numbered(number: int) -> list[Order]:
    return [Bars("Who adds", ("Ada",), (number,))]


async def test_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given the figures, and none of the bot's environment: neither tokens nor keys."""
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    async with drawing(TELL) as pictures:
        environment, given, _ = told(await pictures.draw(ORDERS))
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
    """What is started, wherever these modules lie, draws one picture after the other; if it is killed, another does."""
    pictures = Charts()
    try:
        first = await pictures.draw(ORDERS)
        pid = pictures.process.pid
        second = await pictures.draw(numbered(2))
        assert first
        assert second
        assert first != second
        assert pid is not None
        assert pid == pictures.process.pid
        os.kill(pid, signal.SIGKILL)
        assert await pictures.draw(numbered(3))
        assert pictures.process.pid not in {pid, None}
    finally:
        await pictures.close()


async def test_warm() -> None:
    """Before anyone asks, it is started, once the bot has had time for other things; and then it is what draws."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async with drawing(TELL) as pictures:
        pictures.warm(pause)
        pid = await _started(pictures)
        assert pauses == [WARM_AFTER_S]
        assert told(await pictures.draw(ORDERS))[2] == pid


async def test_never_warm() -> None:
    """A bot that stops before that starts nothing."""
    pictures = Charts(script(TELL))
    pictures.warm()
    await pictures.close()
    assert pictures.process.pid is None


async def test_killed_while_idle() -> None:
    """When somebody kills it between two pictures, another one draws the next."""
    async with drawing(TELL) as pictures:
        pid = told(await pictures.draw(ORDERS))[2]
        os.kill(pid, signal.SIGKILL)
        assert told(await pictures.draw(numbered(2)))[2] not in {pid, None}


async def test_killed_while_drawing(tmp_path: Path) -> None:
    """When it dies in the middle of a picture, another one draws it; when that dies, too, there is none."""
    mark = tmp_path / "died"
    once = (
        f"given = read(); died = pathlib.Path({str(mark)!r})\nif not died.exists(): died.touch(); {KILLED}\n"
    )
    async with drawing(f"{START}{once}tell(given)") as pictures:
        assert "Ada" in told(await pictures.draw(ORDERS))
    tries = tmp_path / "tries"
    count = f"read(); open({str(tries)!r}, 'a').write('x'); {KILLED}"
    async with drawing(START + count) as pictures:
        assert await pictures.draw(ORDERS) is None
    assert tries.read_text() == "xx"


@pytest.mark.parametrize(
    "text",
    [
        "raise SystemExit(3)",
        "raise ValueError('x')",
        "print('no picture')",
        "",
        f"{START} read(); answer(b'MemoryError'); raise SystemExit(1)",
        f"{START} read(); answer(b'')",
        f"{START} read(); sys.stdout.buffer.write(bytes([255] * 100_000))",
        f"{START} {KILLED}",
    ],
)
async def test_failures(text: str) -> None:
    """Whatever goes wrong there, there is no picture, and it can be tried again."""
    async with drawing(text) as pictures:
        assert await pictures.draw(ORDERS) is None
        pictures.process.command = script(TELL)  # the next one works: somebody has put it right
        assert await pictures.draw(ORDERS) is not None


async def test_no_such_program() -> None:
    """A machine that cannot start it has no pictures."""
    pictures = Charts(["/nowhere/python"])
    assert await pictures.draw(ORDERS) is None
    await pictures.close()


async def test_takes_too_long() -> None:
    """Whoever does not come to an end is ended, whatever it has said, and replaced."""
    async with drawing(FOR_EVER, longest_s=0.2) as pictures:
        process = await pictures.process.start()
        assert await pictures.draw(ORDERS) is None
        assert not _lives(process.pid)
    async with drawing(f"{START} print('x' * 10_000_000); time.sleep(600)") as pictures:
        assert await pictures.draw(ORDERS) is None
        pictures.process.command = script(TELL)
        assert await pictures.draw(ORDERS) is not None


async def test_ends_with_the_bot() -> None:
    """When the bot stops the process is killed at once; who waits gets no picture, and nothing more is begun."""
    pictures = Charts(script(FOR_EVER))
    waiting = [asyncio.create_task(pictures.draw(numbered(number))) for number in range(3)]
    pid = await _started(pictures)
    async with asyncio.timeout(30):
        await pictures.close()
        assert await asyncio.gather(*waiting) == [None] * 3
    assert not _lives(pid)
    assert await pictures.draw(ORDERS) is None


async def test_nobody_waits_any_more() -> None:
    """When whoever asked is gone, the process is ended as well."""
    async with drawing(FOR_EVER) as pictures:
        asked = asyncio.create_task(pictures.draw(ORDERS))
        pid = await _started(pictures)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert not _lives(pid)


async def test_one_at_a_time(tmp_path: Path) -> None:
    """However many ask at once, one process draws them all, one after the other."""
    mark = tmp_path / "here"
    alone = f"{START}pathlib.Path({str(mark)!r}).touch(exist_ok=False)\n"
    async with drawing(alone + TELL.removeprefix(START)) as pictures:
        drawn = await asyncio.gather(*(pictures.draw(numbered(number)) for number in range(MOST_WAITING)))
    assert len({told(each)[1] for each in drawn}) == MOST_WAITING
    assert len({told(each)[2] for each in drawn}) == 1


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
        before = [each for each in together if each]
        assert pictures.process.pid == told(before[0])[2]
        await pictures.process.end()
        assert await pictures.draw(ORDERS) != together[0]  # drawn anew, by another one


async def _started(pictures: Charts) -> int:
    async with asyncio.timeout(30):
        while (pid := pictures.process.pid) is None:  # noqa: ASYNC110 - nobody tells when it has begun
            await asyncio.sleep(0)
    return pid


def _is_there(path: str) -> bool:
    return os.path.lexists(path)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
