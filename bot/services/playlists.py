"""A member's own playlists: page by page, as suggestions, and found by name or link."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import (
    BotError,
    NoSuchPlaylistError,
    PlaylistLockedError,
    PlaylistNotFoundError,
    PlaylistUnclearError,
)
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import SpotifyBudgetError, SpotifyError, SpotifyNotFoundError
from bot.spotify.limits import LONGEST_PAGE
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import ref_in, short_links_in
from bot.spotify.short_links import followed
from bot.stores.lists import name_key, search_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Page, Playlist
    from bot.stores import Account

log = logging.getLogger(__name__)

READ = frozenset({"playlist-read-private", "playlist-read-collaborative"})
PAGE_SIZE = 10
SHOWN = "playlists shown:"  # prefix of the keys for members whose public playlists others may see
SUGGESTIONS = 25  # as many as Discord shows
KEEP = timedelta(seconds=60)
MOST_BATCHES = 20  # suggestions and names search the first thousand playlists
PATIENCE_S = 2.0  # Discord drops suggestions after three seconds


@dataclass(frozen=True, slots=True)
class PlaylistPage:
    """`number` counts from 0. `skipped`: entries of this page that Spotify left empty. `spotify_id`: the member's."""

    playlists: tuple[Playlist, ...]
    number: int
    pages: int
    total: int
    skipped: int
    spotify_id: str


class Playlists:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        *,
        now: Callable[[], datetime],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """patience_s: how long a suggestion may take."""
        self._keeper = keeper
        self._client = client
        self._patience_s = patience_s
        # By member and account: a member can link another one.
        self._lists: TtlCache[tuple[int, str], tuple[Playlist, ...]] = TtlCache(now, keep=KEEP, size=200)

    async def page(self, member_id: int, number: int, *, share: Share | None = None) -> PlaylistPage:
        """Ten of the member's playlists; a number past the end gives the last page."""
        account = await self._keeper.account(member_id)
        purpose = Purpose(Priority.LOOKUP, share)
        page = await self._batch(member_id, PAGE_SIZE, max(number, 0) * PAGE_SIZE, purpose)
        pages = max(1, -(-page.total // PAGE_SIZE))
        if number >= pages:  # the list got shorter since the button was drawn
            number = pages - 1
            page = await self._batch(member_id, PAGE_SIZE, number * PAGE_SIZE, purpose)
        return PlaylistPage(page.items, max(number, 0), pages, page.total, page.skipped, account.spotify_id)

    async def all_of(self, member_id: int, *, share: Share | None = None) -> tuple[Playlist, ...]:
        """The first thousand of the member's list, at most a minute old."""
        account = await self._keeper.account(member_id)
        return await self._all(account, Purpose(Priority.LOOKUP, share))

    async def suggest(
        self, member_id: int, text: str, *, changeable: bool = True, share: Share | None = None
    ) -> tuple[Playlist, ...]:
        """Up to 25 playlists the member can change, for a text still being typed; empty on any problem.

        changeable: False for all in their list, also those they only follow.
        """
        purpose = Purpose(Priority.SUGGESTION, share)
        try:
            async with asyncio.timeout(self._patience_s):
                fitting = await self._fitting(member_id, text, purpose, changeable=changeable)
                return fitting[:SUGGESTIONS]
        except (SpotifyError, BotError, TimeoutError) as error:
            log.info("no playlist suggestions: %s", type(error).__name__)
            return ()

    async def changeable(
        self, member_id: int, text: str = "", *, share: Share | None = None
    ) -> tuple[Playlist, ...]:
        """The member's playlists they can change, those that start with `text` first."""
        return await self._fitting(member_id, text, Purpose(Priority.LOOKUP, share), changeable=True)

    async def _fitting(
        self, member_id: int, text: str, purpose: Purpose, *, changeable: bool
    ) -> tuple[Playlist, ...]:
        account = await self._keeper.account(member_id)
        wanted = search_key(text)
        fitting = [
            playlist
            for playlist in await self._all(account, purpose)
            if (not changeable or can_change(playlist, account)) and wanted in search_key(playlist.name)
        ]
        return tuple(sorted(fitting, key=lambda playlist: not search_key(playlist.name).startswith(wanted)))

    async def find(self, member_id: int, query: str, *, share: Share | None = None) -> tuple[Playlist, ...]:
        """The playlists `query` can refer to: one for a link, URI, ID or exact name, several for part of a name.

        A single one is read fresh from Spotify; several may be a minute old.
        Raises PlaylistNotFoundError, PlaylistLockedError, RefError.
        """
        account = await self._keeper.account(member_id)
        if short_links_in(query):
            query = await followed(self._client.serving(Purpose(Priority.LOOKUP, share)), query)
        ref = ref_in(query, ("playlist",))
        if ref is not None:
            return (await self.by_id(account, ref.id, share=share),)
        wanted = name_key(query)
        fitting = await self.changeable(member_id, query, share=share) if wanted else ()
        if wanted and not fitting:  # perhaps the list was created just now
            self.forget(member_id)
            fitting = await self.changeable(member_id, query, share=share)
        exact = tuple(p for p in fitting if name_key(p.name) == wanted)
        fitting = exact or tuple(p for p in fitting if search_key(p.name) == search_key(query)) or fitting
        if not fitting:
            known = await self._all(account, Purpose(Priority.LOOKUP, share))
            locked = [p for p in known if wanted and name_key(p.name) == wanted]
            raise PlaylistLockedError(locked[0]) if locked else PlaylistNotFoundError(query)
        return fitting if len(fitting) > 1 else (await self.by_id(account, fitting[0].id, share=share),)

    async def named(self, member_id: int, query: str, *, share: Share | None = None) -> str:
        """The ID of the one playlist `query` refers to, whoever owns it: by link, URI, ID, or its name in their list.

        Raises NoSuchPlaylistError, PlaylistUnclearError if several match, and RefError.
        """
        await self._keeper.account(member_id)
        if short_links_in(query):
            query = await followed(self._client.serving(Purpose(Priority.LOOKUP, share)), query)
        ref = ref_in(query, ("playlist",))
        if ref is not None:
            return ref.id
        purpose = Purpose(Priority.LOOKUP, share)
        fitting = await self._fitting(member_id, query, purpose, changeable=False) if query.strip() else ()
        exact = [one for one in fitting if name_key(one.name) == name_key(query)]
        found = exact or fitting
        if not found:
            raise NoSuchPlaylistError(query)
        if len(found) > 1:
            raise PlaylistUnclearError(query, tuple(one.name for one in found))
        return found[0].id

    async def by_id(self, account: Account, playlist_id: str, *, share: Share | None = None) -> Playlist:
        """The playlist as it is now. Raises PlaylistNotFoundError, PlaylistLockedError."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        try:
            playlist = await self._keeper.as_member(
                account.member_id, lambda token: client.playlist(token, playlist_id), scopes=READ
            )
        except SpotifyNotFoundError as missing:
            raise PlaylistNotFoundError(playlist_id) from missing
        if not can_change(playlist, account):
            raise PlaylistLockedError(playlist)
        return playlist

    def forget(self, member_id: int) -> None:
        """Drop what is remembered about the member's playlists."""
        self._lists.forget(lambda key: key[0] == member_id)

    async def _all(self, account: Account, purpose: Purpose) -> tuple[Playlist, ...]:
        key = (account.member_id, account.account_id)
        try:
            return await self._lists.ask(key, lambda: self._read_all(account.member_id, purpose))
        except SpotifyBudgetError:
            if purpose.priority is Priority.SUGGESTION:
                raise
            return await self._read_all(
                account.member_id, purpose
            )  # perhaps a suggestion asked first, and was refused

    async def _read_all(self, member_id: int, purpose: Purpose) -> tuple[Playlist, ...]:
        found: list[Playlist] = []
        for number in range(MOST_BATCHES):
            page = await self._batch(member_id, LONGEST_PAGE, number * LONGEST_PAGE, purpose)
            found += page.items
            if page.next is None:
                break
        return tuple(found)

    async def _batch(self, member_id: int, limit: int, offset: int, purpose: Purpose) -> Page[Playlist]:
        client = self._client.serving(purpose)
        return await self._keeper.as_member(
            member_id,
            lambda token: client.my_playlists(token, limit=limit, offset=offset),
            scopes=READ,
        )


def can_change(playlist: Playlist, account: Account) -> bool:
    """Whether the account can add to the playlist, as far as the playlist itself shows."""
    return playlist.collaborative or playlist.owner.id == account.spotify_id
