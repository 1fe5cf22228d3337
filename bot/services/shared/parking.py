"""What Spotify never said whether it went in: a curator looks, and has it tried again or gives up on it.

Until then nothing new goes into the list, so that everybody's tracks keep their order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.list_errors import ListBusyError, ListClosedError, ListNotFoundError
from bot.services.shared.looking import LAST_LOOK, Wanted, placed, written
from bot.services.shared.marking import event_of
from bot.services.shared.people import must_curate
from bot.stores.contributions import INSIDE, State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.services.shared.bound_writer import Progress
    from bot.services.shared.looking import Placed
    from bot.services.shared.people import Actor
    from bot.services.shared.writing import Writer
    from bot.stores import Contributions, Journals, SharedPlaylists
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

MANY: Final = 1_000


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """found: so many were in the playlist after all. again: so many were not, and go in now, in their old order."""

    found: int
    again: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """found: so many were in the playlist after all. given_up: so many were not, and are let go."""

    found: int
    given_up: int


class Parking:
    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        journals: Journals,
        writer: Writer,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._lists = lists
        self._contributions = contributions
        self._journals = journals
        self._writer = writer
        self._now = now

    async def try_again(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> TriedAgain:
        """Look for all that is parked in the whole playlist; what is not there is sent once more, before all else.

        Raises NotAllowedError, ListNotFoundError, ListClosedError, ListBusyError, and as BoundWriter does when it
        reads; then nothing was changed.
        """
        found, again = await self._decide(actor, guild_id, list_id, State.QUEUED, progress)
        return TriedAgain(found, again)

    async def give_up(
        self, actor: Actor, guild_id: int, list_id: str, progress: Progress | None = None
    ) -> GivenUp:
        """Look as `try_again` does; what is not there is let go, and the list goes on. Raises as that."""
        found, given_up = await self._decide(actor, guild_id, list_id, State.REJECTED, progress)
        return GivenUp(found, given_up)

    async def _decide(
        self, actor: Actor, guild_id: int, list_id: str, absent: State, progress: Progress | None
    ) -> tuple[int, int]:
        """How many of those that are parked are there, and how many are not: these become `absent`."""
        shared = await self._lists.get(guild_id, list_id)
        if shared is None:
            raise ListNotFoundError(list_id)
        must_curate(shared, actor)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        async with self._writer.exclusive(shared) as bound:  # which wakes the writer afterwards
            parked = await self._contributions.in_state(list_id, {State.PARKED}, limit=MANY)
            if not parked:
                return 0, 0
            await self._must_show(list_id)
            contents = await bound.read_all(progress)
            there = await self._there(shared, parked, placed(contents.items, 0))
            await bound.hold()  # reading may have taken long
            found, rest = 0, 0
            for one in parked:
                if item := there.get(one.contribution_id):
                    found += await self._is_in(one, item)
                elif absent is State.QUEUED:
                    rest += await self._move(one, absent, Happening.ACCEPTED, {"how": "again"}, actor)
                else:
                    rest += await self._move(one, absent, Happening.REJECTED, {"why": "given_up"}, actor)
        return found, rest

    async def _must_show(self, list_id: str) -> None:
        """Raise ListBusyError while Spotify may show the playlist as it was before our latest write."""
        written_at = (await self._journals.of(list_id)).total_at
        if written_at is not None and self._now() < written_at + LAST_LOOK:
            raise ListBusyError

    async def _there(
        self, shared: SharedPlaylist, parked: Sequence[Contribution], items: Sequence[Placed]
    ) -> Mapping[str, Placed]:
        """By contribution the item that stands for it and for no other: the same track, else the same recording."""
        wanted = {one.contribution_id: Wanted(one.uri, one.recording.isrc) for one in parked}
        fitting = [item for item in items if any(one.is_it(item) for one in wanted.values())]
        inside = await self._contributions.of_uris(shared.list_id, {item.uri for item in fitting}, INSIDE)
        claimed = Counter(one.uri for one in inside)
        free: list[Placed] = []
        for item in fitting:
            if claimed[item.uri] > 0:  # the first copies belong to those that were in before
                claimed[item.uri] -= 1
            else:
                free.append(item)
        there: dict[str, Placed] = {}
        for loosely in (False, True):
            for key, one in wanted.items():
                fits = [item for item in free if item.uri == one.uri or (loosely and one.is_it(item))]
                if key not in there and fits:
                    there[key] = fits[0]
                    free.remove(fits[0])
        return there

    async def _is_in(self, one: Contribution, item: Placed) -> bool:
        return await self._move(one, State.LANDED, Happening.LANDED, written_uri=written(one, item))

    async def _move(
        self,
        one: Contribution,
        state: State,
        happening: Happening,
        detail: Mapping[str, str] | None = None,
        actor: Actor | None = None,
        *,
        written_uri: str = "",
    ) -> bool:
        """False: somebody else was faster."""
        seen: Contribution | None = one
        while seen is not None and seen.state is State.PARKED:
            now = self._now()
            ballot = seen.ballot
            if ballot is not None and not ballot.open:
                ballot = replace(ballot, shown=False)  # its card says what became of it
            new = replace(
                seen,
                state=state,
                changed_at=now,
                ballot=ballot,
                batch_id=None if state is State.QUEUED else seen.batch_id,
                written_uri=written_uri or seen.written_uri,
            )
            event = event_of(new, happening, now, detail, actor.member_id if actor else None)
            stored = await self._contributions.swap(seen, new, event)
            if stored is not None:
                self._writer.news.tell(stored)
                return True
            seen = await self._contributions.get(seen.guild_id, seen.contribution_id)
        return False
