"""How much there is to do, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.stores.contributions import State
from bot.stores.lists import Trouble
from bot.stores.workload import Workload

if TYPE_CHECKING:
    from bot.sqlite.database import Database

TROUBLED_LISTS: Final = (
    "ALTER TABLE lists ADD COLUMN trouble TEXT",  # why nothing can be written; NULL: nothing is in the way
    "UPDATE lists SET trouble = json_extract(CAST(body AS TEXT), '$.trouble')",
    "CREATE INDEX lists_troubled ON lists (trouble) WHERE is_open = 1 AND trouble IS NOT NULL",
)


class SqliteWorkloads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> Workload:
        # Word for word the condition of the index; SQLite wouldn't use it otherwise.
        contributions = await self._database.read(
            "SELECT state, count(*) FROM contributions"
            " WHERE state IN ('queued', 'sending', 'leaving', 'parked') GROUP BY state"
        )
        [(notices,)] = await self._database.read("SELECT count(*) FROM notices WHERE told = 0")
        lists = await self._database.read(
            "SELECT trouble, count(*) FROM lists WHERE is_open = 1 AND trouble IS NOT NULL GROUP BY trouble"
        )
        return Workload(
            {State(state): n for state, n in contributions},
            notices,
            {Trouble(trouble): n for trouble, n in lists},
        )
