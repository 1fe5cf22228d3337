"""Members throw something out together: who can ask for it, when, and what it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.shared_errors import (
    ContributionGoneError,
    KeptRecentlyError,
    NotAllowedError,
    OwnVoteError,
    TooManyVotesError,
    TooYoungError,
)
from bot.stores.contributions import BallotKind, Leave, State
from bot.stores.history import Happening
from bot.stores.lists import Mode, Settings
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
from tests.bot.voting_desk import PROPOSER, Desk, curator
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.services.shared.core.ballot import BallotState
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.bot.link_desk import Time

OPENER = 19


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    return Desk(stores, time)


@pytest.fixture
async def held(desk: Desk) -> Contribution:
    """In an open list for a day."""
    landed = await desk.landed(await desk.lend(Mode.OPEN))
    desk.time.pass_by(hours=24)
    return landed


async def begin(desk: Desk, held: Contribution, member_id: int = OPENER) -> BallotState:
    return await desk.deciding.propose_removal(Actor(member_id), GUILD, held.contribution_id, 3)


async def test_thrown_out(desk: Desk, held: Contribution) -> None:
    """Five voters, four of them for it: it leaves as voted off, and whoever opened or brought it is told."""
    ballot_state = await begin(desk, held)
    assert (ballot_state.ballot.kind, ballot_state.ballot.channel_id) == (BallotKind.VOTE_OFF, 3)
    await desk.vote(held, PROPOSER, yes=False)  # whoever brought it has a vote
    for member_id in (20, 21, 22):
        await desk.vote(held, member_id)
    assert (await desk.now(held)).state is State.LANDED
    await desk.vote(held, 23)
    now = await desk.now(held)
    assert (now.state, now.leave, now.left_by) == (State.LEAVING, Leave.VOTED_OFF, None)
    assert desk.woken == [held.list_id]
    opened, leaving = await desk.events(held)
    assert (opened.happening, opened.actor_id) == (Happening.VOTE_OFF_OPENED, OPENER)
    assert (leaving.happening, leaving.detail) == (Happening.LEAVING, {"why": "voted_off", "yes": 4, "no": 1})
    told = {notice.member_id: notice.kind for notice in await noticed(desk.stores)}
    assert told == {PROPOSER: NoticeKind.VOTED_OFF, OPENER: NoticeKind.VOTE_ENDED}


async def test_kept(desk: Desk, held: Contribution) -> None:
    """Without enough votes it stays when the time is over, and is not asked about again for a day."""
    await begin(desk, held)
    for member_id in (20, 21, 22, 23):
        await desk.vote(held, member_id)
    desk.time.pass_by(hours=72)
    await desk.expire()
    now = await desk.now(held)
    assert now.ballot is not None
    assert (now.state, now.ballot.open, now.ballot.yes) == (State.LANDED, False, 4)
    assert [event.happening for event in await desk.events(held)][-1] is Happening.KEPT
    with pytest.raises(KeptRecentlyError):
        await begin(desk, held)
    desk.time.pass_by(hours=24)
    again = await begin(desk, held)
    assert (again.ballot.number, again.tally.yes) == (2, 0)


async def test_not_alone(desk: Desk, held: Contribution) -> None:
    """Nobody throws anything out alone: the opener has no vote, a curator no last word, and one voter is too few."""
    shared = await desk.stores.lists.by_id(held.list_id)
    assert shared is not None
    await desk.change(shared, settings=Settings(voters_to_remove=1))
    await begin(desk, held)
    with pytest.raises(OwnVoteError):
        await desk.vote(held, OPENER)
    for decide in (desk.deciding.approve, desk.deciding.decline):
        with pytest.raises(NotAllowedError):
            await decide(curator(), GUILD, held.contribution_id, 1)
    await desk.vote(held, 20)
    assert (await desk.now(held)).state is State.LANDED
    await desk.vote(held, 21)
    assert (await desk.now(held)).state is State.LEAVING


async def test_too_young(desk: Desk) -> None:
    """What is in the list for less than a day is not voted on."""
    landed = await desk.landed(await desk.lend(Mode.OPEN))
    desk.time.pass_by(hours=23, minutes=59)
    with pytest.raises(TooYoungError) as refused:
        await begin(desk, landed)
    assert refused.value.hours == 24


async def test_only_what_is_in(desk: Desk) -> None:
    """What is not in the list, or not in this guild, cannot be voted off."""
    shared = await desk.lend()
    waiting = await desk.propose(shared)
    desk.time.pass_by(hours=24)
    with pytest.raises(ContributionGoneError):
        await begin(desk, waiting)
    landed = await desk.landed(shared, 2)
    with pytest.raises(ContributionGoneError):
        await desk.deciding.propose_removal(Actor(OPENER), GUILD + 1, landed.contribution_id)


async def test_open_already(desk: Desk, held: Contribution) -> None:
    """Who asks for what is being asked already gets the vote that is open."""
    first = await begin(desk, held)
    second = await begin(desk, held, OPENER + 1)
    assert (second.ballot.number, second.ballot.proposer_id) == (first.ballot.number, OPENER)


async def test_no_flood(desk: Desk) -> None:
    """One member has three such votes open in a list at most; others can still ask."""
    shared = await desk.lend(Mode.OPEN)
    several = [await desk.landed(shared, number) for number in range(1, 5)]
    desk.time.pass_by(hours=24)
    for held in several[:3]:
        await begin(desk, held)
    with pytest.raises(TooManyVotesError):
        await begin(desk, several[3])
    await begin(desk, several[3], OPENER + 1)


async def test_gone_meanwhile(desk: Desk, held: Contribution) -> None:
    """What left for another reason takes its vote along: it is closed, and nothing is decided."""
    await begin(desk, held)
    await desk.vote(held, 20)
    now = await desk.now(held)
    await desk.stores.contributions.swap(now, replace(now, state=State.REMOVED, leave=Leave.UNDONE))
    await desk.expire()
    now = await desk.now(held)
    assert now.ballot is not None
    assert (now.state, now.leave, now.ballot.open) == (State.REMOVED, Leave.UNDONE, False)
    assert await noticed(desk.stores) == []
