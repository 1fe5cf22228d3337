"""How much of the day's quota is left, and who can still use it. Counts and decides; no I/O.

Spotify publishes neither the size of the quota nor when it resets, so requests in the last 24 hours are counted
against our own budget, in quarters of an hour. The most important requests go on longest: suggestions stop first, then
verification, then lookups. Once less than a third is left, it goes to those who have used less than their share.
Shares are max-min fair: who needs less than an equal part has all they need, and the others share what is left.
Suggestions, lookups, personal and shared work each have a part of the day besides that none of them can exceed.
Source: developer.spotify.com/documentation/web-api/concepts/rate-limits and .../references/changes/july-2026
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from bot.spotify.errors import SpotifyBudgetError
from bot.spotify.purpose import Part, Priority, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

QUARTER_S: Final = 900
WINDOW: Final = 97  # quarters: 24 h plus the current one

# A row of the ledger: a quarter, the part of the day it uses; the server and the member, 0: none.
Row: TypeAlias = tuple[int, str, int, int]
NO_PART: Final = "all"  # counts for the whole only
_KINDS: Final[dict[Part | None, str]] = {None: NO_PART} | {part: part.value for part in Part}

# What each part may use of the budget at most. Together more than all of it, since on most days not everything is
# wanted; but something is left for the others.
PARTS: Final = {Part.SUGGESTIONS: 0.25, Part.LOOKUPS: 0.9, Part.PERSONAL: 0.85, Part.SHARED: 0.9}

# Bulk work on members' own playlists begins nothing more once anyone has used this part of the budget. It's the one
# number that bounds such work: its requests belong to `Part.PERSONAL`, whose part is larger.
BULK_STOPS: Final = 0.6

# The part of the budget from which a priority is refused.
STOPS: Final = {
    Priority.ACCEPTED: math.inf,
    Priority.WRITE: math.inf,
    Priority.REFRESH: math.inf,
    Priority.VERIFY: 0.85,
    Priority.LOOKUP: 0.95,
    Priority.SUGGESTION: 0.70,
}
SCARCE_FROM: Final = 2 / 3  # of the budget
SHARED_FROM: Final = 0.75  # of what a priority can use, if that is less
LOOKS_UNTIL: Final = (
    0.5  # of the budget: from then on, playlists aren't checked unless a member wants to know
)
UNSHARED: Final = frozenset({Priority.ACCEPTED, Priority.REFRESH})  # never held back
MOST_OF_ONE: Final = 0.5  # of the budget is any member's share, even of someone who is alone
# What is kept for servers that come later: as much as one more could have, within these parts of the budget. Writes
# can use more of it than reads, so that what was accepted goes out.
RESERVED_AT_MOST: Final = 0.25
RESERVED_FROM_READS: Final = 0.08
RESERVED_FROM_WRITES: Final = 0.04
# Once all but that is used, reads are only for servers that have used less than an equal part, or than this.
EQUAL_AT_MOST: Final = 0.2
READS: Final = frozenset({Priority.VERIFY, Priority.LOOKUP, Priority.SUGGESTION})


class Uses(Struct, frozen=True, gc=False):
    """Requests in the window: in total, by one server, by one member across their servers, and of one part."""

    total: int
    guild: int
    member: int
    part: int = 0


class Quota:
    """budget: requests in 24 hours, across all processes.

    A server's share is what the other servers that were active in the last 24 hours leave of the budget, at least an
    equal part; a member's is the same within their server's share, for what they use across all servers.
    guilds: how many servers there are, active or not; 0: unknown.
    """

    def __init__(self, budget: int, guilds: Callable[[], int] = lambda: 0) -> None:
        self._budget = budget
        self._guilds = guilds
        self._stops = [STOPS[priority] * budget for priority in Priority]
        self._shared_from = [budget * _shared_from(priority) for priority in Priority]
        # What the most common answer needs: below this, nothing more has to be looked at.
        self._unchecked = {
            (priority, part): min(
                self._stops[priority], self._shared_from[priority], self._most(priority, part)
            )
            for priority in Priority
            for part in (None, *Part)
        }
        self._quarter = 0  # the current one; quarters are counted from 1970
        self._begins = self._ends = _moment(0)
        self._stored: dict[Row, int] = {}  # by all processes, as last learned
        self._underway: Mapping[Row, int] = {}  # by this process, being stored
        self._unstored: Counter[Row] = Counter()  # by this process, not being stored yet
        self._counted = _Counted()
        self._asked_in = (
            self._known_in
        ) = -1  # the quarters in which the store was asked, and had answered completely

    def spend(self, priority: Priority, share: Share | None, now: datetime, part: Part | None = None) -> None:
        """Count a request that is being sent. Raises SpotifyBudgetError, and counts nothing, if it isn't allowed."""
        self.check(priority, share, now, part)
        guild, member = _ids(share)
        kind = _KINDS[part]
        self._unstored[self._quarter, kind, guild, member] += 1
        self._counted.add(kind, guild, member, 1)

    def check(self, priority: Priority, share: Share | None, now: datetime, part: Part | None = None) -> None:
        """Raises SpotifyBudgetError, with the time from which it would be allowed; changes nothing."""
        self.move_to(now)
        used = self._counted.total
        if used < self._unchecked[priority, part] and not _is_look(priority, share):
            return
        most = self._most(priority, part)

        def may(uses: Uses) -> bool:
            return (
                uses.total < self._stops[priority]
                and uses.part < most
                and self._is_served(priority, share, uses)
            )

        if not may(self._uses(share, part)):
            for_others = used < self._stops[priority]
            raise SpotifyBudgetError(self._when(share, may, part), for_others=for_others)

    def held_until(self, share: Share, now: datetime) -> datetime | None:
        """How long writes for them have to wait because others have used less; None: they don't."""
        self.move_to(now)

        def may(uses: Uses) -> bool:
            return self._is_served(Priority.WRITE, share, uses)

        return None if may(self._uses(share)) else self._when(share, may)

    @property
    def budget(self) -> int:
        """Requests allowed in the window."""
        return self._budget

    def used_part(self, now: datetime) -> float:
        """Which part of the budget is used; more than 1 if it was exceeded."""
        self.move_to(now)
        return self._counted.total / self._budget

    @property
    def used(self) -> int:
        """Requests in the window, as far as this process knows."""
        return self._counted.total

    def used_by(self, member_id: int) -> int:
        """Requests in the window for this member, as far as this process knows."""
        return self._counted.by_member[member_id]

    @property
    def oldest(self) -> int:
        """The first quarter that still counts."""
        return self._quarter - WINDOW + 1

    @property
    def since(self) -> int:
        """The first quarter to ask the store for: all of them, except what it already returned during this quarter."""
        return self._quarter - 1 if self._known_in == self._quarter else self.oldest

    @property
    def unstored(self) -> bool:
        return bool(self._unstored)

    def take_unstored(self) -> Mapping[Row, int]:
        """What the store doesn't know yet. Must be followed by `learn`, or by `give_back` if storing failed."""
        self._underway, self._unstored = dict(self._unstored), Counter()
        self._asked_in = self._quarter
        return self._underway

    def give_back(self) -> None:
        self._unstored.update(self._underway)
        self._underway = {}

    def learn(self, stored: Mapping[Row, int], since: int) -> None:
        """What all processes together have used since the quarter `since`, ours included."""
        former = {row: self._stored.pop(row) for row in list(self._stored) if row[0] >= since}
        self._count(former, -1)
        self._count(self._underway, -1)
        self._underway = {}
        self._stored.update(stored)
        self._count(stored, 1)
        self._known_in = self._asked_in

    def forget(self, member_id: int) -> None:
        """What they used stays counted for their servers, under nobody's name."""
        self._stored, self._underway, self._unstored = (
            _without(member_id, rows) for rows in (self._stored, self._underway, self._unstored)
        )
        self._count_again()

    def _most(self, priority: Priority, part: Part | None) -> float:
        """What a part of the day can use."""
        return math.inf if part is None or priority in UNSHARED else PARTS[part] * self._budget

    def _is_served(self, priority: Priority, share: Share | None, uses: Uses) -> bool:
        """Whether there is enough left for everyone, or they have used less than their share."""
        if share is None or uses.total < self._shares_count_from(priority, share):
            return True
        guild, member = _ids(share)
        most = float(self._budget)
        if self._guilds() != 1:
            if _is_look(priority, share):
                return False
            most = self._share_of(guild, uses.total, reads=priority in READS)
            if uses.guild >= most:
                return False
        most = fair_share(most, self._counted.other_members(guild, member))
        return not member or uses.member < min(most, MOST_OF_ONE * self._budget)

    def _share_of(self, guild: int, total: int, *, reads: bool) -> float:
        """A server's. total: requests in the window."""
        budget, others = self._budget, self._counted.other_guilds(guild)
        equal = budget * min(EQUAL_AT_MOST, 1 / (len(others) + 1))
        least = RESERVED_FROM_READS if reads else RESERVED_FROM_WRITES
        there = budget * (1 - min(RESERVED_AT_MOST, max(least, 1 / (len(others) + 2))))
        if reads and total >= there:
            return equal
        return max(equal, fair_share(there, others))

    def _shares_count_from(self, priority: Priority, share: Share | None) -> float:
        """How many requests are used until they do."""
        return LOOKS_UNTIL * self._budget if _is_look(priority, share) else self._shared_from[priority]

    def _uses(self, share: Share | None, part: Part | None = None) -> Uses:
        guild, member = _ids(share)
        counted = self._counted
        of_part = 0 if part is None else counted.by_kind[part.value]
        return Uses(counted.total, counted.by_guild[guild], counted.by_member[member], of_part)

    def _when(self, share: Share | None, may: Callable[[Uses], bool], part: Part | None = None) -> datetime:
        """When enough of what was used will be older than the window, if nothing else is used meanwhile."""
        guild, member = _ids(share)
        spent: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for rows in (self._stored, self._underway, self._unstored):
            for (quarter, kind, of_guild, of_member), requests in rows.items():
                there = spent[quarter]
                there[0] += requests
                there[1] += requests * (of_guild == guild)
                there[2] += requests * (of_member == member)
                there[3] += requests * (part is not None and kind == part.value)
        uses = self._uses(share, part)
        for quarter in sorted(quarter for quarter in spent if self._counts(quarter)):
            total, in_guild, of_one, of_part = spent[quarter]
            uses = Uses(uses.total - total, uses.guild - in_guild, uses.member - of_one, uses.part - of_part)
            if may(uses):
                return _moment(quarter + WINDOW)
        return _moment(self._quarter + WINDOW)

    def move_to(self, now: datetime) -> None:
        """Move the end of the window to now."""
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
        for (quarter, kind, guild, member), requests in rows.items():
            if self._counts(quarter):
                self._counted.add(kind, guild, member, sign * requests)

    def _counts(self, quarter: int) -> bool:
        return self.oldest <= quarter <= self._quarter


class _Counted:
    """The rows of the window, added up."""

    def __init__(self) -> None:
        self.total = 0
        self.by_kind: Counter[str] = Counter()
        self.by_guild: Counter[int] = Counter()
        self.by_member: Counter[int] = Counter()
        self._members: defaultdict[int, Counter[int]] = defaultdict(Counter)  # by guild: who was active

    def add(self, kind: str, guild: int, member: int, requests: int) -> None:
        self.total += requests
        self.by_kind[kind] += requests
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

    def other_guilds(self, guild: int) -> list[int]:
        """What each of the other servers has used whose members asked for something."""
        return [self.by_guild[other] for other in self._members if other != guild]

    def other_members(self, guild: int, member: int) -> list[int]:
        """What each of the other members has used in this server."""
        return [used for other, used in self._members.get(guild, {}).items() if other != member]


def fair_share(there: float, others: Sequence[int]) -> float:
    """What someone can have of what is there, beside others who took so much.

    Max-min fair: those who took less than an equal part keep that, and the rest is shared equally.
    """
    for place, taken in enumerate(sorted(others)):
        equal = there / (len(others) - place + 1)
        if taken >= equal:
            return equal
        there -= taken
    return there


def _shared_from(priority: Priority) -> float:
    """The part of the budget from which shares count."""
    if priority in UNSHARED:
        return math.inf
    return min(SCARCE_FROM, SHARED_FROM * STOPS[priority])


def _is_look(priority: Priority, share: Share | None) -> bool:
    """Whether a playlist is checked and no member is waiting for that."""
    return priority is Priority.VERIFY and share is not None and not share[1]


def _ids(share: Share | None) -> tuple[int, int]:
    if share is None:
        return 0, 0
    guild, member = share
    return guild or 0, member or 0


def _without(member_id: int, rows: Mapping[Row, int]) -> Counter[Row]:
    kept: Counter[Row] = Counter()
    for (quarter, kind, guild, member), requests in rows.items():
        kept[quarter, kind, guild, 0 if member == member_id else member] += requests
    return kept


def _moment(quarter: int) -> datetime:
    """When a quarter starts."""
    return datetime.fromtimestamp(quarter * QUARTER_S, UTC)
