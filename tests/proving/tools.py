"""Programs that only the proof needs, at the versions of their lock file, in a folder of their own beside .venv."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ROOT / ".cache" / "proving"
NOBODY: Final = "http://127.0.0.1:1/simple"  # an index that doesn't answer


class NotInstalledError(Exception):
    """Its text says why, in a line."""


@dataclass(frozen=True, slots=True)
class Ended:
    status: int
    out: str
    err: str


async def installed(name: str, *, into: Path = KEPT, index: str | None = None) -> Path:
    """The folder with the packages of requirements/NAME.txt, which Python then finds by PYTHONPATH.

    index: another one than usual. Raises NotInstalledError if there is no network, or no package for this Python.
    """
    lock = ROOT / "requirements" / f"{name}.txt"
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    folder = into / name
    stamp = folder / ".ready"
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    ended = await run(
        "-m",
        "pip",
        "--quiet",
        "install",
        "--require-hashes",
        "--only-binary=:all:",
        f"--target={folder}",
        f"--requirement={lock}",
        settings={"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}
        | ({"PIP_INDEX_URL": index, "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"} if index else {}),
    )
    if ended.status:
        shutil.rmtree(folder, ignore_errors=True)
        raise NotInstalledError(reason(ended))
    stamp.write_text(wanted)
    return folder


async def run(
    *arguments: str, settings: Mapping[str, str] | None = None, folder: Path = ROOT, limit_s: float = 240
) -> Ended:
    """Python with these arguments, to its end. settings: beside our environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=os.environ | dict(settings or {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limit_s):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        out, err = await process.communicate()
        err += b"\nit took too long"
    return Ended(process.returncode or 0, out.decode(errors="replace"), err.decode(errors="replace"))


def reason(ended: Ended) -> str:
    """The last thing a program said before it failed, without addresses."""
    said = [line for line in (ended.err or ended.out).splitlines() if line.strip()]
    errors = [line for line in said if line.startswith("ERROR")]
    return (errors or said or [f"exit status {ended.status}"])[-1].partition("://")[0][:160]
