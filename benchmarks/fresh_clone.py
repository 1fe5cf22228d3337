"""How long a newcomer waits: `make demo` and `make test` in a fresh clone."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 1_200
PAGE_IS_UP = "stays up"  # what `make demo` says when its page can be opened


async def measure() -> AsyncIterator[Figure]:
    """Clone what is committed into an empty folder and time the README's two commands, the demo first."""
    with tempfile.TemporaryDirectory(prefix="mixtape-clone-") as folder:
        clone = Path(folder) / "mixtape"
        await _run("git", "clone", "--quiet", str(ROOT), str(clone), folder=ROOT)
        yield Figure("make demo on a fresh clone, to the page", await _demo(clone), "s", 1)
        yield Figure("make demo the second time, to the page", await _demo(clone), "s", 1)
        yield Figure("make test after make demo", await _timed_test(clone), "s", 1)
    with tempfile.TemporaryDirectory(prefix="mixtape-clone-") as folder:
        clone = Path(folder) / "mixtape"
        await _run("git", "clone", "--quiet", str(ROOT), str(clone), folder=ROOT)
        yield Figure("make test on a fresh clone", await _timed_test(clone), "s", 1)


async def _demo(clone: Path) -> float:
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        "make",
        "demo",
        "ARGS=--no-browser --no-tour",
        cwd=clone,
        env=_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    output = process.stdout or asyncio.StreamReader()
    said: list[str] = []
    async with asyncio.timeout(LIMIT_S):
        async for line in output:
            said.append(line.decode())
            if PAGE_IS_UP in said[-1]:
                break
    took = time.perf_counter() - begun
    os.killpg(process.pid, signal.SIGINT)
    await process.communicate()
    if not said or PAGE_IS_UP not in said[-1]:
        raise RuntimeError("make demo did not get to its page:\n" + "".join(said[-20:]))
    return round(took, 1)


async def _timed_test(clone: Path) -> float:
    begun = time.perf_counter()
    await _run("make", "test", folder=clone)
    return round(time.perf_counter() - begun, 1)


async def _run(*command: str, folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said.decode()[-3000:]}")


def _environment() -> dict[str, str]:
    """As a newcomer has it: nothing of the make that runs the benchmark, no virtual environment."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARGS", "MAKE", "MFLAGS", "VIRTUAL_ENV"))
    }
