"""The set-up script names what is missing, does its work once, and says nothing when there is nothing to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cp", "cut", "grep", "mkdir", "rm")
# Answers `-m venv` and `-m pip` as Python would, in no time; everything else is left to Python.
PYTHON = f"""
case "$1 $2" in
    "-m venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
    "-m pip") echo "$*" >pip-arguments; [ ! -e pip-fails ];;
    *) exec {sys.executable} "$@";;
esac
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a lock file and a PATH (`bin`) without any Python."""
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / "bin" / tool).symlink_to(found)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("# nothing\n", "utf-8")
    return tmp_path


def program(place: Path, name: str, script: str) -> None:
    path = place / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def set_up(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(ROOT / "tools" / "setup.sh"), "run"],
        cwd=place,
        env={"PATH": str(place / "bin"), "HOME": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_python(place: Path) -> None:
    """Without python3 the packages to install are named."""
    result = set_up(place)
    assert result.returncode == 1
    assert "apt install python3 python3-venv" in result.stderr


def test_old_python(place: Path) -> None:
    """A Python that is too old is told with its version."""
    program(place, "python3", 'case $1 in -V) echo "Python 3.9.2";; *) exit 1;; esac')
    result = set_up(place)
    assert result.returncode == 1
    assert "3.11 or newer; python3 here is 3.9.2" in result.stderr


def test_newer_python_beside(place: Path) -> None:
    """A newer python3.x is found when python3 itself is too old."""
    program(place, "python3", "exit 1")
    program(place, "python3.12", PYTHON)
    assert set_up(place).returncode == 0


def test_no_venv_module(place: Path) -> None:
    """Where Debian's python3-venv is missing, exactly that is said, and no half-made folder stays."""
    program(place, "python3", f"case $2 in *ensurepip*) exit 1;; esac\n{PYTHON}")
    result = set_up(place)
    assert result.returncode == 1
    assert "sudo apt install python3-venv" in result.stderr
    assert not (place / ".venv").exists()


def test_once(place: Path) -> None:
    """The second run is silent and does nothing; a changed lock file and a moved folder are noticed."""
    program(place, "python3", PYTHON)
    making, installing = (
        "Making the virtual environment in .venv",
        "Installing requirements/run.txt into .venv",
    )
    first = set_up(place)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [making, installing]
    assert set_up(place).stdout == ""
    (place / "requirements" / "run.txt").write_text("# changed\n", "utf-8")
    assert set_up(place).stdout.splitlines() == [installing]
    (place / ".venv" / ".made-in").write_text("/elsewhere\n", "utf-8")
    assert set_up(place).stdout.splitlines() == [making, installing]


def test_failed_install(place: Path) -> None:
    """Hashes are asked for; when the installation fails, that is said, and the next run tries again."""
    program(place, "python3", PYTHON)
    (place / "pip-fails").touch()
    for _ in range(2):
        result = set_up(place)
        assert result.returncode == 1
        assert "could not be installed" in result.stderr
    assert "--require-hashes -r requirements/run.txt" in (place / "pip-arguments").read_text("utf-8")
    (place / "pip-fails").unlink()
    assert set_up(place).returncode == 0
