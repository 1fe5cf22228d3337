"""Looking into a playlist: a page to show, or all of it, with the version that was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import NoSuchPlaylistError, NotYourPlaylistError, UnreadablePlaylistError
from bot.spotify.errors import (
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyNotRegisteredError,
    SpotifyOwnerPremiumError,
    SpotifyScopeError,
)
from bot.spotify.limits import LONGEST_PAGE, SHOWN_TOGETHER
from bot.spotify.paging import pages
from bot.spotify.purpose import Part, Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import OpenedPlaylist, Page, Playlist, PlaylistItem

    Progress = Callable[[int, int], Awaitable[None]]  # how much is done, and of how much

READ: Final = frozenset({"playlist-read-private"})
AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class OwnPage:
    """entries: those of this page in order, None where Spotify shows nothing; no list at all if it hides them all.

    number: of the page, from 0. mine: the member owns the playlist.
    """

    playlist: Playlist
    entries: tuple[PlaylistItem | None, ...] | None
    number: int
    pages: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a playlist, read as one version. entries: None where Spotify shows nothing."""

    playlist: Playlist
    entries: tuple[PlaylistItem | None, ...]

    @property
    def uris(self) -> tuple[str, ...]:
        """In order; "" for entries without a URI."""
        return tuple(entry.content.uri if entry and entry.content else "" for entry in self.entries)


class PlaylistReader:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(self, keeper: TokenKeeper, client: SpotifyClient, playlists: Playlists) -> None:
        self._keeper = keeper
        self._client = client
        self._playlists = playlists

    async def named(self, member_id: int, query: str, *, share: Share | None = None) -> Playlist:
        """The playlist `query` refers to, as it is now. Raises NoSuchPlaylistError, PlaylistUnclearError, RefError."""
        return await self.playlist(
            member_id, await self._playlists.named(member_id, query, share=share), share=share
        )

    async def playlist(self, member_id: int, playlist_id: str, *, share: Share | None = None) -> Playlist:
        """Raises NoSuchPlaylistError."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        try:
            return await self._keeper.as_member(
                member_id, lambda token: client.playlist(token, playlist_id), scopes=READ
            )
        except SpotifyNotFoundError as missing:
            raise NoSuchPlaylistError(playlist_id) from missing

    async def own(self, member_id: int, query: str, *, share: Share | None = None) -> Playlist:
        """As `named`, but raises NotYourPlaylistError unless the member owns it."""
        found = await self.named(member_id, query, share=share)
        await self.must_own(member_id, found)
        return found

    async def must_own(self, member_id: int, playlist: Playlist) -> None:
        """Raises NotYourPlaylistError."""
        if not await self.owns(member_id, playlist):
            raise NotYourPlaylistError(playlist)

    async def owns(self, member_id: int, playlist: Playlist) -> bool:
        return playlist.owner.id == (await self._keeper.account(member_id)).spotify_id

    async def page(
        self, member_id: int, playlist_id: str, number: int = 0, *, share: Share | None = None
    ) -> OwnPage:
        """A page of entries; one past the end gives the last. Raises NoSuchPlaylistError."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))

        async def read(token_page: int) -> Page[PlaylistItem]:
            return await self._keeper.as_member(
                member_id,
                lambda token: client.playlist_items(
                    token, playlist_id, limit=SHOWN_TOGETHER, offset=token_page * SHOWN_TOGETHER
                ),
                scopes=READ,
            )

        if number <= 0:
            opened = await self._opened(member_id, playlist_id, client)
            mine = await self.owns(member_id, opened)
            if opened.first is None:
                return OwnPage(opened, None, 0, 1, mine)
            entries = opened.first.row[:SHOWN_TOGETHER]
            return OwnPage(opened, entries, 0, _pages(opened.first.total), mine)
        playlist = await self.playlist(member_id, playlist_id, share=share)
        try:
            found = await read(number)
            if number >= _pages(found.total):  # it got shorter since the button was drawn
                number = _pages(found.total) - 1
                found = await read(number)
        except (SpotifyNotRegisteredError, SpotifyOwnerPremiumError, SpotifyScopeError):
            raise
        except SpotifyForbiddenError:
            return OwnPage(playlist, None, 0, 1, mine=False)
        return OwnPage(playlist, found.row, number, _pages(found.total), await self.owns(member_id, playlist))

    async def all_of(
        self,
        member_id: int,
        playlist_id: str,
        progress: Progress | None = None,
        *,
        priority: Priority = Priority.LOOKUP,
        share: Share | None = None,
    ) -> Contents:
        """Everything in it. Raises NoSuchPlaylistError, UnreadablePlaylistError."""
        client = self._client.serving(Purpose(priority, share, Part.PERSONAL))
        opened = await self._opened(member_id, playlist_id, client)
        if opened.first is None:
            raise UnreadablePlaylistError(opened)
        entries = list(opened.first.row)
        total = opened.first.total
        if opened.first.next is None or not entries:
            return Contents(opened, tuple(entries))
        begun = len(entries)

        async def read(*, offset: int) -> Page[PlaylistItem]:
            return await self._keeper.as_member(
                member_id,
                lambda token: client.playlist_items(
                    token, playlist_id, limit=LONGEST_PAGE, offset=begun + offset
                ),
                scopes=READ,
            )

        async for page in pages(read, at_once=AT_ONCE, total=total - begun):
            entries += page.row
            if progress is not None:
                await progress(len(entries), total)
        return Contents(opened, tuple(entries))

    async def _opened(self, member_id: int, playlist_id: str, client: SpotifyClient) -> OpenedPlaylist:
        try:
            return await self._keeper.as_member(
                member_id, lambda token: client.opened_playlist(token, playlist_id), scopes=READ
            )
        except SpotifyNotFoundError as missing:
            raise NoSuchPlaylistError(playlist_id) from missing


def _pages(total: int) -> int:
    return max(1, -(-total // SHOWN_TOGETHER))
