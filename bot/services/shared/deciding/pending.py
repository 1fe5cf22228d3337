"""What waits in a shared playlist: for votes, for a curator, or to go in or out at Spotify. One's own comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.list_errors import AlreadyDecidedError, ContributionGoneError
from bot.services.shared.deciding.tallying import Standing
from bot.services.shared.people import must_curate
from bot.stores.contributions import State

if TYPE_CHECKING:
    from bot.services.shared.deciding.announcing import Announcing
    from bot.services.shared.people import Actor
    from bot.services.shared.writing.waiting import WaitingFor
    from bot.services.shared.writing.writer import Writer
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

PAGE_SIZE: Final = 8
MOST_SHOWN: Final = 200  # of what waits for Spotify; the rest is counted
QUEUE: Final = frozenset({State.QUEUED, State.SENDING})
STUCK: Final = frozenset({State.PARKED})  # first, as it needs a look
MOST_STUCK: Final = 25
LEAVING: Final = frozenset({State.LEAVING})


@dataclass(frozen=True, slots=True)
class PendingPage:
    """`number` counts from 0. undecided, accepted, leaving: those on this page. waiting: why these are not in, or out.

    parked: something of the list is, so that a curator can have a look.
    """

    shared: SharedPlaylist
    number: int
    pages: int
    undecided: tuple[Standing, ...]
    accepted: tuple[Contribution, ...]
    leaving: tuple[Contribution, ...]
    undecided_count: int
    accepted_count: int
    leaving_count: int
    waiting: WaitingFor | None
    parked: bool


class PendingItems:
    def __init__(self, contributions: Contributions, announcing: Announcing, writer: Writer) -> None:
        self._contributions = contributions
        self._announcing = announcing
        self._writer = writer

    async def page(self, shared: SharedPlaylist, member_id: int, number: int) -> PendingPage:
        """A number past the end gives the last page."""
        undecided = await self._undecided(shared, member_id)
        accepted = await self._accepted(shared, member_id)
        leaving = await self._contributions.in_state(shared.list_id, LEAVING, limit=MOST_SHOWN)
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
            tuple([await self._standing(shared, held) for held in open_here]),
            tuple(one for one in rest if one.state not in LEAVING),
            tuple(one for one in rest if one.state in LEAVING),
            len(undecided),
            await self._contributions.count(shared.list_id, QUEUE | STUCK),
            await self._contributions.count(shared.list_id, LEAVING),
            await self._writer.state_of(shared),
            any(held.state in STUCK for held in accepted),
        )

    async def post_again(
        self, actor: Actor, guild_id: int, contribution_id: str, channel_id: int | None
    ) -> None:
        """Have a new card posted, where the former one was deleted or is hard to find; for curators.

        Raises ContributionGoneError, AlreadyDecidedError, NotAllowedError.
        """
        standing = await self._announcing.standing(guild_id, contribution_id)
        if standing is None:
            raise ContributionGoneError
        must_curate(standing.shared, actor)
        if not standing.ballot.open:
            raise AlreadyDecidedError(standing.contribution)
        await self._announcing.repost(standing, channel_id)

    async def _undecided(self, shared: SharedPlaylist, member_id: int) -> list[Contribution]:
        """By the end of their time, own ones first."""
        held = await self._contributions.undecided(list_id=shared.list_id)
        return sorted(held, key=lambda one: one.member_id != member_id)

    async def _accepted(self, shared: SharedPlaylist, member_id: int) -> list[Contribution]:
        """In the order they are written, own ones first."""
        own = await self._contributions.latest_of(shared.list_id, member_id, QUEUE, limit=MOST_SHOWN)
        stuck = await self._contributions.in_state(shared.list_id, STUCK, limit=MOST_STUCK)
        queued = await self._contributions.in_state(shared.list_id, QUEUE, limit=MOST_SHOWN)
        ordered = [*stuck, *sorted(own, key=lambda one: one.number or 0), *queued]
        return list({one.contribution_id: one for one in ordered}.values())

    async def _standing(self, shared: SharedPlaylist, held: Contribution) -> Standing:
        assert held.ballot is not None  # noqa: S101 - it is open
        return Standing(shared, held, held.ballot, await self._announcing.tally(held, held.ballot))
