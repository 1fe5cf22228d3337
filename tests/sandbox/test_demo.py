"""`python -m sandbox` as a process: one address, one bot, and nothing left after Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox import browser
from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START_S = 120  # three processes on a busy machine


class Demo:
    """A running demo and what it said until its page was up."""

    def __init__(self, process: asyncio.subprocess.Process, said: str) -> None:
        self.process = process
        self.said = said

    @property
    def addresses(self) -> list[str]:
        return re.findall(r"http://\S+", self.said)

    async def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            return await self.process.wait()


@pytest.mark.parametrize("port", ["80x", "-1", "65536", "99999999", "0x50", "1_0", "8 0", "８０", "8080.0"])  # noqa: RUF001 - full width
async def test_wrong_port(port: str) -> None:
    """What is no port is refused in words anybody understands, and at once."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        f"--port={port}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().endswith("argument --port: a port is a number from 0 to 65535\n")


@asynccontextmanager
async def demo(*options: str) -> AsyncIterator[Demo]:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        *options,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, said = process.stdout or asyncio.StreamReader(), ""
    try:
        async with asyncio.timeout(START_S):
            while "Ctrl-C" not in said:
                line = await output.readline()
                assert line, said
                said += line.decode()
        yield Demo(process, said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_nothing_is_left() -> None:
    """The bot runs in a process of its own; Ctrl-C ends both, with status 0, also while a page listens."""
    async with demo("--no-browser") as running, aiohttp.ClientSession() as session:
        [address] = running.addresses
        children = _children(running.process.pid)
        assert len(children) == 1
        async with session.get(f"{address}/api/events?as=ada") as response:
            assert await response.content.readline() == b"retry: 1000\n"
            assert await running.interrupt() == 0
        assert not any(_alive(child) for child in children)


async def test_terminal_without_a_screen() -> None:
    """Where no window can open the tour is shown, and the page's address all the same."""
    async with demo() as running:
        assert "Ada lends the server a new playlist" in running.said
        assert running.addresses[-1].startswith("http://127.0.0.1:")
        assert await running.interrupt() == 0


async def test_saved_world(tmp_path: Path) -> None:
    """--world goes on in a saved world."""
    file = tmp_path / "world.json"
    async with World() as world:
        await world.discord.actor("linus").say("remember this")
        file.write_bytes(await world.save())
    async with demo("--no-browser", "--world", str(file)) as running, aiohttp.ClientSession() as session:
        async with session.get(f"{running.addresses[0]}/api/messages?as=ada") as response:
            [message] = (await response.json())["messages"]
        assert message["content"] == "remember this"
        assert await running.interrupt() == 0


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file"), ("{}", "not a world"), ("[", "damaged")]
)
async def test_unreadable_world(tmp_path: Path, content: str | None, reason: str) -> None:
    """A file that is no world ends the demo with one sentence that names it."""
    file = tmp_path / "world.json"
    if content is not None:
        file.write_text(content)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        "--world",
        str(file),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), START_S)
    assert process.returncode in {os.EX_NOINPUT, os.EX_DATAERR}
    assert f"{file}: " in said.decode()
    assert reason in said.decode()
    assert "Traceback" not in said.decode()


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_screen(environment: dict[str, str], platform: str, *, expected: bool) -> None:
    """A browser is opened only where its window can be seen."""
    assert browser.has_screen(environment, platform) is expected


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
