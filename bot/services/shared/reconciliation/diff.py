"""What differs between a playlist and its target: what comes back, what goes, what changes position.

Local files, and entries that Spotify shows empty, can be neither added nor removed, so they stay where they are.
Everything else is matched so that as much as possible keeps its position.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.services.shared.outbox.identity import is_playable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_CANDIDATES: Final = (
    16  # positions checked for each of many copies of one URI; beyond that, copies match in order
)


IN_THREAD: Final = 2_000  # items from which comparing in the event loop would delay others


@dataclass(frozen=True, slots=True)
class Difference:
    """From one version of a playlist to another, in numbers of items.

    back: URIs that aren't in it now, or not as often, in their target order. gone: those too many now.
    moved: how many of those that stay change position. lost: local files and empty entries of the target
    that aren't in it now; only the owner can bring them back, in Spotify.
    result: what it will hold, local files included.
    """

    back: tuple[str, ...]
    gone: tuple[str, ...]
    moved: int
    lost: tuple[str, ...]
    result: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.back or self.gone or self.moved)


@dataclass(frozen=True, slots=True)
class Matching:
    """What a playlist should become, and which of its items stay.

    kept, moved: an item's position now ▶ its position then. `kept` alone is already in the right order, and has all
    the fixed ones. cut: URIs of which every copy has to go, since Spotify can't take out a single one.
    """

    current: tuple[str, ...]
    aim: tuple[str, ...]
    kept: Mapping[int, int]
    moved: Mapping[int, int]
    cut: frozenset[str]
    lost: tuple[str, ...]

    @property
    def difference(self) -> Difference:
        now, then = Counter(self.current), Counter(self.aim)
        return Difference(
            _more(self.aim, now), _more(self.current, then), len(self.moved), self.lost, self.aim
        )


def difference(current: Sequence[str], target: Sequence[str]) -> Difference:
    return match(current, target).difference


async def compared(current: Sequence[str], target: Sequence[str]) -> Difference:
    """`difference`, in a separate thread for long playlists."""
    if len(current) + len(target) < IN_THREAD:
        return difference(current, target)
    return await asyncio.to_thread(difference, current, target)


def match(current: Sequence[str], target: Sequence[str]) -> Matching:
    """Match what is there with the target. Both in order; "" represents entries without a URI."""
    aim, fixed, lost = _aim(current, target)
    now, then = Counter(current), Counter(aim)
    cut = frozenset(uri for uri, count in now.items() if count > then[uri] and is_playable(uri))
    kept = _kept(current, aim, fixed, cut)
    taken = set(kept.values())
    free: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, uri in enumerate(aim):
        if place not in taken and now[uri] and uri not in cut:
            free[uri].append(place)
    moved = {
        place: free[uri].popleft() for place, uri in enumerate(current) if place not in kept and free[uri]
    }
    return Matching(tuple(current), aim, kept, moved, cut, lost)


def _aim(
    current: Sequence[str], target: Sequence[str]
) -> tuple[tuple[str, ...], dict[int, int], tuple[str, ...]]:
    """What the playlist can become; where the current fixed items are in it; fixed ones that are missing now.

    A fixed item goes where the target has it, if that doesn't require two of them to swap; otherwise
    after the item it follows now.
    """
    wanted: list[str] = []
    slots: defaultdict[str, deque[int]] = defaultdict(deque)  # for fixed items: how many others come before
    for uri in target:
        if is_playable(uri):
            wanted.append(uri)
        else:
            slots[uri].append(len(wanted))
    places = [place for place, uri in enumerate(current) if not is_playable(uri)]
    known = [(place, slots[current[place]].popleft()) for place in places if slots[current[place]]]
    lost = tuple(uri for uri, left in slots.items() for _ in left)
    steady = {known[index] for index in _longest_rising([slot for _, slot in known])}
    anchors = dict(steady)
    slot_of = _slots_of_fixed(current, wanted, places, anchors)
    aim: list[str] = []
    fixed: dict[int, int] = {}
    done = 0
    for place in places:
        aim += wanted[done : slot_of[place]]
        done = slot_of[place]
        fixed[place] = len(aim)
        aim.append(current[place])
    return tuple(aim + wanted[done:]), fixed, lost


def _slots_of_fixed(
    current: Sequence[str], wanted: Sequence[str], places: Sequence[int], anchors: Mapping[int, int]
) -> dict[int, int]:
    """How many target items come before each fixed one; never decreasing from one to the next."""
    ends: dict[int, int] = {}  # the next anchor's slot
    end = len(wanted)
    for place in reversed(places):
        end = anchors.get(place, end)
        ends[place] = end
    occurrences: defaultdict[str, list[int]] = defaultdict(list)
    for slot, uri in enumerate(wanted):
        occurrences[uri].append(slot)
    found: dict[int, int] = {}
    seen: Counter[str] = Counter()
    behind = least = 0
    fixed = set(places)
    for place, uri in enumerate(current):
        if place in fixed:
            slot = anchors.get(place, min(max(behind, least), ends[place]))
            found[place] = least = slot
        elif uri in occurrences:
            behind = occurrences[uri][min(seen[uri], len(occurrences[uri]) - 1)] + 1
            seen[uri] += 1
    return found


def _kept(
    current: Sequence[str], aim: Sequence[str], fixed: Mapping[int, int], cut: frozenset[str]
) -> dict[int, int]:
    """The fixed items, and between each two of them as many others as keep their order."""
    occurrences: defaultdict[str, list[int]] = defaultdict(list)
    for place, uri in enumerate(aim):
        occurrences[uri].append(place)
    kept = dict(fixed)
    borders = [(-1, -1), *sorted(fixed.items()), (len(current), len(aim))]
    seen: Counter[str] = Counter()
    for (first, low), (last, high) in pairwise(borders):
        pairs: list[tuple[int, int]] = []
        for place in range(first + 1, last):
            uri = current[place]
            if uri in cut:
                continue
            there = occurrences[uri]
            if len(there) > MOST_CANDIDATES:
                ordinal = seen[uri]
                seen[uri] += 1
                candidates = there[ordinal : ordinal + 1]
            else:
                candidates = there
            begin, end = bisect_right(candidates, low), bisect_left(candidates, high)
            # decreasing, so that no two of them can be in one increasing sequence
            pairs += [(place, at) for at in reversed(candidates[begin:end])]
        kept |= _longest_pairs(pairs)
    return kept


def _longest_pairs(pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    return dict(pairs[index] for index in _longest_rising([at for _, at in pairs], strictly=True))


def _longest_rising(values: Sequence[int], *, strictly: bool = False) -> list[int]:
    """Indices of a longest sequence of increasing (or at least non-decreasing) values."""
    find = bisect_left if strictly else bisect_right
    ends: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = find(ends, value)
        before.append(holders[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            holders.append(index)
        else:
            ends[length] = value
            holders[length] = index
    row: list[int] = []
    index = holders[-1] if holders else -1
    while index >= 0:
        row.append(index)
        index = before[index]
    return row[::-1]


def _more(uris: Iterable[str], than: Counter[str]) -> tuple[str, ...]:
    """Those of `uris` that occur more often in it than in `than`, the last copies of each."""
    left = Counter(than)
    more: list[str] = []
    for uri in uris:
        if left[uri]:
            left[uri] -= 1
        else:
            more.append(uri)
    return tuple(more)
