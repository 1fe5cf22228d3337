"""Contributions to shared playlists in MongoDB. Counting them is in `counting.py`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.mongo.contribution_documents import BODY, changed, inserted
from bot.mongo.counting import Counting
from bot.mongo.database import drop_indexes, unavailable_when_failing
from bot.mongo.history import insert_new
from bot.mongo.outboxes import place
from bot.stores.contributions import INSIDE

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from collections.abc import Sequence

    from bot.mongo.counters import Counters
    from bot.mongo.database import Collection, Document
    from bot.mongo.guilds import Guilds
    from bot.mongo.history import MongoHistory
    from bot.mongo.outboxes import Outboxes
    from bot.mongo.votes import MongoVotes
    from bot.stores.contributions import Contribution, Recording, State
    from bot.stores.history import Event
    from bot.stores.notices import Notice

_AT_ONCE: Final = 100  # documents in one request: a slow server has 5 s for it


class MongoContributions(Counting):
    def __init__(
        self,
        collection: Collection,
        guilds: Guilds,
        outboxes: Outboxes,
        counters: Counters,
        *,
        history: MongoHistory,
        votes: MongoVotes,
    ) -> None:
        super().__init__(collection, guilds)
        self._history = history
        self._votes = votes
        self._outboxes = outboxes
        self._counters = counters

    async def prepare(self) -> None:
        await self._collection.create_index([("guild_id", 1), ("origin", 1)], unique=True)
        await self._collection.create_index([("guild_id", 1), ("_id", 1)])
        for fields in (
            ("state", "place", "created_at"),
            ("state", "created_at", "member_id", "duration_ms", "round_no"),
            ("member_id", "state", "created_at", "round_no"),
            ("artist_ids", "state"),
            ("uri",),
            ("asked_uri",),
            ("isrc",),
            ("fingerprint",),
            ("batch_id",),
        ):
            await self._collection.create_index([(name, 1) for name in ("guild_id", "list_id", *fields)])
        for field in ("state", "member_id"):
            await self._collection.create_index([(field, 1), ("list_id", 1)])
        await self._collection.create_index(
            [("guild_id", 1), ("list_id", 1), ("ballot_ends", 1)],
            partialFilterExpression={"ballot_ends": {"$exists": True}},  # of open ones
        )
        for field in ("ballot_ends", "unshown"):
            await self._collection.create_index(field, sparse=True)
        await drop_indexes(self._collection, lambda first: first in {"list_id", "origin"})  # an older bot's

    async def add(self, contribution: Contribution, *events: Event) -> Contribution:
        document = inserted(replace(contribution, version=1), events)
        with unavailable_when_failing():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                there = await self._collection.find_one(_from(contribution.guild_id, contribution.origin))
                if there is None:
                    raise  # its ID belongs to another
                document = there
        await self._outboxes.empty(self._collection, place(document), document)
        if contribution.number is not None:
            await self._counters.leave_behind(_numbers(contribution.list_id), contribution.number)
        return BODY.unpack(document["body"])

    async def add_all(self, contributions: Sequence[Contribution]) -> int:
        added = 0
        for start in range(0, len(contributions), _AT_ONCE):
            several = contributions[start : start + _AT_ONCE]
            with unavailable_when_failing():
                added += await insert_new(
                    self._collection, [inserted(replace(one, version=1)) for one in several]
                )
            for list_id in {one.list_id for one in several}:
                number = max(one.number or 0 for one in several if one.list_id == list_id)
                if number:
                    await self._counters.leave_behind(_numbers(list_id), number)
        return added

    async def get(self, guild_id: int, contribution_id: str) -> Contribution | None:
        return await self._one({"_id": contribution_id, "guild_id": Int64(guild_id)})

    async def by_origin(self, guild_id: int, origin: str) -> Contribution | None:
        return await self._one(_from(guild_id, origin))

    async def by_origins(self, guild_id: int, origins: Several[str]) -> tuple[Contribution, ...]:
        condition = {"guild_id": Int64(guild_id), "origin": {"$in": sorted(set(origins))}}
        return await self._all(condition, ("_id", 1))

    async def several(self, guild_id: int, contribution_ids: Sequence[str]) -> tuple[Contribution, ...]:
        condition: Document = {"guild_id": Int64(guild_id), "_id": {"$in": list(contribution_ids)}}
        found = {one.contribution_id: one for one in await self._all(condition, ("_id", 1))}
        return tuple(found[each] for each in dict.fromkeys(contribution_ids) if each in found)

    async def swap(
        self, old: Contribution, new: Contribution, *events: Event, notices: Sequence[Notice] = ()
    ) -> Contribution | None:
        stored = replace(
            new,
            contribution_id=old.contribution_id,
            origin=old.origin,
            list_id=old.list_id,
            guild_id=old.guild_id,
            version=old.version + 1,
        )
        with unavailable_when_failing():
            update = changed(stored, events, notices)
            swapped = await self._outboxes.change(self._collection, _place(old), old.version, update)
        return stored if swapped else None

    async def erase(self, contribution: Contribution) -> bool:
        key, ballot = contribution.contribution_id, contribution.ballot
        condition = _place(contribution) | {"version": contribution.version, "untold": {"$exists": False}}
        with unavailable_when_failing():
            if await self._collection.find_one(condition, {"_id": 1}) is None:
                return False
            await self._votes.erase_of(key, ballot.number if ballot is not None else 0)
            await self._history.erase_of(contribution.list_id, key)
            return (await self._collection.delete_one(condition)).deleted_count == 1

    async def next_number(self, list_id: str, *, block: int = 1) -> int:
        return await self._counters.take(_numbers(list_id), block)

    async def in_state(
        self, list_id: str, states: Several[State], *, limit: int, after: int = 0
    ) -> tuple[Contribution, ...]:
        # Those without a number have place 0, before all others.
        condition = await self._in(list_id, states) | {"place": {"$gt": Int64(after or -1)}}
        return await self._all(condition, ("place", 1), ("created_at", 1), limit=limit)

    async def of_batch(self, list_id: str, batch_id: str) -> tuple[Contribution, ...]:
        return await self._all(await self._guilds.within(list_id) | {"batch_id": batch_id}, ("place", 1))

    async def alike(self, list_id: str, recordings: Several[Recording]) -> tuple[Contribution, ...]:
        uris = {one.uri for one in recordings}
        marks = {
            "uri": uris,
            "asked_uri": uris,
            "isrc": {one.isrc for one in recordings if one.isrc},
            "fingerprint": {one.fingerprint for one in recordings if one.fingerprint},
        }
        here = await self._guilds.within(list_id)
        found: dict[str, Contribution] = {}
        # One query for each, in its own index: not every server uses indexes for `$or`.
        for name, several in marks.items():
            if several:
                condition = here | {name: {"$in": sorted(several)}}
                found |= {one.contribution_id: one for one in await self._all(condition, ("created_at", 1))}
        return tuple(sorted(found.values(), key=lambda one: (one.created_at, one.contribution_id)))

    async def of_uris(
        self, list_id: str, uris: Several[str], states: Several[State] = INSIDE
    ) -> tuple[Contribution, ...]:
        if not uris:
            return ()
        condition = await self._in(list_id, states) | {"uri": {"$in": sorted(set(uris))}}
        return await self._all(condition, ("place", 1))

    async def latest_of(
        self, list_id: str, member_id: int, states: Several[State], limit: int = 1
    ) -> tuple[Contribution, ...]:
        condition = await self._in(list_id, states) | {"member_id": Int64(member_id)}
        return await self._all(condition, ("created_at", -1), limit=limit)

    async def lists_with(self, states: Several[State]) -> frozenset[str]:
        with unavailable_when_failing():
            found = await self._collection.distinct("list_id", {"state": {"$in": sorted(states)}})
        return frozenset(found)

    async def undecided(self, *, list_id: str | None = None) -> tuple[Contribution, ...]:
        condition: Document = {"ballot_ends": {"$exists": True}}
        if list_id is not None:
            condition |= await self._guilds.within(list_id)
        return await self._all(condition, ("ballot_ends", 1))

    async def unshown(self) -> tuple[Contribution, ...]:
        return await self._all({"unshown": True}, ("created_at", 1))

    async def _one(self, condition: Document) -> Contribution | None:
        with unavailable_when_failing():
            document = await self._collection.find_one(condition)
        return BODY.unpack(document["body"]) if document else None

    async def _all(
        self, condition: Document, *order: tuple[str, int], limit: int | None = None
    ) -> tuple[Contribution, ...]:
        if limit == 0:  # which MongoDB reads as no limit
            return ()
        with unavailable_when_failing():
            documents = (
                await self._collection.find(condition, {"body": 1})
                .sort([*order, ("_id", order[0][1])])
                .limit(limit or 0)
                .to_list(None)
            )
        return tuple(BODY.unpack(document["body"]) for document in documents)


def _from(guild_id: int, origin: str) -> Document:
    return {"guild_id": Int64(guild_id), "origin": origin}


def _place(contribution: Contribution) -> Document:
    return {"_id": contribution.contribution_id, "guild_id": Int64(contribution.guild_id)}


def _numbers(list_id: str) -> str:
    return f"number {list_id}"
