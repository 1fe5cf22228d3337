"""Which track on Spotify a line of a file means: the linked one, or a search's answer that surely is it.

“Surely” means: the same ISRC; or title, version and artists as `rules/titles.py` reads them, with a length that fits if
the file has one, and nothing else in the answer that could be meant as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.rules.matching import like_length, recording, same_recording
from bot.services.shared.rules.titles import read_title
from bot.spotify.errors import RefError, SpotifyNotFoundError
from bot.spotify.models import Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.lookups import Lookups
    from bot.services.track_files.entries import Entry
    from bot.spotify.purpose import Share


def most_requests(entry: Entry | None) -> int:
    """How many requests to Spotify it may take: one for a link or a name, two for an ISRC with a name."""
    if entry is None:
        return 0
    if entry.uri:
        return 1
    return bool(entry.isrc) + bool(entry.title and entry.artists)


class TrackMatcher:
    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups

    async def match(
        self, entry: Entry, *, either_order: bool = False, share: Share | None = None
    ) -> Track | None:
        """None: there is none, or none is surely it. either_order: artist and title may be the other way round.

        Raises the SpotifyError tree when Spotify is away or over its quota.
        """
        if entry.uri:
            try:
                return await self._lookups.by_uri(entry.uri, share=share)
            except (SpotifyNotFoundError, RefError):
                return None
        if entry.isrc:
            found = await self._search(f"isrc:{entry.isrc}", share)
            same = [track for track in found if recording(track).isrc == entry.isrc]
            if same:
                return same[0]
        if not (entry.title and entry.artists):
            return None
        return fitting(entry, await self._search(_words_of(entry), share), either_order=either_order)

    async def _search(self, text: str, share: Share | None) -> list[Track]:
        things = await self._lookups.searches.find("track", text, share=share)
        return [one for one in things if isinstance(one, Track)]


def fitting(entry: Entry, found: Sequence[Track], *, either_order: bool = False) -> Track | None:
    """The first that is what the entry says, unless another recording is that as well."""
    ways = [entry, replace(entry, title=entry.artists, artists=entry.title)] if either_order else [entry]
    fit = [track for track in found if any(_is_it(way, track) for way in ways)]
    if not fit:
        return None
    first = recording(fit[0])
    return fit[0] if all(same_recording(first, recording(track)) for track in fit[1:]) else None


def _words_of(entry: Entry) -> str:
    return f"{entry.title} {entry.artists}"


def _is_it(entry: Entry, track: Track) -> bool:
    wanted = read_title(entry.title, [entry.artists], entry.album)
    album = track.album.name if track.album else ""
    has = read_title(track.name, (artist.name for artist in track.artists), album)
    if not wanted.name or (wanted.name, wanted.versions) != (has.name, has.versions):
        return False
    if not wanted.credits or not (wanted.credits <= has.credits or has.credits <= wanted.credits):
        return False
    return entry.duration_ms is None or like_length(entry.duration_ms, track.duration_ms or 0)
