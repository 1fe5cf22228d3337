"""The state of a guild's shared playlists: what is pending in each, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.stores.contributions import ON_ITS_WAY, State
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.stores.contributions import Contributions
    from bot.stores.lists import SharedPlaylist, SharedPlaylists

NEEDS_LINK: Final = frozenset({Trouble.CONSENT_ENDED, Trouble.OWNER_UNLINKED})


@dataclass(frozen=True, slots=True)
class ListSummary:
    """`pending`: undecided. `coming`: accepted, and not in as far as we know.

    kept_until: how long pending ones are kept for an owner; None: as long as it takes.
    """

    shared: SharedPlaylist
    pending: int
    coming: int
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A playlist that needs its owner to link Spotify again; `waiting` accepted tracks go in once they have."""

    shared: SharedPlaylist
    waiting: int


class ListOverview:
    def __init__(
        self, finder: ListFinder, lists: SharedPlaylists, contributions: Contributions, ownership: Ownership
    ) -> None:
        self._finder = finder
        self._lists = lists
        self._contributions = contributions
        self._ownership = ownership

    async def of_guild(self, guild_id: int) -> tuple[ListSummary, ...]:
        """By name. Asks Discord whether the owners are still there."""
        return tuple([await self.of(shared) for shared in await self._finder.lists(guild_id)])

    async def of(self, shared: SharedPlaylist) -> ListSummary:
        shared = await self._ownership.looked_after(shared)
        pending = await self._contributions.count(shared.list_id, {State.PENDING})
        coming = await self._contributions.count(shared.list_id, ON_ITS_WAY)
        return ListSummary(shared, pending, coming, self._ownership.waits_until(shared))

    async def held_up(self, owner_id: int) -> tuple[HeldUp, ...]:
        """What the member owns, in any server, that their ended or withdrawn consent holds up."""
        return tuple(
            [
                HeldUp(shared, await self._contributions.count(shared.list_id, ON_ITS_WAY))
                for shared in await self._lists.of_owner(owner_id)
                if shared.trouble in NEEDS_LINK
            ]
        )

    async def lent_by(self, owner_id: int) -> tuple[SharedPlaylist, ...]:
        """What stops when the member's consent ends."""
        return tuple(one for one in await self._lists.of_owner(owner_id) if one.trouble is None)

    async def waiting_in(self, shared: SharedPlaylist) -> int:
        """How many accepted tracks wait in it."""
        return await self._contributions.count(shared.list_id, ON_ITS_WAY)

    async def of_ended_consent(self, shared: SharedPlaylist) -> tuple[SharedPlaylist, ...]:
        """The playlists, in any server, that the same ended consent stops; some may not have noticed yet."""
        return tuple(
            one
            for one in await self._lists.of_owner(shared.owner_id)
            if one.account_id == shared.account_id and one.trouble in {None, shared.trouble}
        )
