"""How much of the day's quota is left, and who may still use it. Counts and decides; no I/O.

Spotify publishes neither the size of the quota nor when it begins anew, so requests of the last 24 hours are counted
against a budget of our own, in quarters of an hour. What matters most goes on longest: suggestions stop first, then
verification, then lookups. Once less than a third is left, it is for those who have had less than their share.
Source: developer.spotify.com/documentation/web-api/concepts/rate-limits and .../references/changes/july-2026
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.spotify.errors import SpotifyBudgetError
from bot.spotify.purpose import Priority, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUARTER_S: Final = 900
WINDOW: Final = 97  # quarters: 24 h and the one that has begun

# A row of the ledger: the bucket, which is a quarter and a kind of requests; the server and the member, 0: none.
Row: TypeAlias = tuple[int, str, int, int]
KIND: Final = "all"  # every kind draws on the same budget

# The part of the budget from which on a priority is refused.
STOPS: Final = {
    Priority.ACCEPTED: math.inf,
    Priority.WRITE: math.inf,
    Priority.REFRESH: math.inf,
    Priority.VERIFY: 0.85,
    Priority.LOOKUP: 0.95,
    Priority.SUGGESTION: 0.70,
}
SCARCE_FROM: Final = 2 / 3  # of the budget
SHARED_FROM: Final = 0.75  # of what a priority may use, where that is less
UNSHARED: Final = frozenset({Priority.ACCEPTED, Priority.REFRESH})
MOST_OF_ONE: Final = 0.5  # of the budget is any member's share, also of one who is alone
# Where there are other servers, one which comes late is served, too: the only one that was active may use so much of
# the budget, and from there on reads go out only for servers that have had less than a fifth.
WITHOUT_LATECOMERS: Final = 0.75
LATECOMERS_LESS: Final = 0.2
READS: Final = frozenset({Priority.VERIFY, Priority.LOOKUP, Priority.SUGGESTION})


@dataclass(frozen=True, slots=True)
class Uses:
    """Requests in the window: of all, of one server, and of one member in all servers they are in."""

    total: int
    guild: int
    member: int


class Quota:
    """budget: requests in 24 hours, of all processes together.

    A server's share is the budget divided by the servers that were active in the last 24 hours; a member's is their
    server's, divided by the members who were active in it, for what they use in all servers together.
    guilds: how many servers there are, active or not; 0: nobody knows.
    """

    def __init__(self, budget: int, guilds: Callable[[], int] = lambda: 0) -> None:
        self._budget = budget
        self._guilds = guilds
        self._stops = [STOPS[priority] * budget for priority in Priority]
        self._shared_from = [
            math.inf if priority in UNSHARED else budget * min(SCARCE_FROM, SHARED_FROM * STOPS[priority])
            for priority in Priority
        ]
        self._quarter = 0  # the present one; quarters are counted from 1970
        self._begins = self._ends = _moment(0)
        self._stored: dict[Row, int] = {}  # of all processes, as last learned
        self._underway: Mapping[Row, int] = {}  # of this process, on its way to the store
        self._unstored: Counter[Row] = Counter()  # likewise, not yet sent there
        self._counted = _Counted()
        self._asked_in = self._known_in = -1  # in which quarters the store was asked, and had told everything

    def spend(self, priority: Priority, share: Share | None, now: datetime) -> None:
        """Count a request that goes out now. Raises SpotifyBudgetError, and counts nothing, when it may not."""
        self.check(priority, share, now)
        guild, member = _ids(share)
        self._unstored[self._quarter, KIND, guild, member] += 1
        self._counted.add(guild, member, 1)

    def check(self, priority: Priority, share: Share | None, now: datetime) -> None:
        """Raises SpotifyBudgetError, with the time from which on it would be different, all else left as it is."""
        self.move_to(now)
        used = self._counted.total
        if used < min(self._stops[priority], self._shared_from[priority]):
            return

        def may(uses: Uses) -> bool:
            return uses.total < self._stops[priority] and self._is_served(priority, share, uses)

        if not may(self._uses(share)):
            raise SpotifyBudgetError(self._when(share, may), for_others=used < self._stops[priority])

    def held_until(self, share: Share, now: datetime) -> datetime | None:
        """Until when what is to be written for them waits, since others have used less; None: it does not."""
        self.move_to(now)

        def may(uses: Uses) -> bool:
            return self._is_served(Priority.WRITE, share, uses)

        return None if may(self._uses(share)) else self._when(share, may)

    @property
    def used(self) -> int:
        """Requests in the window, as far as this process knows."""
        return self._counted.total

    def used_by(self, member_id: int) -> int:
        """Requests in the window for this member, likewise."""
        return self._counted.by_member[member_id]

    @property
    def oldest(self) -> int:
        """The first quarter that still counts."""
        return self._quarter - WINDOW + 1

    @property
    def since(self) -> int:
        """The first quarter that the store is to tell: all, but what was told in this quarter is not asked again."""
        return self._quarter - 1 if self._known_in == self._quarter else self.oldest

    @property
    def unstored(self) -> bool:
        return bool(self._unstored)

    def take_unstored(self) -> Mapping[Row, int]:
        """What the store does not know yet. To be followed by `learn`, or by `give_back` when storing failed."""
        self._underway, self._unstored = dict(self._unstored), Counter()
        self._asked_in = self._quarter
        return self._underway

    def give_back(self) -> None:
        self._unstored.update(self._underway)
        self._underway = {}

    def learn(self, stored: Mapping[Row, int], since: int) -> None:
        """What all processes together have spent from the quarter `since` on, ours included."""
        former = {row: self._stored.pop(row) for row in list(self._stored) if row[0] >= since}
        self._count(former, -1)
        self._count(self._underway, -1)
        self._underway = {}
        self._stored.update(stored)
        self._count(stored, 1)
        self._known_in = self._asked_in

    def forget(self, member_id: int) -> None:
        """What they used stays as what nobody in particular did in the same servers."""
        self._stored, self._underway, self._unstored = (
            _without(member_id, rows) for rows in (self._stored, self._underway, self._unstored)
        )
        self._count_again()

    def _is_served(self, priority: Priority, share: Share | None, uses: Uses) -> bool:
        """Whether there is enough left for everybody, or they have had less than their share."""
        if share is None or uses.total < self._shared_from[priority]:
            return True
        budget = self._budget
        guild, member = _ids(share)
        guilds, members = self._counted.active(guild, member)
        if self._guilds() != 1:
            if priority is Priority.VERIFY and not member:
                return False  # nobody waits for it, and a member may
            late = priority in READS and uses.total >= WITHOUT_LATECOMERS * budget
            if uses.guild >= budget * min(1 / guilds, LATECOMERS_LESS if late else WITHOUT_LATECOMERS):
                return False
        return not member or uses.member < budget * min(1 / guilds / members, MOST_OF_ONE)

    def _uses(self, share: Share | None) -> Uses:
        guild, member = _ids(share)
        counted = self._counted
        return Uses(counted.total, counted.by_guild[guild], counted.by_member[member])

    def _when(self, share: Share | None, may: Callable[[Uses], bool]) -> datetime:
        """When enough of what was spent is older than the window, if nothing else is spent meanwhile."""
        guild, member = _ids(share)
        spent: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for rows in (self._stored, self._underway, self._unstored):
            for (quarter, _, of_guild, of_member), requests in rows.items():
                there = spent[quarter]
                there[0] += requests
                there[1] += requests * (of_guild == guild)
                there[2] += requests * (of_member == member)
        uses = self._uses(share)
        for quarter in sorted(quarter for quarter in spent if self._counts(quarter)):
            total, in_guild, of_one = spent[quarter]
            uses = Uses(uses.total - total, uses.guild - in_guild, uses.member - of_one)
            if may(uses):
                return _moment(quarter + WINDOW)
        return _moment(self._quarter + WINDOW)

    def move_to(self, now: datetime) -> None:
        """Let the window end at this moment."""
        if self._begins <= now < self._ends:
            return
        quarter = int(now.timestamp()) // QUARTER_S
        self._quarter, self._begins, self._ends = quarter, _moment(quarter), _moment(quarter + 1)
        self._stored = {row: requests for row, requests in self._stored.items() if row[0] >= self.oldest}
        self._count_again()

    def _count_again(self) -> None:
        self._counted = _Counted()
        for rows in (self._stored, self._underway, self._unstored):
            self._count(rows, 1)

    def _count(self, rows: Mapping[Row, int], sign: int) -> None:
        for (quarter, _, guild, member), requests in rows.items():
            if self._counts(quarter):
                self._counted.add(guild, member, sign * requests)

    def _counts(self, quarter: int) -> bool:
        return self.oldest <= quarter <= self._quarter


class _Counted:
    """The rows of the window, added up."""

    def __init__(self) -> None:
        self.total = 0
        self.by_guild: Counter[int] = Counter()
        self.by_member: Counter[int] = Counter()
        self._members: defaultdict[int, Counter[int]] = defaultdict(
            Counter
        )  # by guild, those who were active

    def add(self, guild: int, member: int, requests: int) -> None:
        self.total += requests
        self.by_guild[guild] += requests
        if not member:
            return
        self.by_member[member] += requests
        here = self._members[guild]
        here[member] += requests
        if not here[member]:
            del here[member]
            if not here:
                del self._members[guild]

    def active(self, guild: int, member: int) -> tuple[int, int]:
        """How many servers are, and how many members in this one: who asks now is."""
        here = self._members.get(guild, Counter())
        guilds = len(self._members) + (member != 0 and not here)
        return max(guilds, 1), max(len(here) + (member not in here), 1)


def _ids(share: Share | None) -> tuple[int, int]:
    guild, member = share or (None, None)
    return guild or 0, member or 0


def _without(member_id: int, rows: Mapping[Row, int]) -> Counter[Row]:
    kept: Counter[Row] = Counter()
    for (quarter, kind, guild, member), requests in rows.items():
        kept[quarter, kind, guild, 0 if member == member_id else member] += requests
    return kept


def _moment(quarter: int) -> datetime:
    """When a quarter begins."""
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC)
