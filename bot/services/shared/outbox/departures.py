"""When what was accepted goes out: at once while requests are plenty, and together at set times while they are few.

The fewer are left of the day's budget, the further apart these departures are. They are the same for all lists, counted
from midnight in UTC, so that a token that is refreshed for one list of an owner serves their others, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.services.shared.core.facts import Facts
from bot.services.shared.outbox.batch import IN_ONE_LOOK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.stores import KeyValues
    from bot.stores.contributions import Contribution

# From which part of the budget on, and how far apart departures are then. Each divides the next one.
TIMETABLE: Final = (
    (0.4, timedelta(minutes=15)),
    (0.5, timedelta(hours=1)),
    (0.65, timedelta(hours=3)),
    (0.8, timedelta(hours=6)),
)
LONGEST: Final = timedelta(hours=25)  # a longer wait was noted before the clock was set back


@dataclass(frozen=True, slots=True)
class Departure:
    """The latest one of a list that was told to members, so it isn't put off. through: the number of the last
    contribution that left with it, or tries to; None: it is still to come.
    """

    at: datetime
    through: int | None = None


class Departures:
    """used_part: which part of the day's budget is used."""

    def __init__(
        self, values: KeyValues, used_part: Callable[[], float], *, now: Callable[[], datetime]
    ) -> None:
        self._used_part = used_part
        self._now = now
        self._told = Facts(values, "departure", Departure)  # by list
        self._waiting: dict[str, datetime] = {}  # lists with a departure to come, as far as known here

    @property
    def are_apart(self) -> bool:
        """Whether requests are few by now."""
        return self._apart() is not None

    async def due(
        self, list_id: str, queued: Sequence[Contribution], held_until: datetime | None
    ) -> datetime:
        """When these leave. Whoever asks may tell members: it only ever becomes earlier.

        queued: by number. held_until: until when all of them are held up because others have used less.
        """
        now, told = self._now(), await self._told.get(list_id)
        if told is not None and told.through is not None and (queued[0].number or 0) <= told.through:
            return told.at  # they are leaving
        due = self._next(now, held_until, full=len(queued) >= IN_ONE_LOOK)
        if told is not None and told.through is None and told.at <= due:
            due = told.at
        elif due > now:
            await self._told.put(list_id, Departure(due))
        self._waiting[list_id] = due
        return due

    async def leave(self, list_id: str, queued: Sequence[Contribution]) -> None:
        """These leave now, and until they have left, nothing that comes in the way makes them wait for another one."""
        self._waiting.pop(list_id, None)
        told = await self._told.get(list_id)
        if told is not None and told.through is None and told.at <= self._now():
            await self._told.put(list_id, replace(told, through=queued[-1].number or 0))

    def is_waiting(self, list_id: str) -> bool:
        """Whether its departure is still to come, as far as this process knows."""
        now = self._now()
        return now < self._waiting.get(list_id, now) <= now + LONGEST

    def _next(self, now: datetime, held_until: datetime | None, *, full: bool) -> datetime:
        apart = self._apart()
        if apart is None or (full and held_until is None):
            return held_until or now
        after = held_until or now
        midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + apart * (1 + (after - midnight) // apart)

    def _apart(self) -> timedelta | None:
        used = self._used_part()
        return next((apart for part, apart in reversed(TIMETABLE) if used >= part), None)
