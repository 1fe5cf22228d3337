"""Which server each shared playlist belongs to, in MongoDB. That never changes, so it's asked once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.mongo.database import unavailable_when_failing

if TYPE_CHECKING:
    from bson import Int64

    from bot.mongo.database import Collection, Document

_MOST: Final = 20_000  # remembered at a time


class Guilds:
    """A collection with contributions can be sharded by server, so every query for some names theirs."""

    def __init__(self, lists: Collection) -> None:
        self._lists = lists
        self._known: dict[str, Int64] = {}

    async def within(self, list_id: str) -> Document:
        """The condition for what belongs to this list. There's no server in it if nobody knows the list."""
        if list_id not in self._known:
            with unavailable_when_failing():
                found = await self._lists.find_one({"_id": list_id}, {"guild_id": 1})
            if found is None:
                return {"list_id": list_id}
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[list_id] = found["guild_id"]
        return {"guild_id": self._known[list_id], "list_id": list_id}
