"""Adds a track to one of a member's playlists, once, and reports what happened."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.errors import AdditionUnknownError, BotError, PlaylistLockedError
from bot.services.leases import KeyedLocks
from bot.services.ttl_cache import TtlCache
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyNotRegisteredError,
    SpotifyOutcomeUnknownError,
    SpotifyOwnerPremiumError,
    SpotifyScopeError,
)
from bot.spotify.limits import LONGEST_PAGE, WRITE_URIS
from bot.spotify.purpose import Part, Priority, Purpose, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.models import Page, Playlist, PlaylistItem, Track

log = logging.getLogger(__name__)

READ = frozenset({"playlist-read-private"})
CHANGE = frozenset({"playlist-modify-public", "playlist-modify-private"})
COMPARED = 1_000  # how many items at the end of a long playlist are compared, 20 calls at most
KEEP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Added:
    """`verified`: Spotify's answer was lost, but the track was found in the playlist afterwards.

    `compared`: how many items at the end of a long playlist were searched for the track; None: all of them.
    """

    track: Track
    playlist: Playlist
    verified: bool = False
    compared: int | None = None


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """Several tracks match. `playlist` is None if that isn't settled either; it's asked next."""

    tracks: tuple[Track, ...]
    playlist: Playlist | None


@dataclass(frozen=True, slots=True)
class PlaylistChoice:
    """The track could go into several playlists. `shortened`: there are more than the first 25."""

    track: Track
    playlists: tuple[Playlist, ...]
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """Not added. `position` counts from 1 and is None if Spotify hides entries before it."""

    track: Track
    playlist: Playlist
    position: int | None


@dataclass(frozen=True, slots=True)
class Unplayable:
    """Not added yet: Spotify doesn't play the track in the market where it was looked up."""

    track: Track
    playlist: Playlist


Outcome = Added | TrackChoice | PlaylistChoice | AlreadyIn | Unplayable

MENU = 25  # options a Discord menu can hold


@dataclass(frozen=True, slots=True)
class _Contents:
    """The position of each URI (from 1; None: unknown) among the last `COMPARED` items of one playlist version."""

    positions: dict[str, int | None]


class Adding:
    """share, in every call: whose part of the Spotify quota it uses."""

    def __init__(
        self,
        keeper: TokenKeeper,
        client: SpotifyClient,
        lookups: Lookups,
        playlists: Playlists,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._keeper = keeper
        self._client = client
        self._lookups = lookups
        self._playlists = playlists
        # By member, playlist and version.
        self._contents: TtlCache[tuple[int, str, str], _Contents] = TtlCache(now, keep=KEEP, size=50)
        self._locks: KeyedLocks[str] = KeyedLocks()  # by playlist

    async def add(
        self, member_id: int, track: str, playlist: str, *, again: bool = False, share: Share | None = None
    ) -> Outcome:
        """Add the track named by `track` to the playlist named by `playlist`: each a text, link, URI or ID.

        `again`: add it even if the playlist already has it, or Spotify doesn't play it here. Nothing is written unless
        the outcome is Added.
        Raises NotLinkedError, LinkEndedError, ScopeMissingError, RefError, NothingFoundError, PlaylistNotFoundError,
        PlaylistLockedError, AdditionUnknownError and the SpotifyError tree.
        """
        await self._keeper.account(member_id)  # members who aren't linked shouldn't have to wait for a search
        targets = await self._playlists.find(member_id, playlist, share=share)
        tracks = await self._lookups.candidates(track, share=share)
        target = targets[0] if len(targets) == 1 else None
        if len(tracks) > 1:
            return TrackChoice(tracks, target)
        if target is None:
            return PlaylistChoice(tracks[0], targets[:MENU], shortened=len(targets) > MENU)
        # In turn, or the same track requested twice at once would be looked for twice and then added twice.
        async with self._locks.of(target.id):
            return await self._add(member_id, tracks[0], target, share, again=again)

    async def playlists_for(self, member_id: int, key: str, *, share: Share | None = None) -> PlaylistChoice:
        """The member's playlists that a track, known by its `key_of`, can go into."""
        found, playlists = await asyncio.gather(
            self._lookups.by_key(key, share=share), self._playlists.changeable(member_id, share=share)
        )
        return PlaylistChoice(found, playlists[:MENU], shortened=len(playlists) > MENU)

    async def preview(
        self, member_id: int, playlist: Playlist, tracks: Sequence[Track], *, share: Share | None = None
    ) -> tuple[Track, ...]:
        """The tracks the playlist doesn't have yet, each once."""
        contents = await self._read(member_id, playlist, share)
        return tuple({track.uri: track for track in tracks if track.uri not in contents.positions}.values())

    async def add_many(
        self, member_id: int, playlist: Playlist, tracks: Sequence[Track], *, share: Share | None = None
    ) -> tuple[Track, ...]:
        """Add those that the playlist doesn't have yet, in order, a hundred in a request; returns which are in.

        Raises the same as `add`; AdditionUnknownError if Spotify's answer was lost: then all or none of them are in.
        After the first hundred nothing is raised: those that are in by then are returned, and the rest aren't.
        """
        async with self._locks.of(playlist.id):
            new = await self.preview(member_id, playlist, tracks, share=share)
            for first in range(0, len(new), WRITE_URIS):
                try:
                    some = new[first : first + WRITE_URIS]
                    await self._write(member_id, playlist, some, share, before=first)
                except (SpotifyError, BotError) as error:
                    if not first:
                        raise
                    log.info("%d of %d tracks went in: %s", first, len(new), type(error).__name__)
                    return new[:first]
            return new

    def forget(self, member_id: int) -> None:
        """Drop what is remembered about the contents of the member's playlists."""
        self._contents.forget(lambda key: key[0] == member_id)

    async def _add(
        self, member_id: int, track: Track, playlist: Playlist, share: Share | None, *, again: bool
    ) -> Outcome:
        compared = COMPARED if not again and (playlist.item_count or 0) > COMPARED else None
        if not again:
            contents = await self._read(member_id, playlist, share)
            if track.uri in contents.positions:
                return AlreadyIn(track, playlist, contents.positions[track.uri])
            if track.is_playable is False:
                return Unplayable(track, playlist)
        verified = await self._write(member_id, playlist, [track], share)
        return Added(track, playlist, verified=verified, compared=compared)

    async def _write(
        self,
        member_id: int,
        playlist: Playlist,
        tracks: Sequence[Track],
        share: Share | None,
        *,
        before: int = 0,
    ) -> bool:
        """Send them in one request. True: the answer was lost, but they were found in the playlist afterwards.

        before: how many went in since the playlist was read.
        """
        client = self._client.serving(Purpose(share=share))
        uris = [track.uri for track in tracks]
        try:
            snapshot = await self._keeper.as_member(
                member_id, lambda token: client.add_items(token, playlist.id, uris), scopes=CHANGE
            )
        except SpotifyOutcomeUnknownError as lost:
            self._contents.forget(lambda key: key[1] == playlist.id)
            if not await self._went_in(member_id, tracks[0], playlist, share, before=before):
                raise AdditionUnknownError(playlist) from lost
            self._playlists.forget(member_id)
            return True
        except (SpotifyNotRegisteredError, SpotifyOwnerPremiumError, SpotifyScopeError):
            raise
        except SpotifyForbiddenError as refused:  # a collaborator, whom Spotify may or may not let write
            raise PlaylistLockedError(playlist) from refused
        self._playlists.forget(member_id)  # its count has changed
        if before:
            self._contents.forget(lambda key: key[1] == playlist.id)
        else:
            self._remember(member_id, playlist, snapshot, tracks)
        return False

    async def _read(self, member_id: int, playlist: Playlist, share: Share | None) -> _Contents:
        key = (member_id, playlist.id, playlist.snapshot_id or "")
        if not playlist.snapshot_id:
            return await self._read_all(member_id, playlist, share)
        return await self._contents.ask(key, lambda: self._read_all(member_id, playlist, share))

    async def _read_all(self, member_id: int, playlist: Playlist, share: Share | None) -> _Contents:
        total = playlist.item_count or 0
        first = max(0, total - COMPARED)
        purpose = Purpose(Priority.LOOKUP, share)
        offsets = range(first, max(total, 1), LONGEST_PAGE)
        pages = await asyncio.gather(
            *(self._page(member_id, playlist.id, offset, purpose) for offset in offsets)
        )
        positions: dict[str, int | None] = {}
        for page in pages:
            for place, item in enumerate(page.row, start=page.offset + 1):
                if item and item.content:
                    positions.setdefault(item.content.uri, place if len(page.gaps) == page.skipped else None)
        return _Contents(positions)

    async def _page(
        self, member_id: int, playlist_id: str, offset: int, purpose: Purpose
    ) -> Page[PlaylistItem]:
        client = self._client.serving(purpose)
        return await self._keeper.as_member(
            member_id,
            lambda token: client.playlist_items(token, playlist_id, limit=LONGEST_PAGE, offset=offset),
            scopes=READ,
        )

    async def _went_in(
        self, member_id: int, track: Track, playlist: Playlist, share: Share | None, *, before: int
    ) -> bool:
        """Whether items beyond those counted before include the track. False proves nothing: Spotify may be late."""
        try:
            purpose = Purpose(Priority.VERIFY, share, Part.PERSONAL)
            page = await self._page(member_id, playlist.id, (playlist.item_count or 0) + before, purpose)
        except (SpotifyError, BotError):
            return False
        return any(item.content and item.content.uri == track.uri for item in page.items)

    def _remember(self, member_id: int, playlist: Playlist, snapshot: str, tracks: Sequence[Track]) -> None:
        before = self._contents.get((member_id, playlist.id, playlist.snapshot_id or ""))
        if before is not None:
            first = (playlist.item_count or 0) + 1
            new: dict[str, int | None] = {track.uri: place for place, track in enumerate(tracks, start=first)}
            contents = _Contents(new | before.positions)
            # Spotify may report the list under its previous version for half a minute, so check under that one too.
            for version in (playlist.snapshot_id or "", snapshot):
                self._contents.put((member_id, playlist.id, version), contents)
