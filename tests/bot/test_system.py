"""The bot and the client where the system lacks what only Linux and macOS have."""

from __future__ import annotations

import ast
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
START_S = 90  # on a busy machine
ONLY_HERE = {"fcntl", "grp", "pwd", "resource", "termios"}
# As on Windows: modules that can't be imported, names that `os` lacks, a loop that takes no signal handlers.
BARE = f"""
import asyncio, os, sys, warnings

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {ONLY_HERE!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
for name in {sorted(ONLY_HERE)!r}:
    sys.modules.pop(name, None)
for name in [*vars(os)]:
    if name.startswith("EX_") or name == "fchown":
        delattr(os, name)

class Loop(asyncio.SelectorEventLoop):
    def add_signal_handler(self, *_):
        raise NotImplementedError

class Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = Loop

asyncio.set_event_loop_policy(Policy())
warnings.filterwarnings("ignore", "only soft file lock is available")  # filelock's; Windows has a lock of its own
"""
BOT = (
    BARE
    + """
import runpy
sys.argv = ["bot", *sys.argv[1:]]
runpy.run_module("bot", run_name="__main__")
"""
)
STORE = (
    BARE
    + """
from datetime import UTC, datetime
from bot.spotify import FileTokens, KeptTokens

async def main():
    first, second = (KeptTokens(n, n, datetime(2026, 11, 20, tzinfo=UTC), frozenset({"a"})) for n in ("x", "y"))
    store = FileTokens("tokens.json")
    made = await asyncio.gather(*(FileTokens("tokens.json").save(first, since=None) for _ in range(10)))
    print(made.count(True), await store.load() == first)
    print(await store.save(second, since=first), await store.save(first, since=first))
    print(await store.delete(since=second), await store.load())
    print(sorted(name for name in os.listdir() if not name.endswith(".lock")))

asyncio.run(main())
"""
)
IMPORT = (
    BARE
    + """
import pkgutil, bot
for module in pkgutil.walk_packages(bot.__path__, "bot."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
print("all")
"""
)


async def start(program: str, folder: Path, settings: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def run(program: str, folder: Path, settings: Mapping[str, str]) -> tuple[int | None, str, str]:
    process = await start(program, folder, settings)
    async with asyncio.timeout(START_S):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_imports(tmp_path: Path) -> None:
    """Everything can be imported."""
    status, out, err = await run(IMPORT, tmp_path, {"MPLCONFIGDIR": str(tmp_path)})
    assert (status, out) == (0, "all\n"), err


async def test_file_store(tmp_path: Path) -> None:
    """The file with tokens is replaced whole, and by one program at a time."""
    status, out, err = await run(STORE, tmp_path, {})
    assert status == 0, err
    assert out.splitlines() == ["1 True", "True False", "True None", "[]"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_starts_and_stops(number: signal.Signals) -> None:
    """The bot starts, answers, and ends with 0 when it's told to stop."""
    async with World(bot="none") as world:
        process = await start(BOT, Path(world.directory), world.environment)
        await world.discord.wait_ready()
        card = await (await world.discord.actor("ada").command("track", query="Copper Umbrella")).reply()
        assert "Copper Umbrella" in card.text
        process.send_signal(number)
        async with asyncio.timeout(20):
            out, err = await process.communicate()
        assert process.returncode == 0, (out + err).decode()


async def test_exit_status(tmp_path: Path) -> None:
    """Wrong settings end it with the status that the docs name."""
    status, _, err = await run(BOT, tmp_path, {})
    assert status == 78, err
    assert "DISCORD_TOKEN" in err


def test_one_place() -> None:
    """What some systems lack is used in `bot/system.py` only, and in the process that draws."""
    found = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                names += [node.attr] if node.attr.startswith(("EX_", "fch", "gete", "getu")) else []
            if isinstance(node, ast.Attribute) and node.attr == "add_signal_handler":
                names.append(node.attr)
            if ONLY_HERE.union({"add_signal_handler"}).intersection(names) or any(
                name.startswith(("EX_", "fch", "gete", "getu")) for name in names
            ):
                found.add(path.relative_to(ROOT / "bot").as_posix())
    assert found == {"system.py", "drawing/__main__.py"}
