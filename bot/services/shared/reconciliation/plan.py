"""The fewest requests that turn a playlist into its target, given how Spotify counts and removes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.services.playlist_steps import Add, Move, Remove
from bot.services.shared.outbox.identity import is_playable
from bot.services.shared.reconciliation.diff import IN_THREAD, match
from bot.spotify.limits import WRITE_URIS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.services.shared.reconciliation.diff import Difference, Matching

GENTLE: Final = 10  # saving this many requests isn't worth taking out what could have stayed


Step: TypeAlias = Remove | Move | Add


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps`: in order, one request each."""

    steps: tuple[Step, ...]
    difference: Difference


def plan(current: Sequence[str], target: Sequence[str]) -> Plan:
    """How to get from one version to another.

    Items in the wrong place are moved, run by run, so that Spotify keeps the time they were added. Only if
    there are many runs, and taking items out and adding them again costs less than half the requests, that is
    done instead: first with those in the wrong place, then with all. Neither touches local files.
    """
    matching = match(current, target)
    best: frozenset[str] = frozenset()
    cost = _cost(matching, best)
    for way in (_scattered, _playable):
        if cost <= GENTLE:
            break
        rougher = way(matching)
        if (less := _cost(matching, rougher)) * 2 < cost:
            best, cost = rougher, less
    return Plan(tuple(_steps(matching, best)), matching.difference)


async def planned(current: Sequence[str], target: Sequence[str]) -> Plan:
    """`plan`, in a separate thread for long playlists."""
    if len(current) + len(target) < IN_THREAD:
        return plan(current, target)
    return await asyncio.to_thread(plan, current, target)


def _scattered(matching: Matching) -> frozenset[str]:
    return frozenset(matching.current[place] for place in matching.moved)


def _playable(matching: Matching) -> frozenset[str]:
    return frozenset(uri for uri in matching.current if is_playable(uri))


def _cost(matching: Matching, also_cut: Collection[str]) -> int:
    """Requests, if these URIs are also taken out and added again."""
    cut = _cut(matching, also_cut)
    kept = _staying(matching, cut)
    return -(-len(cut) // WRITE_URIS) + len(_runs(matching, kept)) + len(_additions(matching, kept))


def _steps(matching: Matching, also_cut: Collection[str]) -> Iterator[Step]:
    cut = _cut(matching, also_cut)
    kept = _staying(matching, cut)
    for begin in range(0, len(cut), WRITE_URIS):
        yield Remove(cut[begin : begin + WRITE_URIS])
    yield from _moves(matching, kept)
    yield from _additions(matching, kept)


def _cut(matching: Matching, also: Collection[str]) -> tuple[str, ...]:
    every = matching.cut.union(also)
    return tuple(dict.fromkeys(uri for uri in matching.current if uri in every))


def _staying(matching: Matching, cut: Collection[str]) -> dict[int, int]:
    """Position now ▶ position then of everything that isn't taken out, by position now."""
    gone = frozenset(cut)
    both = {**matching.kept, **matching.moved}
    return {place: both[place] for place in sorted(both) if matching.current[place] not in gone}


def _runs(matching: Matching, staying: dict[int, int]) -> list[tuple[int, int]]:
    """Rank and length of every run that has to be moved as one, by rank: its position among those that stay."""
    rank = {then: number for number, then in enumerate(sorted(staying.values()))}
    runs: list[tuple[int, int]] = []
    following = -1  # the rank that would continue the run
    for now, then in staying.items():
        if now in matching.kept:
            following = -1
        elif rank[then] == following:
            first, length = runs[-1]
            runs[-1] = (first, length + 1)
            following += 1
        else:
            runs.append((rank[then], 1))
            following = rank[then] + 1
    return sorted(runs)


def _moves(matching: Matching, staying: dict[int, int]) -> Iterator[Move]:
    """Each run goes after the item it follows, starting with the first, so that everything before it is settled."""
    rank = {then: number for number, then in enumerate(sorted(staying.values()))}
    row = [rank[then] for then in staying.values()]
    for first, length in _runs(matching, staying):
        start = row.index(first)
        before = row.index(first - 1) + 1 if first else 0
        if before == start:
            continue  # with very many copies of one URI, those that could stay aren't searched for
        yield Move(start, before, length)
        run = row[start : start + length]
        del row[start : start + length]
        place = before if before < start else before - length
        row[place:place] = run


def _additions(matching: Matching, staying: dict[int, int]) -> list[Add]:
    """From front to back, so that everything before a position is final."""
    there = frozenset(staying.values())
    additions: list[Add] = []
    run: list[str] = []
    for place, uri in enumerate(matching.aim):
        if place not in there:
            run.append(uri)
        if run and (place in there or len(run) == WRITE_URIS):
            end = place if place in there else place + 1
            additions.append(Add(tuple(run), end - len(run)))
            run = []
    if run:
        additions.append(Add(tuple(run), len(matching.aim) - len(run)))
    return additions
