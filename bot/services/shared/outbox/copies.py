"""For tracks that are in a playlist more than once: which copies go, which are put back, and whose they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.services.shared.playlist_access.playlist import Contents
    from bot.stores.contributions import Contribution
    from bot.stores.journal import Batch


@dataclass(frozen=True, slots=True)
class Plan:
    """What a removal takes out, and which copies must be put back where; `total`: the playlist's length afterwards."""

    uris: tuple[str, ...]
    left: tuple[str, ...] = ()
    left_places: tuple[int, ...] = ()
    total: int | None = None


def plan_of(contents: Contents, leaving: Collection[Contribution], staying: Collection[Contribution]) -> Plan:
    """Which copies go and which are put back, given the whole playlist.

    staying: all contributions in the list that represent one of these URIs, including those that leave. A URI's copies
    belong to its contributions in order; if Spotify has fewer, someone already took some out, and if it has more,
    someone added the newest ones by hand: those stay.
    """
    uris = contents.uris
    going = {one.contribution_id for one in leaving}
    by_uri: defaultdict[str, list[bool]] = defaultdict(list)  # for each copy: whether it goes
    for one in sorted(staying, key=lambda one: one.number or 0):
        by_uri[one.uri].append(one.contribution_id in going)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, uri in enumerate(uris):
        places[uri].append(place)
    gone: set[int] = set()
    for uri, goes in by_uri.items():
        copies = _without_newest(contents, places[uri], len(places[uri]) - len(goes))
        if len(copies) >= len(goes):
            gone.update(place for place, leaves in zip(copies, goes, strict=False) if leaves)
        elif too_many := max(0, len(copies) - goes.count(False)):
            gone.update(copies[-too_many:])
    removed = tuple(uri for uri in by_uri if any(place in gone for place in places[uri]))
    final = [uri for place, uri in enumerate(uris) if place not in gone]
    back = [(uri, place) for place, uri in enumerate(final) if uri in removed]
    return Plan(
        removed, tuple(uri for uri, _ in back), tuple(place for _, place in back), len(final) - len(back)
    )


def _without_newest(contents: Contents, places: Sequence[int], count: int) -> Sequence[int]:
    """All except the given number of latest additions, in order."""
    if count <= 0:
        return places
    by_age = sorted(places, key=lambda place: (_since(contents, place), place))
    return sorted(by_age[: len(places) - count])


def _since(contents: Contents, place: int) -> float:
    added_at = contents.items[place].added_at
    return added_at.timestamp() if added_at else 0


def whose(batch: Batch, inside: Collection[Contribution]) -> list[Contribution]:
    """Those whose copies this run puts back. inside: all contributions in the list that represent its URIs.

    Runs go from front to back, and copies belong to contributions in order; so those of earlier runs come first, and
    those of later runs last.
    """
    mine: list[Contribution] = []
    for uri in dict.fromkeys(batch.uris):
        several = sorted((one for one in inside if one.uri == uri), key=lambda one: one.number or 0)
        later = batch.left.count(uri)
        here = several[: len(several) - later] if later else several
        mine += here[-batch.uris.count(uri) :]
    return mine
