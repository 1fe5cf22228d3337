"""Puts a decision into effect: stored together with all that follows from it, in one step, and only once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.services.shared.core.access import Actor
from bot.services.shared.core.ballot import is_alive
from bot.services.shared.core.ledger import event_of
from bot.shared_errors import ContributionGoneError
from bot.stores.contributions import BallotKind, Leave, State
from bot.stores.history import Happening

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.shared.core.queue import Accepting
    from bot.services.shared.rules.check import RuleBook
    from bot.stores import Contributions
    from bot.stores.contributions import Ballot, Contribution
    from bot.stores.lists import SharedPlaylist

    LookAfter = Callable[[SharedPlaylist], Awaitable[SharedPlaylist]]


class Effects:
    def __init__(
        self,
        contributions: Contributions,
        accepting: Accepting,
        rules: RuleBook,
        *,
        now: Callable[[], datetime],
        wake: Callable[[str], None],
        look_after: LookAfter,
    ) -> None:
        """wake: tells the writer that a list has something to write. look_after: asks whether its owner is there."""
        self._contributions = contributions
        self._accepting = accepting
        self._rules = rules
        self._now = now
        self._wake = wake
        self._look_after = look_after

    async def decide(
        self, shared: SharedPlaylist, held: Contribution, closed: Ballot, *, happens: bool | None
    ) -> tuple[Contribution, bool]:
        """What is stored now, and whether this decision is it: somebody may have been faster.

        What was wanted, but is in already by then or is not allowed any more, is declined (`Ballot.against`).
        closed: the ballot as decided. happens: whether what was proposed comes true; None: time decided.
        """
        while True:
            stored = await self._stored(shared, held, closed, happens=happens)
            if stored is not None:
                return stored, True
            fresh = await self._contributions.get(held.guild_id, held.contribution_id)
            if fresh is None or fresh.ballot is None:
                raise ContributionGoneError
            if not fresh.ballot.open or fresh.ballot.number != closed.number:
                return fresh, False
            # Something else has changed, such as where the card is.
            held = fresh
            closed = replace(closed, channel_id=fresh.ballot.channel_id, message_id=fresh.ballot.message_id)

    async def _stored(
        self, shared: SharedPlaylist, held: Contribution, closed: Ballot, *, happens: bool | None
    ) -> Contribution | None:
        decided = replace(held, ballot=closed)
        if not is_alive(held, closed):  # taken back, or gone for another reason
            return await self._contributions.swap(held, decided)
        if closed.kind is BallotKind.VOTE_OFF:
            carry_out = self._throw_out if happens else self._keep
            return await carry_out(held, decided, closed)
        if happens:
            shared = await self._look_after(shared)
            against = await self._rules.recheck(shared, Actor(held.member_id or 0), held)
            if against:
                closed = replace(closed, against=against[0].rule)
                return await self._turn_down(held, replace(held, ballot=closed), closed, lapsed=False)
            how = "votes" if closed.decided_by is None else "curator"
            return await self._accepting.queue(
                decided, how, was=held, actor_id=closed.decided_by, yes=closed.yes, no=closed.no
            )
        return await self._turn_down(held, decided, closed, lapsed=happens is None)

    async def _turn_down(
        self, held: Contribution, decided: Contribution, closed: Ballot, *, lapsed: bool
    ) -> Contribution | None:
        now = self._now()
        state, happening = (
            (State.LAPSED, Happening.LAPSED) if lapsed else (State.DECLINED, Happening.DECLINED)
        )
        why = {"reason": closed.reason, "against": closed.against}
        detail = _counted(closed) | {key: text for key, text in why.items() if text}
        event = event_of(held, happening, now, detail, closed.decided_by)
        return await self._contributions.swap(held, replace(decided, state=state, changed_at=now), event)

    async def _keep(self, held: Contribution, decided: Contribution, closed: Ballot) -> Contribution | None:
        event = event_of(held, Happening.KEPT, self._now(), _counted(closed))
        return await self._contributions.swap(held, decided, event)

    async def _throw_out(
        self, held: Contribution, decided: Contribution, closed: Ballot
    ) -> Contribution | None:
        now = self._now()
        leaving = replace(
            decided, state=State.LEAVING, leave=Leave.VOTED_OFF, left_by=None, changed_at=now, batch_id=None
        )
        event = event_of(held, Happening.LEAVING, now, {"why": Leave.VOTED_OFF} | _counted(closed))
        stored = await self._contributions.swap(held, leaving, event)
        if stored is not None:
            self._wake(held.list_id)
        return stored


def _counted(closed: Ballot) -> dict[str, str | int]:
    return {"yes": closed.yes, "no": closed.no}
