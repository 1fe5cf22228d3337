"""Lending a playlist to a guild: its owner sees what members will be able to do, and agrees first."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.errors import (
    LinkEndedError,
    NotLinkedError,
    PlaylistLockedError,
    ScopeMissingError,
    StoreUnavailableError,
)
from bot.services.shared.core.access import must_manage_guild
from bot.services.shared.core.ids import LIST, new_id
from bot.services.shared.core.prompts import Prompt, Prompts
from bot.services.shared.core.settings_input import validated_line
from bot.services.shared.lifecycle.import_items import ItemImport
from bot.services.shared.playlist_access.playlist import Contents
from bot.services.shared.playlist_access.recovery import CHANGE, READ
from bot.services.shared.rules.values import begun_in
from bot.shared_errors import (
    LenderNotReadyError,
    ListError,
    ListNameTakenError,
    PlaylistLentError,
    PromptExpiredError,
)
from bot.spotify.limits import DESCRIPTION_LENGTH
from bot.stores.history import Happening
from bot.stores.lists import Grants, ListStatus, Mode, Rules, SharedPlaylist, name_key
from bot.visible import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.playlists import Playlists
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.lifecycle.import_items import Found
    from bot.services.shared.lifecycle.lending_limits import LendingLimits
    from bot.services.shared.playlist_access.playlist import LentPlaylists, Progress
    from bot.services.shared.playlist_access.provisioning import Provisioning
    from bot.services.tokens import TokenKeeper
    from bot.spotify.models import Playlist
    from bot.spotify.purpose import Share
    from bot.stores import Account, Stores


NAME: Final = 80  # characters
KEPT: Final = timedelta(hours=24)
ASKED: Final = timedelta(days=7)  # for a manager to agree or decline
NONE_GIVEN: Final = Grants()
EMPTY: Final = Contents((), (), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Prompt):
    """What a member is about to lend. `playlist_id` is empty until it's chosen or created."""

    guild_id: int
    member_id: int
    account_id: str  # linked when it was asked
    new: bool  # created for this; otherwise an existing one
    name: str
    description: str = ""
    mode: Mode = Mode.OPEN
    on_profile: bool = False
    making: bool = False  # Spotify was asked for the new one, and hasn't answered yet
    playlist_id: str = ""
    playlist_name: str = ""  # at Spotify
    item_count: int = 0
    list_id: str = ""  # once it's being imported
    lent: int = 0  # how many lists the member had lent to the guild when it was asked
    needs_manager: bool = False  # has to agree, according to what held when it was asked
    waits: bool = False  # the member agreed, and a manager is asked
    grants: Grants = NONE_GIVEN


@dataclass(frozen=True, slots=True)
class Choice:
    """Several of the member's playlists match; the draft needs one of them."""

    draft: Draft
    playlists: tuple[Playlist, ...]


@dataclass(frozen=True, slots=True)
class Lent:
    """`playlist`: a new one as Spotify describes it now; otherwise None. `found`: what was in it.

    on_profile: what was requested from Spotify.
    """

    shared: SharedPlaylist
    playlist: Playlist | None
    found: Found
    on_profile: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The owner's approval is kept until a manager has decided, or until `draft.expires_at`."""

    draft: Draft


class Lend:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self,
        stores: Stores,
        keeper: TokenKeeper,
        playlists: Playlists,
        *,
        lent: LentPlaylists,
        new_playlists: Provisioning,
        limits: LendingLimits,
        changes: SharedPlaylistChanges,
        schedule: Schedule,
        leases: LeaseKeeper,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._keeper = keeper
        self._playlists = playlists
        self._lent = lent
        self._new = new_playlists
        self._limits = limits
        self._changes = changes
        self._schedule = schedule
        self._found = ItemImport(stores, now=now)
        self._now = now
        self._drafts = Prompts(Draft, "lending", stores.values, leases, now=now)

    async def ask_create(
        self,
        actor: Actor,
        guild_id: int,
        name: str,
        *,
        description: str = "",
        mode: Mode = Mode.OPEN,
        on_profile: bool = False,
    ) -> Draft:
        """Ask whether to create a playlist and lend it. Nothing is created yet.

        Raises NotLinkedError, ScopeMissingError, ListNameTakenError, SettingError, TooManyListsError.
        """
        account = await account_able_to_lend(self._keeper, actor.member_id)
        draft = Draft(
            **await self._begin(actor, guild_id),
            account_id=account.account_id,
            new=True,
            name=validated_line("name", name, NAME),
            description=validated_line("description", description, DESCRIPTION_LENGTH)
            if description.strip()
            else "",
            mode=mode,
            on_profile=on_profile,
        )
        await self._must_be_free(draft)
        return await self._keep(draft)

    async def ask_adopt(
        self,
        actor: Actor,
        guild_id: int,
        query: str,
        *,
        name: str = "",
        mode: Mode = Mode.OPEN,
        share: Share | None = None,
    ) -> Draft | Choice:
        """Ask whether to lend one of the member's playlists; and which one, if `query` matches several.

        Raises the same as `ask_create`, and PlaylistNotFoundError, PlaylistLockedError, PlaylistLentError, RefError.
        """
        account = await account_able_to_lend(self._keeper, actor.member_id)
        about = await self._begin(actor, guild_id)
        fitting = await self._playlists.find(actor.member_id, query, share=share)
        draft = Draft(
            **about,
            account_id=account.account_id,
            new=False,
            name=validated_line("name", name, NAME) if name.strip() else "",
            mode=mode,
        )
        if len(fitting) > 1:
            mine = tuple(playlist for playlist in fitting if playlist.owner.id == account.spotify_id)
            if not mine:
                raise PlaylistLockedError(fitting[0])
            if len(mine) > 1:
                return Choice(await self._keep(draft), mine)
            fitting = mine
        return await self._about(draft, fitting[0], account)

    async def choose(
        self, guild_id: int, member_id: int, draft_id: str, playlist_id: str, *, share: Share | None = None
    ) -> Draft:
        """Continue with one of several. Raises the same as `ask_adopt`, and PromptExpiredError."""
        draft = await self._drafts.get(_of(guild_id, member_id), draft_id)
        account = await account_able_to_lend(self._keeper, member_id)
        playlist = await self._playlists.by_id(account, playlist_id, share=share)
        return await self._about(replace(draft, account_id=account.account_id), playlist, account)

    async def draft(self, guild_id: int, member_id: int, draft_id: str) -> Draft:
        """What is being asked. Raises PromptExpiredError."""
        return await self._drafts.get(_of(guild_id, member_id), draft_id)

    async def allow(self, guild_id: int, member_id: int, draft_id: str, grants: Grants) -> Draft:
        """What curators will be able to do. Raises PromptExpiredError."""
        async with self._drafts.answering(_of(guild_id, member_id), draft_id) as draft:
            if draft.waits or draft.list_id:
                raise PromptExpiredError
            return await self._keep(replace(draft, grants=grants))

    async def cancel(self, guild_id: int, member_id: int, draft_id: str) -> None:
        about = _of(guild_id, member_id)
        async with self._drafts.answering(about, draft_id):
            await self._drafts.drop(about)

    async def confirm(
        self,
        actor: Actor,
        guild_id: int,
        draft_id: str,
        progress: Progress | None = None,
        *,
        share: Share | None = None,
    ) -> Lent | Asked:
        """The owner agreed: create it, or import it, unless a manager has to agree first. If it fails, they can
        agree again.

        Raises PromptExpiredError, ListBusyError (the same answer, or another one of theirs, is being handled), and the
        same as `ask_create` and `ask_adopt`.
        """
        async with self._answering(guild_id, actor.member_id, draft_id) as draft:
            needs_manager = await self._limits.needs_a_manager(actor, guild_id, but=draft.list_id)
            if needs_manager:
                if draft.waits:
                    raise PromptExpiredError
                waiting = replace(draft, waits=True, expires_at=self._now() + ASKED)
                return Asked(await self._keep(waiting))
            return await self._lend(draft, progress, share)

    async def asked(self, guild_id: int, member_id: int, draft_id: str) -> Asked:
        """What a manager is asked. Raises PromptExpiredError."""
        draft = await self.draft(guild_id, member_id, draft_id)
        if not draft.waits:
            raise PromptExpiredError
        return Asked(draft)

    async def grant(
        self,
        actor: Actor,
        guild_id: int,
        member_id: int,
        draft_id: str,
        progress: Progress | None = None,
        *,
        share: Share | None = None,
    ) -> Lent:
        """A manager agrees that the member, who agreed before, lends it. If it fails, a manager can agree again.

        Raises NotAllowedError, LenderNotReadyError, and the same as `confirm`.
        """
        must_manage_guild(actor)
        await self.asked(guild_id, member_id, draft_id)
        try:
            async with self._answering(guild_id, member_id, draft_id) as draft:
                await self._limits.must_have_room(guild_id, member_id, but=draft.list_id)
                return await self._lend(draft, progress, share)
        except (NotLinkedError, LinkEndedError, ScopeMissingError) as not_ready:
            raise LenderNotReadyError(member_id) from not_ready

    async def refuse(self, actor: Actor, guild_id: int, member_id: int, draft_id: str) -> Draft:
        """A manager declines, or the member cancels. Raises NotAllowedError, PromptExpiredError."""
        if actor.member_id != member_id:
            must_manage_guild(actor)
        asked = await self.asked(guild_id, member_id, draft_id)
        await self.cancel(guild_id, member_id, draft_id)
        return asked.draft

    @asynccontextmanager
    async def _answering(self, guild_id: int, member_id: int, draft_id: str) -> AsyncIterator[Draft]:
        """Handles one answer at a time per member and guild, so that what was counted for it holds."""
        about = _of(guild_id, member_id)
        async with (
            self._drafts.answering(about, draft_id) as draft,
            self._limits.alone(guild_id, member_id),
        ):
            yield draft

    async def _lend(self, draft: Draft, progress: Progress | None, share: Share | None) -> Lent:
        member_id = draft.member_id
        account = await account_able_to_lend(self._keeper, member_id)
        if account.account_id != draft.account_id:
            raise PromptExpiredError
        if not draft.playlist_id:
            draft = await self._made(draft, share)
        draft, shared = await self._begun(draft, account)
        found = await self._taken_in(draft, shared, progress)
        shared = await self._opened(shared, found)
        playlist = None
        if draft.new:
            playlist = await self._new.described(member_id, draft.playlist_id, share=share)
        await self._drafts.drop(_of(draft.guild_id, member_id))
        self._playlists.forget(member_id)
        return Lent(shared, playlist, found, draft.on_profile)

    async def _begin(self, actor: Actor, guild_id: int) -> dict[str, Any]:
        """How every draft starts. Raises TooManyListsError."""
        needs_manager = await self._limits.needs_a_manager(actor, guild_id)
        return {
            "expires_at": self._now() + KEPT,
            "guild_id": guild_id,
            "member_id": actor.member_id,
            "lent": await self._limits.lent_by(guild_id, actor.member_id),
            "needs_manager": needs_manager,
        }

    async def _made(self, draft: Draft, share: Share | None) -> Draft:
        await self._must_be_free(draft)
        made = await self._new.made_before(draft.member_id, draft.name, share) if draft.making else None
        if made is None:
            draft = await self._keep(replace(draft, making=True))
            made = await self._new.make(
                draft.member_id,
                draft.name,
                description=draft.description,
                public=draft.on_profile,
                share=share,
            )
        return await self._keep(replace(draft, making=False, playlist_id=made.id))

    async def _taken_in(self, draft: Draft, shared: SharedPlaylist, progress: Progress | None) -> Found:
        """Until everything in it is recorded, the list exists, but is paused."""
        try:
            contents = EMPTY if draft.new else await self._lent.access(shared).read_all(progress)
            return await self._found.record(shared, contents)
        except BaseException:
            await self._give_up(draft, shared)
            raise

    async def _begun(self, draft: Draft, account: Account) -> tuple[Draft, SharedPlaylist]:
        """A new list, or the one from an earlier answer that a kill interrupted."""
        if draft.list_id:
            begun = await self._stores.lists.get(draft.guild_id, draft.list_id)
            if begun is not None and begun.status is ListStatus.PAUSED and begun.checked_at is None:
                return draft, begun
        shared = _record(draft, account, self._now())
        draft = await self._keep(replace(draft, list_id=shared.list_id))
        return draft, await self._changes.create(shared)

    async def _opened(self, shared: SharedPlaylist, found: Found) -> SharedPlaylist:
        at = self._now()
        await self._limits.settle_default(shared)
        await self._schedule.begin(shared.list_id)
        return await self._changes.change(
            shared.guild_id,
            shared.list_id,
            lambda old: replace(old, status=ListStatus.ACTIVE, checked_at=at),
            Happening.LENT,
            actor_id=shared.owner_id,
            detail={"mode": str(shared.mode), "found": found.recorded},
        )

    async def _give_up(self, draft: Draft, shared: SharedPlaylist) -> None:
        """Its name and its playlist are free again."""
        with suppress(StoreUnavailableError, ListError):  # then the next attempt continues it
            await self._changes.change(
                shared.guild_id, shared.list_id, lambda old: replace(old, status=ListStatus.CLOSED)
            )
            await self._keep(replace(draft, list_id=""))

    async def _about(self, draft: Draft, playlist: Playlist, account: Account) -> Draft:
        if playlist.owner.id != account.spotify_id:
            raise PlaylistLockedError(playlist)
        draft = replace(
            draft,
            name=draft.name
            or validated_line("name", shortened(one_line(playlist.name), NAME) or playlist.name, NAME),
            playlist_id=playlist.id,
            playlist_name=playlist.name,
            item_count=playlist.item_count or 0,
        )
        if await self._stores.lists.using([playlist.id]):
            raise PlaylistLentError  # an archive too: what leaves a list, perhaps another server's, goes there
        await self._must_be_free(draft)
        return await self._keep(draft)

    async def _must_be_free(self, draft: Draft) -> None:
        for shared in await self._stores.lists.of_guild(draft.guild_id):
            if name_key(shared.name) == name_key(draft.name):
                raise ListNameTakenError(draft.name)

    async def _keep(self, draft: Draft) -> Draft:
        return await self._drafts.put(_of(draft.guild_id, draft.member_id), draft)


def _record(draft: Draft, account: Account, now: datetime) -> SharedPlaylist:
    return SharedPlaylist(
        list_id=new_id(LIST),
        guild_id=draft.guild_id,
        playlist_id=draft.playlist_id,
        name=draft.name,
        owner_id=draft.member_id,
        account_id=account.account_id,
        created_at=now,
        mode=draft.mode,
        rules=begun_in(Rules(), draft.mode),
        grants=draft.grants,
        status=ListStatus.PAUSED,
    )


def _of(guild_id: int, member_id: int) -> str:
    """A member has one draft per guild."""
    return f"{guild_id}:{member_id}"


async def account_able_to_lend(keeper: TokenKeeper, member_id: int) -> Account:
    """The member's account, if it lets the bot read and change playlists. Raises NotLinkedError, ScopeMissingError."""
    account = await keeper.account(member_id)
    if missing := (READ | CHANGE) - account.scopes:
        raise ScopeMissingError(missing)
    return account
