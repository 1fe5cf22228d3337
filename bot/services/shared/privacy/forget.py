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
from bot.services.shared.privacy.lists_of import lists_of
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import Grants

if TYPE_CHECKING:
    from collections.abc import Collection

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
        # First what would go on adding something about them.
        known = await self._stores.imports.forget_member(member_id)
        await self._forget_work(member_id)
        new = await self._stores.personal_data.lists_about(member_id)
        cards = await self._cards(new, member_id)
        done = frozenset[str]()
        while new:
            for shared in await lists_of(self._stores, new):
                known |= await self._is_in(shared, member_id)
                await self._queue.erase(shared.list_id, member_id)
                await self._stores.personal_data.forget(shared.list_id, member_id)
                await self._forget_owner(shared, member_id)
            done |= new
            # Those that came meanwhile; where they are blocked, that stays.
            new = await self._stores.personal_data.lists_about(member_id) - done
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

    async def _cards(self, lists: Collection[str], member_id: int) -> list[tuple[int, str]]:
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

        return [
            (one.guild_id, one.contribution_id)
            for list_id in sorted(lists)
            for one in await self._stores.contributions.undecided(list_id=list_id)
            if concerns(one)
        ]

    async def _forget_owner(self, shared: SharedPlaylist, member_id: int) -> None:
        def without(old: SharedPlaylist) -> SharedPlaylist:
            if old.owner_id != member_id:
                return old
            return replace(old, owner_id=FORMER_MEMBER, account_id="", grants=Grants())

        await self._changes.change(shared.guild_id, shared.list_id, without, closed=True)

    async def _forget_work(self, member_id: int) -> None:
        """Who started what is still in progress in a list, which few are: it continues without them."""
        for progress in await self._rounds.all_under_way():
            if progress.actor_id == member_id:
                await self._rounds.put(replace(progress, actor_id=FORMER_MEMBER))
        for restore in await self._restores.everything():
            tidying = restore.tidying
            if tidying is not None and tidying.second_id == member_id:
                tidying = replace(tidying, second_id=FORMER_MEMBER)
            actor_id = FORMER_MEMBER if restore.actor_id == member_id else restore.actor_id
            if (actor_id, tidying) != (restore.actor_id, restore.tidying):
                await self._restores.put(
                    restore.list_id, replace(restore, actor_id=actor_id, tidying=tidying)
                )
