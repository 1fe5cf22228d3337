"""Takes a contribution in: from here on it is kept, and lands in the playlist once.

Where the list is closed at that very moment, it is let go at once, as everything that waited there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.lending.letting_go import CLOSED
from bot.services.shared.writing.marking import event_of
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.lending.letting_go import LettingGo
    from bot.stores import SharedPlaylists
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.history import Event


class Accepting:
    """wake: tells the writer that a list has something to write."""

    def __init__(
        self,
        lists: SharedPlaylists,
        contributions: Contributions,
        letting_go: LettingGo,
        *,
        wake: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._lists = lists
        self._contributions = contributions
        self._letting_go = letting_go
        self._wake = wake
        self._now = now

    async def queue(
        self,
        contribution: Contribution,
        how: str,
        *events: Event,
        was: Contribution | None = None,
        actor_id: int | None = None,
        yes: int | None = None,
        no: int | None = None,
    ) -> Contribution | None:
        """Queue a new contribution, or with `was` one that waited for a decision, in place of that record.

        how: "open", "curator", "votes" or "bypass". events: stored along with it, before its own. actor_id: the
        curator. On return it is safe. Answers what is stored: of a new one whose origin is known the earlier one,
        which has another id; None when `was` had been changed by somebody else, and then nothing is kept.
        """
        now = self._now()
        number = await self._contributions.next_number(contribution.list_id)
        new = replace(contribution, state=State.QUEUED, number=number, changed_at=now)
        votes = {name: count for name, count in (("yes", yes), ("no", no)) if count is not None}
        accepted = event_of(new, Happening.ACCEPTED, now, {"how": how, **votes}, actor_id)
        stored: Contribution | None
        if was is None:
            stored = await self._contributions.add(new, *events, accepted)
        else:
            stored = await self._contributions.swap(was, new, *events, accepted)
        if stored is not None:
            self._wake(stored.list_id)
            await self._let_go_if_closed(stored)
        return stored

    async def _let_go_if_closed(self, stored: Contribution) -> None:
        """Whoever closes a list lets go what waits in it then. What is kept later has to look for itself."""
        shared = await self._lists.by_id(stored.list_id)
        if shared is not None and shared.status is ListStatus.CLOSED:
            await self._letting_go.lapse(shared, CLOSED)
