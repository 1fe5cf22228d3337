"""What gets installed is named in full: every version, every hash, and no address to fetch it from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = [
    ROOT / "requirements" / "run.txt",
    ROOT / "requirements" / "dev.txt",
    ROOT / "requirements" / "bench.txt",
    ROOT / "requirements" / "audit.txt",
    ROOT / "requirements" / "fuzz.txt",
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(lock: Path) -> set[tuple[str, str]]:
    """Name and version of every package in the lock; two versions of one only for different Pythons."""
    found = re.findall(r"^([a-z0-9-]+)==([^\s;]+)( ; )?", lock.read_text("utf-8"), re.MULTILINE)
    several = Counter(name for name, _, _ in found)
    assert [name for name, _, condition in found if several[name] > 1 and not condition] == []
    return {(name, version) for name, version, _ in found}


def names(pinned: set[tuple[str, str]]) -> set[str]:
    return {name for name, _ in pinned}


def normal(requirement: str) -> str:
    """The package's name as lock files spell it."""
    return re.sub(r"[._-]+", "-", re.split(r"[<>=~!;\[ ]", requirement)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_hashes(lock: Path) -> None:
    """Each package has one exact version and at least one SHA-256; there are no addresses and no options."""
    text = "\n".join(
        line for line in lock.read_text("utf-8").splitlines() if not line.strip().startswith("#")
    )
    entries = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9-]+==[^\s;]+( ; [^-]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", entry), (
            entry[:80]
        )
    assert "://" not in text


def test_project_is_locked() -> None:
    """Everything pyproject.toml asks for is in the locks, and tests run with what the bot runs with."""
    run, dev = pins(LOCKS[0]), pins(LOCKS[1])
    assert {normal(name) for name in PROJECT["project"]["dependencies"]} <= names(run)
    assert {normal(name) for name in PROJECT["dependency-groups"]["dev"]} <= names(dev)
    assert run <= dev


# The versions with the latest security fixes known on 28 November 2026: advisories of GitHub and PyPI.
SAFE_SINCE = {
    "aiohttp": "3.14.5",  # GHSA-5wr8-gcqf-gqf3, GHSA-2g87-pp6c-29x5: endless heads, memory
    "cryptography": "50.0.0",  # CVE-2026-69247
    "jinja2": "3.1.6",  # CVE-2025-27516
    "python-dotenv": "1.2.2",  # CVE-2026-28684
}


@pytest.mark.parametrize("name", SAFE_SINCE)
def test_floors(name: str) -> None:
    """Who installs without the locks gets no version with a known hole either, and the locks have none."""
    [wanted] = [Requirement(each) for each in PROJECT["project"]["dependencies"] if normal(each) == name]
    floors = [Version(each.version) for each in wanted.specifier if each.operator == ">="]
    assert floors
    assert floors[0] >= Version(SAFE_SINCE[name])
    for lock in LOCKS[:3]:
        for pinned, version in pins(lock):
            assert pinned != name or Version(version) >= floors[0], lock.name


def test_only_what_was_asked_for() -> None:
    """The bot's direct dependencies are the ones the project decided on."""
    assert {normal(name) for name in PROJECT["project"]["dependencies"]} == {
        "aiohttp",
        "aiosqlite",
        "babel",
        "cryptography",
        "discord-py",
        "filelock",
        "jinja2",
        "matplotlib",
        "motor",
        "msgspec",
        "pillow",
        "prometheus-client",
        "python-dotenv",
        "tzdata",
    }
