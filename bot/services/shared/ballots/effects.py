"""Carries out a decision: stored together with everything that follows from it, in one step, and only once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.core.access import Actor
from bot.services.shared.core.ballot import is_alive
from bot.services.shared.core.notices import decided
from bot.shared_errors import ContributionGoneError
from bot.stores.contributions import BallotKind, Leave, State
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.shared.core.ballot import Ending
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.rules.check import RuleBook
    from bot.stores import Contributions
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist
    from bot.stores.notices import Notice

    LookAfter = Callable[[SharedPlaylist], Awaitable[SharedPlaylist]]


class Effects:
    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        queue: Queue,
        rules: RuleBook,
        *,
        wake: Callable[[str], None],
        look_after: LookAfter,
        now: Callable[[], datetime],
    ) -> None:
        """wake: called with the ID of a list that has something to write. look_after: checks for its owner."""
        self._contributions = contributions
        self._ledger = ledger
        self._queue = queue
        self._rules = rules
        self._wake = wake
        self._look_after = look_after
        self._now = now

    async def decide(
        self, shared: SharedPlaylist, held: Contribution, ending: Ending, *, happens: bool | None
    ) -> Contribution:
        """Return what is stored now; someone may have been faster, and decided differently.

        If it was accepted but is already in by then, or no longer allowed, it's declined (`Ballot.against`).
        happens: whether the proposal goes through; None: time decided.
        """
        while (stored := await self._carry_out(shared, held, ending, happens=happens)) is None:
            fresh = await self._contributions.get(held.guild_id, held.contribution_id)
            if fresh is None or fresh.ballot is None:
                raise ContributionGoneError
            if not fresh.ballot.open or fresh.ballot.number != ending.ballot_no:
                return fresh
            held = fresh
        return stored

    async def _carry_out(
        self, shared: SharedPlaylist, held: Contribution, ending: Ending, *, happens: bool | None
    ) -> Contribution | None:
        """None: someone else has moved it on."""
        ballot = held.ballot
        if ballot is None or not is_alive(held, ballot):  # taken back, or gone for another reason
            return await self._ledger.transition(held, held.state, ending=ending)
        if ballot.kind is BallotKind.VOTE_OFF:
            return await (self._throw_out(held, ending) if happens else self._keep(held, ending))
        if not happens:
            return await self._turn_down(held, ending, lapsed=happens is None)
        shared = await self._look_after(shared)
        against = await self._rules.recheck(shared, Actor(held.member_id or 0), held)
        if against:
            return await self._turn_down(held, replace(ending, against=against[0].rule), lapsed=False)
        return await self._queue.enqueue_decided(held, ending)

    async def _turn_down(self, held: Contribution, ending: Ending, *, lapsed: bool) -> Contribution | None:
        state, happening = (
            (State.LAPSED, Happening.LAPSED) if lapsed else (State.DECLINED, Happening.DECLINED)
        )
        why = {"reason": ending.reason, "against": ending.against}
        detail = ending.counts | {key: text for key, text in why.items() if text}
        return await self._ledger.transition(
            held, state, happening, detail, actor_id=ending.decided_by, ending=ending, tells=self._tells
        )

    async def _keep(self, held: Contribution, ending: Ending) -> Contribution | None:
        return await self._ledger.transition(
            held, held.state, Happening.KEPT, ending.counts, ending=ending, tells=self._tells
        )

    async def _throw_out(self, held: Contribution, ending: Ending) -> Contribution | None:
        stored = await self._ledger.transition(
            held,
            State.LEAVING,
            Happening.LEAVING,
            {"why": str(Leave.VOTED_OFF)} | ending.counts,
            ending=ending,
            tells=self._tells,
            leave=Leave.VOTED_OFF,
            left_by=None,
            batch_id=None,
        )
        if stored is not None:
            self._wake(held.list_id)
        return stored

    def _tells(self, new: Contribution) -> tuple[Notice, ...]:
        return decided(new, self._now())
