"""Nothing but what was lent can be written to, however somebody asks."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.services import shared as package
from bot.services.shared.playlist_access.provisioning import Provisioning
from bot.shared_errors import (
    ListBusyError,
    ListChangedError,
    ListClosedError,
    ListNotFoundError,
    ListOutOfReachError,
    ListPausedError,
    OwnerChangedAccountError,
    PlaylistLentError,
)
from bot.stores.lists import ListStatus
from tests.bot.services.shared.outbox.outbox_desk import OWNER

if TYPE_CHECKING:
    from sandbox.fake_spotify.catalogue import Track
    from tests.bot.services.shared.outbox.outbox_desk import Desk

CHANGING = {
    "add_items",
    "add_many_items",
    "replace_items",
    "move_items",
    "remove_items",
    "change_playlist",
    "create_playlist",
    "upload_cover",
    "save",
    "unsave",
}
THE_ONE = "playlist_access/playlist.py"
BEFORE_IT_IS_LENT = {
    "playlist_access/provisioning.py": {"add_items"}
}  # fills what it has just made, which is nobody's yet


def changing_calls(source: str) -> set[str]:
    """Names of methods that change something at Spotify, and are mentioned."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in CHANGING
    }


def test_only_one_module_changes_anything() -> None:
    """No module about shared playlists but the one calls a method of the client that changes something."""
    assert package.__file__ is not None
    folder = Path(package.__file__).parent
    guilty = {
        path.relative_to(folder).as_posix(): changing_calls(path.read_text("utf-8"))
        for path in folder.rglob("*.py")
    }
    assert guilty.pop(THE_ONE)
    assert {name: calls for name, calls in guilty.items() if calls} == BEFORE_IT_IS_LENT


def test_it_would_be_noticed() -> None:
    """A module that calls Spotify past the writer is found."""
    assert changing_calls("async def f(client): await client.add_items(1, 2, 3)") == {"add_items"}


async def refused(desk: Desk, error: type[Exception], **changes: object) -> None:
    """With these changes to the list after the writer was made, or at its making, nothing can be written."""
    shared, playlist = await desk.lend()
    uris = [desk.spotify.known.plain.uri]
    async with desk.dispatcher.exclusive(shared) as access:
        current = await desk.stores.lists.by_id(shared.list_id)
        assert current is not None
        await desk.stores.lists.swap(current, replace(current, **changes))  # type: ignore[arg-type] # fields
        for write in (access.add(uris), access.remove(uris), access.move(0, 1), access.details(name="Mine")):
            with pytest.raises(error):
                await write
    assert playlist.uris == []
    assert playlist.name == "Tape"


async def test_closed(desk: Desk) -> None:
    """A list that was given back."""
    await refused(desk, ListClosedError, status=ListStatus.CLOSED)


async def test_paused(desk: Desk) -> None:
    """A list that is paused."""
    await refused(desk, ListPausedError, status=ListStatus.PAUSED)


async def test_another_playlist(desk: Desk) -> None:
    """A list that stands for another playlist by now: neither that one nor the former one is touched."""
    other = desk.spotify.new_playlist("ada", "Private")
    await refused(desk, ListChangedError, playlist_id=other.id)
    assert other.uris == []


async def test_owner_with_another_account(desk: Desk) -> None:
    """An owner who has linked another account than the one that lent the list."""
    await desk.link("grace", "grace-account")
    await refused(desk, OwnerChangedAccountError)


async def test_owner_without_account(desk: Desk) -> None:
    """An owner who has unlinked; it is said of them, not of whoever asks."""
    await desk.stores.accounts.unlink(OWNER)
    await refused(desk, ListOutOfReachError)


async def test_another_guild(desk: Desk, tracks: list[Track]) -> None:
    """A list of another guild, whatever record somebody holds of it."""
    shared, playlist = await desk.lend()
    forged = replace(shared, guild_id=11)
    async with desk.dispatcher.exclusive(forged) as access:
        for call in (access.add([tracks[0].uri]), access.page(0), access.playlist()):
            with pytest.raises(ListNotFoundError):
                await call
        with pytest.raises(ListChangedError):
            access.rebound(shared)
    assert playlist.uris == []


async def test_forged_playlist(desk: Desk, tracks: list[Track]) -> None:
    """A record of the list that names another playlist than the store does."""
    shared, _ = await desk.lend()
    other = desk.spotify.new_playlist("ada", "Private")
    async with desk.dispatcher.exclusive(replace(shared, playlist_id=other.id)) as access:
        with pytest.raises(ListChangedError):
            await access.add([tracks[0].uri])
    with pytest.raises(ListChangedError):
        desk.lent().access(shared, archive=True)
    assert other.uris == []


async def test_without_a_turn(desk: Desk, tracks: list[Track]) -> None:
    """Who has not taken a turn can read, and not write; nor is anybody else's turn disturbed."""
    shared, playlist = await desk.lend("Tape", tracks[0])
    access = desk.lent().access(shared)
    assert (await access.read_all()).uris == (tracks[0].uri,)
    with pytest.raises(ListBusyError):
        await access.add([tracks[1].uri])
    assert playlist.uris == [tracks[0].uri]


async def test_archive(desk: Desk, tracks: list[Track]) -> None:
    """In the same turn the list's archive can be written, once the list has one."""
    shared, playlist = await desk.lend()
    async with desk.dispatcher.exclusive(shared) as access:
        made = await desk.lent().create(OWNER, "Archive", public=False)
        kept = await desk.stores.lists.swap(shared, replace(shared, archive_id=made.id))
        assert kept is not None
        await access.rebound(kept, archive=True).add([tracks[0].uri])
    assert desk.spotify.playlist(made.id).uris == [tracks[0].uri]
    assert playlist.uris == []


async def test_filling_new_ones(desk: Desk, tracks: list[Track]) -> None:
    """Only a playlist that was made for the owner can be filled before it is lent, and then no longer."""
    stores = desk.stores
    new = Provisioning(desk.keeper, desk.client, desk.lent(), stores.lists, stores.values)
    other = desk.spotify.new_playlist("ada", "Private")
    with pytest.raises(ListChangedError):
        await new.append(OWNER, other.id, [tracks[0].uri])
    made = await new.make(OWNER, "Tape", public=True)
    await new.append(OWNER, made.id, [tracks[0].uri])
    with pytest.raises(ListChangedError):
        await new.append(8, made.id, [tracks[1].uri])
    shared, _ = await desk.lend("Other")
    assert await stores.lists.swap(shared, replace(shared, playlist_id=made.id))
    with pytest.raises(PlaylistLentError):
        await new.append(OWNER, made.id, [tracks[1].uri])
    assert desk.spotify.playlist(made.id).uris == [tracks[0].uri]
    assert other.uris == []


async def test_read_all(desk: Desk, tracks: list[Track]) -> None:
    """All of a long playlist, in order, with its progress, in no more calls than it has pages."""
    shared, playlist = await desk.lend()
    playlist.add([track.uri for track in tracks] * 3)
    told: list[tuple[int, int]] = []

    async def tell(done: int, total: int) -> None:
        told.append((done, total))

    before = len(desk.spotify.calls)
    contents = await desk.lent().access(shared).read_all(tell)
    assert list(contents.uris) == playlist.uris
    assert contents.snapshot_id == playlist.snapshot_id
    assert len(desk.spotify.calls) - before == 12
    assert told[-1] == (600, 600)
    assert told == sorted(told)
