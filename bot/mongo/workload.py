"""How much there is to do, in MongoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.mongo.database import unavailable_when_failing
from bot.stores.contributions import UNFINISHED
from bot.stores.lists import Trouble
from bot.stores.workload import Workload

if TYPE_CHECKING:
    from bot.mongo.database import Collection


class MongoWorkloads:
    def __init__(self, contributions: Collection, notices: Collection, lists: Collection) -> None:
        self._contributions = contributions
        self._notices = notices
        self._lists = lists

    async def count(self) -> Workload:
        with unavailable_when_failing():
            states = {
                state: await self._contributions.count_documents({"state": state}) for state in UNFINISHED
            }
            notices = await self._notices.count_documents({"due_at": {"$exists": True}})
            lists = {
                trouble: await self._lists.count_documents({"is_open": True, "trouble": trouble})
                for trouble in Trouble
            }
        return Workload(
            {state: n for state, n in states.items() if n},
            notices,
            {trouble: n for trouble, n in lists.items() if n},
        )
