"""The key file is read again when it changes, replaced whole, and changed by one process at a time."""

from __future__ import annotations

import logging
import stat
from typing import TYPE_CHECKING

import pytest

from bot.key_file import KeyFile, KeyList, parsed, text_of
from bot.sealing import Sealer, digest_key, new_key

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, THREE = new_key(), new_key(), new_key()


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    path = tmp_path / "token.keys"
    path.write_text(f"{ONE}\n", "ascii")
    path.chmod(0o600)
    return KeyFile(path)


def test_text() -> None:
    """What is written reads the same, with the next key and former ones; commas and others' comments are understood."""
    for held in (KeyList((ONE, TWO, THREE), TWO), KeyList((ONE,), None, (TWO, THREE))):
        assert parsed(text_of(held)) == held
    assert parsed(f"# mine\n{ONE},{TWO}\n\n# old\n{THREE}\n") == KeyList((ONE, TWO, THREE))


def test_replaced(file: KeyFile) -> None:
    """A replaced file holds the new keys, is its owner's alone, and nothing is left beside it, not of a kill either."""
    file.path.with_name("token.keys.12345").write_text("a draft of a process that was killed")
    file.replace(KeyList((TWO, ONE)))
    assert KeyFile(file.path).load() == KeyList((TWO, ONE))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert list(file.path.parent.iterdir()) == [file.path]


def test_mode_is_kept(file: KeyFile) -> None:
    """A file whose access others decide about keeps it."""
    file.path.chmod(0o440)
    KeyFile(file.path, private=False).replace(KeyList((TWO,)))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o440


def test_read_again(file: KeyFile) -> None:
    """A sealer uses a key from the moment it's in the file: to open, and to seal once it's the first."""
    sealer = Sealer(file.load().keys, changed=file.changed, former=lambda: file.former)
    old = sealer.seal("kind", "owner", "value")
    other = KeyFile(file.path)
    other.replace(KeyList((ONE, TWO), TWO))
    assert sealer.open("kind", "owner", Sealer([TWO]).seal("kind", "owner", "value")) == "value"
    assert Sealer([ONE]).opens(sealer.seal("kind", "owner", "value"))
    other.replace(KeyList((TWO, ONE)))
    assert Sealer([TWO]).opens(sealer.seal("kind", "owner", "value"))
    assert sealer.place_of_key(old) == 1
    other.replace(KeyList((TWO,), former=(digest_key(ONE),)))
    assert not sealer.opens(old)
    assert sealer.digests("kind", "value") == Sealer([TWO, ONE]).digests("kind", "value")


@pytest.mark.parametrize("spoilt", ["empty", "gone", "open to others", "no file"])
def test_unusable(file: KeyFile, spoilt: str, caplog: pytest.LogCaptureFixture) -> None:
    """While the file can't be used, the keys it had still count, one line says so, and a good one is read again."""
    sealer = Sealer(file.load().keys, changed=file.changed)
    match spoilt:
        case "empty":
            file.path.write_text("")
        case "gone":
            file.path.unlink()
        case "open to others":
            file.path.write_text(f"{TWO}\n\n")
            file.path.chmod(0o644)
        case _:
            file.path.unlink()
            file.path.mkdir()
    for _ in range(3):
        assert Sealer([ONE]).opens(sealer.seal("kind", "owner", "value"))
    [said] = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert ONE not in said.getMessage()
    if spoilt == "no file":
        file.path.rmdir()
    file.path.write_text(f"{TWO}\n{ONE}\n")
    file.path.chmod(0o600)
    assert Sealer([TWO]).opens(sealer.seal("kind", "owner", "value"))


def test_one_at_a_time(file: KeyFile) -> None:
    """While one changes the file, another is told so; also if the file has already been replaced."""
    with file.alone() as mine:
        assert mine
        with KeyFile(file.path).alone() as theirs:
            assert not theirs
    with file.alone() as mine:
        file.replace(KeyList((TWO, ONE)))
        with KeyFile(file.path).alone() as theirs:
            assert not theirs
    with KeyFile(file.path).alone() as again:
        assert again
