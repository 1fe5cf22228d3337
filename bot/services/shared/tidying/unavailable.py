"""What can't be played any more in a shared playlist, and other releases of the same recordings to take its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.playability import unavailable
from bot.services.shared.rules.matching import recording, same_recording
from bot.services.shared.tidying.work import Job, Work
from bot.spotify.models import Track
from bot.stores.contributions import INSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.lookups import Lookups
    from bot.services.shared.core.access import Actor
    from bot.services.shared.playlist_access.playlist import Progress
    from bot.services.shared.reconciliation.playability import Playability
    from bot.services.shared.tidying.tidy import Tidy
    from bot.spotify.purpose import Share
    from bot.stores import Stores
    from bot.stores.contributions import Recording
    from bot.stores.lists import SharedPlaylist

MOST_SEARCHED: Final = 10  # searches at once


@dataclass(frozen=True, slots=True)
class Found:
    """tracks: those that can't be played. releases: by the old URI.

    unsearched: how many were too many to search other releases for. taken_down: entries of which Spotify shows nothing
    any more; it refuses to remove them, so only the owner can, in Spotify's app.
    """

    shared: SharedPlaylist
    tracks: tuple[Track, ...]
    releases: dict[str, Track]
    unsearched: int = 0
    taken_down: int = 0

    @property
    def aside(self) -> Job:
        return Job(Work.UNAVAILABLE, tuple(track.uri for track in self.tracks))

    @property
    def replacing(self) -> Job:
        return Job(
            Work.REPLACE, tuple(self.releases), instead=tuple(one.uri for one in self.releases.values())
        )


class Unavailable:
    def __init__(self, stores: Stores, tidy: Tidy, playability: Playability, lookups: Lookups) -> None:
        self._contributions = stores.contributions
        self._tidy = tidy
        self._playability = playability
        self._lookups = lookups

    async def find(
        self,
        shared: SharedPlaylist,
        actor: Actor,
        progress: Progress | None = None,
        *,
        share: Share | None = None,
    ) -> Found:
        """Read all of it, and search for other releases. Changes nothing but the marks.

        share: whose part of the Spotify quota the searches use.
        Raises NotAllowedError, ListClosedError, ListBusyError, and the same as PlaylistAccess.
        """
        entries = await self._tidy.contents(shared, actor, progress)
        gone = {track.uri: track for entry in entries if (track := unavailable(entry))}
        taken_down = sum(
            bool(one) and not one.name and is_playable(one.uri) for entry in entries if (one := entry.content)
        )
        await self._playability.settle(shared, gone)
        there = {entry.content.uri for entry in entries if entry.content}
        tracks = tuple(gone.values())
        releases: dict[str, Track] = {}
        for track in tracks[:MOST_SEARCHED]:
            taken = there | {one.uri for one in releases.values()}
            if other := await self._other_release(shared, track, taken, share):
                releases[track.uri] = other
        return Found(shared, tracks, releases, max(0, len(tracks) - MOST_SEARCHED), taken_down)

    async def _other_release(
        self, shared: SharedPlaylist, track: Track, taken: set[str], share: Share | None
    ) -> Track | None:
        """One that can be played and isn't in the list; none for episodes."""
        if track.type != "track":
            return None
        meant = await self._recording(shared, track)
        for query in _queries(track, meant):
            for one in await self._lookups.searches.find("track", query, share=share):
                if not isinstance(one, Track) or one.uri in taken or one.is_playable is False:
                    continue
                if same_recording(recording(one), meant):
                    return one
        return None

    async def _recording(self, shared: SharedPlaylist, track: Track) -> Recording:
        """What Spotify says, or what we noted when it still did."""
        known = recording(track)
        inside = await self._contributions.of_uris(shared.list_id, {track.uri}, INSIDE)
        noted = next((one.recording for one in inside), None)
        if noted is None:
            return known
        return replace(
            noted,
            uri=track.uri,
            isrc=known.isrc or noted.isrc,
            fingerprint=known.fingerprint or noted.fingerprint,
        )


def _queries(track: Track, meant: Recording) -> Sequence[str]:
    queries = [f"isrc:{meant.isrc}"] if meant.isrc else []
    if track.name and track.artists:
        queries.append(f"{track.name} {track.artists[0].name}")
    return queries
