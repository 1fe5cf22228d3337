"""The set-up script names what is missing, does its work once, and says nothing when there is nothing to do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
NOBODY = 65534
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


def set_up(place: Path, *, user: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(ROOT / "tools" / "setup.sh"), "run"],
        cwd=place,
        user=user,
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
        "Creating the virtual environment in .venv",
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


@pytest.fixture
def shared_place() -> Iterator[Path]:
    """A folder every user of the machine can look into, as /opt/mixtape is."""
    with TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        for folder in ("bin", "requirements"):
            (place / folder).mkdir()
        for tool in TOOLS:
            (place / "bin" / tool).symlink_to(shutil.which(tool) or "")
        (place / "requirements" / "run.txt").write_text("# nothing\n", "utf-8")
        program(place, "python3", PYTHON)
        yield place
        for path in (place, *place.glob("**/")):
            path.chmod(0o755)


@pytest.mark.parametrize("why", ["changed lock", "moved folder", "unreadable", "inside", "not made yet"])
def test_of_another_user(shared_place: Path, why: str) -> None:
    """Where .venv is another user's and has to be changed, that is said, with the way out, and nothing is half done."""
    venv = shared_place / ".venv"
    assert why == "not made yet" or set_up(shared_place).returncode == 0
    closed = venv
    match why:
        case "changed lock":
            (shared_place / "requirements" / "run.txt").write_text("# changed\n", "utf-8")
        case "moved folder":
            (venv / ".made-in").write_text("/elsewhere\n", "utf-8")
        case "unreadable":
            (venv / "bin" / "python").chmod(0)
        case "inside":
            closed = venv / "lib" / "python3.11" / "site-packages"
            closed.mkdir(parents=True)
            (shared_place / "requirements" / "run.txt").write_text("# changed\n", "utf-8")
        case _:
            closed = shared_place
    before = sorted(shared_place.rglob("*"))
    stranger = NOBODY if os.geteuid() == 0 else None
    if stranger is None or why == "inside":
        for path in (shared_place, venv):
            if path.exists():
                path.chmod(0o777)
        closed.chmod(0o555)
    result = set_up(shared_place, user=stranger)
    assert result.returncode == 1
    assert "belongs to another user" in result.stderr
    assert "sudo rm -rf .venv" in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(shared_place.rglob("*")) == before


def test_used_by_another_user(shared_place: Path) -> None:
    """Where nothing has to be changed, another user's .venv is used as it is."""
    assert set_up(shared_place).returncode == 0
    for path in (shared_place, shared_place / ".venv"):
        path.chmod(0o555)
    result = set_up(shared_place)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_list_of_targets() -> None:
    """`make` lists every target that says what it does, in two columns."""
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - on the PATH
    listed = said.stdout.splitlines()
    described = re.findall(r"^([a-z-]+):.*## (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [line.split(maxsplit=2)[1:] for line in listed] == [list(each) for each in described]
    assert len({line.index(words) for line, (_, words) in zip(listed, described, strict=True)}) == 1
