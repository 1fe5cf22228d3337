"""Shared playlists in SQLite."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.shared_errors import ListNameTakenError, PlaylistLentError
from bot.sqlite.history import append_events
from bot.sqlite.notices import add_notices
from bot.stores.bodies import Body
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus, SharedPlaylist, name_key, playlists_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.sqlite.database import Database, Row, Run
    from bot.stores.history import Event
    from bot.stores.lists import Trouble
    from bot.stores.notices import Notice

_BODY: Final = Body(SharedPlaylist)


class SqliteLists:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, playlist: SharedPlaylist, *events: Event) -> SharedPlaylist:
        stored = replace(playlist, version=1)
        async with self._database.transaction() as run:
            await _check_free(run, stored)
            await run(
                "INSERT INTO lists"
                " (guild_id, owner_id, is_open, name_key, playlist_id, version, trouble, body, list_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *columns(stored),
                stored.list_id,
            )
            await note_members(run, stored)
            await append_events(run, events)
        return stored

    async def get(self, guild_id: int, list_id: str) -> SharedPlaylist | None:
        return _one(
            await self._database.read(
                "SELECT body FROM lists WHERE list_id = ? AND guild_id = ?", list_id, guild_id
            )
        )

    async def by_id(self, list_id: str) -> SharedPlaylist | None:
        return _one(await self._database.read("SELECT body FROM lists WHERE list_id = ?", list_id))

    async def of_guild(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        return _all(
            await self._database.read(
                "SELECT body FROM lists WHERE guild_id = ? AND name_key IS NOT NULL ORDER BY name_key",
                guild_id,
            )
        )

    async def of_owner(self, owner_id: int) -> tuple[SharedPlaylist, ...]:
        return _all(
            await self._database.read(
                "SELECT body FROM lists WHERE owner_id = ? AND is_open = 1 ORDER BY list_id", owner_id
            )
        )

    async def using(self, playlist_ids: Collection[str]) -> tuple[SharedPlaylist, ...]:
        wanted = frozenset(playlist_ids)
        if not wanted:
            return ()
        named = " OR ".join(["instr(body, ?)"] * len(wanted))  # so that few have to be read as records
        rows = await self._database.read(
            f"SELECT body FROM lists WHERE is_open = 1 AND ({named}) ORDER BY list_id",  # noqa: S608 - marks only
            *sorted(wanted),
        )
        return tuple(one for one in _all(rows) if playlists_of(one) & wanted)

    async def troubled(self, trouble: Trouble) -> tuple[SharedPlaylist, ...]:
        return _all(
            await self._database.read(
                "SELECT body FROM lists WHERE is_open = 1 AND trouble = ? ORDER BY list_id", trouble
            )
        )

    async def guilds(self) -> frozenset[int]:
        rows = await self._database.read("SELECT DISTINCT guild_id FROM lists WHERE is_open = 1")
        return frozenset(guild_id for (guild_id,) in rows)

    async def open(self) -> tuple[SharedPlaylist, ...]:
        return _all(await self._database.read("SELECT body FROM lists WHERE is_open = 1 ORDER BY list_id"))

    async def swap(
        self, old: SharedPlaylist, new: SharedPlaylist, *events: Event, notices: Sequence[Notice] = ()
    ) -> SharedPlaylist | None:
        stored = replace(new, list_id=old.list_id, guild_id=old.guild_id, version=old.version + 1)
        async with self._database.transaction() as run:
            if not await run(
                "SELECT 1 FROM lists WHERE list_id = ? AND version = ?", old.list_id, old.version
            ):
                return None
            await _check_free(run, stored)
            await run(
                "UPDATE lists SET (guild_id, owner_id, is_open, name_key, playlist_id, version, trouble, body)"
                " = (?, ?, ?, ?, ?, ?, ?, ?) WHERE list_id = ?",
                *columns(stored),
                stored.list_id,
            )
            await note_members(run, stored)
            await append_events(run, events)
            await add_notices(run, notices)
        return stored


async def _check_free(run: Run, playlist: SharedPlaylist) -> None:
    """Raises ListNameTakenError or PlaylistLentError if another open list has the same name or playlist."""
    if playlist.status is ListStatus.CLOSED:
        return
    if await run(
        "SELECT 1 FROM lists WHERE guild_id = ? AND name_key = ? AND list_id <> ?",
        playlist.guild_id,
        name_key(playlist.name),
        playlist.list_id,
    ):
        raise ListNameTakenError(playlist.name)
    if await run(
        "SELECT 1 FROM lists WHERE playlist_id = ? AND list_id <> ?", playlist.playlist_id, playlist.list_id
    ):
        raise PlaylistLentError("already lent")


async def note_members(run: Run, playlist: SharedPlaylist) -> None:
    """Who it names, so that it's found by them."""
    await run("DELETE FROM list_members WHERE list_id = ?", playlist.list_id)
    for member_id in {playlist.owner_id, *playlist.rules.blocked_members} - {FORMER_MEMBER}:
        await run("INSERT INTO list_members (list_id, member_id) VALUES (?, ?)", playlist.list_id, member_id)


def columns(playlist: SharedPlaylist) -> Row:
    is_open = playlist.status is not ListStatus.CLOSED
    return (
        playlist.guild_id,
        playlist.owner_id,
        int(is_open),
        name_key(playlist.name) if is_open else None,
        playlist.playlist_id if is_open else None,
        playlist.version,
        playlist.trouble,
        _BODY.pack(playlist),
    )


def _one(rows: list[Row]) -> SharedPlaylist | None:
    return _BODY.unpack(rows[0][0]) if rows else None


def _all(rows: list[Row]) -> tuple[SharedPlaylist, ...]:
    return tuple(_BODY.unpack(body) for (body,) in rows)
