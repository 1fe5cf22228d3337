"""A shared playlist gets a new owner: offered by those who can, accepted only by the new owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.access import may_manage, must_manage
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.prompts import Prompt, Prompts
from bot.services.shared.core.snapshots import SnapshotLog
from bot.services.shared.lifecycle.lend import account_able_to_lend
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.playlist_access.provisioning import Copy, CopyLostError, copy_of
from bot.services.shared.reconciliation.projection import projection_of
from bot.shared_errors import (
    ListOutOfReachError,
    NotAllowedError,
    OwnerChangedAccountError,
    PromptExpiredError,
    SettingError,
)
from bot.spotify.errors import SpotifyForbiddenError, SpotifyNotFoundError
from bot.stores.history import Happening
from bot.stores.lists import Grants, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import ListFinder, SharedPlaylistChanges
    from bot.services.shared.lifecycle.lending_limits import LendingLimits
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import PlaylistAccess, Progress
    from bot.services.shared.playlist_access.provisioning import PlaylistFiller, Provisioning
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.tokens import TokenKeeper
    from bot.spotify.purpose import Share
    from bot.stores import Account, Stores
    from bot.stores.lists import SharedPlaylist

OPEN: Final = timedelta(days=7)
# The former owner's playlist can no longer be read: what our records say is copied.
OUT_OF_REACH: Final = (
    ListOutOfReachError,
    OwnerChangedAccountError,
    SpotifyNotFoundError,
    SpotifyForbiddenError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Prompt):
    guild_id: int
    list_id: str
    by_id: int
    owner_id: int  # at the time
    to_id: int
    making: bool = (
        False  # Spotify was asked for a playlist in the new owner's account, and hasn't answered yet
    )
    copy: Copy | None = None  # started, in the new owner's account ...
    account_id: str = ""  # ... on Spotify


@dataclass(frozen=True, slots=True)
class Posted:
    """The message of an offer."""

    question_id: str
    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Offered:
    """replaced: the message of the earlier offer, if there was one."""

    shared: SharedPlaylist
    offer: Offer
    replaced: Posted | None = None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`copied` of the items are in the new playlist; `local` files can't be, and `lost` no longer exist on Spotify."""

    shared: SharedPlaylist
    before: SharedPlaylist
    copied: int
    local: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Move:
    """What the new owner's acceptance works with."""

    offer: Offer
    account: Account
    shared: SharedPlaylist
    access: PlaylistAccess
    progress: Progress | None
    share: Share | None


class Transfer:
    def __init__(
        self,
        stores: Stores,
        keeper: TokenKeeper,
        finder: ListFinder,
        *,
        limits: LendingLimits,
        changes: SharedPlaylistChanges,
        new_playlists: Provisioning,
        copying: PlaylistFiller,
        drift: DriftDetector,
        dispatcher: OutboxDispatcher,
        leases: LeaseKeeper,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._keeper = keeper
        self._finder = finder
        self._limits = limits
        self._changes = changes
        self._new = new_playlists
        self._copying = copying
        self._drift = drift
        self._dispatcher = dispatcher
        self._now = now
        self._log = SnapshotLog(stores.snapshots, now=now)
        self._offers = Prompts(Offer, "offer", stores.values, leases, now=now)
        self._posted = Facts(stores.values, "offer message", Posted)

    async def offer(self, actor: Actor, guild_id: int, query: str, to_id: int) -> Offered:
        """Offer a list to a linked member, replacing an earlier offer. Raises NotAllowedError, SettingError."""
        shared = await self._finder.find(guild_id, query)
        must_manage(shared, actor)
        if to_id == shared.owner_id and not await self._needs_anew(shared):
            raise SettingError("member", "owner")
        if await self._stores.accounts.of_member(to_id) is None:
            raise SettingError("member", "unlinked")
        before = await self._offers.open(shared.list_id)
        offer = Offer(
            expires_at=self._now() + OPEN,
            guild_id=guild_id,
            list_id=shared.list_id,
            by_id=actor.member_id,
            owner_id=shared.owner_id,
            to_id=to_id,
        )
        offer = await self._offers.put(shared.list_id, offer)
        posted = await self._posted.get(shared.list_id)  # read now: see `posted`
        replaced = posted if before and posted and posted.question_id == before.question_id else None
        return Offered(shared, offer, replaced)

    async def posted(self, offer: Offer, channel_id: int, message_id: int) -> Offer | None:
        """Keep where it can be read, to be found when another one replaces it. The other one if there is one already:
        whoever made that may not have found this message.
        """
        await self._posted.put(offer.list_id, Posted(offer.question_id, channel_id, message_id))
        newest = await self._offers.open(offer.list_id)
        return newest if newest and newest.question_id != offer.question_id else None

    async def offered(self, guild_id: int, list_id: str, offer_id: str) -> Offered:
        """What is offered. Raises PromptExpiredError, ListNotFoundError."""
        return Offered(await self._finder.find(guild_id, list_id), await self._offers.get(list_id, offer_id))

    async def withdraw(self, actor: Actor, guild_id: int, list_id: str, offer_id: str) -> Offered:
        """The new owner declines, or a manager withdraws the offer. Raises NotAllowedError."""
        offered = await self.offered(guild_id, list_id, offer_id)
        if actor.member_id != offered.offer.to_id and not may_manage(offered.shared, actor):
            raise NotAllowedError("take_over")
        async with self._offers.answering(list_id, offer_id):
            await self._offers.drop(list_id)
        return offered

    async def take_over(
        self,
        actor: Actor,
        guild_id: int,
        list_id: str,
        offer_id: str,
        progress: Progress | None = None,
        *,
        share: Share | None = None,
    ) -> TakenOver:
        """The new owner accepts: the list's contents are copied into a playlist of theirs, which it then uses.

        If it fails, they can accept again, and it continues where it stopped. share: whose part of the Spotify quota
        it uses. Raises NotAllowedError, PromptExpiredError, NotLinkedError, ScopeMissingError,
        TooManyListsError, ListBusyError, and the SpotifyError tree.
        """
        shared = await self._finder.find(guild_id, list_id)
        async with (
            self._offers.answering(list_id, offer_id) as offer,
            self._limits.alone(guild_id, actor.member_id),
        ):
            if actor.member_id != offer.to_id:
                raise NotAllowedError("take_over")
            if offer.owner_id != shared.owner_id:
                raise PromptExpiredError
            await self._limits.must_have_room(
                guild_id, offer.to_id, manages_guild=actor.manages_guild, but=list_id
            )
            account = await account_able_to_lend(self._keeper, offer.to_id)
            try:
                await self._drift.check(shared)
            except OUT_OF_REACH:
                shared = await self._finder.find(guild_id, list_id)
            async with self._dispatcher.exclusive(shared, moving=True) as access:
                taken = await self._move(_Move(offer, account, shared, access, progress, share))
            await self._offers.drop(list_id)
        self._dispatcher.wake(list_id)
        return taken

    async def _move(self, move: _Move) -> TakenOver:
        offer, account, shared = move.offer, move.account, move.shared
        projection = await projection_of(self._stores.contributions, self._stores.snapshots, shared)
        uris = tuple(uri for uri in projection.uris if is_playable(uri))
        await self._log.take_before(  # local files too
            shared, projection.base, projection.uris, "before transfer", account.member_id
        )
        if offer.account_id != account.account_id:
            move = replace(move, offer=replace(offer, making=False, copy=None))
        try:
            copy = await self._copied(move, uris)
        except CopyLostError:
            copy = await self._copied(replace(move, offer=replace(offer, copy=None)), uris)
        local = sum(uri.startswith("spotify:local:") for uri in projection.uris)

        is_same = account.member_id == shared.owner_id

        def handed_over(old: SharedPlaylist) -> SharedPlaylist:
            if old.owner_id != offer.owner_id:
                raise PromptExpiredError
            return replace(
                old,
                owner_id=account.member_id,
                account_id=account.account_id,
                playlist_id=copy.playlist_id,
                archive_id=None,  # stays with the former owner
                best=(),
                trouble=None,
                trouble_since=None,
                grants=old.grants if is_same else Grants(asked=old.grants.given),  # they are asked anew
            )

        await move.access.leave_behind()
        after = await self._changes.change(
            shared.guild_id,
            shared.list_id,
            handed_over,
            Happening.TRANSFERRED,
            actor_id=account.member_id,
            detail={"to": account.member_id, "copied": copy.inside, "local": local},
        )
        await self._log.take(after, uris, "transfer", actor_id=account.member_id)
        return TakenOver(after, shared, copy.inside, local, len(projection.uris) - local - copy.inside)

    async def _copied(self, move: _Move, uris: Sequence[str]) -> Copy:
        """Into a playlist of the new owner's that nobody knows about yet; its progress is stored with the offer."""
        offer, list_id, owner_id = move.offer, move.shared.list_id, move.account.member_id
        copy = offer.copy
        if copy is None:
            name, share = move.shared.name, move.share
            made = await self._new.made_before(owner_id, name, share) if offer.making else None
            if made is None:
                offer = replace(offer, making=True, account_id=move.account.account_id)
                await self._offers.put(list_id, offer)
                made = await self._new.make(owner_id, name, public=False, share=share)
            copy = copy_of(made.id, uris)
            offer = replace(offer, making=False, copy=copy)
            await self._offers.put(list_id, offer)

        async def keep(copy: Copy) -> None:
            nonlocal offer
            offer = replace(offer, copy=copy)
            await self._offers.put(list_id, offer)

        return await self._copying.fill(
            owner_id,
            copy,
            uris,
            keep=keep,
            hold=move.access.hold,
            progress=move.progress,
            share=move.share,
        )

    async def _needs_anew(self, shared: SharedPlaylist) -> bool:
        """Whether the owner could take it over themselves: into another account, or to replace a lost playlist."""
        if shared.trouble is Trouble.PLAYLIST_GONE:
            return True
        account = await self._stores.accounts.of_member(shared.owner_id)
        return account is not None and account.account_id != shared.account_id
