"""What shared playlists hold about one member, in MongoDB: read and removed in batches."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo import UpdateOne

from bot.mongo.contribution_documents import BODY, changed
from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import EVENT, members
from bot.mongo.outboxes import EMPTIED, notices_in, place, waiting_in
from bot.mongo.snapshots import SNAPSHOT, taken_by
from bot.mongo.snapshots import document_of as snapshot_of
from bot.stores.history import FORMER_MEMBER
from bot.stores.likes import Like
from bot.stores.personal_data import (
    LikeGiven,
    Vote,
    after_all,
    event_without_member,
    is_named,
    without_member,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from collections.abc import Collection as Several

    from bot.mongo.database import Collection, Document, Mongo
    from bot.mongo.guilds import Guilds
    from bot.mongo.history import MongoHistory
    from bot.mongo.notices import MongoNotices
    from bot.stores.contributions import Contribution

_AT_ONCE: Final = (
    20  # documents in one request: a small server writes each one to disk separately, and has 5 s
)


class MongoTraces:
    def __init__(self, database: Mongo, guilds: Guilds, history: MongoHistory, notices: MongoNotices) -> None:
        self._guilds = guilds
        self._contributions = database["contributions"]
        self._events = database["events"]
        self._lists = database["lists"]
        self._votes = database["votes"]
        self._likes = database["likes"]
        self._snapshots = database["snapshots"]
        self._values = database["key_values"]
        self._history = history
        self._notices = notices

    async def lists_about(self, member_id: int) -> frozenset[str]:
        member, untold = Int64(member_id), {"untold": True}  # an outbox may name anybody
        places: tuple[tuple[Collection, str, Document], ...] = (
            (self._lists, "_id", {"owner_id": member}),
            (self._lists, "_id", {"blocked_members": member}),
            (self._lists, "_id", untold),
            (self._contributions, "list_id", {"member_id": member}),
            (self._contributions, "list_id", untold),
            (self._events, "list_id", {"members": member}),
            (self._snapshots, "list_id", {"actor_id": taken_by(member_id)}),
            (self._likes, "list_id", {"member_id": member}),
        )
        found: set[str] = set()
        for collection, field, condition in places:  # one after the other, each in its own index
            with unavailable_when_failing():
                found.update(await collection.distinct(field, condition))
        async for votes in self.votes(member_id):
            found.update(vote.contribution.list_id for vote in votes if vote.contribution is not None)
        return frozenset(found)

    async def contributions(self, list_id: str, member_id: int) -> AsyncIterator[tuple[Contribution, ...]]:
        condition = await self._guilds.within(list_id) | {"member_id": Int64(member_id)}
        async for documents in self._parts(condition, of=self._contributions):
            yield tuple(BODY.unpack(document["body"]) for document in documents)

    async def votes(self, member_id: int) -> AsyncIterator[tuple[Vote, ...]]:
        async for documents in self._parts({"member_id": Int64(member_id)}, of=self._votes):
            about = [document["ballot"].split(" ") for document in documents]
            bodies = await self._by_id({key for key, _ in about})
            yield tuple(
                Vote(key, int(ballot_no), bool(document["yes"]), document["at"], bodies.get(key))
                for document, (key, ballot_no) in zip(documents, about, strict=True)
            )

    async def likes(self, member_id: int) -> AsyncIterator[tuple[LikeGiven, ...]]:
        async for documents in self._parts({"member_id": Int64(member_id)}, of=self._likes):
            bodies = await self._by_id({document["contribution_id"] for document in documents})
            yield tuple(
                LikeGiven(
                    Like(one["list_id"], one["recording"], member_id, one["contribution_id"], one["at"]),
                    bodies.get(one["contribution_id"]),
                )
                for one in documents
            )

    async def _by_id(self, contribution_ids: Several[str]) -> dict[str, Contribution]:
        with unavailable_when_failing():
            found = await self._contributions.find(
                {"_id": {"$in": sorted(contribution_ids)}}, {"body": 1}
            ).to_list(None)
        return {document["_id"]: BODY.unpack(document["body"]) for document in found}

    async def forget(self, list_id: str, member_id: int) -> None:
        # Contributions first: after that, what happens to them no longer mentions the member.
        here = await self._guilds.within(list_id)
        while documents := await self._some(here | {"member_id": Int64(member_id)}):
            await self._forget(documents, member_id)
        async for documents in self._parts(here | {"untold": True}, of=self._contributions):
            await self._forget(documents, member_id)
        await self._forget_waiting(list_id, member_id)
        while await self._forget_events(list_id, member_id):
            pass
        await self._forget_snapshots(list_id, member_id)

    async def forget_rest(self, member_id: int, facts: Several[str] = ()) -> None:
        with unavailable_when_failing():
            await self._votes.delete_many({"member_id": Int64(member_id)})
            await self._likes.delete_many({"member_id": Int64(member_id)})
            for beginning in facts:
                condition = {"_id": {"$gte": beginning, "$lt": after_all(beginning)}}
                for fact in await self._values.find(condition).to_list(None):
                    if is_named(member_id, fact["_id"], fact["value"]):
                        await self._values.delete_one({"_id": fact["_id"]})

    async def _forget(self, documents: list[Document], member_id: int) -> None:
        """Of contributions and of what's in their outboxes; skips whatever someone changes meanwhile."""
        await self._bring(documents, member_id)
        updates = []
        for document in documents:
            held = BODY.unpack(document["body"])
            new = without_member(held, member_id)
            if new == held and "untold" not in document:
                continue
            update = changed(replace(new, version=held.version + 1), ())
            update["$unset"] = update.get("$unset", {}) | EMPTIED
            updates.append(UpdateOne(place(document) | {"version": held.version}, update))
        if updates:
            with unavailable_when_failing():
                await self._contributions.bulk_write(updates, ordered=False)

    async def _forget_waiting(self, list_id: str, member_id: int) -> None:
        """The same for the list's own outbox."""
        with unavailable_when_failing():
            document = await self._lists.find_one({"_id": list_id, "untold": True})
        if document is None:
            return
        await self._bring([document], member_id)
        with unavailable_when_failing():
            await self._lists.update_one(
                {"_id": list_id, "version": document["version"]}, {"$unset": EMPTIED}
            )

    async def _bring(self, documents: list[Document], member_id: int) -> None:
        """Deliver what's in the outboxes, without the member.

        Under the same IDs: a process that is about to deliver the events itself comes too late.
        """
        events = [event for document in documents for event in waiting_in(document)]
        notices = [notice for document in documents for notice in notices_in(document)]
        await self._history.append(*(event_without_member(event, member_id) for event in events))
        await self._notices.add(*(notice for notice in notices if notice.member_id != member_id))

    async def _forget_events(self, list_id: str, member_id: int) -> bool:
        """Events, and the member's part in other people's contributions, which the events record."""
        with unavailable_when_failing():
            documents = (
                await self._events.find({"list_id": list_id, "members": Int64(member_id)}, {"body": 1})
                .limit(_AT_ONCE)
                .to_list(None)
            )
        events = [EVENT.unpack(document["body"]) for document in documents]
        touched = {event.contribution_id for event in events if event.actor_id == member_id} - {None}
        while touched:
            of_them: Document = {"_id": {"$in": sorted(key for key in touched if key)}}
            condition = await self._guilds.within(list_id) | of_them
            held = await self._some(condition)
            await self._forget(held, member_id)
            # Try those again that someone changed at this moment.
            again = [BODY.unpack(document["body"]) for document in await self._some(condition)]
            touched = {one.contribution_id for one in again if without_member(one, member_id) != one}
        anonymous = [event_without_member(event, member_id) for event in events]
        if anonymous:
            with unavailable_when_failing():
                await self._events.bulk_write(
                    [
                        UpdateOne(
                            {"_id": event.event_id, "list_id": list_id},
                            {"$set": {"members": members(event), "body": EVENT.pack(event)}},
                        )
                        for event in anonymous
                    ],
                    ordered=False,
                )
        return bool(documents)

    async def _forget_snapshots(self, list_id: str, member_id: int) -> None:
        with unavailable_when_failing():
            condition = {"list_id": list_id, "actor_id": taken_by(member_id)}
            async for document in self._snapshots.find(condition).batch_size(1):  # each can be large
                snapshot = SNAPSHOT.unpack(zlib.decompress(document["body"]))
                if snapshot.info.actor_id != member_id:
                    continue
                info = replace(snapshot.info, actor_id=FORMER_MEMBER)
                anonymous = snapshot_of(replace(snapshot, info=info))
                await self._snapshots.replace_one({"_id": document["_id"], "list_id": list_id}, anonymous)

    async def _some(self, condition: Document) -> list[Document]:
        with unavailable_when_failing():
            return await self._contributions.find(condition).limit(_AT_ONCE).to_list(None)

    async def _parts(self, condition: Document, *, of: Collection) -> AsyncIterator[list[Document]]:
        cursor = of.find(condition).batch_size(_AT_ONCE)
        while True:
            with unavailable_when_failing():
                documents = await cursor.to_list(_AT_ONCE)
            if not documents:
                return
            yield documents
