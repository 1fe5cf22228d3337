"""The ledger of requests to Spotify, in MongoDB: one document per row, and one for each bucket's latest block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bson import Int64
from pymongo import UpdateOne

from bot.mongo.database import unavailable_when_failing
from bot.mongo.history import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.mongo.database import Collection, Document
    from bot.stores.process import Block, Row

BLOCK: Final = "spotify"  # of everything; that of a bucket has its name behind that
_AT_ONCE: Final = 100  # documents in one request


class MongoQuota:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._begins = 0  # nothing is left of the quarters before

    async def prepare(self) -> None:
        await self._collection.create_index("quarter")
        await self._collection.create_index("member_id", sparse=True)
        await self._collection.create_index("until", sparse=True)
        await self._move_old_counters()

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        with unavailable_when_failing():
            await self._add(spent)
            if oldest > self._begins:
                await self._collection.delete_many({"quarter": {"$lt": oldest}})
                self._begins = oldest
            for bucket, (until, used_up) in blocks.items():
                block = block_of(bucket, until, used_up=used_up)
                await insert_new(self._collection, [block])
                await self._collection.update_one(
                    {"_id": block["_id"], "until": {"$not": {"$gte": until}}},
                    {"$set": {"until": until, "used_up": used_up}},
                )
            closed = await self._collection.find({"until": {"$exists": True}}).to_list(None)
            rows = await self._collection.find({"quarter": {"$gte": since}}).to_list(None)
        counted = {
            (row["quarter"], row["kind"], row["guild_id"], row["member_id"]): row["requests"] for row in rows
        }
        blocked = {
            one["_id"].removeprefix(BLOCK).strip(): (one["until"], bool(one.get("used_up"))) for one in closed
        }
        return counted, blocked

    async def forget_member(self, member_id: int) -> None:
        with unavailable_when_failing():
            while row := await self._collection.find_one_and_delete({"member_id": Int64(member_id)}):
                await self._add({(row["quarter"], row["kind"], row["guild_id"], 0): row["requests"]})

    async def _add(self, spent: Mapping[Row, int]) -> None:
        rows = [(document_of(row), requests) for row, requests in spent.items()]
        for start in range(0, len(rows), _AT_ONCE):
            several = rows[start : start + _AT_ONCE]
            # Not upserts: two of one document can get in each other's way.
            await insert_new(self._collection, [empty for empty, _ in several])
            await self._collection.bulk_write(
                [
                    UpdateOne({"_id": empty["_id"]}, {"$inc": {"requests": requests}})
                    for empty, requests in several
                ],
                ordered=False,
            )

    async def _move_old_counters(self) -> None:
        """An older bot only counted by quarter, in the block's document."""
        old = await self._collection.find_one_and_update(
            {"_id": BLOCK, "spent": {"$exists": True}}, {"$unset": {"spent": ""}}
        )
        spent = (old or {}).get("spent", {})
        await self._add({(int(quarter), "all", 0, 0): requests for quarter, requests in spent.items()})


def block_of(bucket: str, until: datetime, *, used_up: bool) -> Document:
    return {"_id": f"{BLOCK} {bucket}".strip(), "until": until, "used_up": used_up}


def document_of(row: Row, requests: int = 0) -> Document:
    quarter, kind, guild_id, member_id = row
    return {
        "_id": f"{quarter} {kind} {guild_id} {member_id}",
        "quarter": quarter,
        "kind": kind,
        "guild_id": Int64(guild_id),
        "member_id": Int64(member_id),
        "requests": requests,
    }
