"""Restores and ends of rounds that a curator can take back: the version that was kept before each tells how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.shared.people import may_curate
from bot.services.shared.truth.undoing import LOOKED_AT, WITHIN
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.services.shared.people import Actor
    from bot.stores import History, Snapshots
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist

BIG: Final = frozenset({Happening.RESTORED, Happening.ROUND})


@dataclass(frozen=True, slots=True)
class BigChange:
    """number: of the version that was restored, or of the round that began. before: of the version to go back to."""

    happening: Happening
    number: int
    before: int
    at: datetime


class BigChanges:
    def __init__(self, history: History, snapshots: Snapshots, *, now: Callable[[], datetime]) -> None:
        self._history = history
        self._snapshots = snapshots
        self._now = now

    async def offered(self, shared: SharedPlaylist, actor: Actor) -> tuple[BigChange, ...]:
        """The latest ones, newest first; none for those who may not curate."""
        page = await self._history.page(shared.list_id, limit=LOOKED_AT)
        return await self.among(shared, actor, page.events)

    async def among(
        self, shared: SharedPlaylist, actor: Actor, events: Iterable[Event]
    ) -> tuple[BigChange, ...]:
        """Those of these events, in their order; none for those who may not curate."""
        since = self._now() - WITHIN
        big = [event for event in events if event.happening in BIG and event.at >= since]
        if not big or not may_curate(shared, actor):
            return ()
        kept = {info.number for info in await self._snapshots.of_list(shared.list_id)}
        made = (_change_of(event) for event in big)
        return tuple(one for one in made if one.before in kept)


def _change_of(event: Event) -> BigChange:
    number, before = (event.detail.get(name) for name in ("number", "before"))
    return BigChange(
        event.happening,
        number if isinstance(number, int) else 0,
        before if isinstance(before, int) else 0,
        event.at,
    )
