"""The two stores of a session keep one promise: a change is made only to what the caller has seen."""

from __future__ import annotations

import asyncio
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.spotify.session_stores import FileTokens, KeptTokens, MemoryTokens

if TYPE_CHECKING:
    from pathlib import Path

    from bot.spotify.session_stores import TokenStore


def kept(name: str) -> KeptTokens:
    return KeptTokens(name, f"{name}-r", datetime(2026, 11, 20, 12, 0, tzinfo=UTC), frozenset({"a", "b"}))


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return MemoryTokens() if request.param == "memory" else FileTokens(tmp_path / "new" / "tokens.json")


async def test_only_what_was_seen(store: TokenStore) -> None:
    """Saving and deleting happen only if nobody has changed the tokens meanwhile, and say so."""
    first, second = kept("first"), kept("second")
    assert await store.load() is None
    assert await store.save(first, since=None)
    assert not await store.save(second, since=None)
    assert await store.load() == first
    assert await store.save(second, since=first)
    assert not await store.save(first, since=first)
    assert not await store.delete(since=first)
    assert await store.load() == second
    assert await store.delete(since=second)
    assert await store.load() is None
    assert await store.save(first, since=None)


async def test_one_of_many(store: TokenStore) -> None:
    """Of many changes to the same tokens exactly one is made."""
    results = await asyncio.gather(*(store.save(kept(str(number)), since=None) for number in range(20)))
    assert results.count(True) == 1
    assert await store.load() == kept(str(results.index(True)))


async def test_file_is_private(tmp_path: Path) -> None:
    """The file can be read by its user alone, from its first byte on, and nothing is left lying about."""
    path = tmp_path / "tokens.json"
    path.write_text("broken")
    path.chmod(0o644)
    store = FileTokens(path)
    assert await store.load() is None
    assert await store.save(kept("a"), since=None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["tokens.json", "tokens.json.lock"]


async def test_file_is_whole(tmp_path: Path) -> None:
    """When the new tokens cannot be written the old ones stay."""
    folder = tmp_path / "folder"
    store = FileTokens(folder / "tokens.json")
    assert await store.save(kept("a"), since=None)
    before = (folder / "tokens.json").stat().st_ino
    assert await store.save(kept("b"), since=kept("a"))
    assert (folder / "tokens.json").stat().st_ino != before  # another file took its place, in one step
    (folder / "tokens.json").unlink()
    (folder / "tokens.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        await store.save(kept("c"), since=None)
    assert names(folder) == ["tokens.json", "tokens.json.lock"]
