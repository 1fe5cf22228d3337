"""What was proposed at once: one card, one vote for all, each decided exactly once, whatever comes between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.ballots.together import Together
from bot.services.shared.core.access import Actor
from bot.services.shared.core.ballot import votes_key
from bot.shared_errors import AlreadyDecidedError, ContributionGoneError, NotAllowedError, OwnVoteError
from bot.stores.contributions import State, Tally
from bot.stores.lists import Mode, Rules
from tests.bot.voting_desk import PROPOSER, VOTERS, Desk, curator
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.services.shared.ballots.cards import Card
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.bot.link_desk import Time

CHANNEL, MESSAGE = 3, 4
MANY = 4


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    return Desk(stores, time)


def together(desk: Desk) -> Together:
    return Together(desk.stores.contributions, desk.deciding)


async def states(desk: Desk, several: list[Contribution]) -> list[State]:
    return [(await desk.now(one)).state for one in several]


async def cards(desk: Desk) -> list[Card]:
    """Of one round, all of them drawn."""
    due = await desk.card_queue.due()
    for card in due:
        await desk.card_queue.shown(card.ballot_state)
    return list(due)


async def posted(desk: Desk, several: list[Contribution]) -> None:
    for one in several:
        desk.card_queue.touch(one)
    (card,) = await desk.card_queue.due()
    assert await desk.card_queue.claim(card.ballot_state)
    await desk.card_queue.posted(card.ballot_state, CHANNEL, MESSAGE)
    desk.time.pass_by(seconds=2)


async def test_one_vote_for_all(desk: Desk) -> None:
    """A vote counts for all, whichever of them it was cast about; the last one puts all in, in their order."""
    several = await desk.propose_together(await desk.lend(), MANY)
    all_of_it = together(desk)
    for member_id, one in zip(VOTERS[:2], several, strict=False):
        assert await desk.vote(one, member_id)
    assert not await desk.vote(several[3], VOTERS[0])  # it is the same vote
    ballot_state, is_new = await all_of_it.vote(Actor(VOTERS[2]), GUILD, several[0].contribution_id, yes=True)
    assert is_new
    assert ballot_state.tally == Tally(3, 0)
    assert await states(desk, several) == [State.QUEUED] * MANY
    numbers = [(await desk.now(one)).number for one in several]
    assert numbers == sorted(number or 0 for number in numbers)
    assert [[event.detail.get("yes") for event in await desk.events(one)] for one in several] == [[3]] * MANY


async def test_own_vote(desk: Desk) -> None:
    """Whoever proposed them does not vote about any of them."""
    several = await desk.propose_together(await desk.lend(), MANY)
    for one in several:
        with pytest.raises(OwnVoteError):
            await desk.vote(one, PROPOSER)
    with pytest.raises(OwnVoteError):
        await together(desk).vote(Actor(PROPOSER), GUILD, several[0].contribution_id, yes=True)


async def test_voted_down(desk: Desk) -> None:
    """Objections decide about all as well."""
    several = await desk.propose_together(await desk.lend(), MANY)
    for member_id in VOTERS[:3]:
        await together(desk).vote(Actor(member_id), GUILD, several[0].contribution_id, yes=False)
    assert await states(desk, several) == [State.DECLINED] * MANY
    with pytest.raises(AlreadyDecidedError):
        await together(desk).vote(Actor(VOTERS[5]), GUILD, several[0].contribution_id, yes=True)


async def test_one_alone(desk: Desk) -> None:
    """A curator turns down one of them; the vote about the others goes on with what was cast."""
    several = await desk.propose_together(await desk.lend(), MANY)
    await desk.vote(several[0], VOTERS[0])
    await desk.deciding.decline(curator(), GUILD, several[0].contribution_id, 1, "too loud")
    for member_id in VOTERS[1:3]:
        await together(desk).vote(Actor(member_id), GUILD, several[0].contribution_id, yes=True)
    assert await states(desk, several) == [State.DECLINED, *[State.QUEUED] * 3]


@pytest.mark.parametrize("takes_in", [True, False])
async def test_curator(desk: Desk, *, takes_in: bool) -> None:
    """A curator decides about all that is still open; whoever comes later learns that it is over."""
    several = await desk.propose_together(await desk.lend(Mode.APPROVAL), MANY)
    key = several[0].contribution_id
    all_of_it = together(desk)
    with pytest.raises(NotAllowedError):
        await all_of_it.approve(Actor(VOTERS[0]), GUILD, key)
    with pytest.raises(ContributionGoneError):
        await all_of_it.approve(curator(), GUILD + 1, key)
    await desk.deciding.approve(curator(), GUILD, several[1].contribution_id, 1)
    if takes_in:
        await all_of_it.approve(curator(), GUILD, key)
    else:
        await all_of_it.decline(curator(), GUILD, key, "no")
    rest = State.QUEUED if takes_in else State.DECLINED
    assert await states(desk, several) == [rest, State.QUEUED, rest, rest]
    with pytest.raises(AlreadyDecidedError):
        await all_of_it.approve(curator(), GUILD, key)


async def test_two_curators(stores: Stores, time: Time) -> None:
    """Two processes decide at the same moment: each track has one decision, and both are not told the same."""
    first, second = Desk(stores, time), Desk(stores, time)
    several = await first.propose_together(await first.lend(Mode.APPROVAL), MANY)
    key = several[0].contribution_id
    await asyncio.gather(
        together(first).approve(curator(), GUILD, key),
        together(second).decline(curator(), GUILD, key),
        return_exceptions=True,
    )
    assert set(await states(first, several)) <= {State.QUEUED, State.DECLINED}
    for one in several:
        assert len(await first.events(one)) == 1


async def test_killed_between(desk: Desk) -> None:
    """When the process died after the first of them was settled, the rest follows that decision, whoever votes next."""
    several = await desk.propose_together(await desk.lend(), MANY)
    for member_id in VOTERS[:3]:
        await desk.stores.votes.cast(votes_key(several[2], 1), 1, member_id, desk.time.now(), yes=True)
    other = Desk(desk.stores, desk.time)
    shared = await desk.stores.lists.by_id(several[0].list_id)
    assert shared is not None
    assert several[0].ballot is not None
    await other.deciding._settle(shared, several[0], several[0].ballot)
    assert await states(desk, several) == [State.QUEUED, *[State.PENDING] * 3]
    await desk.stores.votes.cast(votes_key(several[2], 1), 1, VOTERS[0], desk.time.now(), yes=False)
    await Desk(desk.stores, desk.time).expire()
    assert await states(desk, several) == [State.QUEUED] * MANY


async def test_not_in_any_more(desk: Desk) -> None:
    """What a rule has come to be against is left out, and the others go in."""
    shared = await desk.lend()
    several = await desk.propose_together(shared, MANY)
    await desk.change(shared, rules=Rules(blocked_tracks=(several[1].uri,)))
    for member_id in VOTERS[:3]:
        await together(desk).vote(Actor(member_id), GUILD, several[0].contribution_id, yes=True)
    assert await states(desk, several) == [State.QUEUED, State.DECLINED, State.QUEUED, State.QUEUED]


async def test_lapsed(desk: Desk) -> None:
    """When the time is over all of them lapse."""
    several = await desk.propose_together(await desk.lend(), MANY)
    desk.time.pass_by(hours=72)
    await desk.expire()
    assert await states(desk, several) == [State.LAPSED] * MANY


async def test_one_card(desk: Desk) -> None:
    """They have one card, which each of them knows; one process posts it, also the one after a kill."""
    several = await desk.propose_together(await desk.lend(), MANY)
    other = Desk(desk.stores, desk.time)
    (mine,), (theirs,) = await desk.card_queue.due(), await other.card_queue.due()
    assert [one.contribution_id for one in mine.ballot_state.together] == [
        one.contribution_id for one in several
    ]
    assert await desk.card_queue.claim(mine.ballot_state)
    assert not await other.card_queue.claim(theirs.ballot_state)
    await desk.card_queue.posted(mine.ballot_state, CHANNEL, MESSAGE)
    for one in several:
        ballot = (await desk.now(one)).ballot
        assert ballot is not None
        assert (ballot.channel_id, ballot.message_id) == (CHANNEL, MESSAGE)
    desk.time.pass_by(minutes=2)
    assert not await other.card_queue.claim(theirs.ballot_state)
    assert await other.card_queue.due() == ()
    assert (
        len(await Desk(desk.stores, desk.time).card_queue.due()) == 1
    )  # after a restart it is looked at once


async def test_burst(desk: Desk) -> None:
    """Votes about any of them are few edits of the one card."""
    several = await desk.propose_together(await desk.lend(), MANY)
    await posted(desk, several)
    for member_id in VOTERS[:20]:
        await desk.vote(several[member_id % MANY], member_id, yes=member_id % 2 == 0)
    (card,) = await cards(desk)
    assert card.ballot_state.tally == Tally(10, 10)
    assert await cards(desk) == []


async def test_shown_to_the_end(desk: Desk) -> None:
    """The card is drawn when one is decided, when the rest is, and when the last one is in; then never again."""
    several = await desk.propose_together(await desk.lend(Mode.APPROVAL), MANY)
    await posted(desk, several)
    await desk.deciding.decline(curator(), GUILD, several[0].contribution_id, 1)
    (card,) = await cards(desk)
    assert card.ballot_state.ballot.open
    assert card.ballot_state.contribution.contribution_id == several[1].contribution_id
    desk.time.pass_by(seconds=2)
    await together(desk).approve(curator(), GUILD, several[0].contribution_id)
    (card,) = await cards(desk)
    assert not card.ballot_state.ballot.open
    for one in several[1:]:
        desk.time.pass_by(seconds=2)
        assert await cards(desk) == []
        await desk.move(one, State.LANDED)
        desk.time.pass_by(seconds=2)
        assert len(await cards(desk)) == 1
    for _ in range(3):
        desk.time.pass_by(minutes=2)
        assert await cards(desk) == []
        assert await Desk(desk.stores, desk.time).card_queue.due() == ()


async def test_killed_while_posting(desk: Desk) -> None:
    """When only some of them know the card, the others learn of it, and it is not posted again."""
    several = await desk.propose_together(await desk.lend(), MANY)
    await posted(desk, several)
    last = await desk.now(several[3])
    assert last.ballot is not None
    unaware = replace(last, ballot=replace(last.ballot, channel_id=None, message_id=None))
    assert await desk.stores.contributions.swap(last, unaware)
    other = Desk(desk.stores, desk.time)
    (card,) = await other.card_queue.due()
    assert card.ballot_state.ballot.message_id == MESSAGE
    await other.card_queue.shown(card.ballot_state)
    ballot = (await desk.now(last)).ballot
    assert ballot is not None
    assert (ballot.channel_id, ballot.message_id) == (CHANNEL, MESSAGE)


async def test_deleted(desk: Desk) -> None:
    """When the card is gone, none of them is drawn again, and all can still be decided."""
    several = await desk.propose_together(await desk.lend(), MANY)
    await posted(desk, several)
    await desk.vote(several[0], VOTERS[0])
    (card,) = await desk.card_queue.due()
    await desk.card_queue.deleted(card.ballot_state)
    for member_id in VOTERS[1:3]:
        await desk.vote(several[2], member_id)
    desk.time.pass_by(minutes=2)
    assert await desk.card_queue.due() == ()
    assert await states(desk, several) == [State.QUEUED] * MANY


async def test_vote_off_later(desk: Desk) -> None:
    """A vote to throw one out later is its own: with its own card and votes, while the others still wait."""
    several = await desk.propose_together(await desk.lend(Mode.APPROVAL), MANY)
    await posted(desk, several)
    await desk.deciding.approve(curator(), GUILD, several[0].contribution_id, 1)
    await cards(desk)
    await desk.move(several[0], State.LANDED)
    desk.time.pass_by(hours=25)
    await cards(desk)
    begun = await desk.deciding.propose_removal(Actor(VOTERS[0]), GUILD, several[0].contribution_id, CHANNEL)
    assert begun.ballot.number == 2
    assert await desk.vote(several[0], VOTERS[1])
    desk.time.pass_by(seconds=2)
    desk.card_queue.touch(await desk.now(several[1]))
    due = {card.ballot_state.ballot.number: card.ballot_state for card in await desk.card_queue.due()}
    assert due[2].together == ()
    assert due[2].tally == Tally(1, 0)
    assert [one.contribution_id for one in due[1].together] == [one.contribution_id for one in several]
    await together(desk).approve(curator(), GUILD, several[0].contribution_id)
    assert (await states(desk, several))[1:] == [State.QUEUED] * 3


async def test_database_away(desk: Desk) -> None:
    """What could not be settled is settled as soon as the database is back: the vote that decided is kept."""
    several = await desk.propose_together(await desk.lend(), MANY)
    for member_id in VOTERS[:2]:
        await desk.vote(several[0], member_id)
    whole, left = desk.stores.contributions.next_number, [2]

    async def breaking(list_id: str, *, block: int = 1) -> int:
        if not left[0]:
            raise StoreUnavailableError
        left[0] -= 1
        return await whole(list_id, block=block)

    desk.queue._contributions = _With(desk.stores.contributions, breaking)  # type: ignore[assignment] # all the rest is real
    with pytest.raises(StoreUnavailableError):
        await desk.vote(several[0], VOTERS[2])
    assert await states(desk, several) == [State.QUEUED, State.QUEUED, State.PENDING, State.PENDING]
    desk.queue._contributions = desk.stores.contributions
    await desk.expire()
    assert await states(desk, several) == [State.QUEUED] * MANY


class _With:
    """A store whose `next_number` is another."""

    def __init__(self, store: object, next_number: object) -> None:
        self._store = store
        self.next_number = next_number

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)
