"""While a shared playlist is paused, the time of its open votes and approvals stands still: none lapses meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from bot.services.shared.deciding.announcing import Announcing
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist


class StandingStill:
    def __init__(
        self, contributions: Contributions, announcing: Announcing, *, now: Callable[[], datetime]
    ) -> None:
        self._contributions = contributions
        self._announcing = announcing
        self._now = now

    async def show(self, shared: SharedPlaylist) -> None:
        """It was paused, or goes on: its cards say so."""
        for held in await self._contributions.undecided(list_id=shared.list_id):
            self._announcing.touch(held)

    async def give_back(self, shared: SharedPlaylist) -> None:
        """It is about to go on: what is open gets the time of the pause on top.

        Before that, not after: if the bot is killed in between, something is open for longer, and nothing lapses.
        """
        if shared.paused_at is None:
            return
        pause = self._now() - shared.paused_at
        for held in await self._contributions.undecided(list_id=shared.list_id):
            await self._extend(held, pause)

    async def _extend(self, held: Contribution, pause: timedelta) -> None:
        current: Contribution | None = held
        while current is not None and current.ballot is not None and current.ballot.open:
            ballot = replace(current.ballot, ends_at=current.ballot.ends_at + pause)
            if await self._contributions.swap(current, replace(current, ballot=ballot)):
                return
            current = await self._contributions.get(held.guild_id, held.contribution_id)
