"""The environment of the comparison: the other clients at the versions of requirements/bench.txt, away from .venv."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "bench.txt"
FOLDER = ROOT / ".cache" / "bench-venv"


def python() -> Path:
    """Its interpreter. Made, or made anew when the lock file, the Python or the folder is another than last time."""
    interpreter = FOLDER / "bin" / "python"
    stamp = FOLDER / ".ready"
    wanted = hashlib.sha256(LOCK.read_bytes() + f"{sys.version} {FOLDER}".encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    print(f"Making the environment of the comparison in {FOLDER.relative_to(ROOT)}", flush=True)
    venv.create(FOLDER, clear=True, with_pip=True)
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1"}
    subprocess.run(  # noqa: S603 - our own lock file, with hashes
        [interpreter, "-m", "pip", "--quiet", "install", "--require-hashes", "-r", LOCK],
        env={**os.environ, **quiet},
        check=True,
    )
    stamp.write_text(wanted)
    return interpreter


def run() -> None:
    """The comparison, in its environment."""
    subprocess.run([python(), "-m", "benchmarks.spotify_client"], cwd=ROOT, check=True)  # noqa: S603 - ours
