"""Whether a shared playlist still has its owner: unlinked, left the server, came back; and how long others wait."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.queue import CLOSED, NO_OWNER
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import ListOutOfReachError
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.playlist_access.recovery import Recovery
    from bot.stores import Account, Stores
    from bot.stores.lists import SharedPlaylist

    # guild ID, member ID; None: Discord doesn't say
    IsMember = Callable[[int, int], Awaitable[bool | None]]

log = logging.getLogger(__name__)

EVERY: Final = timedelta(days=1)
ASK_AGAIN: Final = timedelta(minutes=10)  # how often Discord is asked, on use
PATIENCE_S: Final = 1.5  # a member is waiting for the answer
WAIT: Final = timedelta(days=30)  # for a new owner, or the old one
ORPHANED: Final = frozenset({Trouble.OWNER_UNLINKED, Trouble.OWNER_LEFT})


@dataclass(frozen=True, slots=True)
class Orphaned:
    """A list whose owner unlinked. `erased`: the owner's own pending ones; `waiting`: others', which still are."""

    shared: SharedPlaylist
    erased: int
    waiting: int


class Ownership:
    def __init__(
        self,
        stores: Stores,
        changes: SharedPlaylistChanges,
        queue: Queue,
        is_member: IsMember,
        *,
        recovery: Recovery,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """wake: tells the writer that a list may have something to write. patience_s: how long Discord may take."""
        self._stores = stores
        self._changes = changes
        self._queue = queue
        self._is_member = is_member
        self._recovery = recovery
        self._wake = wake
        self._now = now
        self._patience_s = patience_s
        self._asked: TtlCache[tuple[int, int], tuple[bool | None]] = TtlCache(now, keep=ASK_AGAIN, size=1_000)

    async def looked_after(self, shared: SharedPlaylist) -> SharedPlaylist:
        """The list after asking Discord about its owner, and our records about the link.

        Cheap: Discord's answer is reused for ten minutes.
        """
        return (await self._looked_after(shared))[0]

    async def _looked_after(self, shared: SharedPlaylist) -> tuple[SharedPlaylist, bool | None]:
        """The same, and whether the owner is in the server; None: Discord doesn't say."""
        if shared.owner_id == FORMER_MEMBER:
            return shared, False
        before = shared
        shared = await self._recovery.linked(shared)
        key = (shared.guild_id, shared.owner_id)
        try:
            async with asyncio.timeout(self._patience_s):
                (there,) = await self._asked.ask(key, lambda: self._is_there(*key))
        except TimeoutError:  # the answer is remembered when it arrives
            there = None
        if there is False and shared.trouble not in ORPHANED:
            return await self._changes.set_trouble(shared, Trouble.OWNER_LEFT), there
        if there and shared.trouble is Trouble.OWNER_LEFT:
            shared = await self._changes.set_trouble(shared, None)
        if shared.trouble is None and before.trouble is not None:
            self._wake(shared.list_id)
        return shared, there

    async def must_be_there(self, shared: SharedPlaylist) -> SharedPlaylist:
        """`looked_after`, for what changes the playlist at once. Raises ListOutOfReachError if the owner left."""
        shared = await self.looked_after(shared)
        if shared.trouble is Trouble.OWNER_LEFT:
            raise ListOutOfReachError(shared.name, shared.trouble)
        return shared

    def waits_until(self, shared: SharedPlaylist) -> datetime | None:
        """Until when what others contributed waits for an owner; None: as long as it takes."""
        if shared.trouble in ORPHANED and shared.trouble_since is not None:
            return shared.trouble_since + WAIT
        return None

    def is_given_up(self, shared: SharedPlaylist) -> bool:
        """Whether it has had no owner for so long that nothing waits any more."""
        until = self.waits_until(shared)
        return until is not None and until <= self._now()

    async def look_after(self, list_id: str) -> datetime | None:
        """Check for the owner, and drop what has waited too long, or what a kill left pending in a closed list.
        A closed list's likes are erased: nobody can look at it any more.

        When to do so again; None: never.
        """
        shared = await self._stores.lists.by_id(list_id)
        if shared is None:
            return None
        if shared.status is ListStatus.CLOSED:
            await self._queue.cancel_all(shared, CLOSED)
            await self._stores.likes.erase_list(list_id)
            return None
        shared, there = await self._looked_after(shared)
        is_sure = shared.trouble is not Trouble.OWNER_LEFT or there is False
        if self.is_given_up(shared) and is_sure:
            await self._queue.cancel_all(shared, NO_OWNER)
        return self._now() + EVERY

    async def unlinked(self, member_id: int) -> tuple[Orphaned, ...]:
        """What happens to the member's shared playlists, now that the link is gone. For a message; can be repeated.

        Their own pending proposals go at once; what others proposed waits for an owner.
        """
        orphaned = []
        for shared in await self._stores.lists.of_owner(member_id):
            erased = await self._queue.erase(shared.list_id, member_id)
            alone = await self._changes.set_trouble(shared, Trouble.OWNER_UNLINKED)
            orphaned.append(Orphaned(alone, erased, await self._queue.waiting(shared.list_id)))
        return tuple(orphaned)

    async def consent_ended(self, account: Account) -> None:
        """Record it in every list lent by the account, whoever noticed, so that each of them tells its members.

        The link is erased next: a list that only tried after that couldn't tell this from `/unlink`. Any consent
        newer than the one that ended is valid, even one given this very moment.
        """
        stopped = waiting = 0
        for shared in await self._stores.lists.of_owner(account.member_id):
            if shared.trouble is None and shared.account_id == account.account_id:
                await self._changes.set_trouble(shared, Trouble.CONSENT_ENDED, since=account.authorized_at)
                stopped, waiting = stopped + 1, waiting + await self._queue.waiting(shared.list_id)
        if stopped:
            log.warning(
                "member %d: nothing goes into %d of their shared playlists until they link again; "
                "%d tracks wait, and are kept for as long as that takes",
                account.member_id,
                stopped,
                waiting,
            )

    async def _is_there(self, guild_id: int, member_id: int) -> tuple[bool | None]:
        """In a tuple, so that "Discord doesn't say" is remembered too."""
        return (await self._is_member(guild_id, member_id),)
