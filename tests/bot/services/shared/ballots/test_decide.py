"""Proposals are decided by votes, by a curator or by time: once, for good, and with all that follows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor
from bot.shared_errors import (
    AlreadyDecidedError,
    ContributionGoneError,
    ListClosedError,
    ListPausedError,
    NotAllowedError,
    OwnVoteError,
    TooNewToVoteError,
)
from bot.stores.contributions import State, Tally
from bot.stores.history import Happening
from bot.stores.lists import ListStatus, Mode, Roles, Rules, Settings
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
from tests.bot.voting_desk import BLOCKED, CURATOR, PROPOSER, VOTERS, Desk, curator
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.bot.link_desk import Time

ELSEWHERE = 501


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """Each database in turn: what is decided once must be so on both."""
    return each_stores


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    return Desk(stores, time)


async def test_voted_in(desk: Desk) -> None:
    """Three more approvals than objections queue it, closed ballot, number and event in one step."""
    held = await desk.propose(await desk.lend())
    await desk.vote(held, 20)
    await desk.vote(held, 21)
    await desk.vote(held, 22, yes=False)
    await desk.vote(held, 23)
    assert (await desk.now(held)).state is State.PENDING
    await desk.vote(held, 24)
    now = await desk.now(held)
    assert now.ballot is not None
    assert (now.state, now.number is not None, desk.woken) == (State.QUEUED, True, [held.list_id])
    assert (now.ballot.open, now.ballot.yes, now.ballot.no, now.ballot.decided_by) == (False, 4, 1, None)
    (event,) = await desk.events(held)
    assert event.happening is Happening.ACCEPTED
    assert event.detail == {"how": "votes", "yes": 4, "no": 1}


async def test_voted_down(desk: Desk) -> None:
    """Three more objections than approvals decline it at once."""
    held = await desk.propose(await desk.lend())
    for member_id in (20, 21, 22):
        await desk.vote(held, member_id, yes=False)
    assert (await desk.now(held)).state is State.DECLINED
    (event,) = await desk.events(held)
    assert (event.happening, event.detail) == (Happening.DECLINED, {"yes": 0, "no": 3})
    assert desk.woken == []


async def test_one_vote_each(desk: Desk) -> None:
    """A member has one vote, which can be changed as long as it is open; the same again is told."""
    held = await desk.propose(await desk.lend())
    assert await desk.vote(held, 20)
    assert not await desk.vote(held, 20)
    assert await desk.vote(held, 20, yes=False)
    ballot_state = await desk.deciding.ballot_state(GUILD, held.contribution_id)
    assert ballot_state is not None
    assert ballot_state.tally == Tally(0, 1)


async def test_own_vote(desk: Desk) -> None:
    """The proposer's vote is refused and not counted."""
    held = await desk.propose(await desk.lend(settings=Settings(votes_needed=1)))
    with pytest.raises(OwnVoteError):
        await desk.vote(held, PROPOSER)
    assert (await desk.now(held)).state is State.PENDING


async def test_who_may_vote(desk: Desk) -> None:
    """Who may add may vote; neither without the role, nor when blocked, as it is at the moment of the press."""
    shared = await desk.lend()
    held = await desk.propose(shared)
    await desk.vote(held, 20)
    await desk.change(shared, roles=Roles(add=(5,), curate=(99,)), rules=Rules(blocked_members=(BLOCKED,)))
    for actor in (Actor(20), Actor(BLOCKED, frozenset({5}))):
        with pytest.raises(NotAllowedError) as refused:
            await desk.deciding.vote(actor, GUILD, held.contribution_id, 1, yes=False)
        assert refused.value.needs == "vote"
    ballot_state = await desk.deciding.ballot_state(GUILD, held.contribution_id)
    assert ballot_state is not None
    assert ballot_state.tally == Tally(1, 0)


async def test_other_guild(desk: Desk) -> None:
    """From another guild there is nothing to vote on, to decide or to see."""
    held = await desk.propose(await desk.lend(Mode.APPROVAL))
    owner = Actor(7, manages_guild=True)
    for attempt in (
        desk.deciding.vote(owner, ELSEWHERE, held.contribution_id, 1, yes=True),
        desk.deciding.approve(owner, ELSEWHERE, held.contribution_id, 1),
        desk.deciding.decline(owner, ELSEWHERE, held.contribution_id, 1),
        desk.deciding.propose_removal(owner, ELSEWHERE, held.contribution_id),
    ):
        with pytest.raises(ContributionGoneError):
            await attempt
    assert await desk.deciding.ballot_state(ELSEWHERE, held.contribution_id) is None
    assert (await desk.now(held)).state is State.PENDING


async def test_approved(desk: Desk) -> None:
    """A curator's word takes it in, and the event names the curator."""
    held = await desk.propose(await desk.lend(Mode.APPROVAL))
    with pytest.raises(NotAllowedError):
        await desk.deciding.approve(Actor(20), GUILD, held.contribution_id, 1)
    await desk.deciding.approve(curator(), GUILD, held.contribution_id, 1)
    assert (await desk.now(held)).state is State.QUEUED
    (event,) = await desk.events(held)
    assert (event.actor_id, event.detail["how"]) == (CURATOR, "curator")


@pytest.mark.parametrize("mode", [Mode.APPROVAL, Mode.VOTE])
async def test_declined(desk: Desk, mode: Mode) -> None:
    """A curator turns a proposal down with a reason, also one that members vote about."""
    held = await desk.propose(await desk.lend(mode))
    ballot_state = await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1, "too loud")
    assert (ballot_state.ballot.reason, ballot_state.ballot.decided_by) == ("too loud", CURATOR)
    assert (await desk.now(held)).state is State.DECLINED
    (event,) = await desk.events(held)
    assert (event.detail["reason"], event.actor_id) == ("too loud", CURATOR)
    (notice,) = await noticed(desk.stores)
    assert (notice.kind, notice.member_id, notice.facts) == (NoticeKind.DECISION, PROPOSER, {"ballot": 1})
    assert notice.contribution_id == held.contribution_id


async def test_not_waved_through(desk: Desk) -> None:
    """What members vote about is not let in by a curator alone."""
    held = await desk.propose(await desk.lend())
    with pytest.raises(NotAllowedError) as refused:
        await desk.deciding.approve(curator(), GUILD, held.contribution_id, 1)
    assert refused.value.needs == "members"


async def test_either(desk: Desk) -> None:
    """Where a curator or the votes decide, whichever is first does, and the other one is late."""
    shared = await desk.lend(Mode.EITHER)
    first, second, third = [await desk.propose(shared, number) for number in (1, 2, 3)]
    await desk.vote(first, 20)
    await desk.deciding.approve(curator(), GUILD, first.contribution_id, 1)
    now = await desk.now(first)
    assert now.ballot is not None
    assert (now.state, now.ballot.decided_by, now.ballot.yes) == (State.QUEUED, CURATOR, 1)
    with pytest.raises(AlreadyDecidedError):
        await desk.vote(first, 21)
    for member_id in (20, 21, 22):
        await desk.vote(second, member_id)
    now = await desk.now(second)
    assert now.ballot is not None
    assert (now.state, now.ballot.decided_by) == (State.QUEUED, None)
    with pytest.raises(AlreadyDecidedError):
        await desk.deciding.approve(curator(), GUILD, second.contribution_id, 1)
    await desk.deciding.decline(curator(), GUILD, third.contribution_id, 1)
    assert (await desk.now(third)).state is State.DECLINED


async def test_either_is_not_taken_away(desk: Desk) -> None:
    """A vote that began without curators stays without them, whatever the mode is by then; and the other way round."""
    shared = await desk.lend()
    voted = await desk.propose(shared, 1)
    shared = await desk.change(shared, mode=Mode.EITHER)
    either = await desk.propose(shared, 2)
    await desk.change(shared, mode=Mode.VOTE)
    with pytest.raises(NotAllowedError):
        await desk.deciding.approve(curator(), GUILD, voted.contribution_id, 1)
    await desk.deciding.approve(curator(), GUILD, either.contribution_id, 1)
    assert (await desk.now(either)).state is State.QUEUED


async def test_only_up(desk: Desk) -> None:
    """Without votes against, a proposal goes in with enough votes or expires; nobody votes against it by a trick."""
    settings = Settings(thumbs_up_only=True, votes_needed=2)
    shared = await desk.lend(settings=settings)
    liked, other = await desk.propose(shared, 1), await desk.propose(shared, 2)
    with pytest.raises(ContributionGoneError):
        await desk.vote(liked, 20, yes=False)
    await desk.vote(liked, 20)
    await desk.vote(liked, 21)
    assert (await desk.now(liked)).state is State.QUEUED
    await desk.vote(other, 20)
    desk.time.pass_by(hours=72)
    await desk.expire()
    ended = await desk.now(other)
    assert ended.ballot is not None
    assert (ended.state, ended.ballot.yes, ended.ballot.no) == (State.LAPSED, 1, 0)


async def test_who_joined_lately(desk: Desk) -> None:
    """Votes count from members who have been in the server for the days that are set, to the second."""
    shared = await desk.lend(settings=Settings(voter_days=7))
    held, inside = await desk.propose(shared, 1), await desk.landed(shared, 2)
    joined = desk.time.now() - timedelta(days=7) + timedelta(seconds=1)
    newcomer = Actor(20, joined_at=joined)
    for act in (
        lambda: desk.deciding.vote(newcomer, GUILD, held.contribution_id, 1, yes=True),
        lambda: desk.deciding.propose_removal(newcomer, GUILD, inside.contribution_id),
    ):
        with pytest.raises(TooNewToVoteError) as refused:
            await act()
        assert (refused.value.days, refused.value.until) == (7, joined + timedelta(days=7))
    with pytest.raises(TooNewToVoteError) as refused:
        await desk.deciding.vote(Actor(21), GUILD, held.contribution_id, 1, yes=True)
    assert refused.value.until is None
    desk.time.pass_by(seconds=1)
    ballot_state, is_new = await desk.deciding.vote(newcomer, GUILD, held.contribution_id, 1, yes=True)
    assert (is_new, ballot_state.tally) == (True, Tally(1, 0))


@pytest.mark.parametrize(("mode", "hours"), [(Mode.APPROVAL, 7 * 24), (Mode.VOTE, 72)])
async def test_lapsed(desk: Desk, mode: Mode, hours: int) -> None:
    """At the end of its time it lapses, not a moment earlier; nobody can decide it then, looked at or not."""
    held = await desk.propose(await desk.lend(mode))
    desk.time.pass_by(hours=hours, seconds=-1)
    await desk.expire()
    assert (await desk.now(held)).state is State.PENDING
    desk.time.pass_by(seconds=1)
    with pytest.raises(AlreadyDecidedError):
        await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1)
    await desk.expire()
    assert (await desk.now(held)).state is State.LAPSED
    assert [event.happening for event in await desk.events(held)] == [Happening.LAPSED]


async def test_killed_between_vote_and_decision(desk: Desk) -> None:
    """A vote that was kept without its consequence is acted upon by the next process."""
    held = await desk.propose(await desk.lend())
    for member_id in (20, 21, 22):
        await desk.stores.votes.cast(held.contribution_id, 1, member_id, desk.time.now(), yes=True)
    after = Desk(desk.stores, desk.time)
    await after.expire()
    assert (await desk.now(held)).state is State.QUEUED


async def test_old_numbers_hold(desk: Desk) -> None:
    """An open ballot goes by the numbers, the time and the mode it was opened with."""
    shared = await desk.lend()
    held = await desk.propose(shared)
    await desk.change(shared, mode=Mode.OPEN, settings=Settings(votes_needed=1, vote_hours=1))
    desk.time.pass_by(hours=2)
    await desk.expire()
    await desk.vote(held, 20)
    await desk.vote(held, 21)
    assert (await desk.now(held)).state is State.PENDING
    await desk.vote(held, 22)
    assert (await desk.now(held)).state is State.QUEUED


async def test_paused_and_closed(desk: Desk) -> None:
    """Nothing is decided in a paused list; in one that was given back, what was open lapses."""
    shared = await desk.lend()
    held = await desk.propose(shared)
    await desk.change(shared, status=ListStatus.PAUSED)
    with pytest.raises(ListPausedError):
        await desk.vote(held, 20)
    await desk.change(shared, status=ListStatus.CLOSED)
    with pytest.raises(ListClosedError):
        await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1)
    await desk.expire()
    assert (await desk.now(held)).state is State.LAPSED


async def test_decided_once(desk: Desk) -> None:
    """Fifty voters and five curators at once: one decision, one event, and a count that fits the votes."""
    shared = await desk.lend(settings=Settings(votes_needed=7))
    held = await desk.propose(shared)
    owner = Actor(7)

    async def voted(member_id: int) -> None:
        await desk.vote(held, member_id, yes=member_id % 4 != 0, ballot_no=1)

    async def declined() -> None:
        await desk.deciding.decline(owner, GUILD, held.contribution_id, 1)

    results = await asyncio.gather(
        *(voted(member_id) for member_id in VOTERS[:50]),
        *(declined() for _ in range(5)),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {type(None), AlreadyDecidedError}
    now = await desk.now(held)
    assert now.ballot is not None
    kept = await desk.stores.votes.tally(held.contribution_id, 1)
    assert Tally(now.ballot.yes, now.ballot.no) == kept
    assert len(await desk.events(held)) == 1
    assert len(await noticed(desk.stores)) == 1


async def test_two_processes(desk: Desk) -> None:
    """Two processes on one database decide once; the other one hears that it is decided."""
    held = await desk.propose(await desk.lend(Mode.APPROVAL))
    other = Desk(desk.stores, desk.time)
    results = await asyncio.gather(
        desk.deciding.approve(curator(), GUILD, held.contribution_id, 1),
        other.deciding.decline(curator(), GUILD, held.contribution_id, 1, "no"),
        desk.expire(),
        return_exceptions=True,
    )
    assert len(await desk.events(held)) == 1
    assert len(await noticed(desk.stores)) == 1
    assert not isinstance(results[2], BaseException)


async def test_taken_back_meanwhile(desk: Desk) -> None:
    """What its proposer took back cannot be voted on, and nobody is told of a decision."""
    held = await desk.propose(await desk.lend())
    await desk.stores.contributions.swap(held, replace(held, state=State.WITHDRAWN))
    with pytest.raises(AlreadyDecidedError):
        await desk.vote(held, 20)
    now = await desk.now(held)
    assert now.ballot is not None
    assert (now.state, now.ballot.open) == (State.WITHDRAWN, False)
    assert await noticed(desk.stores) == []


async def test_card_moves_during_the_decision(desk: Desk) -> None:
    """Where the card is may be stored at any moment; the decision finds its way and keeps it."""
    held = await desk.propose(await desk.lend(Mode.APPROVAL))
    ballot_state = await desk.deciding.ballot_state(GUILD, held.contribution_id)
    assert ballot_state is not None
    await asyncio.gather(
        desk.card_queue.posted(ballot_state, 3, 4),
        desk.deciding.approve(curator(), GUILD, held.contribution_id, 1),
    )
    now: Contribution = await desk.now(held)
    assert now.ballot is not None
    assert (now.state, now.ballot.message_id, now.ballot.open) == (State.QUEUED, 4, False)
