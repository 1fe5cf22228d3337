"""What is in a shared playlist as far as we know, and what of a fresh look at it is to be believed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - msgspec reads it
from typing import TYPE_CHECKING, Final

from bot.services.shared.reconciliation.diff import is_playable
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import INSIDE, Leave, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.services.shared.playlist_access.playlist import Contents
    from bot.spotify.models import Track
    from bot.stores import Contributions, Snapshots
    from bot.stores.contributions import Contribution
    from bot.stores.history import Snapshot
    from bot.stores.lists import SharedPlaylist

AT_ONCE: Final = 1_000
# How long a playlist as it was read may lack our latest changes: reading all of it takes time, too.
LATE: Final = 2 * SHOWS_AFTER


@dataclass(frozen=True, slots=True)
class Projection:
    """What our records say.

    uris: in order: as last read, and what has landed since. contributions: those that are in, by URI, oldest first.
    base: the snapshot it builds on.
    """

    uris: tuple[str, ...]
    contributions: Mapping[str, list[Contribution]]
    base: Snapshot | None

    def newest(self, uri: str) -> Contribution | None:
        """Take out of the belief, and answer, the newest one that is in for good and stands for the URI."""
        several = self.contributions.get(uri, [])
        for one in reversed(several):
            if one.state is State.LANDED:
                several.remove(one)
                return one
        return None


@dataclass(frozen=True, slots=True)
class Observation:
    """A playlist as read, made good for what Spotify hides and for what it does not show yet.

    tracks: what it said about those it showed. sure: nothing had to be made good for the time being.
    """

    uris: tuple[str, ...]
    tracks: Mapping[str, Track]
    snapshot_id: str
    sure: bool


@dataclass(frozen=True, slots=True)
class ExternalEdit:
    """What somebody did in Spotify: how many items they put in, took out, and moved.

    before: the snapshot of what we believed before; restoring that undoes it.
    """

    list_id: str
    found: int
    missed: int
    moved: int
    before: int
    at: datetime  # read by msgspec when it is stored


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
    uris: list[str] = []
    for uri in base.uris if base else ():
        if then[uri]:
            then[uri] -= 1
            left[uri] -= 1
        elif is_playable(uri):
            continue
        uris.append(uri)
    since = [one for uri, several in by_uri.items() if left[uri] for one in several[-left[uri] :]]
    uris += [one.uri for one in sorted(since, key=lambda one: one.number or 0)]
    return Projection(tuple(uris), by_uri, base)


def _in_since(contributions: Iterable[Contribution], base: Snapshot | None) -> int:
    """How many were in already when the snapshot was taken. What left and came again since stands at the end."""
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
    uris = _without_last(uris, still) + tuple(
        one.uri
        for one in sorted(late, key=lambda one: one.number or 0)  # the writer puts them at the end
    )
    tracks = {item.content.uri: item.content for item in contents.items if item.content}
    return Observation(uris, tracks, contents.snapshot_id, sure=not late and not still)


def more(uris: Iterable[str], than: Iterable[str]) -> tuple[str, ...]:
    """Those of `uris` that are in it more often than in `than`: the last copies of each."""
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


def _without_last(uris: Sequence[str], counts: Counter[str]) -> tuple[str, ...]:
    """Without the last so many copies of each."""
    left = Counter(counts)
    kept: list[str] = []
    for uri in reversed(uris):
        if left[uri] > 0:
            left[uri] -= 1
        else:
            kept.append(uri)
    return tuple(reversed(kept))


def _with_hidden(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Entries without a URI get that of what is missing behind the same neighbour: it is no longer available."""
    if "" not in now:
        return tuple(now)
    row = list(now)
    first: dict[str, int] = {}
    for place, uri in enumerate(now):
        first.setdefault(uri, place)
    there = Counter(now)
    anchor, behind = -1, 0  # the place now of the last one that is still there, and how many follow it
    for uri in before:
        behind += 1
        if there[uri] > 0 and uri:
            there[uri] -= 1
            anchor, behind = first[uri], 0
        elif is_playable(uri) and anchor + behind < len(row) and row[anchor + behind] == "":
            row[anchor + behind] = uri
    return tuple(row)
