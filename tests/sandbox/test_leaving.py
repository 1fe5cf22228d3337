"""Nothing of the demo stays, however it ends, and nothing of the operator's own bot gets into it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest


async def start(folder: Path, **variables: str) -> tuple[asyncio.subprocess.Process, int]:
    """A demo with its temporary files in `folder`, and the file descriptor of its bot's process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", "--port", "0", "--no-tour"),
        env=os.environ | {"TMPDIR": str(folder)} | variables,
        stdout=asyncio.subprocess.PIPE,
    )
    output = process.stdout or asyncio.StreamReader()
    async with asyncio.timeout(30):
        while b"Ctrl-C" not in await output.readline():
            assert process.returncode is None
    return process, os.pidfd_open(child(process.pid))


def child(pid: int) -> int:
    [only] = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return int(only)


async def ended(bot: int) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(bot, over.set)
    try:
        async with asyncio.timeout(10):
            await over.wait()
    finally:
        asyncio.get_running_loop().remove_reader(bot)
        os.close(bot)


async def test_terminal_closed(tmp_path: Path) -> None:
    """Closing the terminal's window ends the demo as Ctrl-C does: no process and no file stays."""
    process, bot = await start(tmp_path)
    process.send_signal(signal.SIGHUP)
    async with asyncio.timeout(10):
        assert await process.wait() == 0
    await ended(bot)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - the rule against blocking calls knows only pathlib's


async def test_killed(tmp_path: Path) -> None:
    """The bot ends even when its sandbox is killed."""
    process, bot = await start(tmp_path)
    process.kill()
    await process.wait()
    await ended(bot)


async def test_settings_of_a_real_bot(tmp_path: Path) -> None:
    """Settings exported for a real bot change nothing; above all the demo keeps away from its database."""
    process, bot = await start(
        tmp_path,
        MONGODB_URI="mongodb://127.0.0.1:1/real",
        PUBLIC_URL="https://bot.example",
        DISCORD_TOKEN_FILE=str(tmp_path / "absent"),
    )
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await process.wait() == 0
    await ended(bot)


@pytest.mark.parametrize("port", ["99999", "-1", "x"])
async def test_no_port(port: str) -> None:
    """What is no port is refused before anything starts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", f"--port={port}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate()
    assert (process.returncode, said) == (2, b"")
    assert b"argument --port" in wrong
    assert b"Traceback" not in wrong


async def test_port_taken() -> None:
    """A port somebody else has is named, with the way out, and the demo ends."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "sandbox", "--no-tour", "--port", str(port)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, wrong = await process.communicate()
    assert process.returncode == 1
    assert f"Port {port} can't be used" in wrong.decode()
