"""Anything on Spotify, to be shown: found by its kind and a text, or by a link, with a page of what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from bot.errors import NothingFoundError, NotLinkedError, ScopeMissingError
from bot.services import playable
from bot.services.ttl_cache import TtlCache
from bot.spotify import refs
from bot.spotify.errors import SpotifyForbiddenError, SpotifyNotAvailableError
from bot.spotify.limits import ARTIST_ALBUMS_PAGE, SHOWN_TOGETHER
from bot.spotify.models import Playlist, Ref
from bot.spotify.purpose import Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.searches import Kind, Thing
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import (
        Album,
        AlbumDetails,
        ArtistDetails,
        AudiobookDetails,
        Chapter,
        Episode,
        Page,
        ShowDetails,
        Track,
    )
    from bot.spotify.oauth import AppToken

    Entry: TypeAlias = Track | Album | Episode | Chapter
    Whole: TypeAlias = (
        Track | AlbumDetails | ArtistDetails | ShowDetails | Episode | AudiobookDetails | Chapter | Playlist
    )

T = TypeVar("T")

READ: Final = frozenset({"playlist-read-private"})
KINDS: Final = ("track", "album", "artist", "playlist", "show", "episode", "audiobook", "chapter")
MAY_BE_CLOSED: Final = frozenset({"show", "episode", "audiobook", "chapter"})
ASK_AGAIN: Final = timedelta(hours=6)
KEEP: Final = timedelta(minutes=10)  # Spotify's terms allow at most a day
PAGE: Final = {"artist": ARTIST_ALBUMS_PAGE}  # entries of a page; SHOWN_TOGETHER for the others


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing and a page of what is in it. `number` counts from 0; `total` is 0 where there is nothing to list."""

    ref: Ref
    thing: Whole
    entries: tuple[Entry, ...] = ()
    number: int = 0
    total: int = 0

    @property
    def size(self) -> int:
        """How many entries a page has."""
        return PAGE.get(self.ref.kind, SHOWN_TOGETHER)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


class Catalogue:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self, keeper: TokenKeeper, client: SpotifyClient, lookups: Lookups, *, now: Callable[[], datetime]
    ) -> None:
        self._keeper = keeper
        self._client = client
        self._lookups = lookups
        # What Spotify said about a kind this app may not use.
        self._closed: TtlCache[str, str] = TtlCache(now, keep=ASK_AGAIN, size=10)
        self._found: TtlCache[str, Playlist] = TtlCache(now, keep=KEEP, size=1_000)
        self._wholes: TtlCache[Ref, Whole] = TtlCache(now, keep=KEEP, size=1_000)
        self._pages: TtlCache[tuple[Ref, int], tuple[tuple[Entry, ...], int]] = TtlCache(
            now, keep=KEEP, size=1_000
        )

    async def named(
        self, query: str, kind: Kind, *, share: Share | None = None
    ) -> tuple[Ref, tuple[Thing, ...]]:
        """What is to be shown for a query, and all matches, best first; a link may lead to anything, and has none.

        Raises RefError, NothingFoundError and the SpotifyError tree.
        """
        query = await self._lookups.followed(query, share=share)
        ref = refs.ref_in(query, KINDS) or refs.ref_in(query, (kind,))  # a bare ID: of the kind asked for
        if ref is not None:
            return ref, ()
        found = await self.search(query, kind, share=share)
        return Ref(kind, found[0].id or ""), found

    async def linked_in(self, text: str, *, share: Share | None = None) -> tuple[tuple[Ref, ...], bool]:
        """What a text links to, each once; and whether a short link in it leads to nothing we know."""
        text = await self._lookups.followed(text, share=share)
        found = [one for one in refs.named_in(text, KINDS) if isinstance(one, Ref)]
        return tuple(dict.fromkeys(found)), bool(refs.short_links_in(text))

    async def search(self, query: str, kind: Kind, *, share: Share | None = None) -> tuple[Thing, ...]:
        """One to ten, best first. Raises NothingFoundError, SpotifyNotAvailableError and the SpotifyError tree."""
        self._must_be_open(kind)
        try:
            found = await self._lookups.searches.find(kind, query, share=share)
        except SpotifyForbiddenError as refused:
            raise self._refused(kind, refused) from refused
        if not found:
            raise NothingFoundError(query)
        for one in found:
            if isinstance(one, Playlist):
                self._found.put(one.id, one)
        return found

    async def shown(self, ref: Ref, number: int = 0, *, member_id: int, share: Share | None = None) -> Shown:
        """A page past the end gives the last one.

        Raises SpotifyNotAvailableError, for playlists also NotLinkedError and its like, and the SpotifyError tree.
        """
        self._must_be_open(ref.kind)
        try:
            return await self._shown(ref, number, member_id, share)
        except SpotifyForbiddenError as refused:
            raise self._refused(ref.kind, refused) from refused

    def _must_be_open(self, kind: str) -> None:
        said = self._closed.get(kind)
        if said is not None:
            raise SpotifyNotAvailableError(said, endpoint=kind)

    def _refused(self, kind: str, refused: SpotifyForbiddenError) -> SpotifyForbiddenError:
        """Podcasts and audiobooks may be closed to an app; it's asked once."""
        if type(refused) is not SpotifyForbiddenError or kind not in MAY_BE_CLOSED:
            return refused
        self._closed.put(kind, refused.message)
        return SpotifyNotAvailableError(refused.message, status=refused.status, endpoint=kind)

    async def _shown(self, ref: Ref, number: int, member_id: int, share: Share | None) -> Shown:
        if ref.kind in playable.KINDS:
            return Shown(ref, await self._lookups.by_uri(ref.uri, share=share))
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        if ref.kind == "playlist":
            return Shown(ref, await self._playlist(client, ref, member_id))
        thing = await self._wholes.ask(ref, lambda: self._whole(client, ref))
        shown = Shown(ref, thing)
        if ref.kind not in {"album", "artist", "show", "audiobook"}:
            return shown
        number = max(number, 0)
        entries, total = await self._page(client, ref, number)
        if not entries and total:
            number = max(1, -(-total // shown.size)) - 1
            entries, total = await self._page(client, ref, number)
        return Shown(ref, thing, entries, number, total)

    async def _playlist(self, client: SpotifyClient, ref: Ref, member_id: int) -> Playlist:
        """As the member sees it, so it's not kept; without a link only what a search found, which is public."""
        try:
            return await self._keeper.as_member(
                member_id, lambda token: client.playlist(token, ref.id), scopes=READ
            )
        except (NotLinkedError, ScopeMissingError):
            found = self._found.get(ref.id)
            if found is None:
                raise
            return found

    async def _whole(self, client: SpotifyClient, ref: Ref) -> Whole:
        reads: dict[str, Callable[[AppToken], Awaitable[Whole]]] = {
            "album": lambda token: client.album(token, ref.id),
            "artist": lambda token: client.artist(token, ref.id),
            "show": lambda token: client.show(token, ref.id),
            "audiobook": lambda token: client.audiobook(token, ref.id),
            "chapter": lambda token: client.chapter(token, ref.id),
        }
        return await self._keeper.as_app(reads[ref.kind])

    async def _page(self, client: SpotifyClient, ref: Ref, number: int) -> tuple[tuple[Entry, ...], int]:
        size = PAGE.get(ref.kind, SHOWN_TOGETHER)
        offset = number * size

        async def read(token: AppToken) -> tuple[tuple[Entry, ...], int]:
            page: Page[Track] | Page[Album] | Page[Episode] | Page[Chapter]
            match ref.kind:
                case "album":
                    page = await client.album_tracks(token, ref.id, limit=size, offset=offset)
                case "artist":
                    page = await client.artist_albums(token, ref.id, limit=size, offset=offset)
                case "show":
                    page = await client.show_episodes(token, ref.id, limit=size, offset=offset)
                case _:
                    page = await client.audiobook_chapters(token, ref.id, limit=size, offset=offset)
            return tuple(page.items), page.total

        return await self._pages.ask((ref, number), lambda: self._keeper.as_app(read))
