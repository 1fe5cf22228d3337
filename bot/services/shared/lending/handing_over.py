"""A shared playlist gets a new owner: offered by those who may, taken over by nobody but the new owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.list_errors import (
    ListBusyError,
    ListOutOfReachError,
    NotAllowedError,
    OwnerChangedAccountError,
    QuestionOverError,
    SettingError,
)
from bot.services.shared.lending.copying import Copy, CopyLostError, copy_of
from bot.services.shared.lending.lenders import lender
from bot.services.shared.lending.questions import Question, Questions
from bot.services.shared.lending.recording_found import SNAPSHOTS
from bot.services.shared.people import may_manage, must_manage
from bot.services.shared.truth.belief import believed
from bot.services.shared.truth.difference import is_playable
from bot.spotify.errors import SpotifyForbiddenError, SpotifyNotFoundError, SpotifyOutcomeUnknownError
from bot.stores.history import Happening, Snapshot, SnapshotInfo
from bot.stores.lists import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from bot.services.shared.changing import ListChanges
    from bot.services.shared.finding import ListFinder
    from bot.services.shared.lending.copying import Copying
    from bot.services.shared.lending.new_playlists import NewPlaylists
    from bot.services.shared.people import Actor
    from bot.services.shared.truth.belief import Belief
    from bot.services.shared.truth.truth import Truth
    from bot.services.shared.writing.bound_writer import BoundWriter, Progress
    from bot.services.shared.writing.writer import Writer
    from bot.services.tokens import TokenKeeper
    from bot.stores import Account, Stores
    from bot.stores.lists import SharedPlaylist

OPEN: Final = timedelta(days=7)
LOST: Final = timedelta(seconds=30)  # after which a request without an answer surely has had its effect
# The former owner's playlist cannot be read any more: what our records say is copied.
OUT_OF_REACH: Final = (
    ListOutOfReachError,
    OwnerChangedAccountError,
    SpotifyNotFoundError,
    SpotifyForbiddenError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Question):
    guild_id: int
    list_id: str
    by_id: int
    owner_id: int  # at the time
    to_id: int
    copy: Copy | None = None  # begun, in the new owner's account ...
    account_id: str = ""  # ... at Spotify
    lost_at: datetime | None = None  # when a request of it got no answer


@dataclass(frozen=True, slots=True)
class Offered:
    shared: SharedPlaylist
    offer: Offer


@dataclass(frozen=True, slots=True)
class TakenOver:
    """`copied` of the items are in the new playlist; `local` files cannot be, and `lost` Spotify no longer has."""

    shared: SharedPlaylist
    before: SharedPlaylist
    copied: int
    local: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Move:
    """What a new owner's yes works with."""

    offer: Offer
    account: Account
    shared: SharedPlaylist
    bound: BoundWriter
    progress: Progress | None
    share: Hashable


class HandingOver:
    def __init__(
        self,
        stores: Stores,
        keeper: TokenKeeper,
        finder: ListFinder,
        *,
        changes: ListChanges,
        new_playlists: NewPlaylists,
        copying: Copying,
        truth: Truth,
        writer: Writer,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._keeper = keeper
        self._finder = finder
        self._changes = changes
        self._new = new_playlists
        self._copying = copying
        self._truth = truth
        self._writer = writer
        self._now = now
        self._offers = Questions(Offer, "offer", stores.values, stores.leases, now=now)

    async def offer(self, actor: Actor, guild_id: int, query: str, to_id: int) -> Offered:
        """Offer a list to a member, in place of an earlier offer. Raises NotAllowedError, SettingError."""
        shared = await self._finder.find(guild_id, query)
        must_manage(shared, actor)
        if to_id == shared.owner_id and not await self._needs_anew(shared):
            raise SettingError("member", "owner")
        offer = Offer(
            expires_at=self._now() + OPEN,
            guild_id=guild_id,
            list_id=shared.list_id,
            by_id=actor.member_id,
            owner_id=shared.owner_id,
            to_id=to_id,
        )
        return Offered(shared, await self._offers.put(shared.list_id, offer))

    async def offered(self, guild_id: int, list_id: str, offer_id: str) -> Offered:
        """What is offered. Raises QuestionOverError, ListNotFoundError."""
        return Offered(await self._finder.find(guild_id, list_id), await self._offers.get(list_id, offer_id))

    async def withdraw(self, actor: Actor, guild_id: int, list_id: str, offer_id: str) -> Offered:
        """The new owner does not want it, or a manager takes the offer back. Raises NotAllowedError."""
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
        share: Hashable = None,
    ) -> TakenOver:
        """The new owner's yes: what is in the list is copied into a playlist of theirs, which it stands for then.

        When it fails, they may say yes again, and it goes on where it stopped. share: whose part of the Spotify quota
        it uses up; any key. Raises NotAllowedError, QuestionOverError, NotLinkedError, ScopeMissingError,
        ListBusyError, and the SpotifyError tree.
        """
        shared = await self._finder.find(guild_id, list_id)
        async with self._offers.answering(list_id, offer_id) as offer:
            if actor.member_id != offer.to_id:
                raise NotAllowedError("take_over")
            if offer.owner_id != shared.owner_id:
                raise QuestionOverError
            if offer.lost_at is not None and self._now() - offer.lost_at < LOST:
                raise ListBusyError
            account = await lender(self._keeper, offer.to_id)
            try:
                await self._truth.check(shared)
            except OUT_OF_REACH:
                shared = await self._finder.find(guild_id, list_id)
            async with self._writer.exclusive(shared, moving=True) as bound:
                taken = await self._move(_Move(offer, account, shared, bound, progress, share))
            await self._offers.drop(list_id)
        self._writer.wake(list_id)
        return taken

    async def _move(self, move: _Move) -> TakenOver:
        offer, account, shared = move.offer, move.account, move.shared
        belief = await believed(self._stores.contributions, self._stores.snapshots, shared)
        uris = tuple(uri for uri in belief.uris if is_playable(uri))
        await self._keep_before(shared, belief, account.member_id)
        if offer.account_id != account.account_id:
            move = replace(move, offer=replace(offer, copy=None))
        try:
            copy = await self._copied(move, uris)
        except CopyLostError:
            copy = await self._copied(replace(move, offer=replace(offer, copy=None)), uris)
        local = sum(uri.startswith("spotify:local:") for uri in belief.uris)

        def handed_over(old: SharedPlaylist) -> SharedPlaylist:
            if old.owner_id != offer.owner_id:
                raise QuestionOverError
            return replace(
                old,
                owner_id=account.member_id,
                account_id=account.account_id,
                playlist_id=copy.playlist_id,
                archive_id=None,  # stays with the former owner
                trouble=None,
                trouble_since=None,
                checked_at=self._now(),
            )

        await move.bound.leave_behind()
        after = await self._changes.change(
            shared.guild_id,
            shared.list_id,
            handed_over,
            Happening.TRANSFERRED,
            actor_id=account.member_id,
            detail={"to": account.member_id, "copied": copy.inside, "local": local},
        )
        info = SnapshotInfo(after.list_id, 0, self._now(), "transfer", len(uris), account.member_id)
        await self._stores.snapshots.put(Snapshot(info, uris, after.playlist_id), keep=SNAPSHOTS)
        return TakenOver(after, shared, copy.inside, local, len(belief.uris) - local - copy.inside)

    async def _keep_before(self, shared: SharedPlaylist, belief: Belief, actor_id: int) -> None:
        """What it held, local files too, unless the latest snapshot says just that."""
        if belief.base is None or belief.base.uris != belief.uris:
            info = SnapshotInfo(shared.list_id, 0, self._now(), "before transfer", len(belief.uris), actor_id)
            kept = Snapshot(info, belief.uris, shared.playlist_id)
            await self._stores.snapshots.put(kept, keep=SNAPSHOTS)

    async def _copied(self, move: _Move, uris: Sequence[str]) -> Copy:
        """In a playlist of the new owner's that nobody knows of yet; how far it is, is kept with the offer."""
        offer, list_id, owner_id = move.offer, move.shared.list_id, move.account.member_id
        copy, again = offer.copy, offer.copy is not None
        if copy is None:
            made = await self._new.make(owner_id, move.shared.name, public=False, share=move.share)
            copy = copy_of(made.id, uris)
            offer = replace(offer, copy=copy, account_id=move.account.account_id)
            await self._offers.put(list_id, offer)

        async def keep(copy: Copy) -> None:
            nonlocal offer
            offer = replace(offer, copy=copy, lost_at=None)
            await self._offers.put(list_id, offer)

        try:
            return await self._copying.fill(
                owner_id,
                copy,
                uris,
                again=again,
                keep=keep,
                hold=move.bound.hold,
                progress=move.progress,
                share=move.share,
            )
        except SpotifyOutcomeUnknownError:
            await self._offers.put(list_id, replace(offer, lost_at=self._now()))
            raise

    async def _needs_anew(self, shared: SharedPlaylist) -> bool:
        """Whether the owner themselves could take it over: into another account, or in place of a lost playlist."""
        if shared.trouble is Trouble.PLAYLIST_GONE:
            return True
        account = await self._stores.accounts.of_member(shared.owner_id)
        return account is not None and account.account_id != shared.account_id
