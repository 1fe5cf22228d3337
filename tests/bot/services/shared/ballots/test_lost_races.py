"""Somebody else changes a contribution in the moment it is acted on: that is looked at again, and nobody is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.services.shared.core.access import Actor
from bot.services.shared.core.ballot import ballot_against
from bot.shared_errors import ContributionGoneError
from bot.stores.contributions import Leave, State
from bot.stores.history import Happening
from bot.stores.lists import Mode
from tests.bot.services.shared.faster import Faster
from tests.bot.voting_desk import Desk
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

OPENER, OTHER = 19, 18


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """On each database in turn."""
    return each_stores


@pytest.fixture
def faster(stores: Stores) -> Faster:
    return Faster(stores.contributions)


@pytest.fixture
def desk(stores: Stores, faster: Faster, time: Time) -> Desk:
    return Desk(replace(stores, contributions=cast("Any", faster)), time)


@pytest.fixture
async def shared(desk: Desk) -> SharedPlaylist:
    return await desk.lend(Mode.OPEN)


@pytest.fixture
async def held(desk: Desk, shared: SharedPlaylist) -> Contribution:
    """In the list for a day."""
    landed = await desk.landed(shared)
    desk.time.pass_by(hours=24)
    return landed


async def test_unrelated(desk: Desk, faster: Faster, held: Contribution) -> None:
    """An unrelated change, such as where a card is, keeps nobody from beginning a vote; both are kept."""
    faster.change = lambda now: replace(now, channel_id=5)
    ballot_state = await desk.deciding.propose_removal(Actor(OPENER), GUILD, held.contribution_id)
    now = await desk.now(held)
    assert now == ballot_state.contribution
    assert (now.channel_id, now.ballot and now.ballot.proposer_id) == (5, OPENER)
    assert [event.happening for event in await desk.events(held)] == [Happening.VOTE_OFF_OPENED]


async def test_begun_by_others(
    desk: Desk, faster: Faster, shared: SharedPlaylist, held: Contribution
) -> None:
    """Who is a moment late gets the vote that somebody else has begun."""
    ballot = ballot_against(held, shared, OTHER, desk.time.now())
    faster.change = lambda now: replace(now, ballot=ballot)
    ballot_state = await desk.deciding.propose_removal(Actor(OPENER), GUILD, held.contribution_id)
    assert ballot_state.ballot == ballot
    assert await desk.events(held) == []


async def test_gone_by_then(desk: Desk, faster: Faster, held: Contribution) -> None:
    """What left in that moment is no longer there, and no vote about it begins."""
    faster.change = lambda now: replace(
        now, state=State.LEAVING, leave=Leave.UNDONE, changed_at=desk.time.now()
    )
    with pytest.raises(ContributionGoneError):
        await desk.deciding.propose_removal(Actor(OPENER), GUILD, held.contribution_id)
    assert (await desk.now(held)).ballot is None
