"""`python -m bot backup` and `restore` as an operator types them: what they say, and their exit status."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.stores.backup import LAST_BACKUP
from tests.stores.records import account

ROOT = Path(__file__).parents[3]
KEY = new_key()


def run(folder: Path, *arguments: str, **changed: str) -> tuple[int, str]:
    """Exit status, and all it said."""
    settings = {
        "DISCORD_TOKEN": "a-token",
        "SPOTIFY_CLIENT_ID": "an-id",
        "SPOTIFY_CLIENT_SECRET": "a-secret",
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8080/callback",
        "TOKEN_KEYS": KEY,
    }
    ended = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=settings | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | changed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """With one linked account in its database."""
    async with sqlite.open_stores(tmp_path / "data" / "mixtape.sqlite3", Sealer([KEY])) as stores:
        await stores.accounts.link(account())
    return tmp_path


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_help(tmp_path: Path, name: str) -> None:
    """Each explains itself, needs a file, and takes no settings that are wrong."""
    status, said = run(tmp_path, name, "--help")
    assert status == 0
    assert "FILE" in said
    assert "Exit status" in said
    assert run(tmp_path, name)[0] == 2
    assert run(tmp_path, name, "x.backup", WEB_PORT="v4lue")[0] == 78


def test_saved_and_restored(folder: Path) -> None:
    """Both say what they did and what to do next; the second refuses until it's told to replace."""
    status, said = run(folder, "backup", "x.backup")
    assert status == 0
    for words in ("Saved", "as of one moment", "The keys aren't in it. Back up TOKEN_KEYS too"):
        assert words in said
    status, said = run(folder, "restore", "x.backup")
    assert status == 69
    assert "Nothing was changed" in said
    assert "--replace" in said
    status, said = run(folder, "restore", "x.backup", "--replace")
    assert status == 0
    assert "1 link." in said
    assert "Now start the bot" in said


def test_remembered(folder: Path) -> None:
    """The database remembers when a backup began, for the doctor; neither the next backup nor a restore brings it."""

    def remembered() -> list[tuple[str]]:
        with closing(sqlite3.connect(folder / "data" / "mixtape.sqlite3")) as database:
            return database.execute("SELECT value FROM key_values WHERE key = ?", (LAST_BACKUP,)).fetchall()

    assert run(folder, "backup", "first.backup")[0] == 0
    assert len(remembered()) == 1
    assert run(folder, "backup", "second.backup")[0] == 0
    assert LAST_BACKUP.encode() not in gzip.decompress((folder / "second.backup").read_bytes())
    assert run(folder, "restore", "second.backup", "--replace")[0] == 0
    assert remembered() == []


def test_not_remembered(folder: Path) -> None:
    """A database that can be read and not written still gets a backup, and it says what that means for the doctor."""
    with closing(sqlite3.connect(folder / "data" / "mixtape.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        status, said = run(folder, "backup", "x.backup")
    assert status == 0
    assert "Saved" in said
    assert "`doctor` won't count this backup" in said
    assert (folder / "x.backup").exists()


def test_refused(folder: Path) -> None:
    """Without a file, a database or a folder to write to: status 69, and a sentence that says which."""
    status, said = run(folder, "restore", "none.backup")
    assert status == 69
    assert "none.backup can't be read (No such file or directory)" in said
    status, said = run(folder, "backup", "x.backup", DATA_DIR="elsewhere")
    assert status == 69
    assert "there is no file elsewhere/mixtape.sqlite3" in said
    assert not (folder / "x.backup").exists()
    status, said = run(folder, "backup", "nowhere/x.backup")
    assert status == 69
    assert "nowhere/x.backup can't be written (No such file or directory)" in said


def test_other_keys(folder: Path) -> None:
    """With keys that open nothing, it names where they are and the ways out; the last of these leaves the links out."""
    assert run(folder, "backup", "x.backup")[0] == 0
    status, said = run(folder, "restore", "x.backup", "--replace", TOKEN_KEYS=new_key())
    assert status == 69
    for words in ("the keys in TOKEN_KEYS", "1 of 1 linked", "Nothing was changed", "--forget-unreadable"):
        assert words in said
    status, said = run(
        folder, "restore", "x.backup", "--replace", "--forget-unreadable", TOKEN_KEYS=new_key()
    )
    assert status == 0
    assert "0 links. Left out: 1 link." in said
