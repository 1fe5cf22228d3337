"""What an owner's ended or withdrawn consent holds up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.playlists import ListFinder
from bot.services.shared.lifecycle.overview import HeldUp, ListOverview
from bot.stores.contributions import State
from bot.stores.lists import Trouble
from tests.bot.services.shared.proposals.proposals_desk import ADA, BOB, Bench
from tests.shared_records import bring

if TYPE_CHECKING:
    from bot.stores import Stores


@pytest.mark.parametrize("trouble", Trouble)
async def test_held_up(each_stores: Stores, trouble: Trouble) -> None:
    """Playlists that go on once their owner links again are named with what was accepted and waits, and no others."""
    bench = Bench(each_stores)
    shared = await bench.lend(owner_id=ADA.member_id, trouble=trouble)
    states = (State.PENDING, State.QUEUED, State.PARKED, State.LANDED)
    for number, state in enumerate(states, 1):
        await bring(bench.stores, shared, number, f"spotify:track:{number}", BOB.member_id, state=state)
    finder = ListFinder(bench.stores.lists, bench.stores.values)
    overview = ListOverview(finder, bench.stores.lists, bench.stores.contributions, bench.ownership)
    needs_link = trouble in {Trouble.CONSENT_ENDED, Trouble.OWNER_UNLINKED}
    assert await overview.held_up(ADA.member_id) == ((HeldUp(shared, 2),) if needs_link else ())
    assert await overview.held_up(BOB.member_id) == ()
