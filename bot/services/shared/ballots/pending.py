"""What's pending in a shared playlist: votes, approvals, and changes not yet made on Spotify. One's own come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.access import must_curate
from bot.services.shared.core.ballot import BallotState
from bot.shared_errors import AlreadyDecidedError, ContributionGoneError
from bot.stores.contributions import ON_ITS_WAY, QUEUE, State

if TYPE_CHECKING:
    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.outbox.health import WaitingFor
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

PAGE_SIZE: Final = 8
MOST_SHOWN: Final = 200  # of those queued for Spotify; the rest is counted
MOST_PARKED: Final = 25


@dataclass(frozen=True, slots=True)
class PendingPage:
    """`number` counts from 0. undecided, accepted, leaving: those on this page. waiting: why these aren't in, or out.

    parked: something in the list is, so a curator can check.
    """

    shared: SharedPlaylist
    number: int
    pages: int
    undecided: tuple[BallotState, ...]
    accepted: tuple[Contribution, ...]
    leaving: tuple[Contribution, ...]
    undecided_count: int
    accepted_count: int
    leaving_count: int
    waiting: WaitingFor | None
    parked: bool


class PendingItems:
    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        card_queue: CardQueue,
        dispatcher: OutboxDispatcher,
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._card_queue = card_queue
        self._dispatcher = dispatcher

    async def page(self, shared: SharedPlaylist, member_id: int, number: int) -> PendingPage:
        """A number past the end gives the last page."""
        undecided = await self._undecided(shared, member_id)
        accepted = await self._accepted(shared, member_id)
        leaving = await self._contributions.in_state(shared.list_id, {State.LEAVING}, limit=MOST_SHOWN)
        everything = [*undecided, *accepted, *leaving]
        pages = max(1, -(-len(everything) // PAGE_SIZE))
        number = min(max(number, 0), pages - 1)
        here = everything[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        open_here = here[: max(0, len(undecided) - number * PAGE_SIZE)]
        rest = here[len(open_here) :]
        return PendingPage(
            shared,
            number,
            pages,
            tuple([await self._ballot_state(shared, held) for held in open_here]),
            tuple(one for one in rest if one.state is not State.LEAVING),
            tuple(one for one in rest if one.state is State.LEAVING),
            len(undecided),
            await self._contributions.count(shared.list_id, ON_ITS_WAY),
            await self._contributions.count(shared.list_id, {State.LEAVING}),
            await self._dispatcher.state_of(shared, *rest),
            any(held.state is State.PARKED for held in accepted),
        )

    async def post_again(
        self, actor: Actor, guild_id: int, contribution_id: str, channel_id: int | None
    ) -> None:
        """Have a new card posted if the previous one was deleted or is hard to find; for curators.

        Raises ContributionGoneError, AlreadyDecidedError, NotAllowedError.
        """
        ballot_state = await self._card_queue.card_state(guild_id, contribution_id)
        if ballot_state is None:
            raise ContributionGoneError
        must_curate(ballot_state.shared, actor)
        if not ballot_state.ballot.open:
            raise AlreadyDecidedError(ballot_state.contribution)
        await self._card_queue.repost(ballot_state, channel_id)

    async def _undecided(self, shared: SharedPlaylist, member_id: int) -> list[Contribution]:
        """By deadline, own ones first; those proposed together in their order."""

        def place(one: Contribution) -> tuple[object, ...]:
            ends_at = one.ballot.ends_at if one.ballot else shared.created_at
            number = one.together.index(one.contribution_id) if one.together else 0
            return one.member_id != member_id, ends_at, one.together, number

        held = await self._contributions.undecided(list_id=shared.list_id)
        return sorted(held, key=place)

    async def _accepted(self, shared: SharedPlaylist, member_id: int) -> list[Contribution]:
        """In writing order, own ones first; parked ones before all of them, since they need attention."""
        own = await self._contributions.latest_of(shared.list_id, member_id, QUEUE, limit=MOST_SHOWN)
        parked = await self._contributions.in_state(shared.list_id, {State.PARKED}, limit=MOST_PARKED)
        queued = await self._contributions.in_state(shared.list_id, QUEUE, limit=MOST_SHOWN)
        ordered = [*parked, *sorted(own, key=lambda one: one.number or 0), *queued]
        return list({one.contribution_id: one for one in ordered}.values())

    async def _ballot_state(self, shared: SharedPlaylist, held: Contribution) -> BallotState:
        assert held.ballot is not None  # noqa: S101 - it is open
        return BallotState(shared, held, held.ballot, await self._ledger.tally(held, held.ballot))
