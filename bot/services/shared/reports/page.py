"""What is in a shared playlist, page by page: read live from Spotify, with who added what, when and why.

If Spotify or the owner's consent is unavailable, the bot's own records are shown instead.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from bot.errors import AccountUnreadableError, LinkEndedError, NotLinkedError, ScopeMissingError
from bot.services.shared.core.likes import likes_of
from bot.services.shared.outbox.identity import PLAYABLE, is_it
from bot.services.shared.rules.matching import recording
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotFoundError,
    SpotifyRateLimitedError,
)
from bot.spotify.limits import SHOWN_TOGETHER
from bot.spotify.purpose import Part, Priority, Purpose, Share
from bot.stores.contributions import INSIDE, ON_ITS_WAY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from bot.services.lookups import Lookups
    from bot.services.shared.playlist_access.recovery import Recovery
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Page, PlaylistItem, Track
    from bot.stores import Contributions, Journals, Likes
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

KEEP = timedelta(seconds=30)  # turning pages back and forth asks Spotify once for each
READ = frozenset({"playlist-read-private"})
NO_CONSENT = (NotLinkedError, LinkEndedError, ScopeMissingError, AccountUnreadableError)
MOST_TIMED = 1_000  # tracks; nobody asks how long more than that take, and they would all have to be read
MOST_FROM_RECORDS = 25  # pages; our records have no page numbers, so they are read from the start


class Away(Enum):
    """Why a page comes from the bot's records alone."""

    OWNER = auto()  # their consent expired, or they linked another account
    GONE = auto()  # Spotify no longer knows the playlist, or no longer lets the owner see it
    WAITING = auto()  # Spotify told us to wait, or the day's budget is used up
    SPOTIFY = auto()  # no usable answer


@dataclass(frozen=True, slots=True)
class ShownItem:
    """`place` counts from 1. Without a `track`: it's no longer available, or Spotify couldn't be asked.

    contribution: None if our records don't know it yet. likes: how many members like it.
    """

    place: int
    uri: str
    track: Track | None
    local: bool
    contribution: Contribution | None
    likes: int = 0


@dataclass(frozen=True, slots=True)
class ShownPage:
    """`number` counts from 0. `total`: None if only Spotify would know. `hidden`: left out by Spotify.

    waiting: how many contributions are accepted and not written yet. until: of WAITING.
    length_ms: of everything in it; None if we don't know it. people: how many have added something.
    """

    shared: SharedPlaylist
    items: tuple[ShownItem, ...]
    number: int
    pages: int
    total: int | None
    waiting: int
    hidden: int = 0
    away: Away | None = None
    until: datetime | None = None
    length_ms: int | None = None
    people: int = 0

    @property
    def url(self) -> str:
        return playlist_url(self.shared.playlist_id)


def playlist_url(playlist_id: str) -> str:
    return f"https://open.spotify.com/playlist/{playlist_id}"


class ListPages:
    def __init__(
        self,
        contributions: Contributions,
        journals: Journals,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lookups: Lookups,
        *,
        likes: Likes,
        recovery: Recovery,
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._journals = journals
        self._likes = likes
        self._keeper = keeper
        self._client = client
        self._lookups = lookups
        self._recovery = recovery
        # By playlist, our own latest write and offset: what we added shows at once.
        self._pages: TtlCache[tuple[str, int, int], Page[PlaylistItem]] = TtlCache(now, keep=KEEP, size=500)

    async def page(self, shared: SharedPlaylist, number: int, *, share: Share | None = None) -> ShownPage:
        """Twenty items; a number past the end gives the last page. Never fails because of Spotify or the owner."""
        page = await self._page(shared, number, share)
        shares = await self._contributions.shares(shared.list_id, INSIDE)
        people = sum(1 for one in shares if one.member_id is not None)
        items = await self._with_likes(shared, page.items)
        return replace(page, items=items, length_ms=await self._length_ms(page), people=people)

    async def _with_likes(
        self, shared: SharedPlaylist, items: tuple[ShownItem, ...]
    ) -> tuple[ShownItem, ...]:
        known = [item.contribution for item in items if item.contribution]
        counts = await likes_of(self._likes, shared.list_id, known) if known else {}
        return tuple(
            replace(item, likes=counts.get(item.contribution.contribution_id, 0))
            if item.contribution
            else item
            for item in items
        )

    async def _length_ms(self, page: ShownPage) -> int | None:
        """From the tracks on the page if that is all of them, else from our records if they have all of them."""
        if page.away is None and page.pages == 1 and not page.hidden:
            lengths = [item.track.duration_ms if item.track else None for item in page.items]
        elif page.total is None or page.total > MOST_TIMED:
            return None
        else:
            moments = await self._contributions.moments(page.shared.list_id, INSIDE, limit=MOST_TIMED)
            if len(moments) != page.total:
                return None
            lengths = [duration_ms for _, _, duration_ms in moments]
        return sum(filter(None, lengths)) if lengths and all(lengths) else None

    async def _page(self, shared: SharedPlaylist, number: int, share: Share | None) -> ShownPage:
        waiting = await self._contributions.count(shared.list_id, ON_ITS_WAY)
        number = max(number, 0)
        try:
            page = await self._live(shared, number, share)
            pages = max(1, -(-page.total // SHOWN_TOGETHER))
            if number >= pages:  # it got shorter since the button was drawn
                number = pages - 1
                page = await self._live(shared, number, share)
        except (*NO_CONSENT, SpotifyError) as error:
            return await self._from_records(shared, number, waiting, error, share)
        items = await self._joined(shared, page.row, number * SHOWN_TOGETHER)
        return ShownPage(shared, items, number, pages, page.total, waiting, page.skipped)

    async def _live(self, shared: SharedPlaylist, number: int, share: Share | None) -> Page[PlaylistItem]:
        account = await self._keeper.account(shared.owner_id)
        if account.account_id != shared.account_id:
            raise LinkEndedError
        written = (await self._journals.of(shared.list_id)).version
        client = self._client.serving(Purpose(Priority.LOOKUP, share, Part.SHARED))
        offset = number * SHOWN_TOGETHER

        async def read() -> Page[PlaylistItem]:
            page = await self._keeper.as_member(
                shared.owner_id,
                lambda token: client.playlist_items(
                    token, shared.playlist_id, limit=SHOWN_TOGETHER, offset=offset
                ),
                scopes=READ,
            )
            await self._recovery.answered(shared)
            return page

        return await self._pages.ask((shared.playlist_id, written, offset), read)

    async def _joined(
        self, shared: SharedPlaylist, row: Sequence[PlaylistItem | None], offset: int
    ) -> tuple[ShownItem, ...]:
        items = [(place, item) for place, item in enumerate(row, offset + 1) if item is not None]
        uris = {item.content.uri for _, item in items if item.content}
        known = await self._contributions.of_uris(shared.list_id, uris) if uris else ()
        brought = _Brought(known)
        others = await self._reissued(shared, items, uris.difference(one.uri for one in known))
        return tuple(
            ShownItem(
                place,
                item.content.uri if item.content else "",
                item.content,
                item.is_local or bool(item.content and item.content.is_local),
                brought.take(item) or others.get(place),
            )
            for place, item in items
        )

    async def _reissued(
        self, shared: SharedPlaylist, items: Sequence[tuple[int, PlaylistItem]], unknown: Collection[str]
    ) -> dict[int, Contribution]:
        """By position, what Spotify shows under another URI by now and hasn't been recorded yet."""
        tracks = {
            place: (item, item.content)
            for place, item in items
            if item.content and item.content.uri in unknown
        }
        if not tracks:
            return {}
        alike = await self._contributions.alike(
            shared.list_id, [recording(track) for _, track in tracks.values()]
        )
        on_page = {item.content.uri for _, item in items if item.content}
        left = [one for one in alike if one.state in INSIDE and one.uri not in on_page]
        found: dict[int, Contribution] = {}
        for place, (item, _) in tracks.items():
            one = next((one for one in left if is_it(one, item)), None)
            if one is not None:
                found[place] = one
                left.remove(one)
        return found

    async def _from_records(
        self, shared: SharedPlaylist, number: int, waiting: int, error: Exception, share: Share | None
    ) -> ShownPage:
        total = await self._contributions.count(shared.list_id, INSIDE)
        pages = min(max(1, -(-total // SHOWN_TOGETHER)), MOST_FROM_RECORDS)
        number = min(number, pages - 1)
        first = number * SHOWN_TOGETHER
        walked = await self._contributions.in_state(shared.list_id, INSIDE, limit=first + SHOWN_TOGETHER)
        away, until = away_because(error)
        titles = await self._titles(walked[first:], share) if away in {Away.OWNER, Away.GONE} else {}
        items = tuple(
            ShownItem(first + index, one.uri, titles.get(one.uri), one.uri.startswith("spotify:local:"), one)
            for index, one in enumerate(walked[first:], 1)
        )
        return ShownPage(shared, items, number, pages, total, waiting, away=away, until=until)

    async def _titles(self, contributions: Iterable[Contribution], share: Share | None) -> dict[str, Track]:
        """What Spotify tells anyone about these tracks; less if it doesn't answer."""
        found: dict[str, Track] = {}

        async def look(uri: str) -> None:
            found[uri] = await self._lookups.by_uri(uri, share=share)

        uris = {one.uri for one in contributions if one.uri.startswith(PLAYABLE)}
        results = await asyncio.gather(*(look(uri) for uri in uris), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, SpotifyError):
                raise result
        return found


class _Brought:
    """Matches each item with its contribution; for several copies, the one written closest to when it was added."""

    def __init__(self, contributions: Iterable[Contribution]) -> None:
        self._of: dict[str, list[Contribution]] = {}
        for one in contributions:
            self._of.setdefault(one.uri, []).append(one)

    def take(self, item: PlaylistItem) -> Contribution | None:
        several = self._of.get(item.content.uri) if item.content else None
        if not several:
            return None
        if len(several) == 1:
            return several[0]
        added_at = item.added_at
        nearest = (
            min(several, key=lambda one: abs(one.changed_at - _aware(added_at))) if added_at else several[0]
        )
        several.remove(nearest)
        return nearest


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def away_because(error: Exception) -> tuple[Away, datetime | None]:
    if isinstance(error, SpotifyRateLimitedError):
        return Away.WAITING, error.until
    if isinstance(error, (SpotifyNotFoundError, SpotifyForbiddenError)):
        return Away.GONE, None
    return (Away.OWNER if isinstance(error, NO_CONSENT) else Away.SPOTIFY), None
