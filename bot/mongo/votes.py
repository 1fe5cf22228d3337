"""Votes in MongoDB: one document per member and ballot."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.mongo.database import unavailable_when_failing
from bot.stores.contributions import Tally

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection, Document


class MongoVotes:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def prepare(self) -> None:
        await self._collection.create_index([("ballot", 1), ("yes", 1)])
        await self._collection.create_index("member_id")

    async def erase_of(self, contribution_id: str, ballots: int) -> None:
        """ballots: how many it has had."""
        of_it = [_ballot(contribution_id, number) for number in range(1, ballots + 1)]
        await self._collection.delete_many({"ballot": {"$in": of_it}})

    async def cast(
        self, contribution_id: str, ballot_no: int, member_id: int, now: datetime, *, yes: bool
    ) -> bool:
        vote = document_of(contribution_id, ballot_no, member_id, yes=yes, at=now)
        with unavailable_when_failing():
            while True:
                with suppress(DuplicateKeyError):  # there already is a vote
                    await self._collection.insert_one(vote)
                    return True
                changed = await self._collection.update_one(
                    {"_id": vote["_id"], "ballot": vote["ballot"], "yes": not yes},
                    {"$set": {"yes": yes, "at": now}},
                )
                if changed.matched_count:
                    return True
                if await self.of_member(contribution_id, ballot_no, member_id) is yes:
                    return False

    async def tally(self, contribution_id: str, ballot_no: int, *, without: int | None = None) -> Tally:
        condition: Document = {"ballot": _ballot(contribution_id, ballot_no)}
        if without is not None:
            condition["member_id"] = {"$ne": Int64(without)}
        with unavailable_when_failing():
            groups = await self._collection.aggregate(
                [{"$match": condition}, {"$group": {"_id": "$yes", "n": {"$sum": 1}}}]
            ).to_list(None)
        counted = {group["_id"]: int(group["n"]) for group in groups}
        return Tally(yes=counted.get(True, 0), no=counted.get(False, 0))

    async def of_member(self, contribution_id: str, ballot_no: int, member_id: int) -> bool | None:
        ballot = _ballot(contribution_id, ballot_no)
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": f"{ballot} {member_id}", "ballot": ballot})
        return bool(document["yes"]) if document else None


def _ballot(contribution_id: str, ballot_no: int) -> str:
    return f"{contribution_id} {ballot_no}"


def document_of(contribution_id: str, ballot_no: int, member_id: int, *, yes: bool, at: datetime) -> Document:
    ballot = _ballot(contribution_id, ballot_no)
    return {
        "_id": f"{ballot} {member_id}",
        "ballot": ballot,
        "member_id": Int64(member_id),
        "yes": yes,
        "at": at,
    }
