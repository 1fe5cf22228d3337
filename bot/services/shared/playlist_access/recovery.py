"""Ends a list's trouble as soon as something shows that it's over, even just a good answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.errors import AccountUnreadableError
from bot.stores.contributions import UNFINISHED
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.stores import Accounts, Contributions
    from bot.stores.lists import SharedPlaylist

READ: Final = frozenset({"playlist-read-private"})
CHANGE: Final = frozenset({"playlist-modify-public", "playlist-modify-private"})
DISCORDS: Final = frozenset(
    {Trouble.OWNER_LEFT, Trouble.BOT_REMOVED}
)  # whoever noticed that someone left also notices the return
# What only a write could tell for sure. While something is queued, a write is tried every hour.
ABOUT_WRITING: Final = frozenset({Trouble.FORBIDDEN, Trouble.CONSENT_ENDED})


class Recovery:
    def __init__(
        self, changes: SharedPlaylistChanges, accounts: Accounts, contributions: Contributions
    ) -> None:
        self._changes = changes
        self._accounts = accounts
        self._contributions = contributions

    async def answered(self, shared: SharedPlaylist) -> SharedPlaylist:
        """Spotify has just shown the list's playlist to its owner's account. Returns the list as it is then."""
        if shared.trouble is None or shared.trouble in DISCORDS or not await self._refutes(shared):
            return shared
        return await self._changes.set_trouble(shared, None)

    async def linked(self, shared: SharedPlaylist) -> SharedPlaylist:
        """The list after checking our own records for its owner's link."""
        return await self._changes.set_trouble(shared, None) if await self.is_linked_again(shared) else shared

    async def is_linked(self, shared: SharedPlaylist) -> bool:
        """Whether the owner is linked with the account that lent the list, and can read and change playlists."""
        return await self._is_linked(shared, newly=False)

    async def is_linked_again(self, shared: SharedPlaylist) -> bool:
        """Whether that is so; also ends the list's trouble, if the consent came later."""
        if shared.trouble is None or shared.trouble in DISCORDS:
            return False
        return await self._is_linked(shared, newly=shared.trouble is not Trouble.OWNER_UNLINKED)

    async def _is_linked(self, shared: SharedPlaylist, *, newly: bool) -> bool:
        try:
            account = await self._accounts.of_member(shared.owner_id)
        except AccountUnreadableError:
            return False
        if account is None or account.account_id != shared.account_id:
            return False
        since = shared.trouble_since
        if shared.trouble is Trouble.CONSENT_ENDED and account.authorized_at == since:
            return False  # it's this very consent that ended, and the link is about to be erased
        is_new = not newly or since is None or account.authorized_at > since
        return is_new and account.scopes >= READ | CHANGE

    async def _refutes(self, shared: SharedPlaylist) -> bool:
        if shared.trouble not in ABOUT_WRITING:
            return True
        if not await self.is_linked(shared):
            return False
        waiting = await self._contributions.in_state(shared.list_id, UNFINISHED, limit=1)
        return not waiting or await self.is_linked_again(shared)
