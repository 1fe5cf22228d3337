"""Who goes first when requests are scarce: those who have used more than their share wait, but nobody behind them.

What waits goes along with what others send, as that costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from bot.stores.contributions import GOING, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.spotify.purpose import Share
    from bot.stores.contributions import Contribution, Contributions

    HeldUntil: TypeAlias = Callable[[Share], datetime | None]  # None: writes for them can be sent

AT_ONCE: Final = 200  # read from the store at a time


def asker(one: Contribution) -> int | None:
    """For whom the outbox writes it: who contributed it, or had it taken out. None: no particular member."""
    member_id = one.left_by if one.state in GOING else one.member_id
    return member_id if member_id and member_id > 0 else None  # a former member is nobody


class FairOrder:
    def __init__(self, contributions: Contributions, held_until: HeldUntil) -> None:
        self._contributions = contributions
        self._held_until = held_until

    def held_until(self, one: Contribution) -> datetime | None:
        """How long it has to wait because its member, or their server, has used more than their share."""
        member_id = asker(one)
        return None if member_id is None else self._held_until((one.guild_id, member_id))

    async def together(self, list_id: str, most: int) -> tuple[tuple[Contribution, ...], datetime | None]:
        """What can be added in one request, in order; and until when all of it has to wait, if it does."""
        ready, waiting, until = await self._sorted(list_id, State.QUEUED, most)
        along = waiting[: most - len(ready)]
        return tuple(sorted((*ready, *along), key=_number)), None if ready else until

    async def leaving(self, list_id: str, most: int) -> tuple[tuple[Contribution, ...], datetime | None]:
        """The first ones that can be taken out, in order; and when the first of the skipped ones can be."""
        ready, _, until = await self._sorted(list_id, State.LEAVING, most)
        return ready, until

    async def _sorted(
        self, list_id: str, state: State, most: int
    ) -> tuple[tuple[Contribution, ...], tuple[Contribution, ...], datetime | None]:
        """The first ones that can be written, the first that have to wait, and until when the first of these do."""
        ready: list[Contribution] = []
        waiting: list[Contribution] = []
        held: dict[int | None, datetime | None] = {}
        after = 0
        while len(ready) < most:
            some = await self._contributions.in_state(list_id, {state}, limit=AT_ONCE, after=after)
            for one in some:
                member_id = asker(one)
                if member_id not in held:
                    held[member_id] = self.held_until(one)
                (ready if held[member_id] is None else waiting).append(one)
            if len(some) < AT_ONCE or not some[-1].number:
                break
            after = some[-1].number
        until = min((until for until in held.values() if until is not None), default=None)
        return tuple(ready[:most]), tuple(waiting[:most]), until


def _number(one: Contribution) -> int:
    return one.number or 0
