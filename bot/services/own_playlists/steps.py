"""The requests that turn a playlist into what it should become, so that what stays keeps the date it was added."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from bot.services.playlist_steps import Add, Move, Remove, Replace
from bot.services.shared.outbox.identity import is_playable
from bot.spotify.limits import WRITE_URIS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


Step: TypeAlias = Remove | Move | Add | Replace


@dataclass(frozen=True, slots=True)
class Cost:
    """removed, added: items. moves: runs. requests: all of them."""

    removed: int
    added: int
    moves: int
    requests: int


def steps(current: Sequence[str], target: Sequence[str]) -> Iterator[Step]:
    """In order, one request each. First what goes, then what moves, then what comes, from front to back."""
    plan = _Plan(current, target)
    for first in range(0, len(plan.cut), WRITE_URIS):
        yield Remove(plan.cut[first : first + WRITE_URIS])
    yield from moves(plan.order)
    yield from plan.additions()


def cost(current: Sequence[str], target: Sequence[str]) -> Cost:
    """Without working out every move."""
    plan = _Plan(current, target)
    cut = set(plan.cut)
    removed = sum(uri in cut for uri in current)
    additions = list(plan.additions())
    moved = len(_moving(plan.order))
    requests = -(-len(plan.cut) // WRITE_URIS) + moved + len(additions)
    return Cost(removed, sum(len(one.uris) for one in additions), moved, requests)


def rewriting(current: Sequence[str], target: Sequence[str]) -> Iterator[Step]:
    """Everything anew, a hundred a request; goes on where an earlier try stopped."""
    done = len(current)
    if not done or tuple(current) != tuple(target[:done]) or (done % WRITE_URIS and done < len(target)):
        yield Replace(tuple(target[:WRITE_URIS]))
        done = WRITE_URIS
    for first in range(done, len(target), WRITE_URIS):
        yield Add(tuple(target[first : first + WRITE_URIS]), first)


def moves(order: Sequence[int]) -> Iterator[Move]:
    """For the rank each item should have, by its position: the fewest runs go, each to behind the item it follows."""
    row = list(order)
    for first, length in sorted(_moving(order)):
        start = row.index(first)
        before = row.index(first - 1) + 1 if first else 0
        if before == start:
            continue
        yield Move(start, before, length)
        run = row[start : start + length]
        del row[start : start + length]
        place = before if before < start else before - length
        row[place:place] = run


def _moving(order: Sequence[int]) -> list[tuple[int, int]]:
    """First rank and length of the runs that have to be moved: all but a longest series that is in order."""
    runs: list[tuple[int, int]] = []
    for rank in order:
        if runs and rank == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((rank, 1))
    staying = _longest_rise([first for first, _ in runs])
    return [run for number, run in enumerate(runs) if number not in staying]


def _longest_rise(ranks: Sequence[int]) -> frozenset[int]:
    """The positions of a longest increasing subsequence."""
    ends: list[int] = []  # the smallest last rank of a series of each length
    places: list[int] = []
    before: list[int] = []
    for place, rank in enumerate(ranks):
        length = bisect_left(ends, rank)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [rank]
        places[length : length + 1] = [place]
    found: list[int] = []
    at = places[-1] if places else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return frozenset(found)


class _Plan:
    """cut: URIs that are taken out, every copy. order: of what stays, the rank it should have."""

    def __init__(self, current: Sequence[str], target: Sequence[str]) -> None:
        now, then = Counter(current), Counter(target)
        many = {uri for uri, count in now.items() if count > then[uri] and is_playable(uri)}
        self.cut = tuple(dict.fromkeys(uri for uri in current if uri in many))
        free: defaultdict[str, list[int]] = defaultdict(list)
        for place in range(len(target) - 1, -1, -1):
            free[target[place]].append(place)
        staying = [free[uri].pop() for uri in current if uri not in many and free[uri]]
        rank = {place: number for number, place in enumerate(sorted(staying))}
        self.order = [rank[place] for place in staying]
        self._there = frozenset(staying)
        self._target = target

    def additions(self) -> Iterator[Add]:
        """From front to back, so that everything before a position is final."""
        run: list[str] = []
        for place, uri in enumerate(self._target):
            there = place in self._there
            if not there:
                run.append(uri)
            if run and (there or len(run) == WRITE_URIS):
                yield Add(tuple(run), (place if there else place + 1) - len(run))
                run = []
        if run:
            yield Add(tuple(run), len(self._target) - len(run))
