"""Another member's public playlists, which others see in Discord only if the member says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import (
    AccountUnreadableError,
    LinkEndedError,
    NotLinkedError,
    PlaylistsHiddenError,
    ScopeMissingError,
)
from bot.services.playlists import PAGE_SIZE, SHOWN, PlaylistPage

if TYPE_CHECKING:
    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.purpose import Share
    from bot.stores import KeyValues


class PlaylistVisibility:
    def __init__(self, values: KeyValues, keeper: TokenKeeper, playlists: Playlists) -> None:
        self._values = values
        self._keeper = keeper
        self._playlists = playlists

    async def is_allowed(self, member_id: int) -> bool:
        """Whether others may see them; no by default."""
        return bool(await self._values.get(f"{SHOWN}{member_id}"))

    async def switch(self, member_id: int, *, on: bool) -> None:
        await self._values.put(f"{SHOWN}{member_id}", "on" if on else "")

    async def page(self, member_id: int, number: int, *, share: Share | None = None) -> PlaylistPage:
        """Ten of the playlists that the member owns and has on their profile. share: of whoever looks.

        Raises PlaylistsHiddenError if the member hasn't linked an account or doesn't allow it: that isn't told apart.
        """
        if not await self.is_allowed(member_id):
            raise PlaylistsHiddenError(member_id)
        try:
            account = await self._keeper.account(member_id)
            known = await self._playlists.all_of(member_id, share=share)
        except (NotLinkedError, AccountUnreadableError, LinkEndedError, ScopeMissingError):
            raise PlaylistsHiddenError(member_id) from None
        shown = [one for one in known if one.public and one.owner.id == account.spotify_id]
        pages = max(1, -(-len(shown) // PAGE_SIZE))
        number = max(0, min(number, pages - 1))
        some = shown[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        return PlaylistPage(tuple(some), number, pages, len(shown), 0, account.spotify_id)
