"""When a vote is decided, and what is still missing: computed from the ballot alone.

An open ballot uses the numbers it was opened with: what its card promised holds, even if settings change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.stores.contributions import Ballot, BallotKind, State
from bot.stores.lists import Majority, Mode

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores.contributions import Contribution, Tally
    from bot.stores.lists import SharedPlaylist

FEWEST_VOTERS: Final = 2  # one person alone can never delete
FIRST: Final = 1  # the number of a proposal's first ballot

# The minimum share of voters, as numerator and denominator; strictly more if the third is True.
_PARTS: Final = {
    Majority.HALF: (1, 2, True),
    Majority.TWO_THIRDS: (2, 3, False),
    Majority.THREE_QUARTERS: (3, 4, False),
    Majority.ALL: (1, 1, False),
}


@dataclass(frozen=True, slots=True)
class BallotState:
    """A ballot's state. `tally` is that of the decision once there is one.

    together: everything proposed together that shares this ballot, in order; then `contribution` is the first of them
    that isn't decided, or else the first. Empty: it's only about this contribution. likes: of what went in.
    """

    shared: SharedPlaylist
    contribution: Contribution
    ballot: Ballot
    tally: Tally
    together: tuple[Contribution, ...] = ()
    likes: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a ballot ends.

    decided_by: the curator; None: votes or time decided, or there was nothing left to decide. against: the
    rule that came to forbid it after all.
    """

    ballot_no: int
    tally: Tally
    decided_by: int | None = None
    reason: str = ""
    against: str = ""

    @property
    def counts(self) -> dict[str, str | int]:
        """For the history."""
        return {"yes": self.tally.yes, "no": self.tally.no}


def closed(ballot: Ballot, ending: Ending) -> Ballot:
    """The ballot after it ended: with its count, and to be shown on its card."""
    return replace(
        ballot,
        open=False,
        shown=False,
        yes=ending.tally.yes,
        no=ending.tally.no,
        decided_by=ending.decided_by,
        reason=ending.reason,
        against=ending.against,
    )


def ballot_for(shared: SharedPlaylist, proposer_id: int, now: datetime) -> Ballot | None:
    """A proposal's first ballot; None if it goes straight in."""
    settings = shared.settings
    match shared.mode:
        case Mode.OPEN:
            return None
        case Mode.APPROVAL:
            kind, ends_at = BallotKind.APPROVAL, now + timedelta(days=settings.approval_days)
        case Mode.VOTE | Mode.EITHER:
            kind, ends_at = BallotKind.VOTE_IN, now + timedelta(hours=settings.vote_hours)
    by_votes = kind is BallotKind.VOTE_IN
    return Ballot(
        FIRST,
        kind,
        proposer_id,
        now,
        ends_at,
        needed=max(settings.votes_needed, 1),
        only_yes=by_votes and settings.thumbs_up_only,
        hidden=by_votes and settings.hide_count,
        approvable=shared.mode is Mode.EITHER,
    )


def ballot_against(held: Contribution, shared: SharedPlaylist, opener_id: int, now: datetime) -> Ballot:
    """The ballot on removing something from the playlist."""
    settings = shared.settings
    return Ballot(
        held.ballot.number + 1 if held.ballot else 1,
        BallotKind.VOTE_OFF,
        opener_id,
        now,
        now + timedelta(hours=settings.vote_hours),
        needed=max(settings.voters_to_remove, FEWEST_VOTERS),
        majority=settings.majority_to_remove,
        hidden=settings.hide_count,
    )


def old_enough_at(held: Contribution, shared: SharedPlaylist) -> datetime:
    """When it will have been in the playlist long enough to be voted out."""
    return held.changed_at + timedelta(hours=shared.settings.age_to_remove_hours)


def votable_again_at(held: Contribution, shared: SharedPlaylist) -> datetime | None:
    """When the next vote to remove it can start; None if there was none yet."""
    former = held.ballot
    if former is None or former.kind is not BallotKind.VOTE_OFF:
        return None
    return former.ends_at + timedelta(hours=shared.settings.age_to_remove_hours)


def is_decided_together(held: Contribution) -> bool:
    """Whether its latest ballot is the one of everything proposed with it."""
    return bool(held.together) and held.ballot is not None and held.ballot.number == FIRST


def votes_key(held: Contribution, ballot_no: int) -> str:
    """Where a ballot's votes are stored: what was proposed together is decided by the same votes."""
    return held.together[0] if held.together and ballot_no == FIRST else held.contribution_id


def is_alive(held: Contribution, ballot: Ballot) -> bool:
    """Whether there is still something to decide: it wasn't taken back or lost for another reason."""
    return held.state is (State.LANDED if ballot.kind is BallotKind.VOTE_OFF else State.PENDING)


def verdict(ballot: Ballot, tally: Tally) -> bool | None:
    """Whether the proposal goes through; None: not decided yet.

    In once votes for lead votes against by the required number, out if it's reversed. Voted out as soon as enough
    members have voted and enough of them are in favour; to stay, it only has to last until the vote ends.
    """
    match ballot.kind:
        case BallotKind.APPROVAL:
            return None
        case BallotKind.VOTE_IN:
            lead = tally.yes - tally.no
            return lead > 0 if abs(lead) >= max(ballot.needed, 1) else None
        case BallotKind.VOTE_OFF:
            return _is_enough(ballot, tally.yes, tally.no) or None


def missing(ballot: Ballot, tally: Tally) -> int | None:
    """How many more votes in favour it needs; None if no number would be enough."""
    if ballot.kind is BallotKind.VOTE_IN:
        return max(0, max(ballot.needed, 1) - (tally.yes - tally.no))
    if ballot.kind is BallotKind.APPROVAL or (ballot.majority is Majority.ALL and tally.no):
        return None
    more = 0
    while not _is_enough(ballot, tally.yes + more, tally.no):
        more += 1
    return more


def _is_enough(ballot: Ballot, yes: int, no: int) -> bool:
    over, under, more = _PARTS[ballot.majority]
    voters = yes + no
    part = yes * under - voters * over
    return voters >= max(ballot.needed, FEWEST_VOTERS) and (part > 0 if more else part >= 0)
