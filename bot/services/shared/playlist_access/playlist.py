"""The only code that reads and changes lent playlists: one of them, of one list, on behalf of its owner."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError, ScopeMissingError
from bot.services.shared.playlist_access.recovery import CHANGE, READ
from bot.services.shared.playlist_access.write_lease import WriteLease
from bot.shared_errors import (
    ListChangedError,
    ListClosedError,
    ListNotFoundError,
    ListOutOfReachError,
    ListPausedError,
    OwnerChangedAccountError,
)
from bot.spotify.errors import SpotifyUnauthorizedError
from bot.spotify.limits import LONGEST_PAGE
from bot.spotify.models import PlaylistItem
from bot.spotify.purpose import Part, Priority, Purpose, Share
from bot.stores.lists import ListStatus, Trouble, best_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.playlist_access.recovery import Recovery
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import OpenedPlaylist, Page, Playlist
    from bot.spotify.oauth import UserToken
    from bot.stores.journal import Journals
    from bot.stores.lists import SharedPlaylist, SharedPlaylists

    Progress = Callable[[int, int], Awaitable[None]]  # items done, of how many
    Change = Coroutine[Any, Any, str]  # Spotify's name for the version it created; "" if it names none


OWNERS: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (NotLinkedError, Trouble.OWNER_UNLINKED),
    (LinkEndedError, Trouble.CONSENT_ENDED),
    (AccountUnreadableError, Trouble.CONSENT_ENDED),
    (ScopeMissingError, Trouble.CONSENT_ENDED),
)


@contextmanager
def translate_owner_errors(shared: SharedPlaylist) -> Iterator[None]:
    """Raise ListOutOfReachError for what is wrong with the owner's link."""
    try:
        yield
    except tuple(kind for kind, _ in OWNERS) as error:
        trouble = next(trouble for kind, trouble in OWNERS if isinstance(error, kind))
        raise ListOutOfReachError(shared.name, trouble) from error


T = TypeVar("T")

COVER: Final = CHANGE | {"ugc-image-upload"}

PAGES_AT_ONCE: Final = 5


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole playlist, in order: `items[n]` is what `uris[n]` represents, "" if Spotify says nothing about it.

    snapshot_id: the version before the first page was read.
    """

    uris: tuple[str, ...]
    items: tuple[PlaylistItem, ...]
    snapshot_id: str


class PlaylistAccess:
    """Reads and changes one playlist: this list's, its archive, or one with the best of it.

    Before every call, the list is read again. Raises ListNotFoundError (no such list in this guild), ListClosedError,
    ListChangedError (the list uses another playlist by now), OwnerChangedAccountError, ListOutOfReachError (the
    owner isn't linked as they were) and the SpotifyError tree; writes also ListPausedError, and ListBusyError if
    someone else is writing to the list by now. A write is sent once; after a SpotifyOutcomeUnknownError, check first.
    """

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lists: SharedPlaylists,
        lease: WriteLease,
        shared: SharedPlaylist,
        *,
        recovery: Recovery,
        archive: bool = False,
        best: str = "",
    ) -> None:
        """best: of which span."""
        self._keeper = keeper
        self._plain_client = client
        self._recovery = recovery
        self._lists = lists
        self._lease = lease
        self._guild_id = shared.guild_id
        self._list_id = shared.list_id
        self._archive = archive
        self._best = best
        self._playlist_id = _target(shared, archive=archive, best=best)

    @property
    def _client(self) -> SpotifyClient:
        priority = Priority.ACCEPTED if self._lease.is_taken else Priority.VERIFY
        return self._plain_client.serving(Purpose(priority, (self._guild_id, self._lease.asked_by)))

    @property
    def _beside(self) -> bool:
        """It isn't the list's own playlist: nothing about that is learnt from it."""
        return self._archive or bool(self._best)

    def rebound(self, shared: SharedPlaylist, *, archive: bool = False, best: str = "") -> PlaylistAccess:
        """In the same turn for the same list, which uses another playlist by now, or for its archive or best."""
        if (shared.guild_id, shared.list_id) != (self._guild_id, self._list_id):
            raise ListChangedError
        return PlaylistAccess(
            self._keeper,
            self._plain_client,
            self._lists,
            self._lease,
            shared,
            recovery=self._recovery,
            archive=archive,
            best=best,
        )

    async def hold(self) -> None:
        """The turn continues, though nothing was written for a while. Raises ListBusyError if it's over."""
        await self._lease.stand()

    async def leave_behind(self) -> None:
        """Forget what is known about this playlist: the list will use another one."""
        await self._lease.note(total=None, total_at=None, snapshots=(), waiting_until=None)

    async def playlist(self) -> OpenedPlaylist:
        """As it's described now, with the first page of its items."""
        return await self._read(lambda token: self._client.opened_playlist(token, self._playlist_id))

    async def page(self, offset: int, limit: int = LONGEST_PAGE) -> Page[PlaylistItem]:
        return await self._read(
            lambda token: self._client.playlist_items(token, self._playlist_id, limit=limit, offset=offset)
        )

    async def read_all(
        self, progress: Progress | None = None, opened: OpenedPlaylist | None = None
    ) -> Contents:
        """Everything: one call for each 50 items, of which the first also returns the version.

        opened: that first one, if it was made a moment ago and nothing was written since.
        """
        opened = opened or await self.playlist()
        first = opened.first
        if first is None or first.offset or (first.total and not first.held):
            first = await self.page(0)
        pages, total = [first], first.total
        offsets = range(first.held or LONGEST_PAGE, total, LONGEST_PAGE)
        for start in range(0, len(offsets), PAGES_AT_ONCE):
            if progress is not None:
                await progress(min(len(pages) * LONGEST_PAGE, total), total)
            pages += await asyncio.gather(
                *(self.page(offset) for offset in offsets[start : start + PAGES_AT_ONCE])
            )
        items = [item or PlaylistItem() for page in pages for item in page.row]
        if progress is not None:
            await progress(len(items), len(items))
        uris = tuple(item.content.uri if item.content else "" for item in items)
        return Contents(uris, tuple(items), opened.snapshot_id or "")

    def add(self, uris: Sequence[str], position: int | None = None) -> Change:
        """Insert 1-100 URIs at `position` (from 0) or at the end; returns the new version's name."""
        return self._change(
            lambda token: self._client.add_items(token, self._playlist_id, uris, position=position)
        )

    def remove(self, uris: Sequence[str]) -> Change:
        """Take out every copy of 1-100 URIs; returns the new version's name."""
        return self._change(
            lambda token: self._client.remove_items(token, self._playlist_id, uris, once=True)
        )

    def move(self, start: int, before: int, length: int = 1, snapshot: str | None = None) -> Change:
        """Move `length` items from `start` to before `before`, both from 0 and counted before the move."""
        return self._change(
            lambda token: self._client.move_items(
                token, self._playlist_id, start=start, before=before, length=length, snapshot=snapshot
            )
        )

    def details(
        self, *, name: str | None = None, description: str | None = None, public: bool | None = None
    ) -> Change:
        """Change the given details."""
        return self._change(
            lambda token: self._client.change_playlist(
                token, self._playlist_id, name=name, description=description, public=public
            )
        )

    def cover(self, jpeg: bytes) -> Change:
        """Give it its own cover."""
        return self._change(
            lambda token: self._client.upload_cover(token, self._playlist_id, jpeg), scopes=COVER
        )

    async def _change(
        self,
        call: Callable[[UserToken], Awaitable[str | None]],
        *,
        scopes: frozenset[str] = READ | CHANGE,
    ) -> str:
        shared = await self._checked()
        if shared.status is ListStatus.PAUSED:
            raise ListPausedError(shared.name)
        if shared.trouble is Trouble.BOT_REMOVED:
            raise ListOutOfReachError(shared.name, shared.trouble)
        await self._lease.stand()
        with translate_owner_errors(shared):
            token = await self._keeper.token(shared.owner_id, scopes)
            try:
                version = await call(token)
            except SpotifyUnauthorizedError:  # before anything was done
                version = await call(await self._keeper.renewed(shared.owner_id, token))
        if version and not self._beside and self._lease.journal.batch is None:
            await self._lease.note_write(version)  # whoever sends a batch records it along with the rest
        return version or ""

    async def _read(self, call: Callable[[UserToken], Awaitable[T]]) -> T:
        shared = await self._checked()
        with translate_owner_errors(shared):
            found = await self._keeper.as_member(shared.owner_id, call, scopes=READ)
        if not self._beside:
            await self._recovery.answered(shared)
        return found

    async def _checked(self) -> SharedPlaylist:
        shared = await self._lists.get(self._guild_id, self._list_id)
        if shared is None:
            raise ListNotFoundError(self._list_id)
        if shared.status is ListStatus.CLOSED:
            raise ListClosedError(shared.name)
        if _target(shared, archive=self._archive, best=self._best) != self._playlist_id:
            raise ListChangedError
        with translate_owner_errors(shared):
            account = await self._keeper.account(shared.owner_id)
        if account.account_id != shared.account_id:
            raise OwnerChangedAccountError
        return shared


class LentPlaylists:
    """Creates PlaylistAccess, and the playlists they are for. recovery: is told of every good answer for a list."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lists: SharedPlaylists,
        leases: LeaseKeeper,
        journals: Journals,
        *,
        recovery: Recovery,
        now: Callable[[], datetime],
    ) -> None:
        self.recovery = recovery
        self._keeper = keeper
        self._client = client
        self._lists = lists
        self._leases = leases
        self._journals = journals
        self._now = now

    def lease(self, list_id: str) -> WriteLease:
        return WriteLease(list_id, self._leases, self._journals, now=self._now)

    def access(
        self, shared: SharedPlaylist, lease: WriteLease | None = None, *, archive: bool = False
    ) -> PlaylistAccess:
        """For the list's playlist, or its archive. Without a held lease, it can only read."""
        return PlaylistAccess(
            self._keeper,
            self._client,
            self._lists,
            lease or self.lease(shared.list_id),
            shared,
            recovery=self.recovery,
            archive=archive,
        )

    async def create(
        self,
        owner_id: int,
        name: str,
        *,
        description: str | None = None,
        public: bool = True,
        share: Share | None = None,
    ) -> Playlist:
        """Create a new, empty playlist of the owner's, for lending. Sent once; see `SpotifyClient.create_playlist`."""
        client = self._client.serving(Purpose(share=share, part=Part.SHARED))
        return await self._keeper.as_member(
            owner_id,
            lambda token: client.create_playlist(token, name, public=public, description=description),
            scopes=READ | CHANGE,
        )


def _target(shared: SharedPlaylist, *, archive: bool, best: str) -> str:
    target = best_of(shared, best) if best else shared.archive_id if archive else shared.playlist_id
    if not target:
        raise ListChangedError
    return target
