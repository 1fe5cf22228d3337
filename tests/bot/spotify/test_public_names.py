"""What other people's programs can rely on: names, signatures and docstrings, and no more packages than needed."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bot.spotify import SpotifyClient
from tools.public_names import LIST, lines, members, public_names

ROOT = Path(__file__).parents[3]


def test_surface() -> None:
    """Names and signatures are as written down."""
    assert [*lines()] == LIST.read_text("utf-8").splitlines(), (
        "The public names of bot.spotify have changed. If that's wanted, run: python -m tools.public_names"
    )


def test_docstrings() -> None:
    """Every public name says what it is for."""
    missing = [name for name, found in public_names() if not inspect.getdoc(found)]
    for name, found in public_names():
        if isinstance(found, type):
            missing += [f"{name}.{member}" for member, function in members(found) if not function.__doc__]
    assert missing == []


def test_sources() -> None:
    """Every call names the page of Spotify's reference it follows."""
    calls = [one for name, one in members(SpotifyClient) if inspect.iscoroutinefunction(one)]
    assert len(calls) > 60
    assert [
        one.__name__ for one in calls if "Source: developer.spotify.com/" not in (one.__doc__ or "")
    ] == []


def test_typed() -> None:
    """Type checkers of other projects look at our annotations."""
    assert (ROOT / "bot" / "py.typed").exists()


def needed(*names: str) -> set[str]:
    """Packages, and those they need on this Python."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop().lower()
        if name not in found:
            found.add(name)
            wanted = map(Requirement, requires(name) or ())
            waiting += [
                one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})
            ]
    return found


# Installed packages are invisible but for those named: as in an environment that has no others.
ONLY = """
import importlib.metadata, sys
allowed = set(sys.argv[1].split(","))
owners = importlib.metadata.packages_distributions()

class Missing:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in owners and not allowed.intersection(one.lower() for one in owners[top]):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""
USE = """
import asyncio, pkgutil
import bot.spotify
from bot.spotify import FileTokens, MemoryTokens, Spotify, errors
from bot.spotify.sign_in import Callback
for name in bot.spotify.__all__:
    getattr(bot.spotify, name)
for module in pkgutil.walk_packages(bot.spotify.__path__, "bot.spotify."):
    if not module.name.endswith("__main__"):
        __import__(module.name)

async def main():
    async with Spotify("c11e47", redirect_uri="http://127.0.0.1:1/callback") as spotify:
        print(spotify.session(MemoryTokens()).ask("user-top-read").scopes)
        try:
            await spotify.sign_in("user-top-read", store="folder", open_browser=False)
        except errors.SpotifyError as error:
            print(error)
    try:
        Spotify.from_env(environment={})
    except errors.SpotifyError as error:
        print(error)

asyncio.run(main())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text("SPOTIFY_CLIENT_ID=c11e47\n", "utf-8")
    return tmp_path


def used_with(folder: Path, *packages: str) -> str:
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", ONLY + USE, ",".join(needed(*packages))],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_two_packages(folder: Path) -> None:
    """The client needs aiohttp and msgspec; what a missing extra would do is said in one sentence."""
    out = used_with(folder, "aiohttp", "msgspec")
    assert "user-top-read" in out
    assert "keeping tokens in a file needs filelock (pip install filelock)" in out
    assert "wasn't read: that needs python-dotenv (pip install python-dotenv)." in out


def test_extras(folder: Path) -> None:
    """With filelock and python-dotenv, the same program finds its file and its settings."""
    out = used_with(folder, "aiohttp", "msgspec", "filelock", "python-dotenv")
    assert "no address was pasted" in out
    assert "needs" not in out
