"""Everything that is stored sealed, in MongoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bson import Int64

from bot.mongo.database import unavailable_when_failing
from bot.mongo.notices import NOTICE
from bot.stores.notices import NoticeKind
from bot.stores.sealed import SealedKind, SealedRow

if TYPE_CHECKING:
    from bot.mongo.database import Mongo


class MongoSealedRows:
    def __init__(self, database: Mongo) -> None:
        self._accounts = database["accounts"]
        self._attempts = database["attempts"]
        self._notices = database["notices"]

    async def everything(self) -> tuple[SealedRow, ...]:
        with unavailable_when_failing():
            accounts = await self._accounts.find({}, {"tokens": 1}).sort("_id").to_list(None)
            attempts = await self._attempts.find({}, {"secrets": 1}).sort("_id").to_list(None)
            waiting = (
                await self._notices.find({"due_at": {"$exists": True}}, {"body": 1}).sort("_id").to_list(None)
            )
        notices = [NOTICE.unpack(each["body"]) for each in waiting]
        return (
            *(SealedRow(SealedKind.ACCOUNT, int(each["_id"]), each["tokens"]) for each in accounts),
            *(SealedRow(SealedKind.ATTEMPT, int(each["_id"]), each["secrets"]) for each in attempts),
            *(
                SealedRow(SealedKind.REPLY, one.notice_id, str(one.facts["token"]).encode())
                for one in notices
                if one.kind is NoticeKind.REPLY
            ),
        )

    async def replace(self, row: SealedRow, sealed: bytes) -> bool:
        match row.kind:
            case SealedKind.ACCOUNT:
                collection, field = self._accounts, "tokens"
            case SealedKind.ATTEMPT:
                collection, field = self._attempts, "secrets"
            case SealedKind.REPLY:
                return await self._replace_reply(row, sealed)
        with unavailable_when_failing():
            result = await collection.update_one(
                {"_id": Int64(row.key), field: row.sealed}, {"$set": {field: sealed}}
            )
        return bool(result.matched_count)

    async def _replace_reply(self, row: SealedRow, sealed: bytes) -> bool:
        with unavailable_when_failing():
            document = await self._notices.find_one({"_id": row.key, "due_at": {"$exists": True}})
            notice = NOTICE.unpack(document["body"]) if document else None
            if document is None or notice is None or notice.facts["token"] != row.sealed.decode():
                return False
            anew = replace(notice, facts=notice.facts | {"token": sealed.decode()})
            # Nothing else of a body ever changes, and it's gone once the notice is done.
            result = await self._notices.update_one(
                {"_id": row.key, "body": document["body"]}, {"$set": {"body": NOTICE.pack(anew)}}
            )
        return bool(result.matched_count)
