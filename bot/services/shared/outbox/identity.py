"""Which entry of a playlist is which record: by URI, or if Spotify shows another one, by what stayed the same.

Spotify may replace a release with another (a label's new release, relinking). The entry keeps its position, the
time it was added and its recording; so it's the same contribution, and nobody has edited anything.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.rules.matching import recording, same_recording
from bot.stores.contributions import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.services.shared.playlist_access.playlist import Contents
    from bot.spotify.models import PlaylistItem
    from bot.stores.contributions import Contribution, Recording

PLAYABLE: Final = ("spotify:track:", "spotify:episode:")
SKEW: Final = timedelta(seconds=5)  # between Spotify's clock and ours
TOGETHER_S: Final = (
    120  # if we recorded it this much later than Spotify added it, it may still be the same moment
)
MOST_PAIRS: Final = 2_500  # of copies of one URI, then and now; beyond that, they are told apart by order


@dataclass(frozen=True, slots=True)
class Record:
    """What our records say about one entry, in playlist order. contribution: None: it has none."""

    uri: str
    contribution: Contribution | None


def is_playable(uri: str) -> bool:
    """Whether Spotify's API can add and remove it."""
    return uri.startswith(PLAYABLE)


def aligned(records: Sequence[Record], contents: Contents) -> dict[int, int]:
    """Which record is at which position now, for those with the same URI.

    Copies of one URI are told apart by the time they were added, then by position.
    """
    then, now = _places(record.uri for record in records), _places(contents.uris)
    found: dict[int, int] = {}
    unclear: list[str] = []
    for uri, indices in then.items():
        places = now.get(uri, [])
        if len(places) == len(indices) or len(places) * len(indices) > MOST_PAIRS:
            found.update(zip(indices, places, strict=False))
        elif places:
            unclear.append(uri)
    expected = _Expected(found, len(records), len(contents.uris))
    for uri in unclear:
        found.update(_nearest(then[uri], now[uri], records, contents, expected))
    return found


def reissues(records: Sequence[Record], contents: Contents) -> dict[int, int]:
    """Which record is at which position now, for those with another URI."""
    stays = aligned(records, contents)
    missing = [
        index
        for index, record in enumerate(records)
        if index not in stays and record.contribution is not None and is_playable(record.uri)
    ]
    taken = set(stays.values())
    free = {place for place, uri in enumerate(contents.uris) if place not in taken and is_playable(uri)}
    if not missing or not free:
        return {}
    expected = _Expected(stays, len(records), len(contents.uris))
    alike = _Alike(free, contents)
    pairs = sorted(
        (min(abs(place - at) for at in expected.of(index)), index, place)
        for index in missing
        if (one := records[index].contribution) is not None
        for place in {*expected.of(index), *alike.to(one)} & free
        if is_it(one, contents.items[place], same_place=place in expected.of(index))
    )
    found: dict[int, int] = {}
    for _, index, place in pairs:
        if index not in found and place in free:
            found[index] = place
            free.remove(place)
    return found


def is_it(one: Contribution, item: PlaylistItem, *, same_place: bool = False) -> bool:
    """Whether an entry with another URI can be this contribution. same_place: it's at the same position.

    It isn't if it was added after the contribution was in: someone did that.
    """
    track = item.content
    if track is None:
        return False
    if item.added_at is None:
        if not same_place:
            return False
    elif item.added_at > one.changed_at + SKEW:
        return False
    if track.linked_from is not None and track.linked_from.uri in {one.uri, one.recording.uri}:
        return True
    theirs = recording(track)
    if not _is_known(one.recording) or not _is_known(theirs):
        return same_place
    return same_recording(one.recording, theirs)


def moved_on(
    leaving: Iterable[Contribution], inside: Iterable[Contribution], contents: Contents
) -> dict[str, str]:
    """By contribution, the URI in the playlist that replaced its own, which is no longer there.

    inside: all contributions that are in the list and represent one of the playlist's URIs.
    """
    left = Counter(contents.uris)
    left.subtract(one.uri for one in inside)
    there = frozenset(contents.uris)
    free = {place for place, uri in enumerate(contents.uris) if left[uri] > 0 and is_playable(uri)}
    alike = _Alike(free, contents)
    found: dict[str, str] = {}
    for one in leaving:
        if one.uri in there:
            continue
        place = next(
            (place for place in alike.to(one) if place in free and is_it(one, contents.items[place])), None
        )
        if place is not None:
            found[one.contribution_id] = contents.uris[place]
            free.remove(place)
    return found


class _Expected:
    """Where a record should be now: as far from the nearest one before or after it that is still there."""

    def __init__(self, stays: Mapping[int, int], records: int, places: int) -> None:
        self._indices = sorted(stays)
        self._stays = {-1: -1, **stays, records: places}
        self._end = records

    def of(self, index: int) -> frozenset[int]:
        at = bisect_right(self._indices, index)
        before = self._indices[at - 1] if at else -1
        behind = self._indices[at] if at < len(self._indices) else self._end
        return frozenset(self._stays[anchor] + index - anchor for anchor in (before, behind))


class _Alike:
    """Finds positions by what their entries have in common with a contribution."""

    def __init__(self, places: Iterable[int], contents: Contents) -> None:
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        for place in sorted(places):
            track = contents.items[place].content
            if track is not None:
                for key in _keys(recording(track)):
                    self._by_key[key].append(place)
                if track.linked_from is not None:
                    self._by_key[track.linked_from.uri].append(place)

    def to(self, one: Contribution) -> list[int]:
        keys = (one.uri, *_keys(one.recording))
        return list(dict.fromkeys(place for key in keys for place in self._by_key.get(key, ())))


def _keys(known: Recording) -> list[str]:
    return [key for key in (known.uri, known.isrc, known.fingerprint) if key]


def _is_known(known: Recording) -> bool:
    return bool(known.isrc or known.fingerprint)


def _places(uris: Iterable[str]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, uri in enumerate(uris):
        places[uri].append(place)
    return places


def _nearest(
    indices: Sequence[int],
    places: Sequence[int],
    records: Sequence[Record],
    contents: Contents,
    expected: _Expected,
) -> dict[int, int]:
    """Copies of one URI, each with the record it fits best; older records first if nothing tells them apart."""
    pairs = sorted(
        (
            _apart_s(records[index].contribution, contents.items[place].added_at),
            min(abs(place - at) for at in expected.of(index)),
            index,
            place,
        )
        for index in indices
        for place in places
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, index, place in pairs:
        if index not in found and place not in taken:
            found[index] = place
            taken.add(place)
    return found


def _apart_s(one: Contribution | None, added_at: datetime | None) -> float:
    """How far our time is from Spotify's; 0 if it can be the same moment, or is unknown."""
    if one is None or added_at is None or one.state is not State.LANDED:
        return 0
    apart_s = abs((one.changed_at - added_at).total_seconds())
    return apart_s if apart_s > TOGETHER_S else 0
