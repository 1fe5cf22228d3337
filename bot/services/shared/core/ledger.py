"""The ledger of contributions: every change to one goes through here, and is stored once, with its event.

A table lists the legal moves between states. A move that leaves nothing to vote on ends the vote, with its count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.services.clock import Alarm
from bot.services.shared.core.ballot import Ending, closed, is_alive, votes_key
from bot.services.shared.core.notices import moved as notices_of_move
from bot.services.shared.core.signals import Signals
from bot.stores.contributions import QUEUE, State, Tally
from bot.stores.history import Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from bot.services.shared.core.notices import Tells
    from bot.stores.contributions import Ballot, Contribution, Contributions, Votes
    from bot.stores.history import Happening
    from bot.stores.notices import Notice

    Detail = Mapping[str, str | int]


# Staying in a state is always legal: then only other fields change.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.PENDING: frozenset({State.QUEUED, State.DECLINED, State.LAPSED, State.WITHDRAWN}),
    State.QUEUED: frozenset({State.SENDING, State.LAPSED, State.WITHDRAWN}),
    State.SENDING: frozenset({State.QUEUED, State.LANDED, State.REJECTED, State.PARKED}),
    State.PARKED: frozenset({State.QUEUED, State.LANDED, State.REJECTED, State.LAPSED, State.WITHDRAWN}),
    State.LANDED: frozenset({State.LEAVING, State.REMOVED, State.REJECTED}),
    State.LEAVING: frozenset({State.LANDED, State.REMOVED}),
    State.REMOVED: frozenset({State.LANDED}),  # an earlier version of the playlist was restored
    State.DECLINED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.REJECTED: frozenset(),
}


def tells_nobody(_: Contribution) -> tuple[Notice, ...]:
    return ()


class IllegalMoveError(Exception):
    """A mistake in our own code: no contribution moves between these states."""

    def __init__(self, contribution_id: str, old: State, new: State) -> None:
        super().__init__(f"contribution {contribution_id} cannot go from {old} to {new}")
        self.old = old
        self.new = new


class ContributionLedger:
    """signals: by contribution ID, for whoever is waiting until it's settled; by list ID, when its turn is over."""

    def __init__(
        self,
        contributions: Contributions,
        votes: Votes,
        *,
        now: Callable[[], datetime],
        noted: Alarm | None = None,
    ) -> None:
        """noted: set when there is something to send."""
        self.signals = Signals()
        self._noted = noted or Alarm()
        self._contributions = contributions
        self._votes = votes
        self._now = now
        self._watchers: list[Callable[[Contribution], None]] = []

    def watch(self, watcher: Callable[[Contribution], None]) -> None:
        """Have it called with each contribution after a transition, as it's stored then."""
        self._watchers.append(watcher)

    async def tally(self, contribution: Contribution, ballot: Ballot) -> Tally:
        """The votes of a ballot so far, or when it ended. The proposer's own doesn't count."""
        if not ballot.open:
            return Tally(ballot.yes, ballot.no)
        key = votes_key(contribution, ballot.number)
        return await self._votes.tally(key, ballot.number, without=ballot.proposer_id)

    async def transition(
        self,
        contribution: Contribution,
        state: State,
        happening: Happening | None = None,
        detail: Detail | None = None,
        *,
        actor_id: int | None = None,
        ending: Ending | None = None,
        tells: Tells = tells_nobody,
        **changes: Any,  # noqa: ANN401 - fields of the record, checked by `replace`
    ) -> Contribution | None:
        """Move it on from the state it was seen in, whatever else has changed since; return what is stored.

        happening, detail, actor_id: for the event stored with it; None: no event. ending: of the ballot this
        decides. tells: notices to store with it. Returns None, and nothing changed, if it had already left
        that state or the ballot had ended.
        Raises IllegalMoveError.
        """

        async def moved(seen: Contribution) -> Contribution | None:
            if not _is_where_it_was(contribution, seen, ending):
                return None
            if state is not seen.state and state not in MOVES[seen.state]:
                raise IllegalMoveError(seen.contribution_id, seen.state, state)
            return replace(
                seen,
                state=state,
                changed_at=seen.changed_at if state is seen.state else self._now(),
                ballot=await self._ballot_after(seen, state, ending),
                **changes,
            )

        stored = await self._swap(contribution, moved, happening, detail, actor_id, tells)
        if stored is not None:
            self._notify(stored)
        return stored

    async def amend(
        self,
        contribution: Contribution,
        change: Callable[[Contribution], Contribution | None],
        happening: Happening | None = None,
        *,
        actor_id: int | None = None,
    ) -> Contribution | None:
        """Change something other than its state, whatever state it's in by now; return what is stored.

        change: called again if someone was faster. It returns None if there is nothing left to change, and
        then None is returned. Raises IllegalMoveError if it changes the state.
        """

        async def amended(seen: Contribution) -> Contribution | None:
            new = change(seen)
            if new is not None and new.state is not seen.state:
                raise IllegalMoveError(seen.contribution_id, seen.state, new.state)
            return new

        return await self._swap(contribution, amended, happening, None, actor_id)

    async def _swap(  # noqa: PLR0917 - all that is stored together
        self,
        contribution: Contribution,
        change: Callable[[Contribution], Awaitable[Contribution | None]],
        happening: Happening | None,
        detail: Detail | None,
        actor_id: int | None,
        tells: Tells = tells_nobody,
    ) -> Contribution | None:
        """Store what `change` makes of it, with its notices; if someone was faster, what it makes of theirs."""
        seen: Contribution | None = contribution
        while seen is not None and (new := await change(seen)) is not None:
            event = happening and event_of(new, happening, self._now(), detail, actor_id)
            notices = (*tells(new), *notices_of_move(seen, new, self._now()))
            stored = await self._contributions.swap(seen, new, *([event] if event else []), notices=notices)
            if stored is not None:
                if notices:
                    self._noted.set()
                return stored
            seen = await self._contributions.get(seen.guild_id, seen.contribution_id)
        return None

    async def _ballot_after(self, seen: Contribution, state: State, ending: Ending | None) -> Ballot | None:
        ballot = seen.ballot
        if ballot is None:
            return None
        if ballot.open:
            if ending is None and not is_alive(replace(seen, state=state), ballot):
                ending = Ending(ballot.number, await self.tally(seen, ballot))
            return closed(ballot, ending) if ending else ballot
        # If its card says that a curator has to check, the card has to show the outcome.
        was_parked = seen.state is State.PARKED and state is not State.PARKED
        return replace(ballot, shown=False) if was_parked else ballot

    def _notify(self, stored: Contribution) -> None:
        if stored.state not in QUEUE:
            self.signals.notify(stored.contribution_id)
        for watcher in self._watchers:
            watcher(stored)


def _is_where_it_was(before: Contribution, now: Contribution, ending: Ending | None) -> bool:
    """Whether it hasn't moved since, and the ballot to end is still open."""
    ballot = now.ballot
    if ending is not None and (ballot is None or not ballot.open or ballot.number != ending.ballot_no):
        return False
    return (now.state, now.changed_at) == (before.state, before.changed_at)


def event_of(
    contribution: Contribution,
    happening: Happening,
    at: datetime,
    detail: Detail | None = None,
    actor_id: int | None = None,
) -> Event:
    """What happened to a contribution. Appended twice for the same version, it's stored once."""
    return Event(
        event_id=f"{contribution.contribution_id}:{happening}:{contribution.version}",
        guild_id=contribution.guild_id,
        list_id=contribution.list_id,
        at=at,
        happening=happening,
        actor_id=actor_id,
        member_id=contribution.member_id,
        contribution_id=contribution.contribution_id,
        uri=contribution.uri,
        detail=dict(detail or {}),
    )
