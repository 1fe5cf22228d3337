"""Name, description and cover of a shared playlist on Spotify: seen first, then changed, for curators who may."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import PlaylistDetailsError, ScopeMissingError
from bot.services.cover_pictures import as_cover
from bot.services.shared.core.access import must_curate, must_manage
from bot.services.shared.core.prompts import Prompt, Prompts
from bot.services.shared.reconciliation.titles import Details, details_of
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import (
    CoverNotAllowedError,
    ListClosedError,
    ListNotFoundError,
    ListPausedError,
    NothingToUndoError,
    PromptExpiredError,
)
from bot.spotify.limits import DESCRIPTION_LENGTH, NAME_LENGTH
from bot.stores.history import Event, Happening
from bot.stores.lists import Grant, ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.granting import Granting
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.playlist_access.playlist import LentPlaylists
    from bot.services.shared.reconciliation.titles import Title, TitleGuard
    from bot.services.tokens import TokenKeeper
    from bot.spotify.models import Playlist
    from bot.stores import Stores
    from bot.stores.lists import SharedPlaylist

OPEN: Final = timedelta(hours=1)
KEPT: Final = timedelta(minutes=15)  # a picture that waits for a yes
WITHIN: Final = timedelta(days=30)
LOOKED_AT: Final = 100  # events searched for a change to take back
COVER: Final = frozenset({"ugc-image-upload"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Prompt):
    """What a curator wants it to be called and say. undoes: it takes an earlier change back."""

    list_id: str
    before: Details
    after: Details
    undoes: bool = False


@dataclass(frozen=True, slots=True)
class EditPreview:
    """changed: it was called something else by now."""

    shared: SharedPlaylist
    edit: Edit
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CoverPreview:
    """picture: as Spotify would get it."""

    shared: SharedPlaylist
    cover_id: str
    picture: bytes


class Appearance:
    def __init__(
        self,
        stores: Stores,
        keeper: TokenKeeper,
        lent: LentPlaylists,
        dispatcher: OutboxDispatcher,
        titles: TitleGuard,
        *,
        granting: Granting,
        leases: LeaseKeeper,
        now: Callable[[], datetime],
    ) -> None:
        self._stores = stores
        self._keeper = keeper
        self._lent = lent
        self._dispatcher = dispatcher
        self._titles = titles
        self._granting = granting
        self._now = now
        self._edits = Prompts(Edit, "tidying edit", stores.values, leases, now=now)  # by list and member
        self._covers: TtlCache[str, tuple[int, bytes]] = TtlCache(now, keep=KEPT, size=20)

    async def now(self, shared: SharedPlaylist, actor: Actor) -> Playlist:
        """As Spotify has it. Raises NotAllowedError, NotGrantedError, and the same as PlaylistAccess."""
        await self._must(shared, actor)
        playlist = await self._lent.access(shared).playlist()
        await self._titles.saw(shared, playlist)
        return playlist

    async def preview(
        self, shared: SharedPlaylist, actor: Actor, wanted: Details, *, undoes: bool = False
    ) -> EditPreview:
        """What it would change. Raises PlaylistDetailsError, and the same as `now`."""
        new = checked(wanted)
        before = details_of(await self.now(shared, actor))
        edit = Edit(
            expires_at=self._now() + OPEN, list_id=shared.list_id, before=before, after=new, undoes=undoes
        )
        return EditPreview(shared, await self._edits.put(_about(shared, actor), edit))

    async def undo(self, shared: SharedPlaylist, actor: Actor, at: int) -> EditPreview:
        """The same for taking a change back; at: when it was made, in seconds since 1970. Raises NothingToUndoError."""
        must_curate(shared, actor)
        page = await self._stores.history.page(shared.list_id, limit=LOOKED_AT)
        for event in page.events:
            if event.happening is Happening.EDITED and int(event.at.timestamp()) == at:
                if event.at < self._now() - WITHIN or event.detail.get("what") == "cover":
                    break
                old = Details(str(event.detail["old_name"]), str(event.detail["old_about"]))
                return await self.preview(shared, actor, old, undoes=True)
        raise NothingToUndoError

    async def confirm(self, shared: SharedPlaylist, actor: Actor, edit_id: str) -> EditPreview:
        """Do it; a new preview, `changed`, if it was called something else by now. Raises PromptExpiredError."""
        about = _about(shared, actor)
        async with self._edits.answering(about, edit_id) as edit:
            found = details_of(await self.now(shared, actor))
            if found != edit.before:
                again = await self.preview(shared, actor, edit.after, undoes=edit.undoes)
                return replace(again, changed=True)
            await self._change(shared, actor, found, edit.after)
            await self._edits.drop(about)
        return EditPreview(shared, edit)

    async def drop(self, shared: SharedPlaylist, actor: Actor, edit_id: str) -> None:
        """Raises PromptExpiredError."""
        about = _about(shared, actor)
        async with self._edits.answering(about, edit_id):
            await self._edits.drop(about)

    async def preview_cover(self, shared: SharedPlaylist, actor: Actor, picture: bytes) -> CoverPreview:
        """Raises PictureError, ScopeMissingError (the owner's own), CoverNotAllowedError, and the same as `now`."""
        await self._must_cover(shared, actor)
        jpeg = await asyncio.to_thread(as_cover, picture)
        cover_id = secrets.token_hex(8)
        self._covers.put(cover_id, (actor.member_id, jpeg))
        return CoverPreview(shared, cover_id, jpeg)

    async def put_cover(self, shared: SharedPlaylist, actor: Actor, cover_id: str) -> None:
        """Spotify shows it some seconds later. Raises PromptExpiredError, and the same as `preview_cover`."""
        await self._must_cover(shared, actor)
        member_id, jpeg = self._covers.get(cover_id) or (0, b"")
        if member_id != actor.member_id:
            raise PromptExpiredError
        async with self._dispatcher.exclusive(shared) as access:
            await access.cover(jpeg)
        self._covers.forget(lambda key: key == cover_id)
        await self._tell(shared, actor.member_id, {"what": "cover"})

    async def covers_missing(self, shared: SharedPlaylist) -> frozenset[str]:
        """What the owner still has to allow at Spotify, for covers; nothing unless curators may edit it."""
        if not shared.grants.has(Grant.EDIT):
            return frozenset()
        account = await self._stores.accounts.of_member(shared.owner_id)
        return COVER - account.scopes if account is not None else frozenset()

    async def settle(
        self, actor: Actor, guild_id: int | None, list_id: str, *, back: bool
    ) -> tuple[SharedPlaylist, Title]:
        """A manager's answer about what somebody changed in Spotify: put it back, or keep it.

        guild_id: None: the owner answers in a direct message.
        Raises NotAllowedError, NotGrantedError, PromptExpiredError, and the same as PlaylistAccess.
        """
        shared = await self._stores.lists.by_id(list_id)
        foreign = guild_id is None and shared is not None and shared.owner_id != actor.member_id
        if shared is None or guild_id not in {None, shared.guild_id} or foreign:
            raise ListNotFoundError(list_id)
        must_manage(shared, actor)
        title = await self._titles.of(shared)
        if title is None or title.found is None or title.playlist_id != shared.playlist_id:
            raise PromptExpiredError
        if back:
            await self._must(shared, actor)
            await self._change(shared, actor, title.found, title.held)
        else:
            await self._titles.keep(shared, title)
        return shared, title

    async def _change(self, shared: SharedPlaylist, actor: Actor, before: Details, after: Details) -> None:
        async with self._dispatcher.exclusive(shared) as access:
            await self._titles.writes(shared, before, after)
            await access.details(
                name=after.name if after.name != before.name else None,
                description=after.about if after.about != before.about else None,
            )
        await self._titles.wrote(shared, after)
        detail: dict[str, str | int] = {
            "what": "details",
            "name": after.name,
            "about": after.about,
            "old_name": before.name,
            "old_about": before.about,
        }
        await self._tell(shared, actor.member_id, detail)

    async def _tell(self, shared: SharedPlaylist, actor_id: int, detail: dict[str, str | int]) -> None:
        now = self._now()
        await self._stores.history.append(
            Event(
                event_id=f"{shared.list_id}:{Happening.EDITED}:{now.timestamp():.6f}",
                guild_id=shared.guild_id,
                list_id=shared.list_id,
                at=now,
                happening=Happening.EDITED,
                actor_id=actor_id,
                detail=detail,
            )
        )

    async def _must(self, shared: SharedPlaylist, actor: Actor) -> None:
        await self._granting.need(shared, actor, Grant.EDIT)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)

    async def _must_cover(self, shared: SharedPlaylist, actor: Actor) -> None:
        await self._must(shared, actor)
        account = await self._keeper.account(shared.owner_id)
        if missing := COVER - account.scopes:
            if actor.member_id == shared.owner_id:
                raise ScopeMissingError(missing)
            raise CoverNotAllowedError(shared.owner_id)


def checked(wanted: Details) -> Details:
    """On one line each. Raises PlaylistDetailsError."""
    name, about = " ".join(wanted.name.split()), " ".join(wanted.about.split())
    if not 0 < len(name) <= NAME_LENGTH:
        raise PlaylistDetailsError("name", NAME_LENGTH)
    if len(about) > DESCRIPTION_LENGTH:
        raise PlaylistDetailsError("description", DESCRIPTION_LENGTH)
    return Details(name, about)


def _about(shared: SharedPlaylist, actor: Actor) -> str:
    return f"{shared.list_id}:{actor.member_id}"
