"""How much of the day's quota is left, and who may still use it. Counts and decides; no I/O.

Spotify publishes neither the size of the quota nor when it begins anew, so requests of the last 24 hours are counted
against a budget of our own, in quarters of an hour. What matters most goes on longest: suggestions stop first, then
verification, then lookups; writes and refreshes never do. The last quarter of what a priority may use is for those
who have had less than an equal share.
Source: developer.spotify.com/documentation/web-api/concepts/rate-limits and .../references/changes/july-2026
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.spotify.errors import SpotifyBudgetError
from bot.spotify.purpose import Priority

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

QUARTER_S: Final = 900
WINDOW: Final = 97  # quarters: 24 h and the one that has begun

# The part of the budget from which on a priority is refused.
STOPS: Final = {
    Priority.WRITE: math.inf,
    Priority.REFRESH: math.inf,
    Priority.VERIFY: 0.85,
    Priority.LOOKUP: 0.95,
    Priority.SUGGESTION: 0.70,
}
SHARED_FROM: Final = 0.75  # of what a priority may use


class Quota:
    """budget: requests in 24 hours, of all processes together.

    Shares are counted for this process only and forgotten with it: they hold who asked, which nobody needs to keep.
    """

    def __init__(self, budget: int) -> None:
        stops = [STOPS[priority] * budget for priority in Priority]
        self._stops = stops
        self._shared_from = [stop * SHARED_FROM for stop in stops]
        self._quarter = 0  # the present one; quarters are counted from 1970
        self._begins = self._ends = _moment(0)
        self._used = 0  # in the window, by everybody
        self._stored: Mapping[int, int] = {}  # of all processes, as last learned
        self._unstored: Counter[int] = Counter()  # of this process, not yet in `_stored`
        self._underway: Mapping[int, int] = {}  # on its way to the store
        self._shares: dict[int, Counter[Hashable]] = {}
        self._by_share: Counter[Hashable] = Counter()

    def spend(self, priority: Priority, share: Hashable, now: datetime) -> None:
        """Count a request that goes out now. Raises SpotifyBudgetError, and counts nothing, when it may not."""
        self.check(priority, share, now)
        self._used += 1
        self._unstored[self._quarter] += 1
        if share is not None:
            self._by_share[share] += 1
            self._shares.setdefault(self._quarter, Counter())[share] += 1

    def check(self, priority: Priority, share: Hashable, now: datetime) -> None:
        """Raises SpotifyBudgetError, with the time from which on it would be different, all else left as it is."""
        if not self._begins <= now < self._ends:
            self._move_to(int(now.timestamp()) // QUARTER_S)
        if self._used >= self._stops[priority]:
            raise SpotifyBudgetError(self._falls_below(self._stops[priority]), quota=True)
        if self._used >= self._shared_from[priority] and share is not None:
            # One more than have asked: somebody who has not come yet finds something left.
            equal = self._stops[priority] / (len(self._by_share.keys() | {share}) + 1)
            if self._by_share[share] >= equal:
                raise SpotifyBudgetError(self._falls_below(self._shared_from[priority]), quota=True)

    @property
    def used(self) -> int:
        """Requests in the window, as far as this process knows."""
        return self._used

    @property
    def oldest(self) -> int:
        """The first quarter that still counts."""
        return self._quarter - WINDOW + 1

    @property
    def unstored(self) -> bool:
        return bool(self._unstored)

    def take_unstored(self) -> Mapping[int, int]:
        """What the store does not know yet. To be followed by `learn`, or by `give_back` when storing failed."""
        self._underway, self._unstored = dict(self._unstored), Counter()
        return self._underway

    def give_back(self) -> None:
        self._unstored.update(self._underway)
        self._underway = {}

    def learn(self, stored: Mapping[int, int]) -> None:
        """What all processes together have spent, quarter by quarter, ours included."""
        self._stored, self._underway = stored, {}
        self._count_again()

    def _move_to(self, quarter: int) -> None:
        self._quarter, self._begins, self._ends = quarter, _moment(quarter), _moment(quarter + 1)
        for past in [past for past in self._shares if past < self.oldest]:
            self._by_share -= self._shares.pop(past)  # drops those that reach zero
        self._count_again()

    def _count_again(self) -> None:
        self._used = sum(self._spent_in(quarter) for quarter in range(self.oldest, self._quarter + 1))

    def _spent_in(self, quarter: int) -> int:
        return self._stored.get(quarter, 0) + self._underway.get(quarter, 0) + self._unstored[quarter]

    def _falls_below(self, limit: float) -> datetime:
        """When enough of what was spent is older than the window, if nothing else is spent meanwhile."""
        left = self._used
        quarter = self._quarter
        for quarter in range(self.oldest, self._quarter + 1):
            left -= self._spent_in(quarter)
            if left < limit:
                break
        return _moment(quarter + WINDOW)


def _moment(quarter: int) -> datetime:
    """When a quarter begins."""
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC)
