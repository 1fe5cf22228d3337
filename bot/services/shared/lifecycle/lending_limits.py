"""How many lists a member can lend to a guild, when a manager has to agree, and which list is the default."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.access import must_manage_guild
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.playlists import SUGGESTIONS
from bot.shared_errors import ListBusyError, TooManyListsError
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.services.leases import Lease, LeaseKeeper
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import ListFinder
    from bot.stores import KeyValues
    from bot.stores.lists import SharedPlaylist

MOST_LENT: Final = 5  # by one member, to one guild, at a time
MOST_OF_MANAGERS: Final = SUGGESTIONS  # for members who can manage the guild: no more than Discord shows
LEASE: Final = timedelta(seconds=30)
DEFAULT_LEASE: Final = timedelta(seconds=10)
PATIENCE_S: Final = 10


class LendingLimits:
    """They apply to what is lent from now on: whatever is already lent stays."""

    def __init__(self, finder: ListFinder, values: KeyValues, leases: LeaseKeeper) -> None:
        self._finder = finder
        self._unasked = Facts(values, "lent unasked", bool)  # by guild: its managers needn't be asked
        self._leases = leases

    def alone(self, guild_id: int, member_id: int) -> AbstractAsyncContextManager[Lease]:
        """For anything that makes the member an owner: the count holds until it's done. Raises ListBusyError."""
        return self._leases.held(f"lend:{guild_id}:{member_id}", LEASE, taken=ListBusyError)

    async def lent_by(self, guild_id: int, member_id: int, *, but: str = "") -> int:
        """How many the member lends here. but: the ID of one that doesn't count."""
        lists = await self._finder.lists(guild_id)
        return sum(one.owner_id == member_id and one.list_id != but for one in lists)

    async def must_have_room(
        self, guild_id: int, member_id: int, *, manages_guild: bool = False, but: str = ""
    ) -> int:
        """How many the member lends already. Raises TooManyListsError if they can't lend another."""
        most = MOST_OF_MANAGERS if manages_guild else MOST_LENT
        lent = await self.lent_by(guild_id, member_id, but=but)
        if lent >= most:
            raise TooManyListsError(most)
        return lent

    async def needs_a_manager(self, actor: Actor, guild_id: int, *, but: str = "") -> bool:
        """Whether a manager of the guild has to agree. Raises TooManyListsError."""
        lent = await self.must_have_room(
            guild_id, actor.member_id, manages_guild=actor.manages_guild, but=but
        )
        return lent > 0 and not actor.manages_guild and await self.asks_managers(guild_id)

    async def asks_managers(self, guild_id: int) -> bool:
        return not await self._unasked.get(guild_id)

    async def set_asking(self, actor: Actor, guild_id: int, *, asks: bool) -> None:
        """Whether managers are asked from a member's second list on. Raises NotAllowedError."""
        must_manage_guild(actor)
        if asks:
            await self._unasked.drop(guild_id)
        else:
            await self._unasked.put(guild_id, fact=True)

    async def settle_default(self, new: SharedPlaylist) -> None:
        """A guild's first list is its default. If there was only one, and so used by default, it stays that one.

        If there were several without a default, managers chose to leave it at that. Raises ListBusyError.
        """
        lease = f"default list:{new.guild_id}"
        async with self._leases.held(lease, DEFAULT_LEASE, patience_s=PATIENCE_S, taken=ListBusyError):
            others = [
                one
                for one in await self._finder.lists(new.guild_id)
                if one.list_id != new.list_id and not _is_being_lent(one)
            ]
            if len(others) <= 1 and await self._finder.default(new.guild_id) is None:
                await self._finder.set_default(new.guild_id, (others or [new])[0].list_id)


def _is_being_lent(shared: SharedPlaylist) -> bool:
    return shared.status is ListStatus.PAUSED and shared.checked_at is None
