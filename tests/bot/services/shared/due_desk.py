"""What the clock does with one kind of what is due in lists, without waiting for its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared.core.schedule import Schedule
from bot.stores.backup import ListRecord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.stores import Stores
    from bot.stores.due import DueKind

    RunOne = Callable[[str], Awaitable[datetime | None]]


async def look_at_all(
    kind: DueKind, stores: Stores, run_one: RunOne, now: Callable[[], datetime]
) -> datetime | None:
    """As if it were due in every list, closed ones too. When something is next due."""
    schedule = Schedule(stores.due, stores.lists, stores.values, now=now)
    async for record in stores.records():
        if isinstance(record, ListRecord):
            await schedule.soon(record.playlist.list_id, kind)
    return await schedule.lists(kind, run_one).run()
