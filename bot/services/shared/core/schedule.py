"""What is due for a list without anyone asking, and the alarms that tell the clock about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.services.clock import Alarm, DueLists
from bot.stores.due import Due, DueKind
from bot.stores.lists import Rounds, Trouble

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from datetime import datetime

    from bot.stores import KeyValues, SharedPlaylists
    from bot.stores.due import DueTimes
    from bot.stores.lists import SharedPlaylist

# What settings and a list's life decide.
CHANGED: Final = (DueKind.OWNER, DueKind.ROUND, DueKind.DIGEST, DueKind.YEAR, DueKind.BALLOT)


LATER: Final = frozenset(
    {DueKind.RESTORE, DueKind.RECHECK, DueKind.ABSENCE, DueKind.BEST, DueKind.BALLOT}
)  # not until something happens to a list


COMPLETE: Final = "scheduled kinds"  # key: for all lists


class Schedule:
    """noted: set when there is something to send."""

    def __init__(
        self,
        times: DueTimes,
        lists: SharedPlaylists,
        values: KeyValues,
        *,
        now: Callable[[], datetime],
        noted: Alarm | None = None,
    ) -> None:
        self.noted = noted or Alarm()
        self.alarms = {kind: Alarm() for kind in DueKind}
        self.times = times
        self._lists = lists
        self._values = values
        self._now = now

    def lists(
        self,
        kind: DueKind,
        run_one: Callable[[str], Awaitable[datetime | None]],
        resting: Callable[[], datetime | None] = lambda: None,
    ) -> DueLists:
        """The chore for one kind; see there."""
        alarm = self.alarms[kind]
        return DueLists(kind, self.times, run_one, now=self._now, woken=alarm, resting=resting)

    async def soon(self, list_id: str, *kinds: DueKind) -> None:
        """Call this before or after storing what makes it due: being early does no harm."""
        await self.at(self._now(), list_id, *kinds)

    async def at(self, when: datetime, list_id: str, *kinds: DueKind) -> None:
        """No later than then."""
        await self.times.hasten(*(Due(kind, list_id, when) for kind in kinds))
        for kind in kinds:
            self.alarms[kind].set()

    async def all_at(self, kind: DueKind, times: Mapping[str, datetime]) -> None:
        """Each list no later than then."""
        await self.times.hasten(*(Due(kind, list_id, when) for list_id, when in times.items()))
        self.alarms[kind].set()

    async def begin(self, list_id: str) -> None:
        """For a list that was just lent."""
        await self._add(*(Due(kind, list_id, self._now()) for kind in DueKind if kind not in LATER))

    async def complete(self) -> None:
        """What is due in lists that an older bot lent. Only looks at them if it knew fewer kinds."""
        kinds = " ".join(sorted(DueKind))
        if await self._values.get(COMPLETE) == kinds:
            return
        now = self._now()
        lists = await self._lists.open()  # nothing else the bot does reads all of them
        known = {kind: await self.times.lists_with(kind) for kind in DueKind}
        await self._add(
            *(
                Due(kind, shared.list_id, now)
                for shared in lists
                for kind in _kinds_of(shared)
                if shared.list_id not in known[kind]
            )
        )
        await self._values.put(COMPLETE, kinds)

    async def _add(self, *dues: Due) -> None:
        await self.times.add(*dues)
        for kind in {due.kind for due in dues}:
            self.alarms[kind].set()


def _kinds_of(shared: SharedPlaylist) -> Iterator[DueKind]:
    """What will be due in it, unless it's changed."""
    yield DueKind.LOOK
    yield DueKind.OWNER
    yield DueKind.PLAYABLE
    yield DueKind.YEAR
    rules = shared.rules
    ends = shared.settings.rounds is not Rounds.BY_HAND
    if ends or rules.most_items is not None or rules.stay_days is not None:
        yield DueKind.ROUND
    if shared.settings.digest_channel_id is not None:
        yield DueKind.DIGEST
    if shared.trouble is Trouble.BOT_REMOVED:
        yield DueKind.ABSENCE
