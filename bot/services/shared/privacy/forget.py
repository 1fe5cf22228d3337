"""A member asks for their data to be deleted: they are removed from all shared playlists, which otherwise stay.

Their pending proposals are withdrawn, and their votes and likes no longer count. The tracks they added stay, and so
does what happened, as a former member's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.services.consents import DOUBT
from bot.services.notices import LEFT, SILENT
from bot.services.playlists import SHOWN
from bot.services.seats import ASKED, WAITING
from bot.services.shared.core.ballot import votes_key
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import Grants

if TYPE_CHECKING:
    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.core.facts import Facts
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.core.rotation_progress import RotationProgresses
    from bot.services.shared.reconciliation.restore_saga import RestoreProgress
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

# Prefixes of the keys of what is kept for a while besides the lists: questions, offers, playlists that were created.
FACTS: Final = ("lending:", "offer:", "made playlist:", "tidying", SILENT, SHOWN, WAITING, ASKED, DOUBT, LEFT)


class Forgetting:
    def __init__(
        self,
        stores: Stores,
        queue: Queue,
        card_queue: CardQueue,
        rounds: RotationProgresses,
        restores: Facts[RestoreProgress],
        *,
        changes: SharedPlaylistChanges,
    ) -> None:
        self._stores = stores
        self._changes = changes
        self._queue = queue
        self._card_queue = card_queue
        self._rounds = rounds
        self._restores = restores

    async def forget(self, member_id: int) -> bool:
        """Remove the member from the shared playlists of every guild. False: they were in none.

        Whatever interrupts it, it can be repeated, and continues where it stopped. A curators' block on the
        member stays: it belongs to the guild, and the person it's about must not be able to undo it.
        """
        known = await self._stores.imports.forget_member(member_id)  # first: it would go on adding
        cards = await self._cards(member_id)
        for shared in (*await self._stores.lists.open(), *await self._stores.lists.closed()):
            known |= await self._is_in(shared, member_id)
            await self._queue.erase(shared.list_id, member_id)
            await self._stores.personal_data.forget(shared.list_id, member_id)
            await self._forget_owner(shared, member_id)
            await self._forget_work(shared.list_id, member_id)
        known |= await self._has_voted(member_id)
        liked = await self._liked(member_id)
        known |= bool(liked)
        await self._stores.personal_data.forget_rest(member_id, FACTS)
        await self._stores.notices.forget_member(member_id)
        for guild_id, contribution_id in cards:
            fresh = await self._stores.contributions.get(guild_id, contribution_id)
            if fresh is not None:
                self._card_queue.touch(fresh)
        for one in liked:
            if one is not None:
                self._card_queue.liked(one)
        return known

    async def _is_in(self, shared: SharedPlaylist, member_id: int) -> bool:
        if shared.owner_id == member_id:
            return True
        page = await self._stores.history.page(shared.list_id, limit=1, member_id=member_id)
        if page.events:
            return True
        async for _ in self._stores.personal_data.contributions(shared.list_id, member_id):
            return True
        return False

    async def _has_voted(self, member_id: int) -> bool:
        async for _ in self._stores.personal_data.votes(member_id):
            return True
        return False

    async def _liked(self, member_id: int) -> list[Contribution | None]:
        """What the member likes; None for what no longer exists."""
        return [
            given.contribution async for some in self._stores.personal_data.likes(member_id) for given in some
        ]

    async def _cards(self, member_id: int) -> list[tuple[int, str]]:
        """Guild and ID of open decisions where the member is named on the card, or has voted."""
        voted = {
            vote.contribution_id
            async for some in self._stores.personal_data.votes(member_id)
            for vote in some
        }

        def concerns(one: Contribution) -> bool:
            ballot = one.ballot
            if ballot is None:
                return one.member_id == member_id
            return member_id in {one.member_id, ballot.proposer_id} or votes_key(one, ballot.number) in voted

        undecided = await self._stores.contributions.undecided()
        return [(one.guild_id, one.contribution_id) for one in undecided if concerns(one)]

    async def _forget_owner(self, shared: SharedPlaylist, member_id: int) -> None:
        def without(old: SharedPlaylist) -> SharedPlaylist:
            if old.owner_id != member_id:
                return old
            return replace(old, owner_id=FORMER_MEMBER, account_id="", grants=Grants())

        await self._changes.change(shared.guild_id, shared.list_id, without, closed=True)

    async def _forget_work(self, list_id: str, member_id: int) -> None:
        """Who started what is still in progress in a list: it continues without them."""
        round_under_way = await self._rounds.under_way(list_id)
        if round_under_way is not None and round_under_way.actor_id == member_id:
            await self._rounds.put(replace(round_under_way, actor_id=FORMER_MEMBER))
        restore = await self._restores.get(list_id)
        if restore is None:
            return
        tidying = restore.tidying
        if tidying is not None and tidying.second_id == member_id:
            tidying = replace(tidying, second_id=FORMER_MEMBER)
        actor_id = FORMER_MEMBER if restore.actor_id == member_id else restore.actor_id
        if (actor_id, tidying) != (restore.actor_id, restore.tidying):
            await self._restores.put(list_id, replace(restore, actor_id=actor_id, tidying=tidying))
