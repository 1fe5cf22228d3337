"""The limit per member and day with which a list begins to have things decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.rules.values import PROPOSALS_A_DAY
from bot.stores.lists import Mode, Period, Rules
from tests.bot.services.shared.proposals.proposals_desk import Bench
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.stores import Stores

OWNER = Actor(99)
DECIDED = [Mode.APPROVAL, Mode.VOTE]


@pytest.mark.parametrize("mode", DECIDED)
async def test_no_longer_open(stores: Stores, mode: Mode) -> None:
    """An open list without a limit gets one as soon as things are decided in it, and keeps it when it opens again."""
    bench = Bench(stores)
    shared = await bench.lend()
    rules = (await bench.admin.set_mode(OWNER, GUILD, shared.list_id, mode)).rules
    assert (rules.per_member, rules.per_member_period) == (PROPOSALS_A_DAY, Period.DAY)
    assert (await bench.admin.set_mode(OWNER, GUILD, shared.list_id, Mode.OPEN)).rules == rules


@pytest.mark.parametrize("mode", list(Mode))
async def test_chosen(stores: Stores, mode: Mode) -> None:
    """A limit that managers chose stays, for the round as well."""
    bench = Bench(stores)
    rules = Rules(per_member=3, per_member_period=Period.ROUND)
    shared = await bench.lend(rules=rules)
    assert (await bench.admin.set_mode(OWNER, GUILD, shared.list_id, mode)).rules == rules


@pytest.mark.parametrize("before", DECIDED)
@pytest.mark.parametrize("mode", list(Mode))
async def test_lists_of_before(stores: Stores, before: Mode, mode: Mode) -> None:
    """A list in which things were decided without a limit goes on so, whatever mode it changes to."""
    bench = Bench(stores)
    shared = await bench.lend(mode=before)
    assert (await bench.admin.set_mode(OWNER, GUILD, shared.list_id, mode)).rules == shared.rules
