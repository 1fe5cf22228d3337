"""What is due in a list without anyone asking is known for every list, also for those an older bot lent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared.core.schedule import COMPLETE, Schedule
from bot.stores.due import Due, DueKind
from tests.stores.records import NOW
from tests.stores.shared_records import LIST, shared

if TYPE_CHECKING:
    from bot.stores import Stores


async def test_older_lists(stores: Stores) -> None:
    """A new kind of work is scheduled once for the lists there are; after that, a start looks at none of them."""
    await stores.lists.create(shared())
    await stores.values.put(COMPLETE, "digest look round")  # all that an older bot knew
    schedule = Schedule(stores.due, stores.lists, stores.values, now=lambda: NOW)
    await schedule.complete()
    (owner,) = await stores.due.until(DueKind.OWNER, NOW, limit=10)
    assert owner == Due(DueKind.OWNER, LIST, NOW)
    await stores.due.move(owner, None)
    await schedule.complete()
    assert await stores.due.until(DueKind.OWNER, NOW, limit=10) == ()
