"""A member's library: what they like, what they listen to most, what they played recently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from bot.spotify.errors import SpotifyNotAvailableError, SpotifyRequestError
from bot.spotify.limits import LONGEST_PAGE, SHOWN_TOGETHER
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import ref_in
from bot.spotify.scopes import ASKING, NEEDED, SAVING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.services.lookups import Lookups
    from bot.services.tokens import TokenKeeper
    from bot.spotify.api.me import Span
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import ArtistDetails, Page, Played, Track
    from bot.spotify.oauth import UserToken

T = TypeVar("T")

PAGE_SIZE: Final = SHOWN_TOGETHER
LIKEABLE: Final = ("track", "album", "episode", "show", "audiobook", "artist")


@dataclass(frozen=True, slots=True)
class Thing:
    """What can be liked. `track`: what Spotify says about it; None for everything else."""

    uri: str
    track: Track | None = None

    @property
    def kind(self) -> str:
        return self.uri.split(":")[1]


@dataclass(frozen=True, slots=True)
class Liking:
    """`liked`: whether it's in the library now. `changed`: whether that is new."""

    thing: Thing
    liked: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class LibraryPage(Generic[T]):
    """`number` counts from 0. `skipped`: entries of this page that Spotify left empty."""

    entries: tuple[T, ...]
    number: int
    pages: int
    total: int
    skipped: int = 0

    @property
    def first(self) -> int:
        """The position of the first entry, from 1."""
        return self.number * PAGE_SIZE + 1


class Library:
    """share, in every call: whose part of the Spotify quota it uses.

    All calls raise NotLinkedError, ScopeMissingError, LinkEndedError, and the SpotifyError tree.
    """

    def __init__(self, keeper: TokenKeeper, client: SpotifyClient, lookups: Lookups) -> None:
        self._keeper = keeper
        self._client = client
        self._lookups = lookups

    async def find(self, query: str, *, share: Share | None = None) -> tuple[Thing, ...]:
        """What `query` can mean: one thing for a link, URI or ID, several tracks for a text.

        Raises the same as `Lookups.candidates`.
        """
        query = await self._lookups.followed(query, share=share)
        ref = ref_in(query, LIKEABLE)
        if ref is not None and ref.kind != "track":
            return (Thing(f"spotify:{ref.kind}:{ref.id}"),)
        found = await self._lookups.candidates(query, share=share)
        return tuple(Thing(track.uri, track) for track in found)

    async def by_uri(self, uri: str, *, share: Share | None = None) -> Thing:
        thing = Thing(uri)
        if thing.kind != "track":
            return thing
        return Thing(uri, await self._lookups.by_uri(uri, share=share))

    async def put(self, member_id: int, thing: Thing, *, liked: bool, share: Share | None = None) -> Liking:
        """Like it, or no longer. What is as it should be already is not written again."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        scopes = frozenset({SAVING[thing.kind], ASKING[thing.kind]})

        async def change(token: UserToken) -> bool:
            (there,) = await client.is_saved(token, [thing.uri])
            if there is liked:
                return False
            try:
                await (client.save if liked else client.unsave)(token, [thing.uri])
            except SpotifyRequestError as refused:
                if thing.kind != "artist":  # Spotify's documentation contradicts itself about these
                    raise
                raise SpotifyNotAvailableError(refused.message, status=refused.status) from refused
            return True

        return Liking(thing, liked, await self._keeper.as_member(member_id, change, scopes=scopes))

    async def liked(self, member_id: int, number: int, *, share: Share | None = None) -> LibraryPage[Track]:
        """Liked tracks, newest first; a number past the end gives the last page."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        page, number, pages = await self._page(
            member_id,
            number,
            lambda token, offset: client.saved_tracks(token, limit=PAGE_SIZE, offset=offset),
            NEEDED["saved_tracks"].every,
        )
        tracks = tuple(saved.track for saved in page.items)
        return LibraryPage(tracks, number, pages, page.total, page.skipped)

    async def top_tracks(
        self, member_id: int, span: Span, number: int, *, share: Share | None = None
    ) -> LibraryPage[Track]:
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        page, number, pages = await self._page(
            member_id,
            number,
            lambda token, offset: client.top_tracks(token, span, limit=PAGE_SIZE, offset=offset),
            NEEDED["top_tracks"].every,
        )
        return LibraryPage(page.items, number, pages, page.total, page.skipped)

    async def top_artists(
        self, member_id: int, span: Span, number: int, *, share: Share | None = None
    ) -> LibraryPage[ArtistDetails]:
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        page, number, pages = await self._page(
            member_id,
            number,
            lambda token, offset: client.top_artists(token, span, limit=PAGE_SIZE, offset=offset),
            NEEDED["top_artists"].every,
        )
        return LibraryPage(page.items, number, pages, page.total, page.skipped)

    async def recent(self, member_id: int, number: int, *, share: Share | None = None) -> LibraryPage[Played]:
        """What was played recently, latest first. Spotify remembers as many as one of its pages holds."""
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        played = await self._keeper.as_member(
            member_id,
            lambda token: client.recently_played(token, limit=LONGEST_PAGE),
            scopes=frozenset(NEEDED["recently_played"].every),
        )
        total = len(played.items)
        pages = _pages(total)
        number = min(max(number, 0), pages - 1)
        shown = played.items[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
        return LibraryPage(shown, number, pages, total)

    async def _page(
        self,
        member_id: int,
        number: int,
        read: Callable[[UserToken, int], Awaitable[Page[T]]],
        scopes: frozenset[str],
    ) -> tuple[Page[T], int, int]:
        """The page, its number and how many there are."""
        number = max(number, 0)
        page = await self._read(member_id, number, read, scopes)
        pages = _pages(page.total)
        if number >= pages:  # the list got shorter since the button was drawn
            number = pages - 1
            page = await self._read(member_id, number, read, scopes)
        return page, number, pages

    async def _read(
        self,
        member_id: int,
        number: int,
        read: Callable[[UserToken, int], Awaitable[Page[T]]],
        scopes: frozenset[str],
    ) -> Page[T]:
        return await self._keeper.as_member(
            member_id, lambda token: read(token, number * PAGE_SIZE), scopes=scopes
        )


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))
