"""What a member proposed together, on one card: voted on, approved or declined together.

Each contribution keeps its own ballot, and the votes are the same for all. So one of them can be withdrawn, or
decided by a curator, and the others continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared.core.ballot import FIRST, is_alive, is_decided_together
from bot.shared_errors import AlreadyDecidedError, ContributionGoneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.ballot import BallotState
    from bot.stores.contributions import Contribution, Contributions


class Together:
    """first_id, in every call: the ID of the first contribution. Raises as `Decisions` does for one contribution."""

    def __init__(self, contributions: Contributions, deciding: Decisions) -> None:
        self._contributions = contributions
        self._deciding = deciding

    async def vote(
        self, actor: Actor, guild_id: int, first_id: str, *, yes: bool
    ) -> tuple[BallotState, bool]:
        """Like `Decisions.vote`: it counts for all that aren't decided yet."""
        undecided = await undecided_together(self._contributions, guild_id, first_id)
        for held in undecided:
            try:
                return await self._deciding.vote(actor, guild_id, held.contribution_id, FIRST, yes=yes)
            except AlreadyDecidedError:
                continue  # only this one, at this very moment
        raise AlreadyDecidedError(undecided[0])

    async def approve(self, actor: Actor, guild_id: int, first_id: str) -> None:
        """A curator approves all that aren't decided yet. If interrupted, the rest stays open."""
        await self._each(guild_id, first_id, lambda key: self._deciding.approve(actor, guild_id, key, FIRST))

    async def decline(self, actor: Actor, guild_id: int, first_id: str, reason: str = "") -> None:
        await self._each(
            guild_id, first_id, lambda key: self._deciding.decline(actor, guild_id, key, FIRST, reason)
        )

    async def must_decide(self, actor: Actor, guild_id: int, first_id: str, *, takes_in: bool) -> None:
        """Raise what `approve` or `decline` would raise now."""
        held, *_ = await undecided_together(self._contributions, guild_id, first_id)
        await self._deciding.must_decide(actor, guild_id, held.contribution_id, FIRST, takes_in=takes_in)

    async def _each(
        self, guild_id: int, first_id: str, decide: Callable[[str], Awaitable[BallotState]]
    ) -> None:
        """What someone else decides meanwhile stays decided; a caller who decides nothing is told."""
        undecided = await undecided_together(self._contributions, guild_id, first_id)
        decided = 0
        for held in undecided:
            try:
                await decide(held.contribution_id)
            except AlreadyDecidedError:
                continue
            decided += 1
        if not decided:
            raise AlreadyDecidedError(undecided[0])


async def undecided_together(
    contributions: Contributions, guild_id: int, first_id: str
) -> tuple[Contribution, ...]:
    """Those proposed together, at least one. Raises ContributionGoneError, AlreadyDecidedError."""
    first = await contributions.get(guild_id, first_id)
    if first is None:
        raise ContributionGoneError
    several = await contributions.several(guild_id, first.together or (first_id,))
    undecided = tuple(
        one
        for one in several
        if one.ballot and one.ballot.open and is_decided_together(one) and is_alive(one, one.ballot)
    )
    if not undecided:
        raise AlreadyDecidedError(first)
    return undecided
