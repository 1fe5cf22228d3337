"""Shared playlists in MongoDB: one document each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing
from bot.mongo.outboxes import and_outbox, place, with_outbox
from bot.shared_errors import ListNameTakenError, PlaylistLentError
from bot.stores.bodies import Body
from bot.stores.lists import ListStatus, SharedPlaylist, name_key, playlists_of

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Sequence

    from bot.mongo.database import Collection, Document
    from bot.mongo.outboxes import Outboxes
    from bot.stores.history import Event
    from bot.stores.lists import Trouble
    from bot.stores.notices import Notice

_BODY: Final = Body(SharedPlaylist)
NO_TROUBLE: Final = ""


class MongoLists:
    def __init__(self, collection: Collection, outboxes: Outboxes) -> None:
        self._collection = collection
        self._outboxes = outboxes

    async def prepare(self) -> None:
        await self._collection.create_index("name_taken", unique=True)
        await self._collection.create_index("playlist_taken", unique=True)
        await self._collection.create_index([("guild_id", 1), ("is_open", 1)])
        await self._collection.create_index([("owner_id", 1), ("is_open", 1)])
        await self._collection.create_index([("is_open", 1), ("guild_id", 1)])
        await self._collection.create_index([("trouble", 1), ("is_open", 1)])
        await self._collection.create_index([("uses", 1), ("is_open", 1)])
        await self._collection.create_index("blocked_members")
        await self._complete()

    async def _complete(self) -> None:
        """Documents stored before there were all fields."""
        for field in ("trouble", "uses", "blocked_members"):
            async for document in self._collection.find({field: {"$exists": False}}):
                fields = _fields(_BODY.unpack(document["body"]))
                await self._collection.update_one(
                    {"_id": document["_id"], "version": document["version"]}, {"$set": {field: fields[field]}}
                )

    async def create(self, playlist: SharedPlaylist, *events: Event) -> SharedPlaylist:
        stored = replace(playlist, version=1)
        document = with_outbox(document_of(stored), events)
        with unavailable_when_failing():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                await self._raise_taken(stored)
                raise
        await self._outboxes.empty(self._collection, place(document), document)
        return stored

    async def get(self, guild_id: int, list_id: str) -> SharedPlaylist | None:
        found = await self.by_id(list_id)  # by ID alone, which needs no query plan
        return found if found is not None and found.guild_id == guild_id else None

    async def by_id(self, list_id: str) -> SharedPlaylist | None:
        return await self._one({"_id": list_id})

    async def of_guild(self, guild_id: int) -> tuple[SharedPlaylist, ...]:
        found = await self._all({"guild_id": Int64(guild_id), "is_open": True})
        return tuple(sorted(found, key=lambda playlist: name_key(playlist.name)))

    async def of_owner(self, owner_id: int) -> tuple[SharedPlaylist, ...]:
        return await self._all({"owner_id": Int64(owner_id), "is_open": True})

    async def using(self, playlist_ids: Several[str]) -> tuple[SharedPlaylist, ...]:
        return await self._all({"uses": {"$in": sorted(set(playlist_ids))}, "is_open": True})

    async def troubled(self, trouble: Trouble) -> tuple[SharedPlaylist, ...]:
        return await self._all({"trouble": trouble.value, "is_open": True})

    async def guilds(self) -> frozenset[int]:
        with unavailable_when_failing():
            return frozenset(map(int, await self._collection.distinct("guild_id", {"is_open": True})))

    async def open(self) -> tuple[SharedPlaylist, ...]:
        return await self._all({"is_open": True})

    async def swap(
        self, old: SharedPlaylist, new: SharedPlaylist, *events: Event, notices: Sequence[Notice] = ()
    ) -> SharedPlaylist | None:
        stored = replace(new, list_id=old.list_id, guild_id=old.guild_id, version=old.version + 1)
        with unavailable_when_failing():
            try:
                update = and_outbox({"$set": _fields(stored)}, events, notices)
                swapped = await self._outboxes.change(
                    self._collection, {"_id": old.list_id}, old.version, update
                )
            except DuplicateKeyError:
                await self._raise_taken(stored)
                raise
        return stored if swapped else None

    async def _raise_taken(self, playlist: SharedPlaylist) -> None:
        fields = _fields(playlist)
        for field, error in (
            ("name_taken", ListNameTakenError(playlist.name)),
            ("playlist_taken", PlaylistLentError("lent already")),
        ):
            if await self._collection.find_one({field: fields[field], "_id": {"$ne": playlist.list_id}}):
                raise error

    async def _one(self, condition: Document) -> SharedPlaylist | None:
        with unavailable_when_failing():
            document = await self._collection.find_one(condition)
        return _BODY.unpack(document["body"]) if document else None

    async def _all(self, condition: Document) -> tuple[SharedPlaylist, ...]:
        with unavailable_when_failing():
            documents = await self._collection.find(condition).sort("_id", 1).to_list(None)
        return tuple(_BODY.unpack(document["body"]) for document in documents)


def document_of(playlist: SharedPlaylist) -> Document:
    return {"_id": playlist.list_id, **_fields(playlist)}


def _fields(playlist: SharedPlaylist) -> Document:
    """Everything but the ID. Unique fields are always set: if the list is closed, to a value nobody else has."""
    is_open = playlist.status is not ListStatus.CLOSED
    return {
        "guild_id": Int64(playlist.guild_id),
        "owner_id": Int64(playlist.owner_id),
        "is_open": is_open,
        "name_taken": f"{playlist.guild_id} {name_key(playlist.name)}"
        if is_open
        else f"closed {playlist.list_id}",
        "playlist_taken": playlist.playlist_id if is_open else f"closed {playlist.list_id}",
        "version": playlist.version,
        "trouble": playlist.trouble or NO_TROUBLE,
        "uses": sorted(playlists_of(playlist)),
        "blocked_members": [Int64(member_id) for member_id in playlist.rules.blocked_members],
        "body": _BODY.pack(playlist),
    }
