"""A paused list's ballots stop: no time runs out, and when the list resumes they have as much left as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist


class PauseBallots:
    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        card_queue: CardQueue,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._card_queue = card_queue
        self._now = now

    async def redraw(self, shared: SharedPlaylist) -> None:
        """Have the cards say that the list was paused or resumed."""
        for held in await self._contributions.undecided(list_id=shared.list_id):
            self._card_queue.touch(held)

    async def extend(self, shared: SharedPlaylist) -> None:
        """The list is about to resume: extend every open ballot by the time of the pause.

        Before it resumes, not after: if the bot is killed in between, nothing expires. A ballot records up to when it
        was extended, so that repeating this, at the same time or after a kill, only adds what is missing.
        """
        paused_at, now = shared.paused_at, self._now()
        if paused_at is None:
            return

        def extended(held: Contribution) -> Contribution | None:
            ballot = held.ballot
            if ballot is None or not ballot.open:
                return None
            since = max(paused_at, ballot.extended_to or paused_at)
            if now <= since:
                return None
            ends_at = ballot.ends_at + (now - since)
            return replace(held, ballot=replace(ballot, ends_at=ends_at, extended_to=now))

        for held in await self._contributions.undecided(list_id=shared.list_id):
            await self._ledger.amend(held, extended)
