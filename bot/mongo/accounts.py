"""Linked Spotify accounts in MongoDB: one document per member."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bson import Int64
from pymongo.errors import DuplicateKeyError

from bot.errors import AccountTakenError, AccountUnreadableError
from bot.mongo.database import unavailable_when_failing
from bot.sealing import SealBrokenError
from bot.stores import Account

if TYPE_CHECKING:
    from datetime import datetime

    from bot.mongo.database import Collection, Document
    from bot.sealing import Sealer
    from bot.stores import Tokens

log = logging.getLogger(__name__)


class MongoAccounts:
    def __init__(self, collection: Collection, sealer: Sealer) -> None:
        self._collection = collection
        self._sealer = sealer

    async def prepare(self) -> None:
        await self._collection.create_index("account_id", unique=True)

    async def of_member(self, member_id: int) -> Account | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"_id": Int64(member_id)})
        return self._record(document) if document else None

    async def owner_of(self, account_id: str) -> int | None:
        with unavailable_when_failing():
            document = await self._collection.find_one({"account_id": account_id}, {"_id": 1})
        return int(document["_id"]) if document else None

    async def everyone(self) -> tuple[tuple[int, datetime], ...]:
        with unavailable_when_failing():
            documents = (
                await self._collection.find({}, {"authorized_at": 1})
                .sort([("authorized_at", 1), ("_id", 1)])
                .to_list(None)
            )
        return tuple((int(each["_id"]), each["authorized_at"]) for each in documents)

    async def unreadable(self) -> tuple[list[int], int]:
        with unavailable_when_failing():
            documents = await self._collection.find({}, {"tokens": 1}).sort("_id").to_list(None)
        lost = [int(each["_id"]) for each in documents if not self._sealer.opens(each["tokens"])]
        return lost, len(documents)

    async def link(self, account: Account) -> None:
        fields = {
            "account_id": account.account_id,
            "spotify_id": account.spotify_id,
            "scopes": sorted(account.scopes),
            "authorized_at": account.authorized_at,
            "tokens": self._sealer.seal_tokens(account),
        }
        with unavailable_when_failing():
            while True:
                try:
                    # One document, one step: there is never a moment without the old account, or with both.
                    changed = await self._collection.update_one(
                        {"_id": Int64(account.member_id)}, {"$set": fields, "$inc": {"version": 1}}
                    )
                    if not changed.matched_count:
                        await self._collection.insert_one(
                            {"_id": Int64(account.member_id), "version": 1, **fields}
                        )
                except DuplicateKeyError as error:
                    if await self.owner_of(account.account_id) not in {None, account.member_id}:
                        raise AccountTakenError("linked by another member") from error
                    # The member linked twice at once, or the other member has just unlinked: try again.
                else:
                    return

    async def save_tokens(self, account: Account, tokens: Tokens, scopes: frozenset[str]) -> Account | None:
        saved = replace(account, tokens=tokens, scopes=scopes, version=account.version + 1)
        with unavailable_when_failing():
            result = await self._collection.update_one(
                {"_id": Int64(account.member_id)} | _same(account),
                {
                    "$set": {
                        "tokens": self._sealer.seal_tokens(saved),
                        "scopes": sorted(scopes),
                        "version": saved.version,
                    }
                },
            )
        return saved if result.matched_count else None

    async def unlink(self, member_id: int, *, only: Account | None = None) -> bool:
        condition = {"_id": Int64(member_id)} | (_same(only) if only else {})
        with unavailable_when_failing():
            result = await self._collection.delete_one(condition)
        return result.deleted_count == 1

    def _record(self, document: Document) -> Account:
        member_id, account_id = int(document["_id"]), document["account_id"]
        try:
            tokens = self._sealer.open_tokens(account_id, member_id, document["tokens"])
        except SealBrokenError as error:
            log.error("account %s of member %s: %s", account_id, member_id, error)  # noqa: TRY400 - the text says it all
            raise AccountUnreadableError("tokens can't be decrypted") from error
        return Account(
            member_id=member_id,
            account_id=account_id,
            spotify_id=document["spotify_id"],
            scopes=frozenset(document["scopes"]),
            authorized_at=document["authorized_at"],
            tokens=tokens,
            version=document["version"],
        )


def _same(account: Account) -> Document:
    """Versions start over when the member unlinks and links again, so the consent must match as well."""
    return {
        "account_id": account.account_id,
        "authorized_at": account.authorized_at,
        "version": account.version,
    }
