"""A look back when a round or a year is over: what members liked most, what divided them, and what was reached.

From our own records alone. Who hides their name is named nowhere, though what they added stays in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.calendar import home_of, year_began
from bot.services.shared.core.facts import Facts
from bot.services.shared.rounds.spans import Rated, Span, rated, round_span, year_span
from bot.stores.contributions import EVER_INSIDE, BallotKind
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import ListStatus, Trouble
from bot.stores.notices import Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notices

LIKED: Final = 5
BROUGHT: Final = 3
# How many tracks a playlist had ever had when it's worth a word.
MILESTONES: Final = (10, 25, 50, 75, 100, 250, 500, 750, *range(1_000, 100_001, 1_000))
SOON: Final = timedelta(seconds=10)  # what ended the round is written by then


@dataclass(frozen=True, slots=True)
class Recap:
    """round_no: of a round that is over; year: of a year. members: how many added something, hidden ones too.

    liked: best first. divided: what members disagreed about most. brought: who added how many, most first, without
    those who hide their names. hidden: members not to be named. reached: how many tracks the playlist has ever had,
    if it's a round number that was reached in this time.
    """

    shared: SharedPlaylist
    round_no: int | None
    year: int | None
    tracks: int
    members: int
    likes: int
    liked: tuple[Rated, ...]
    divided: Contribution | None
    brought: tuple[tuple[int, int], ...]
    hidden: frozenset[int]
    reached: int | None


class Recaps:
    def __init__(self, stores: Stores, *, noted: Alarm, now: Callable[[], datetime]) -> None:
        """noted: set when there is something to send."""
        self._stores = stores
        self._noted = noted
        self._now = now
        self._seen = Facts(
            stores.values, "recap", int, plain=True
        )  # by list: the year it was last looked at in

    async def of_round(self, shared: SharedPlaylist, number: int) -> Recap | None:
        """None: nothing was added in it."""
        return await self._recap(shared, round_span(number), round_no=number)

    async def of_year(self, shared: SharedPlaylist, year: int) -> Recap | None:
        return await self._recap(shared, year_span(year, shared.settings.time_zone), year=year)

    async def look_after(self, list_id: str) -> datetime | None:
        """Have last year's recap sent, once the new year has begun there. When to check again; None: never."""
        shared = await self._stores.lists.by_id(list_id)
        if shared is None or shared.status is ListStatus.CLOSED:
            return None
        zone = shared.settings.time_zone
        year = self._now().astimezone(home_of(zone)).year
        seen = await self._seen.get(list_id)
        if seen is not None and seen < year and shared.trouble is not Trouble.BOT_REMOVED:
            await add_year(self._stores.notices, shared, year - 1, self._now())
            self._noted.set()
        if seen is None or seen < year:
            # Only now: after a kill, the same is noted again, and sent once since it has the same ID.
            await self._seen.put(list_id, year)
        return year_began(year + 1, zone)

    async def _recap(
        self, shared: SharedPlaylist, span: Span, *, round_no: int | None = None, year: int | None = None
    ) -> Recap | None:
        ranked = await rated(self._stores, shared, span)
        if not ranked:
            return None
        held = [one.contribution for one in ranked]
        adders = Counter(one.member_id for one in held if one.member_id is not None)
        hidden = await self._stores.stats_opt_outs.among(set(adders)) | {FORMER_MEMBER}
        return Recap(
            shared,
            round_no,
            year,
            tracks=len(ranked),
            members=len(adders),
            likes=sum(one.likes for one in ranked),
            liked=tuple(one for one in ranked if one.likes)[:LIKED],
            divided=most_divided(held),
            brought=brought_most(adders, hidden),
            hidden=hidden,
            reached=await self._reached(shared, held),
        )

    async def _reached(self, shared: SharedPlaylist, held: Sequence[Contribution]) -> int | None:
        """Of all that was ever in: between the first of these and the last."""
        moments = [one.created_at for one in held]
        total, since, later = [
            await self._stores.contributions.count(shared.list_id, EVER_INSIDE, since=moment)
            for moment in (None, min(moments), max(moments) + timedelta(milliseconds=1))
        ]
        return milestone(total - since, total - later)


def most_divided(held: Iterable[Contribution]) -> Contribution | None:
    """The vote with the most on its smaller side; of equals the closest, then the one with more votes, then the oldest.

    None: nobody disagreed about anything.
    """

    def split(one: Contribution) -> tuple[int, int, int]:
        yes, no = (one.ballot.yes, one.ballot.no) if one.ballot else (0, 0)
        return min(yes, no), -abs(yes - no), -(one.number or 0)

    voted = [
        one
        for one in held
        if one.ballot and not one.ballot.open and one.ballot.kind is not BallotKind.APPROVAL
    ]
    best = max(voted, key=split, default=None)
    return best if best is not None and split(best)[0] > 0 else None


def brought_most(adders: Counter[int], hidden: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Those who added most, as far as they may be named."""
    named = [(member_id, count) for member_id, count in adders.items() if member_id not in hidden]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0]))[:BROUGHT])


def milestone(before: int, after: int) -> int | None:
    """The greatest one that was reached between the two."""
    return max((each for each in MILESTONES if before < each <= after), default=None)


async def add_year(notices: Notices, shared: SharedPlaylist, year: int, now: datetime) -> None:
    await notices.add(
        Notice(
            f"{shared.list_id}:{NoticeKind.RECAP}:year {year}",
            NoticeKind.RECAP,
            now,
            shared.guild_id,
            shared.list_id,
            facts={"year": year},
        )
    )
