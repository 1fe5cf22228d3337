"""What shared playlists hold about one member: to give them a copy, and to remove them when they ask for that."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from bot.stores.contributions import State
from bot.stores.history import FORMER_MEMBER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from datetime import datetime

    from bot.stores.contributions import Ballot, Contribution
    from bot.stores.history import Event
    from bot.stores.likes import Like


@dataclass(frozen=True, slots=True)
class Vote:
    """contribution: what it was about; None: it no longer exists."""

    contribution_id: str
    ballot_no: int
    yes: bool
    at: datetime
    contribution: Contribution | None


@dataclass(frozen=True, slots=True)
class LikeGiven:
    """contribution: what it was given to; None: it no longer exists."""

    like: Like
    contribution: Contribution | None


class PersonalData(Protocol):
    async def lists_about(self, member_id: int) -> frozenset[str]:
        """The IDs of all lists that hold something about the member, and perhaps of a few others.

        They own it or are blocked in it, or are named in its contributions, history, snapshots, votes or likes.
        """
        ...

    def contributions(self, list_id: str, member_id: int) -> AsyncIterator[tuple[Contribution, ...]]:
        """The member's own in a list, in any state: a few hundred at a time."""
        ...

    def votes(self, member_id: int) -> AsyncIterator[tuple[Vote, ...]]:
        """On open and decided ballots: a few hundred at a time."""
        ...

    def likes(self, member_id: int) -> AsyncIterator[tuple[LikeGiven, ...]]:
        """In every list: a few hundred at a time."""
        ...

    async def forget(self, list_id: str, member_id: int) -> None:
        """Replace the member with FORMER_MEMBER in a list's contributions, history and snapshots.

        As `without_member` and `event_without_member` do. In batches, between which others get their turn; if it is
        interrupted, it's run again.
        """
        ...

    async def forget_rest(self, member_id: int, facts: Collection[str] = ()) -> None:
        """Erase the member's votes and likes, and the small facts in `KeyValues` that name them.

        facts: prefixes of the keys to check.
        """
        ...


def without_member(one: Contribution, member_id: int) -> Contribution:
    """Without anything that names the member or was written by them; what became of it, and when, stays.

    The message or command it came from is forgotten too, since Discord may know whose it was.
    """
    own = one.member_id == member_id
    return replace(
        one,
        member_id=FORMER_MEMBER if own else one.member_id,
        origin=f"forgotten {one.contribution_id}" if own else one.origin,
        note="" if own else one.note,
        left_by=_former(one.left_by, member_id),
        ballot=_ballot_without(one, one.ballot, member_id) if one.ballot else None,
    )


def event_without_member(event: Event, member_id: int) -> Event:
    """The same for an event. What others did with the member's contributions stays, as a former member's."""
    detail = dict(event.detail)
    if detail.get("to") == member_id:
        detail["to"] = FORMER_MEMBER
    if event.actor_id == member_id:
        detail.pop("reason", None)
    return replace(
        event,
        actor_id=_former(event.actor_id, member_id),
        member_id=_former(event.member_id, member_id),
        detail=detail,
    )


def is_named(member_id: int, *texts: str) -> bool:
    """Whether one of these contains the member's ID."""
    return any(re.search(rf"(?<!\d){member_id}(?!\d)", text) for text in texts)


def after_all(beginning: str) -> str:
    """What sorts right after all texts with this prefix."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1)


def _ballot_without(one: Contribution, ballot: Ballot, member_id: int) -> Ballot:
    decided = ballot.decided_by == member_id
    # The card of something they took back only names them, so it's redrawn.
    anew = one.member_id == member_id and one.state is State.WITHDRAWN
    return replace(
        ballot,
        proposer_id=FORMER_MEMBER if ballot.proposer_id == member_id else ballot.proposer_id,
        decided_by=FORMER_MEMBER if decided else ballot.decided_by,
        reason="" if decided else ballot.reason,
        shown=ballot.shown and not anew,
    )


def _former(somebody: int | None, member_id: int) -> int | None:
    return FORMER_MEMBER if somebody == member_id else somebody
