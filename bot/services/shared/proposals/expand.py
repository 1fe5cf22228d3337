"""Albums and playlists as tracks: read to the end, or as far as makes sense, for adding after a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from bot.services.playable import KINDS
from bot.services.ttl_cache import TtlCache
from bot.shared_errors import ContentsHiddenError
from bot.spotify.errors import RefError, SpotifyForbiddenError
from bot.spotify.limits import LONGEST_PAGE
from bot.spotify.models import Album, Ref
from bot.spotify.paging import pages
from bot.spotify.purpose import Priority, Purpose, Share
from bot.spotify.refs import named_in, ref_in, short_links_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import AlbumDetails, Page, PlaylistItem, Track

    Progress = Callable[[int, int], Awaitable[None]]  # so many of so many have been read


LINK_KINDS: Final = ("track", "episode", "album", "playlist")  # what can go into a playlist
MANY_KINDS: Final = ("album", "playlist")
MOST_READ: Final = 1_000  # entries of a long playlist that are read: 20 calls
READ: Final = frozenset({"playlist-read-private"})
KEEP: Final = timedelta(minutes=10)  # between the question and its answer


@dataclass(frozen=True, slots=True)
class Expanded:
    """tracks: those that can be added, in order. total: all entries, of which at most MOST_READ were read.

    left: entries read that can't be added: local files, anything no longer available.
    """

    ref: Ref
    name: str
    tracks: tuple[Track, ...]
    total: int
    left: int = 0

    @property
    def unread(self) -> int:
        return max(0, self.total - len(self.tracks) - self.left)


def many_in(query: str) -> Ref | None:
    """The album or playlist a text links to; None for a track, or a name. Bare IDs are track IDs.

    Raises RefError for a link to something that can't be added.
    """
    ref = ref_in(query, LINK_KINDS)
    return ref if ref and ref.kind in MANY_KINDS else None


class Expander:
    def __init__(self, keeper: TokenKeeper, client: SpotifyClient, *, now: Callable[[], datetime]) -> None:
        self._keeper = keeper
        self._client = client
        # By member too: a playlist is read as that member sees it.
        self._read: TtlCache[tuple[int, str], Expanded] = TtlCache(now, keep=KEEP, size=100)

    async def read(
        self, ref: Ref, member_id: int, *, share: Share | None = None, progress: Progress | None = None
    ) -> Expanded:
        """The tracks behind a link. A playlist is read with the member's link: Spotify shows it to nobody else.

        Raises NotLinkedError, LinkEndedError, ScopeMissingError for playlists, ContentsHiddenError, and the
        SpotifyError tree.
        """

        def look() -> Awaitable[Expanded]:
            if ref.kind == "album":
                return self._album(ref, share, progress)
            return self._playlist(ref, member_id, share, progress)

        return await self._read.ask((member_id, ref.uri), look)

    def forget(self, member_id: int) -> None:
        """Drop what was read on the member's behalf."""
        self._read.forget(lambda key: key[0] == member_id)

    async def _album(self, ref: Ref, share: Share | None, progress: Progress | None) -> Expanded:
        client = self._client.serving(Purpose(Priority.LOOKUP, share))
        album = await self._keeper.as_app(lambda token: client.album(token, ref.id))

        async def page(offset: int) -> Page[Track]:
            return await self._keeper.as_app(lambda token: client.album_tracks(token, ref.id, offset=offset))

        part = album.tracks
        found, read, total = list(part.items), part.held, part.total
        while read < min(total, MOST_READ):
            if progress is not None:
                await progress(read, total)
            part = await page(read)
            if not part.held:
                break
            found += part.items
            read += part.held
        plain = _plain(album)
        tracks = tuple(msgspec.structs.replace(track, album=plain) for track in found if _fits(track))
        return Expanded(ref, album.name, tracks, max(total, read), read - len(tracks))

    async def _playlist(
        self, ref: Ref, member_id: int, share: Share | None, progress: Progress | None
    ) -> Expanded:
        client = self._client.serving(Purpose(Priority.LOOKUP, share))

        async def page(offset: int) -> Page[PlaylistItem]:
            return await self._keeper.as_member(
                member_id,
                lambda token: client.playlist_items(token, ref.id, limit=LONGEST_PAGE, offset=offset),
                scopes=READ,
            )

        try:
            playlist = await self._keeper.as_member(
                member_id, lambda token: client.playlist(token, ref.id), scopes=READ
            )
            tracks: list[Track] = []
            read, total = 0, playlist.item_count or 0
            async for part in pages(partial(page), furthest=MOST_READ - 1):
                total = part.total
                read += part.held
                tracks += [entry.content for entry in part.items if entry.content and _fits(entry.content)]
                if progress is not None and read < total:
                    await progress(read, min(total, MOST_READ))
        except SpotifyForbiddenError as hidden:
            if type(hidden) is not SpotifyForbiddenError:
                raise  # it's about the account or the app, not about this playlist
            raise ContentsHiddenError from hidden
        return Expanded(ref, playlist.name, tuple(tracks), total, read - len(tracks))


def _fits(track: Track) -> bool:
    return bool(track.id) and not track.is_local and track.type in KINDS


def _plain(album: AlbumDetails) -> Album:
    """Without its tracks, as it appears inside a track that was looked up."""
    names = (name for name in Album.__struct_fields__ if name != "type")
    return Album(**{name: getattr(album, name) for name in names})


def links_in(text: str) -> tuple[Ref, ...]:
    """The tracks, albums and playlists linked in a text, in order, each once."""
    return tuple(dict.fromkeys(one for one in named_in(text, LINK_KINDS) if isinstance(one, Ref)))


def unusable_in(text: str) -> tuple[RefError, ...]:
    """Why the other Spotify links in a text are none of those."""
    return tuple(one for one in named_in(text, LINK_KINDS) if isinstance(one, RefError))


def has_short_links(text: str) -> bool:
    """Whether Spotify has to resolve its links first: `Lookups.followed`."""
    return bool(short_links_in(text))
