"""The key file is made once, for its owner alone, and never replaced."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from bot.key_file import KeyFile
from bot.sealing import Sealer
from bot.settings import SettingsError
from bot.token_keys import load_or_make

if TYPE_CHECKING:
    from pathlib import Path


def test_made_once(tmp_path: Path) -> None:
    """The first start makes a key, the second reads it; only the owner may read it; nothing else is left behind."""
    path = tmp_path / "data" / "token.keys"
    keys, made = load_or_make(KeyFile(path))
    assert made
    assert load_or_make(KeyFile(path)) == (keys, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert Sealer(keys).open("kind", "owner", Sealer(keys).seal("kind", "owner", "value")) == "value"


def test_several_keys(tmp_path: Path) -> None:
    """A key put before the old one is the newest; empty lines and comments do not count."""
    path = tmp_path / "token.keys"
    [old], _ = load_or_make(KeyFile(path))
    new = "A" * 43 + "="
    path.write_text(f"# since May\n{new}\n\n{old}\n", "ascii")
    assert load_or_make(KeyFile(path)) == ([new, old], False)


def test_open_to_others(tmp_path: Path) -> None:
    """A key file that other users can read is refused, with the command that repairs it."""
    path = tmp_path / "token.keys"
    load_or_make(KeyFile(path))
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        load_or_make(KeyFile(path))


@pytest.mark.parametrize("content", ["", "# nothing\n", "short\n", "kéy\n"])
def test_no_key(tmp_path: Path, content: str) -> None:
    """A file without a usable key is refused without showing what it holds, and is left as it is."""
    path = tmp_path / "token.keys"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError) as raised:
        load_or_make(KeyFile(path))
    assert not content or content not in str(raised.value)
    assert path.read_text("utf-8") == content


def test_byte_order_mark(tmp_path: Path) -> None:
    """A mark that an editor put before the keys is named, and nobody is told to remove the database for it."""
    path = tmp_path / "token.keys"
    path.write_text("\ufeff" + "A" * 43 + "=\n", "utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="byte order mark") as raised:
        load_or_make(KeyFile(path))
    assert "remove the database" not in str(raised.value)


def test_lost(tmp_path: Path) -> None:
    """Beside a database that needs its keys no new key is made."""
    database = tmp_path / "mixtape.sqlite3"
    database.touch()
    with pytest.raises(SettingsError, match="is missing"):
        load_or_make(KeyFile(tmp_path / "token.keys"), database=database)
    assert list(tmp_path.iterdir()) == [database]
