"""Link attempts in MongoDB: one document per member."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bson import Int64

from bot.mongo.database import put, unavailable_when_failing
from bot.sealing import SealBrokenError
from bot.stores import LinkAttempt, LinkStatus

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection, Document
    from bot.sealing import Sealer

log = logging.getLogger(__name__)


class MongoAttempts:
    def __init__(self, collection: Collection, sealer: Sealer) -> None:
        self._collection = collection
        self._sealer = sealer

    async def prepare(self) -> None:
        await self._collection.create_index("token_hash")
        await self._collection.create_index("cookie_hash")

    async def put(self, attempt: LinkAttempt) -> None:
        with unavailable_when_failing():
            await put(self._collection, self._document(attempt))

    async def of_member(self, member_id: int, now: datetime) -> LinkAttempt | None:
        return await self._find({"_id": Int64(member_id)}, now)

    async def by_token(self, token_hash: bytes, now: datetime) -> LinkAttempt | None:
        return await self._find({"token_hash": token_hash}, now)

    async def by_cookie(self, cookie_hash: bytes, now: datetime) -> LinkAttempt | None:
        return await self._find({"cookie_hash": cookie_hash}, now)

    async def swap(self, old: LinkAttempt, new: LinkAttempt) -> LinkAttempt | None:
        stored = replace(new, attempt_id=old.attempt_id, member_id=old.member_id, version=old.version + 1)
        with unavailable_when_failing():
            result = await self._collection.replace_one(_exactly(old), self._document(stored))
        return stored if result.matched_count else None

    async def erase(self, attempt: LinkAttempt) -> bool:
        with unavailable_when_failing():
            result = await self._collection.delete_one(_exactly(attempt))
        return result.deleted_count == 1

    async def erase_of_member(self, member_id: int) -> None:
        with unavailable_when_failing():
            await self._collection.delete_one({"_id": Int64(member_id)})

    async def sweep(self, now: datetime) -> int:
        with unavailable_when_failing():
            result = await self._collection.delete_many({"expires_at": {"$lte": now}})
        return result.deleted_count

    async def _find(self, condition: Document, now: datetime) -> LinkAttempt | None:
        with unavailable_when_failing():
            document = await self._collection.find_one(condition | {"expires_at": {"$gt": now}})
        return self._record(document) if document else None

    def _document(self, attempt: LinkAttempt) -> Document:
        return {
            "_id": Int64(attempt.member_id),
            "attempt_id": attempt.attempt_id,
            "member_name": attempt.member_name,
            "status": attempt.status.value,
            "scopes": sorted(attempt.scopes),
            "expires_at": attempt.expires_at,
            "token_hash": attempt.token_hash,
            "state_hash": attempt.state_hash,
            "cookie_hash": attempt.cookie_hash,
            "code_hash": attempt.code_hash,
            "tries_left": attempt.tries_left,
            "secrets": self._sealer.seal_attempt(attempt),
            "version": attempt.version,
        }

    def _record(self, document: Document) -> LinkAttempt | None:
        member_id, attempt_id = int(document["_id"]), document["attempt_id"]
        try:
            secrets = self._sealer.open_attempt(attempt_id, member_id, document["secrets"])
        except SealBrokenError as error:
            log.error("link attempt %s of member %s: %s", attempt_id, member_id, error)  # noqa: TRY400 - the text says it all
            return None  # treated as expired: the member starts over
        return LinkAttempt(
            attempt_id=attempt_id,
            member_id=member_id,
            member_name=document["member_name"],
            status=LinkStatus(document["status"]),
            scopes=frozenset(document["scopes"]),
            expires_at=document["expires_at"],
            token_hash=document["token_hash"],
            state_hash=document["state_hash"],
            verifier=secrets.verifier,
            cookie_hash=document["cookie_hash"],
            code_hash=document["code_hash"],
            tries_left=document["tries_left"],
            pending=secrets.pending,
            username=secrets.username,
            version=document["version"],
        )


def _exactly(attempt: LinkAttempt) -> Document:
    return {
        "_id": Int64(attempt.member_id),
        "attempt_id": attempt.attempt_id,
        "version": attempt.version,
    }
