"""A shared playlist in numbers: who adds, when, how long the tracks are and how long decisions take.

From our own records alone. Members who hide their names are counted among the others, and aren't in the hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.calendar import home_of
from bot.stores.contributions import ADDED
from bot.stores.history import FORMER_MEMBER, Happening

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from bot.stores import Stores
    from bot.stores.contributions import Share
    from bot.stores.lists import SharedPlaylist

    Moment = tuple[datetime, int | None, int]

NAMED: Final = 10
MOST_MOMENTS: Final = 10_000  # the newest; hours and lengths are taken from these
EVENTS_AT_ONCE: Final = 500
PARTS: Final = 4  # of the history, read for the decisions
MINUTES: Final = 10  # tracks of this length and longer are counted together
HOURS: Final = 24
WEEKDAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Figures:
    """What members added, in numbers.

    shares: those who added most. others: what everyone else added, including hidden members. in_spotify: what was
    added there; it isn't in any other number. hours: by weekday, from Monday, and hour in the list's time zone.
    lengths: by whole minutes; the last one includes all longer ones. looked_at: how many of the newest additions hours
    and lengths are based on. decisions: how many are behind `decided_in_s`, their median time.
    """

    shared: SharedPlaylist
    shares: tuple[Share, ...]
    others: int
    others_count: int
    in_spotify: int
    hours: tuple[tuple[int, ...], ...]
    lengths: tuple[int, ...]
    length_ms: int | None
    looked_at: int
    decisions: int
    decided_in_s: int | None

    @property
    def added(self) -> int:
        return sum(share.count for share in self.shares) + self.others

    @property
    def members(self) -> int:
        return len(self.shares) + self.others_count


class Stats:
    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    async def figures(self, shared: SharedPlaylist) -> Figures:
        shares = await self._stores.contributions.shares(shared.list_id, ADDED)
        members = {share.member_id for share in shares if share.member_id is not None}
        stats_opt_outs = await self._unnamed(members)
        named = [
            share for share in shares if share.member_id is not None and share.member_id not in stats_opt_outs
        ]
        rest = [*named[NAMED:], *(share for share in shares if share.member_id in stats_opt_outs)]
        moments = await self._stores.contributions.moments(shared.list_id, ADDED, limit=MOST_MOMENTS)
        lengths = sorted(length for _, member_id, length in moments if member_id is not None and length > 0)
        decided = await self._decided(shared.list_id)
        return Figures(
            shared,
            shares=tuple(named[:NAMED]),
            others=sum(share.count for share in rest),
            others_count=len(rest),
            in_spotify=sum(share.count for share in shares if share.member_id is None),
            hours=_hours(moments, shared.settings.time_zone, stats_opt_outs),
            lengths=_lengths(lengths),
            length_ms=int(median(lengths)) if lengths else None,
            looked_at=sum(member_id is not None for _, member_id, _ in moments),
            decisions=len(decided),
            decided_in_s=int(median(decided)) if decided else None,
        )

    async def leave_out(self, member_id: int) -> bool:
        """From now on, in every guild. False: they were hidden already."""
        return await self._stores.stats_opt_outs.put(member_id)

    async def count_in(self, member_id: int) -> bool:
        """False: their name was shown already."""
        return await self._stores.stats_opt_outs.drop(member_id)

    async def is_left_out(self, member_id: int) -> bool:
        return bool(await self._stores.stats_opt_outs.among({member_id}))

    async def _unnamed(self, member_ids: Collection[int]) -> Collection[int]:
        """The hidden ones among them, and those who had their data deleted."""
        return await self._stores.stats_opt_outs.among(member_ids) | {FORMER_MEMBER}

    async def _decided(self, list_id: str) -> list[float]:
        """How many seconds the latest decisions by curators and votes took."""
        ended: dict[str, datetime] = {}
        took: list[tuple[int, float]] = []
        before: str | None = None
        for _ in range(PARTS):
            page = await self._stores.history.page(list_id, limit=EVENTS_AT_ONCE, before=before)
            for event in page.events:  # newest first: the decision before what it's about
                if event.contribution_id is None or event.member_id is None:
                    continue
                by_somebody = event.detail.get("how") in {"votes", "curator"}
                if event.happening is Happening.DECLINED or (
                    event.happening is Happening.ACCEPTED and by_somebody
                ):
                    ended[event.contribution_id] = event.at  # the first one, in case it came in again
                elif event.happening is Happening.PROPOSED and event.contribution_id in ended:
                    time = ended.pop(event.contribution_id) - event.at
                    took.append((event.member_id, time.total_seconds()))
            before = page.next
            if before is None:
                break
        stats_opt_outs = await self._unnamed({member_id for member_id, _ in took})
        return [seconds for member_id, seconds in took if member_id not in stats_opt_outs]


def _hours(
    moments: Iterable[Moment], zone: str, stats_opt_outs: Collection[int]
) -> tuple[tuple[int, ...], ...]:
    home = home_of(zone)
    counted = [[0] * HOURS for _ in range(WEEKDAYS)]
    for at, member_id, _ in moments:
        if member_id is not None and member_id not in stats_opt_outs:
            there = at.astimezone(home)
            counted[there.weekday()][there.hour] += 1
    return tuple(map(tuple, counted))


def _lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    counted = [0] * (MINUTES + 1)
    for length_ms in lengths:
        counted[min(length_ms // 60_000, MINUTES)] += 1
    return tuple(counted)
