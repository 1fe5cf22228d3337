"""What we expect to be in a shared playlist, and which parts of a fresh read to believe."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.identity import Record, aligned, is_playable
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import EVER_INSIDE, INSIDE, Leave, Recording, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bot.services.shared.playlist_access.playlist import Contents
    from bot.spotify.models import PlaylistItem, Track
    from bot.stores import Contributions, Snapshots
    from bot.stores.contributions import Contribution
    from bot.stores.history import Snapshot
    from bot.stores.lists import SharedPlaylist

AT_ONCE: Final = 1_000
ASKED: Final = 200  # URIs looked up at a time
# How long a playlist that was read may lack our latest changes: reading all of it takes time too.
LATE: Final = 2 * SHOWS_AFTER


@dataclass(frozen=True, slots=True)
class Projection:
    """What our records say.

    uris: in order: as last read, plus what has landed since. contributions: those that are in, by URI, oldest first.
    base: the snapshot it builds on.
    """

    uris: tuple[str, ...]
    contributions: Mapping[str, list[Contribution]]
    base: Snapshot | None

    @property
    def records(self) -> tuple[Record, ...]:
        """What is where according to our records: a URI's copies belong to its contributions in order."""
        left = {uri: iter(several) for uri, several in self.contributions.items()}
        return tuple(Record(uri, next(left.get(uri, iter(())), None)) for uri in self.uris)

    def missing(self, uri: str, there: Collection[str]) -> Contribution | None:
        """Take out, and return, a contribution that is in for good and represents the URI: the oldest of which no
        copy is `there` (IDs), otherwise the newest.
        """
        several = self.contributions.get(uri, [])
        landed = [one for one in several if one.state is State.LANDED]
        gone = [one for one in landed if one.contribution_id not in there]
        if not landed:
            return None
        found = gone[0] if gone else landed[-1]
        several.remove(found)
        return found


@dataclass(frozen=True, slots=True)
class Observation:
    """A playlist as read, corrected for what Spotify hides and what it doesn't show yet.

    tracks: what it said about those it showed. sure: no temporary corrections were needed.
    there: IDs of the contributions whose entry was found. items: what Spotify says about each of `uris`, if anything.
    """

    uris: tuple[str, ...]
    tracks: Mapping[str, Track]
    snapshot_id: str
    sure: bool
    there: frozenset[str] = frozenset()
    items: tuple[PlaylistItem | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ExternalEdit:
    """What someone did in Spotify: how many items they added, removed and moved.

    before: the snapshot of what we expected before; restoring it undoes the edit.
    """

    list_id: str
    found: int
    missed: int
    moved: int
    before: int
    at: datetime  # read by msgspec when it's stored


async def projection_of(
    contributions: Contributions, snapshots: Snapshots, shared: SharedPlaylist
) -> Projection:
    by_uri: defaultdict[str, list[Contribution]] = defaultdict(list)
    number = 0
    while True:
        some = await contributions.in_state(shared.list_id, INSIDE, limit=AT_ONCE, after=number)
        for one in some:
            by_uri[one.uri].append(one)
        if len(some) < AT_ONCE:
            break
        number = some[-1].number or 0
    base = await snapshots.latest(shared.list_id)
    if base is not None and base.playlist_id not in {"", shared.playlist_id}:
        base = None  # of the playlist of an earlier round
    then = Counter({uri: _in_since(several, base) for uri, several in by_uri.items()})
    left = Counter({uri: len(several) for uri, several in by_uri.items()})
    reissued = {
        one.recording.uri: uri for uri, several in by_uri.items() for one in several if one.written_uri
    }
    uris: list[str] = []
    for uri in base.uris if base else ():
        known = uri if then[uri] else reissued.get(uri, uri)
        if then[known]:
            then[known] -= 1
            left[known] -= 1
        elif is_playable(uri):
            continue
        uris.append(known)
    since = [one for uri, several in by_uri.items() if left[uri] for one in several[-left[uri] :]]
    top, end = written_since(since)
    return Projection((*top, *uris, *end), by_uri, base)


def written_since(contributions: Iterable[Contribution]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where the writer put them: on top, the newest first, and at the end."""
    in_order = sorted(contributions, key=lambda one: one.number or 0)
    top = [one.uri for one in reversed(in_order) if one.on_top]
    return tuple(top), tuple(one.uri for one in in_order if not one.on_top)


def _in_since(contributions: Iterable[Contribution], base: Snapshot | None) -> int:
    """How many were already in when the snapshot was taken. What left and came back since is at the end."""
    if base is None:
        return 0
    taken_at = base.info.taken_at
    return sum(one.state is State.LEAVING or one.changed_at <= taken_at for one in contributions)


async def observation_of(
    contributions: Contributions,
    shared: SharedPlaylist,
    projection: Projection,
    contents: Contents,
    now: datetime,
) -> Observation:
    """What is really in it, given what was read."""
    uris = _with_hidden(projection.uris, contents.uris)
    records = projection.records
    at = aligned(records, replace(contents, uris=uris))
    there = {one.contribution_id for index in at if (one := records[index].contribution) is not None}
    late = [
        one
        for uri, count in Counter(more(projection.uris, uris)).items()
        for one in _young(projection.contributions.get(uri, ()), now)[-count:]
        if one.batch_id is not None  # we wrote it
    ]
    found = Counter(more(uris, projection.uris))
    removed = await contributions.of_uris(shared.list_id, found.keys(), {State.REMOVED}) if found else ()
    still: Counter[str] = Counter(one.uri for one in _young(removed, now) if one.leave is not Leave.SPOTIFY)
    still &= found
    kept = _without_last(uris, still)
    top, end = written_since(late)
    uris = (*top, *(uris[place] for place in kept), *end)
    items = (*(None for _ in top), *(contents.items[place] for place in kept), *(None for _ in end))
    tracks = {item.content.uri: item.content for item in contents.items if item.content}
    return Observation(
        uris,
        tracks,
        contents.snapshot_id,
        sure=not late and not still,
        there=frozenset(there),
        items=items,
    )


def renamed(projection: Projection, contributions: Iterable[Contribution], uris: Sequence[str]) -> Projection:
    """The same, once these contributions represent other URIs: `uris`, in order, is what it holds then."""
    by_id = {one.contribution_id: one for one in contributions}
    by_uri: defaultdict[str, list[Contribution]] = defaultdict(list)
    for several in projection.contributions.values():
        for one in several:
            now = by_id.get(one.contribution_id, one)
            by_uri[now.uri].append(now)
    for several in by_uri.values():
        several.sort(key=lambda one: one.number or 0)
    return Projection(tuple(uris), by_uri, projection.base)


async def as_written_now(contributions: Contributions, list_id: str, uris: Sequence[str]) -> tuple[str, ...]:
    """An earlier version of a list, with the URIs Spotify shows today instead of those it showed then."""
    wanted = [uri for uri in dict.fromkeys(uris) if is_playable(uri)]
    known: set[str] = set()
    for start in range(0, len(wanted), ASKED):
        found = await contributions.of_uris(list_id, wanted[start : start + ASKED], EVER_INSIDE)
        known.update(one.uri for one in found)
    unknown = [uri for uri in wanted if uri not in known]
    today: dict[str, str] = {}
    for start in range(0, len(unknown), ASKED):
        some = unknown[start : start + ASKED]
        alike = await contributions.alike(list_id, [Recording(uri) for uri in some])
        moved = [one for one in alike if one.written_uri and one.state in EVER_INSIDE]
        for one in sorted(moved, key=lambda one: (one.state in INSIDE, one.changed_at)):
            today[one.recording.uri] = one.uri
    return tuple(today.get(uri, uri) for uri in uris)


def more(uris: Iterable[str], than: Iterable[str]) -> tuple[str, ...]:
    """Those of `uris` that occur more often in it than in `than`: the last copies of each."""
    left = Counter(than)
    surplus: list[str] = []
    for uri in uris:
        if left[uri] > 0:
            left[uri] -= 1
        else:
            surplus.append(uri)
    return tuple(surplus)


def _young(contributions: Iterable[Contribution], now: datetime) -> list[Contribution]:
    return [one for one in contributions if one.changed_at > now - LATE]


def _without_last(uris: Sequence[str], counts: Counter[str]) -> list[int]:
    """The positions that are left without the given number of last copies of each."""
    left = Counter(counts)
    kept: list[int] = []
    for place in reversed(range(len(uris))):
        if left[uris[place]] > 0:
            left[uris[place]] -= 1
        else:
            kept.append(place)
    return kept[::-1]


def _with_hidden(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Entries without a URI get that of what is missing after the same neighbour: it's no longer available."""
    if "" not in now:
        return tuple(now)
    row = list(now)
    first: dict[str, int] = {}
    for place, uri in enumerate(now):
        first.setdefault(uri, place)
    there = Counter(now)
    anchor, behind = -1, 0  # the current position of the last one still there, and how many follow it
    for uri in before:
        behind += 1
        if there[uri] > 0 and uri:
            there[uri] -= 1
            anchor, behind = first[uri], 0
        elif is_playable(uri) and anchor + behind < len(row) and row[anchor + behind] == "":
            row[anchor + behind] = uri
    return tuple(row)
