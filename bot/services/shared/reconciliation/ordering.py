"""What a playlist would be, sorted, without duplicates, with some of it moved or taken out, or put back. No I/O."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import takewhile
from random import Random
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.rules.matching import recording, same_recording
from bot.stores.lists import search_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence

    from bot.spotify.models import PlaylistItem, Track
    from bot.stores.contributions import Recording

    Entries = Sequence[PlaylistItem | None]

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)  # for entries so old that Spotify has no date


class Order(StrEnum):
    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    DATE_ADDED = "added"
    RELEASE = "release"
    LENGTH = "length"
    SHUFFLE = "shuffle"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Deduped:
    """after: the URIs that are left, in order. copies: of the same URI, taken out. dated: tracks whose one copy that
    stays gets a new date. releases: other releases of a recording, taken out.
    """

    after: tuple[str, ...]
    copies: int
    dated: int
    releases: int


def uris_of(entries: Entries) -> tuple[str, ...]:
    """In order; "" for entries without a URI."""
    return tuple(entry.content.uri if entry and entry.content else "" for entry in entries)


def sort(entries: Entries, order: Order, seed: int = 0) -> tuple[str, ...]:
    """The URIs in that order; equal ones stay as they are. seed: of the shuffle."""
    rows = list(enumerate(entries))
    match order:
        case Order.REVERSE:
            rows.reverse()
        case Order.SHUFFLE:
            Random(seed).shuffle(rows)  # noqa: S311 - nothing depends on it being unpredictable
        case _:
            key = _KEYS[order]
            rows.sort(key=lambda row: key(row[1]))
    return uris_of([entry for _, entry in rows])


def dedupe(entries: Entries) -> Deduped:
    """Of each URI, the place of the oldest copy stays; of each recording, the oldest release."""
    oldest: dict[str, int] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    for place, entry in enumerate(entries):
        track = entry.content if entry else None
        if entry is None or track is None or not is_playable(track.uri):
            continue
        counts[track.uri] += 1
        best = oldest.get(track.uri)
        if best is None or _added(entry) < _added(entries[best]):
            oldest[track.uri] = place
    gone = _later_releases(entries, oldest.values())
    after = []
    for place, uri in enumerate(uris_of(entries)):
        if uri not in oldest or (oldest[uri] == place and uri not in gone):
            after.append(uri)
    kept = {uri: count for uri, count in counts.items() if uri not in gone and count > 1}
    return Deduped(
        tuple(after),
        copies=sum(count - 1 for count in kept.values()),
        dated=len(kept),
        releases=sum(counts[uri] for uri in gone),
    )


def without(entries: Entries, uris: Collection[str]) -> tuple[str, ...]:
    """Every copy of them goes, as Spotify does it."""
    return tuple(uri for uri in uris_of(entries) if uri not in uris)


def moved(entries: Entries, first: int, last: int, to: int) -> tuple[str, ...]:
    """The entries `first` to `last` start at `to` then. All count from 1."""
    uris = uris_of(entries)
    run, rest = uris[first - 1 : last], (*uris[: first - 1], *uris[last:])
    place = max(0, min(to - 1, len(rest)))
    return (*rest[:place], *run, *rest[place:])


def with_added(current: Entries, other: Entries) -> tuple[str, ...]:
    """At the end, what of the other playlist isn't in yet, each once."""
    uris = uris_of(current)
    known = {*uris, ""}
    new = dict.fromkeys(uri for uri in uris_of(other) if uri not in known and is_playable(uri))
    return (*uris, *new)


def with_all(entries: Entries) -> tuple[str, ...]:
    """All that can be added to another playlist: neither local files nor what is no longer available."""
    return tuple(
        entry.content.uri for entry in entries if entry and entry.content and is_playable(entry.content.uri)
    )


def matching(entries: Entries, words: str) -> tuple[int, ...]:
    """The positions, from 0, of the entries whose title, artists and album together hold all the words."""
    wanted = search_key(words).split()
    found = []
    for place, entry in enumerate(entries):
        track = entry.content if entry else None
        if track is None:
            continue
        album = track.album.name if track.album else ""
        said = search_key(" ".join([track.name, *(artist.name for artist in track.artists), album]))
        if wanted and all(word in said for word in wanted):
            found.append(place)
    return tuple(found)


def aim(
    before: Sequence[str], after: Sequence[str], current: Sequence[str], *, put_back: bool = False
) -> tuple[str, ...]:
    """What the playlist should become now, given that someone may have edited it, or the work was interrupted.

    What was added since stays, at the end. What was taken out since stays out, unless `put_back`.
    """
    old, new, now = Counter(before), Counter(after), Counter(current)
    left: Counter[str] = Counter()
    for uri in {*new, *now}:
        if not is_playable(uri):
            left[uri] = now[uri]
            continue
        more = max(0, now[uri] - max(old[uri], new[uri]))
        # An URI that is to lose copies may be out altogether for a moment, until the others are put back.
        less = 0 if put_back or new[uri] < old[uri] else max(0, old[uri] - now[uri])
        left[uri] = max(0, new[uri] - less) + more
    found: list[str] = []
    for uri in (*after, *current):
        if left[uri] > 0:
            left[uri] -= 1
            found.append(uri)
    return tuple(found)


def added_on_top(current: Sequence[str], *known: Sequence[str]) -> tuple[str, ...]:
    """What stands before everything that was known: new tracks can go in on top."""
    before = {uri for uris in known for uri in uris}
    return tuple(takewhile(lambda uri: uri not in before and is_playable(uri), current))


def _later_releases(entries: Entries, places: Collection[int]) -> frozenset[str]:
    """Of the tracks there, those that are the same recording as an older one."""
    gone: set[str] = set()
    in_order = sorted(places, key=lambda place: (_added(entries[place]), place))
    kept_by_key: defaultdict[Hashable, list[int]] = defaultdict(list)
    records: dict[int, Recording] = {}
    for place in in_order:
        entry = entries[place]
        track = entry.content if entry else None
        if track is None or track.type != "track":
            continue
        record = records[place] = recording(track)
        keys = [key for key in (record.isrc, record.fingerprint) if key]
        if any(same_recording(record, records[other]) for key in keys for other in kept_by_key[key]):
            gone.add(track.uri)
            continue
        for key in keys:
            kept_by_key[key].append(place)
    return frozenset(gone)


def _added(entry: PlaylistItem | None) -> datetime:
    return (entry.added_at if entry else None) or NEVER


def _track(
    read: Callable[[Track], Hashable], missing: Hashable
) -> Callable[[PlaylistItem | None], tuple[bool, object]]:
    """As a key to sort by; what Spotify doesn't show comes last."""

    def key(entry: PlaylistItem | None) -> tuple[bool, object]:
        track = entry.content if entry else None
        return (True, missing) if track is None else (False, read(track))

    return key


def _by_album(track: Track) -> tuple[str, int, int]:
    name = search_key(track.album.name) if track.album else ""
    return name, track.disc_number or 0, track.track_number or 0


def _by_artist(track: Track) -> tuple[str, tuple[str, int, int]]:
    return search_key(track.artists[0].name if track.artists else ""), _by_album(track)


_KEYS: Final = {
    Order.TITLE: _track(lambda track: search_key(track.name), ""),
    Order.ARTIST: _track(_by_artist, ("", ("", 0, 0))),
    Order.ALBUM: _track(_by_album, ("", 0, 0)),
    Order.DATE_ADDED: lambda entry: (False, _added(entry)),
    Order.RELEASE: _track(lambda track: (track.album and track.album.release_date) or "", ""),
    Order.LENGTH: _track(lambda track: track.duration_ms or 0, 0),
}
