"""What a curator can do to a whole playlist, and what it should hold afterwards. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation import ordering
from bot.services.shared.reconciliation.ordering import Order
from bot.spotify.models import PlaylistItem, Track
from bot.stores.lists import Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.shared.reconciliation.ordering import Deduped
    from bot.services.shared.reconciliation.projection import Observation


class Work(StrEnum):
    REMOVE = "remove"
    SORT = "sort"
    DEDUPE = "dedupe"
    UNAVAILABLE = "unavailable"  # take out what can't be played any more
    REPLACE = "replace"  # by another release of the same recording
    UNDO = "undo"


BY_LIKES = "likes"  # our own order; the others are Spotify's
NEEDS = {
    Work.REMOVE: Grant.REMOVE,
    Work.SORT: Grant.REORDER,
    Work.DEDUPE: Grant.REMOVE,
    Work.UNAVAILABLE: Grant.REMOVE,
    Work.REPLACE: Grant.REMOVE,
}


@dataclass(frozen=True, slots=True)
class Job:
    """work: what to do; uris: with which; by: in which order, or by which versions it's undone.

    instead: what comes in place of each of the uris, if anything does.
    """

    work: Work
    uris: tuple[str, ...] = ()
    by: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What the playlist should hold. deduped: what goes, counted by reason."""

    uris: tuple[str, ...]
    deduped: Deduped | None = None


def entries_of(observation: Observation) -> tuple[PlaylistItem, ...]:
    """One for each URI, with what Spotify says about it; without a title if it says nothing."""
    return tuple(_entry(uri, item) for uri, item in zip(observation.uris, observation.items, strict=True))


def target_of(job: Job, entries: Sequence[PlaylistItem]) -> Target:
    match job.work:
        case Work.SORT:
            order = Order(job.by)
            return Target(with_fixed(entries, lambda some: ordering.sort(some, order)))
        case Work.DEDUPE:
            found = ordering.dedupe(entries)
            return Target(found.after, found)
        case Work.REPLACE:
            other = dict(zip(job.uris, job.instead, strict=True))
            return Target(tuple(other.get(uri, uri) for uri in ordering.uris_of(entries)))
        case _:
            return Target(ordering.without(entries, frozenset(job.uris)))


def with_fixed(
    entries: Sequence[PlaylistItem], in_order: Callable[[Sequence[PlaylistItem]], Sequence[str]]
) -> tuple[str, ...]:
    """What can be sorted, in that order; local files and what Spotify says nothing about stay where they are."""
    movable = [entry for entry in entries if _is_movable(entry)]
    uris = iter(in_order(movable))
    return tuple(
        next(uris) if _is_movable(entry) else uri
        for entry, uri in zip(entries, ordering.uris_of(entries), strict=True)
    )


def _is_movable(entry: PlaylistItem) -> bool:
    return entry.content is not None and bool(entry.content.name) and is_playable(entry.content.uri)


def _entry(uri: str, item: PlaylistItem | None) -> PlaylistItem:
    if item is not None and item.content is not None and item.content.uri == uri:
        return item
    return PlaylistItem(Track(uri) if uri else None, added_at=item.added_at if item else None)
