"""How many contributions there are, by whom and since when, in MongoDB: answered from the indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bson import Int64

from bot.mongo.database import unavailable_when_failing
from bot.stores.contributions import Share
from bot.stores.indexing import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection as Several
    from datetime import datetime

    from bot.mongo.database import Collection, Document
    from bot.mongo.guilds import Guilds
    from bot.stores.contributions import State


class Counting:
    """The counting part of the contributions store."""

    def __init__(self, collection: Collection, guilds: Guilds) -> None:
        self._collection = collection
        self._guilds = guilds

    async def count(
        self,
        list_id: str,
        states: Several[State],
        *,
        member_id: int | None = None,
        artist_id: str | None = None,
        since: datetime | None = None,
        round_no: int | None = None,
    ) -> int:
        condition = await self._in(list_id, states)
        if member_id is not None:
            condition["member_id"] = Int64(member_id)
        if artist_id is not None:
            condition["artist_ids"] = artist_id
        if since is not None:
            condition["created_at"] = {"$gte": since}
        if round_no is not None:
            condition["round_no"] = round_no
        with unavailable_when_failing():
            return await self._collection.count_documents(condition)

    async def shares(
        self, list_id: str, states: Several[State], *, since: datetime | None = None
    ) -> tuple[Share, ...]:
        condition = await self._in(list_id, states)
        if since is not None:
            condition["created_at"] = {"$gte": since}
        with unavailable_when_failing():
            groups = await self._collection.aggregate(
                [{"$match": condition}, {"$group": {"_id": "$member_id", "n": {"$sum": 1}}}]
            ).to_list(None)
        counted = sorted((-int(group["n"]), int(group["_id"])) for group in groups)
        return tuple(Share(None if member_id == NOBODY else member_id, -n) for n, member_id in counted)

    async def moments(
        self, list_id: str, states: Several[State], *, limit: int
    ) -> tuple[tuple[datetime, int | None, int], ...]:
        if limit == 0:  # which MongoDB reads as no limit
            return ()
        condition = await self._in(list_id, states)
        with unavailable_when_failing():
            documents = (
                await self._collection.find(
                    condition, {"_id": 0, "created_at": 1, "member_id": 1, "duration_ms": 1}
                )
                .sort("created_at", -1)
                .limit(limit)
                .to_list(None)
            )
        return tuple(
            (document["created_at"], int(document["member_id"]) or None, int(document["duration_ms"]))
            for document in documents
        )

    async def _in(self, list_id: str, states: Several[State]) -> Document:
        values = [state.value for state in states]
        # An equal value is followed further into an index than one of several, on any server.
        within = await self._guilds.within(list_id)
        return within | {"state": values[0] if len(values) == 1 else {"$in": values}}
