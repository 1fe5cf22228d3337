"""The processes of the comparison: the server, and each contender in one of its own, all ended in the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.spotify_client.worker import Job, Took

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """Does one job at a time, so that whatever is measured has the machine to itself and the server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._asked = 0
        self._read()

    def do(self, what: str, count: int = 0) -> Took:
        job = Job(what, self._asked, count)
        self._asked += count
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe below
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Took(**json.loads(self._read()))

    def _read(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe below
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a contender ended; its own words are above")
        return line


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process on this interpreter that ends when its standard input closes."""
    with subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def contenders(*names: str) -> Iterator[dict[str, Worker]]:
    """One server, and the contenders that talk to it."""
    with ExitStack() as stack:
        server = stack.enter_context(started("benchmarks.spotify_client.server"))
        assert server.stdout is not None  # noqa: S101 - opened as a pipe above
        url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        yield {
            name: Worker(stack.enter_context(started("benchmarks.spotify_client.worker", name, url)))
            for name in names
        }


def import_ms(modules: str) -> float:
    """CPU time that a new interpreter needs until these are imported, its own start included.

    CPU, not wall time: what else the machine is doing must not decide. Bytecode comes from its cache, as for a user.
    """
    process = subprocess.Popen([sys.executable, "-c", f"import {modules}"], cwd=ROOT, env=_with_bytecode())  # noqa: S603 - our own line
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"importing {modules} failed")
    return (used.ru_utime + used.ru_stime) * 1000


def _with_bytecode() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
