"""The ledger: which moves are legal, what a change that lost a race does, and that a vote ends with its count."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.ballot import Ending
from bot.services.shared.core.ledger import MOVES, ContributionLedger, IllegalMoveError
from bot.services.shared.core.notices import lapsed
from bot.stores.contributions import Ballot, BallotKind, Leave, State, Tally
from bot.stores.history import Happening
from bot.stores.notices import NoticeKind
from tests.bot.noticed import noticed
from tests.shared_records import GUILD, NOW, a_list, bring

if TYPE_CHECKING:
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice

ADDER, OPENER, VOTER = 21, 22, 23
LATER = NOW + timedelta(hours=1)
BALLOT = Ballot(1, BallotKind.VOTE_OFF, OPENER, NOW, LATER, needed=5)
# What becomes of a contribution, told once more: from the state before the arrow to each of those behind it.
LEGAL = """
pending -> queued declined lapsed withdrawn
queued -> sending lapsed withdrawn
sending -> queued landed rejected parked
parked -> queued landed rejected lapsed withdrawn
landed -> leaving removed rejected
leaving -> landed removed
removed -> landed
"""


@pytest.fixture
def stores(each_stores: Stores) -> Stores:
    """On each database in turn."""
    return each_stores


@pytest.fixture
async def shared(stores: Stores) -> SharedPlaylist:
    return await stores.lists.create(a_list("p", owner_id=7, account_id="owner"))


@pytest.fixture
def ledger(stores: Stores) -> ContributionLedger:
    return ContributionLedger(stores.contributions, stores.votes, now=lambda: LATER)


async def now(stores: Stores, one: Contribution) -> Contribution:
    found = await stores.contributions.get(GUILD, one.contribution_id)
    assert found is not None
    return found


async def happenings(stores: Stores, shared: SharedPlaylist) -> list[Happening]:
    return [event.happening for event in (await stores.history.page(shared.list_id, limit=50)).events]


async def test_moves(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """Each of all pairs of states is legal and stored, or refused and nothing is changed."""
    legal = {(state, state) for state in State}
    for line in LEGAL.strip().splitlines():
        before, _, behind = line.partition(" -> ")
        legal |= {(State(before), State(state)) for state in behind.split()}
    assert set(MOVES) == set(State)
    for number, (old, new) in enumerate(product(State, State), start=1):
        one = await bring(stores, shared, number, f"spotify:track:{number}", ADDER, state=old)
        if (old, new) in legal:
            stored = await ledger.transition(one, new)
            assert stored == await now(stores, one), (old, new)
            assert (stored.state, stored.changed_at) == (new, NOW if old is new else LATER), (old, new)
        else:
            with pytest.raises(IllegalMoveError):
                await ledger.transition(one, new)
            assert await now(stores, one) == one, (old, new)


async def test_unrelated_change(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """Somebody changed something else of it since it was read: it moves on all the same, and that change stays."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER)
    await stores.contributions.swap(one, replace(one, channel_id=4))
    stored = await ledger.transition(
        one, State.LEAVING, Happening.LEAVING, {"why": "undone"}, actor_id=VOTER, leave=Leave.UNDONE
    )
    assert stored == await now(stores, one)
    assert (stored.state, stored.leave, stored.channel_id) == (State.LEAVING, Leave.UNDONE, 4)
    [event] = (await stores.history.page(shared.list_id, limit=9)).events
    assert (event.happening, event.detail, event.actor_id) == (Happening.LEAVING, {"why": "undone"}, VOTER)


async def test_moved_by_others(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """What is elsewhere by now is left alone, also when it has come back to where it was since."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, state=State.LEAVING)
    landed = await ledger.transition(one, State.LANDED)
    assert landed is not None
    assert await ledger.transition(one, State.REMOVED, Happening.REMOVED) is None
    assert await ledger.transition(landed, State.LEAVING) is not None
    assert await ledger.transition(one, State.REMOVED, Happening.REMOVED) is None
    assert await happenings(stores, shared) == []


@pytest.mark.parametrize("state", sorted(MOVES[State.LANDED]))
async def test_vote_ends(
    stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger, state: State
) -> None:
    """A move that leaves nothing to vote about ends the vote with its count, in which the opener has none."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, ballot=replace(BALLOT, message_id=9))
    for member_id, yes in ((OPENER, True), (VOTER, True), (VOTER + 1, True), (VOTER + 2, False)):
        await stores.votes.cast(one.contribution_id, 1, member_id, NOW, yes=yes)
    assert await ledger.tally(one, BALLOT) == Tally(2, 1)
    stored = await ledger.transition(one, state)
    assert stored is not None
    assert stored.ballot is not None
    assert (stored.ballot.open, stored.ballot.yes, stored.ballot.no) == (False, 2, 1)
    assert await ledger.tally(stored, stored.ballot) == Tally(2, 1)
    assert await stores.contributions.undecided() == ()
    assert await stores.contributions.unshown() == (stored,)


async def test_vote_goes_on(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """A change that leaves something to vote about leaves the vote open."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, ballot=BALLOT)
    stored = await ledger.transition(one, State.LANDED, written_uri="spotify:track:2")
    assert stored is not None
    assert (stored.ballot, stored.uri) == (BALLOT, "spotify:track:2")


async def test_vote_ended_by_others(
    stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger
) -> None:
    """A ballot ends once: who comes second changes nothing, also if another one was begun since."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, ballot=BALLOT)
    ending = Ending(1, Tally(1, 1))
    kept = await ledger.transition(one, State.LANDED, Happening.KEPT, ending=ending)
    assert kept is not None
    assert await ledger.transition(one, State.LANDED, Happening.KEPT, ending=ending) is None
    again = await ledger.amend(kept, lambda held: replace(held, ballot=replace(BALLOT, number=2)))
    assert again is not None
    assert await ledger.transition(again, State.LEAVING, Happening.LEAVING, ending=ending) is None
    assert await now(stores, one) == again
    assert await happenings(stores, shared) == [Happening.KEPT]


async def test_amend(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """What is amended is what is stored now, in whatever state; a state cannot be changed so."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER)
    moved = await ledger.transition(one, State.LEAVING)
    assert moved is not None
    stored = await ledger.amend(one, lambda held: replace(held, channel_id=4))
    assert stored == await now(stores, one) == replace(moved, channel_id=4, version=moved.version + 1)
    assert await ledger.amend(one, lambda held: None if held.channel_id == 4 else held) is None
    with pytest.raises(IllegalMoveError):
        await ledger.amend(one, lambda held: replace(held, state=State.REMOVED))
    assert await now(stores, one) == stored


async def test_notified(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """Who waits for a contribution wakes when it is settled; who watches sees each move; what is parked is told."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, state=State.QUEUED)
    seen: list[State] = []
    ledger.watch(lambda stored: seen.append(stored.state))
    with ledger.signals.listen(one.contribution_id) as settled:
        waiting = asyncio.ensure_future(settled)
        sending = await ledger.transition(one, State.SENDING)
        await asyncio.sleep(0)
        assert sending is not None
        assert not waiting.done()
        await ledger.transition(sending, State.PARKED)
        await asyncio.wait_for(waiting, 1)
    assert seen == [State.SENDING, State.PARKED]
    (notice,) = await noticed(stores)
    assert (notice.kind, notice.contribution_id) == (NoticeKind.PARKED, one.contribution_id)


async def test_promised(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """A member who was promised word of something gets it with the move that settles it; others do not."""
    for number, awaited in ((1, True), (2, False)):
        one = await bring(
            stores, shared, number, f"spotify:track:{number}", ADDER, state=State.SENDING, awaited=awaited
        )
        landed = await ledger.transition(one, State.LANDED, Happening.LANDED)
        assert landed is not None
        await ledger.transition(landed, State.LEAVING)
    (notice,) = await noticed(stores)
    assert (notice.kind, notice.member_id) == (NoticeKind.SETTLED, ADDER)
    assert notice.contribution_id is not None


async def test_told_with_the_move(stores: Stores, shared: SharedPlaylist, ledger: ContributionLedger) -> None:
    """A notice is stored only with the move it tells of, and of that once, whoever is faster."""
    one = await bring(stores, shared, 1, "spotify:track:1", ADDER, state=State.QUEUED)

    def tells(new: Contribution) -> tuple[Notice, ...]:
        return lapsed(new, "closed", NOW, by=None)

    moves = [ledger.transition(one, State.LAPSED, Happening.LAPSED, tells=tells) for _ in range(5)]
    assert sum(moved is not None for moved in await asyncio.gather(*moves)) == 1
    (notice,) = await noticed(stores)
    assert (notice.kind, notice.facts) == (NoticeKind.LAPSE, {"why": "closed"})
