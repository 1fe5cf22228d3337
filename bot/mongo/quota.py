"""The common account of requests to Spotify, in MongoDB: one document, changed and read in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.mongo.database import changed_or_made, unavailable_when_failing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.mongo.database import Collection, Document

_ID: Final = "spotify"


class MongoQuota:
    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def exchange(
        self, spent: Mapping[int, int], blocked_until: datetime | None, oldest: int, /
    ) -> tuple[Mapping[int, int], datetime | None]:
        document = await self._change(spent, blocked_until)
        counted = {int(quarter): requests for quarter, requests in document.get("spent", {}).items()}
        if old := [quarter for quarter in counted if quarter < oldest]:
            with unavailable_when_failing():
                await self._collection.update_one(
                    {"_id": _ID}, {"$unset": {f"spent.{quarter}": "" for quarter in old}}
                )
        return {
            quarter: requests for quarter, requests in counted.items() if quarter >= oldest
        }, document.get("until")

    async def _change(self, spent: Mapping[int, int], blocked_until: datetime | None) -> Document:
        change: Document = {}
        if spent:
            change["$inc"] = {f"spent.{quarter}": requests for quarter, requests in spent.items()}
        if blocked_until is not None:
            change["$max"] = {"until": blocked_until}
        with unavailable_when_failing():
            if not change:
                return await self._collection.find_one({"_id": _ID}) or {}
            return await changed_or_made(self._collection, {"_id": _ID}, change)
