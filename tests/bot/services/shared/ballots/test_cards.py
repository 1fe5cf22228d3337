"""Cards are drawn seldom and end up right: after bursts, failures, restarts, and when somebody deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode
from tests.bot.voting_desk import VOTERS, Desk, curator
from tests.shared_records import GUILD

if TYPE_CHECKING:
    from bot.services.shared.ballots.cards import Card, CardQueue
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from tests.bot.link_desk import Time

CHANNEL, MESSAGE = 3, 4


@pytest.fixture
def desk(stores: Stores, time: Time) -> Desk:
    return Desk(stores, time)


@pytest.fixture
async def held(desk: Desk) -> Contribution:
    """Its card is posted."""
    proposed = await desk.propose(await desk.lend())
    (card,) = await desk.card_queue.due()
    assert await desk.card_queue.claim(card.ballot_state)
    await desk.card_queue.posted(card.ballot_state, CHANNEL, MESSAGE)
    desk.time.pass_by(seconds=2)
    return proposed


async def drawn(card_queue: CardQueue) -> list[Card]:
    """The cards of one round, all of them drawn."""
    due = await card_queue.due()
    for card in due:
        await card_queue.shown(card.ballot_state)
    return list(due)


async def test_posted_once(desk: Desk) -> None:
    """What nobody posted is due to be posted, by one process, also where the one before was killed."""
    await desk.propose(await desk.lend())
    other = Desk(desk.stores, desk.time)
    (mine,), (theirs,) = await desk.card_queue.due(), await other.card_queue.due()
    assert await desk.card_queue.claim(mine.ballot_state)
    assert not await other.card_queue.claim(theirs.ballot_state)
    await desk.card_queue.posted(mine.ballot_state, CHANNEL, MESSAGE)
    desk.time.pass_by(minutes=2)
    assert not await other.card_queue.claim(theirs.ballot_state)
    assert await other.card_queue.due() == ()


async def test_burst(desk: Desk, held: Contribution) -> None:
    """Fifty votes at once are one edit at once and one after two seconds, which has the right count."""
    await desk.vote(held, VOTERS[0])
    assert len(await drawn(desk.card_queue)) == 1
    for member_id in VOTERS[1:25]:
        await desk.vote(held, member_id, yes=member_id % 2 == 0)
        assert await drawn(desk.card_queue) == []
    desk.time.pass_by(seconds=2)
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.tally.yes + card.ballot_state.tally.no == 25
    desk.time.pass_by(seconds=2)
    assert await drawn(desk.card_queue) == []


async def test_clock_set_back(desk: Desk, held: Contribution) -> None:
    """A card that was drawn before somebody set the clock back by hours is drawn as soon as any other."""
    await desk.vote(held, VOTERS[0])
    assert len(await drawn(desk.card_queue)) == 1
    desk.time.pass_by(hours=-5)
    await desk.vote(held, VOTERS[1])
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.tally.yes == 2
    shared = await desk.stores.lists.by_id(held.list_id)
    assert shared is not None
    await desk.propose(shared, 2)  # by another process
    desk.time.pass_by(minutes=1)
    await desk.due.run()
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.ballot.message_id is None


async def test_vote_while_drawing(desk: Desk, held: Contribution) -> None:
    """A vote that comes while the card is being drawn is drawn next."""
    await desk.vote(held, 20)
    (card,) = await desk.card_queue.due()
    await desk.vote(held, 21)
    await desk.card_queue.shown(card.ballot_state)
    desk.time.pass_by(seconds=2)
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.tally.yes == 2


async def test_drawn_late_over_the_decision(desk: Desk, held: Contribution) -> None:
    """Of two processes the one whose older drawing arrives after that of the decision draws it once more."""
    other = Desk(desk.stores, desk.time)
    await other.vote(held, 20)
    open_card, *_ = await other.card_queue.due()
    assert open_card.ballot_state.ballot.open
    await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1)
    assert [card.ballot_state.ballot.open for card in await drawn(desk.card_queue)] == [False]
    await other.card_queue.shown(open_card.ballot_state)
    desk.time.pass_by(seconds=2)
    (again,) = await drawn(other.card_queue)
    assert again.ballot_state.contribution.state is State.DECLINED
    desk.time.pass_by(seconds=2)
    assert await drawn(other.card_queue) == await drawn(desk.card_queue) == []


async def test_failed(desk: Desk, held: Contribution) -> None:
    """What Discord did not take is tried again after half a minute."""
    await desk.vote(held, 20)
    (card,) = await desk.card_queue.due()
    desk.card_queue.failed(card.ballot_state)
    desk.time.pass_by(seconds=29)
    assert await desk.card_queue.due() == ()
    desk.time.pass_by(seconds=1)
    assert len(await drawn(desk.card_queue)) == 1


async def test_followed_until_it_is_in(desk: Desk, held: Contribution) -> None:
    """A decided card is drawn once for the decision and once for what came of it, and then never again."""
    for member_id in (20, 21, 22):
        await desk.vote(held, member_id)
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.contribution.state is State.QUEUED
    desk.time.pass_by(seconds=5)
    assert await drawn(desk.card_queue) == []
    await desk.move(held, State.LANDED)
    desk.time.pass_by(seconds=5)
    (card,) = await drawn(desk.card_queue)
    assert card.ballot_state.contribution.state is State.LANDED
    desk.time.pass_by(minutes=2)
    assert await drawn(desk.card_queue) == []
    assert await drawn(Desk(desk.stores, desk.time).card_queue) == []


async def test_restart(desk: Desk, held: Contribution) -> None:
    """A new process draws open cards, which may be right already, and decided ones that do not say so."""
    second = await desk.propose((await desk.deciding.ballot_state(GUILD, held.contribution_id)).shared, 2)  # type: ignore[union-attr] # there is one
    await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1)
    ballot_state = await desk.deciding.ballot_state(GUILD, second.contribution_id)
    assert ballot_state is not None
    await desk.card_queue.posted(ballot_state, CHANNEL, 5)
    after = Desk(desk.stores, desk.time)
    cards = {card.ballot_state.contribution.contribution_id: card for card in await drawn(after.card_queue)}
    assert set(cards) == {held.contribution_id, second.contribution_id}
    assert not cards[held.contribution_id].may_be_right
    assert cards[second.contribution_id].may_be_right
    assert await drawn(Desk(desk.stores, desk.time).card_queue) != []  # the open one
    assert (await desk.now(held)).ballot.shown  # type: ignore[union-attr] # there is one


@pytest.mark.parametrize("mode", [Mode.VOTE, Mode.APPROVAL])
async def test_deleted(desk: Desk, mode: Mode) -> None:
    """A card that was deleted is left alone, also when it is decided and after a restart; until a curator wants it."""
    held = await desk.propose(await desk.lend(mode))
    (card,) = await desk.card_queue.due()
    await desk.card_queue.posted(card.ballot_state, CHANNEL, MESSAGE)
    ballot_state = await desk.deciding.ballot_state(GUILD, held.contribution_id)
    assert ballot_state is not None
    await desk.card_queue.deleted(ballot_state)
    desk.card_queue.touch(held)
    desk.time.pass_by(minutes=2)
    assert await desk.card_queue.due() == ()
    assert await Desk(desk.stores, desk.time).card_queue.due() == ()
    await desk.card_queue.repost(ballot_state, CHANNEL)
    (card,) = await desk.card_queue.due()
    assert card.ballot_state.ballot.message_id is None
    await desk.card_queue.deleted(card.ballot_state)
    await desk.deciding.decline(curator(), GUILD, held.contribution_id, 1)
    desk.time.pass_by(minutes=2)
    assert await desk.card_queue.due() == ()


async def test_a_few_at_a_time(desk: Desk) -> None:
    """Many cards are drawn in several rounds, and none is forgotten."""
    shared = await desk.lend()
    for number in range(1, 26):
        await desk.propose(shared, number)
    seen: list[str] = []
    for _ in range(3):
        due = await desk.card_queue.due()
        assert len(due) <= 10
        seen += [card.ballot_state.contribution.contribution_id for card in due]
    assert len(set(seen)) == len(seen) == 25
