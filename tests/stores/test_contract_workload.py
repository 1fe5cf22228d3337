"""The promises of `Workloads`, on every database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.stores.contributions import State
from bot.stores.lists import ListStatus, Trouble
from bot.stores.workload import Workload
from tests.stores.records import NOW
from tests.stores.shared_records import contribution, notice, shared

if TYPE_CHECKING:
    from bot.stores import Stores


async def test_nothing(stores: Stores) -> None:
    """Where nothing is to be done, nothing is counted."""
    await stores.lists.create(shared())
    await stores.contributions.add(contribution(1, state=State.LANDED))
    assert await stores.workload.count() == Workload({}, 0, {})


async def test_counts(stores: Stores) -> None:
    """Contributions by state over all lists, notices not yet sent, and open lists by what is wrong with them."""
    for n, state in enumerate((State.QUEUED, State.QUEUED, State.PARKED, State.PENDING, State.REMOVED)):
        await stores.contributions.add(contribution(n, list_id=f"list{n}", state=state))
    for n in range(3):
        await stores.notices.add(notice(n))
    [first, *_] = await stores.notices.due(NOW.replace(year=2030), limit=9)
    claimed = await stores.notices.claim(first, NOW)
    assert claimed is not None
    await stores.notices.done(claimed, NOW)
    troubles = (Trouble.FORBIDDEN, Trouble.FORBIDDEN, Trouble.CONSENT_ENDED, None)
    made = [
        await stores.lists.create(
            shared(f"list{n}", name=f"List {n}", playlist_id=f"playlist{n}", trouble=trouble)
        )
        for n, trouble in enumerate(troubles)
    ]
    assert await stores.workload.count() == Workload(
        {State.QUEUED: 2, State.PARKED: 1}, 2, {Trouble.FORBIDDEN: 2, Trouble.CONSENT_ENDED: 1}
    )
    await stores.lists.swap(made[0], replace(made[0], trouble=None))
    await stores.lists.swap(made[1], replace(made[1], status=ListStatus.CLOSED))
    await stores.lists.swap(made[3], replace(made[3], trouble=Trouble.OWNER_LEFT))
    counted = await stores.workload.count()
    assert counted.lists == {Trouble.CONSENT_ENDED: 1, Trouble.OWNER_LEFT: 1}
