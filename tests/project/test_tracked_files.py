"""What lies in the repository belongs there: nothing private, nothing that holds on one machine only."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MACHINE = {
    "a home folder": r"/(?:home|Users)/[a-z]|(?<![\w.])/root/",
    "a package registry": r"\b(?:pypi|pythonhosted|(?:proxy|sum)\.golang|registry\.npmjs)\.org\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a Discord token": r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}\b",
}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - the git that cloned this
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_built(tracked: list[Path]) -> None:
    """No settings, data, databases, keys or compiled files are tracked."""
    names = [str(path.relative_to(ROOT)) for path in tracked]
    assert not [
        name for name in names if re.search(r"(^|/)\.env$|\.(pyc|sqlite3?|keys|pem|so)$|^data/", name)
    ]


@pytest.mark.parametrize("what", MACHINE)
def test_nothing_of_one_machine(tracked: list[Path], what: str) -> None:
    """No file names a person's folder, a registry's host or something secret."""
    pattern = re.compile(MACHINE[what])
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked
        if path != Path(__file__) and (match := pattern.search(path.read_text("utf-8", errors="replace")))
    ]
    assert not found


def test_text_files(tracked: list[Path]) -> None:
    """Text ends with one line break and has no Windows line ends."""
    for path in tracked:
        content = path.read_bytes()
        if content and b"\0" not in content:
            assert content.endswith(b"\n"), path
            assert b"\r\n" not in content, path
