"""What was decided about a proposal, by whom or by what count, why, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.stores.contributions import BallotKind, Leave, State
from bot.stores.lists import ListStatus
from cogs.words.names import mention
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from bot.services.shared.core.ballot import BallotState
    from bot.stores.contributions import Contribution

TALLY: Final = "{yes} 👍, {no} 👎"
NOTE_SHOWN: Final = 400  # with what makes it harmless; a note has at most 200 characters
# Decided by the votes, and by a curator.
BY_VOTES, BY_CURATOR = 0, 1
ADDED: Final = ("✅ Added: {count}", "✅ Added: approved by {curator}")
ON_ITS_WAY: Final = ("✅ Accepted: {count}", "✅ Approved by {curator}")
SOON: Final = "{decision}. It goes in as soon as Spotify takes it"
WITHDRAWN: Final = "↩️ Withdrawn"
UNDECIDED: Final = "Not decided yet"
DECIDED: Final = {
    State.PENDING: (UNDECIDED, UNDECIDED),
    State.QUEUED: ON_ITS_WAY,
    State.SENDING: ON_ITS_WAY,
    State.LANDED: ADDED,
    State.LEAVING: ADDED,
    State.REMOVED: ADDED,
    State.DECLINED: ("❌ Declined: {count}", "❌ Declined by {curator}"),
    State.WITHDRAWN: (WITHDRAWN, WITHDRAWN),
    State.REJECTED: (
        "⚠️ Accepted: {count}, but Spotify rejected it",
        "⚠️ Approved by {curator}, but Spotify rejected it",
    ),
    State.PARKED: (
        "⚠️ Accepted: {count}. Spotify didn't confirm it, so a curator needs to check",
        "⚠️ Approved by {curator}. Spotify didn't confirm it, so a curator needs to check",
    ),
}
NOT_IN: Final = (
    "❌ Accepted: {count}, but not added: {why}",
    "❌ Approved by {curator}, but not added: {why}",
)
AGAINST: Final = {  # by rule
    "same_track": "it was already in the playlist or on its way there",
    "same_recording": "the same recording was already in the playlist or on its way there",
    "never_again": "this recording had been voted out in the meantime",
    "blocked_members": "the member who proposed it had been blocked in the meantime",
    "blocked_artists": "the artist had been blocked in the meantime",
    "blocked_tracks": "the track had been blocked in the meantime",
}
OTHER_RULE: Final = "a new rule of the playlist forbids it"
LAPSED_LATER: Final = (
    "⌛ Accepted: {count}, but expired before it could be added",
    "⌛ Approved by {curator}, but expired before it could be added",
)
LAPSED: Final = {
    BallotKind.APPROVAL: "⌛ Expired: no curator decided in time. It can be proposed again",
    BallotKind.VOTE_IN: "⌛ Expired: {count} wasn't enough. It can be proposed again",
}
WITH_THE_LIST: Final = "⌛ Expired: the playlist was closed first"
WITHOUT_OWNER: Final = "⌛ Expired: the playlist had no owner for 30 days"
VOTED_OUT: Final = "🗑️ Voted out: {count}"
VOTED_OUT_LEAVING: Final = "🗑️ Voted out: {count}. It's being removed"
KEPT: Final = "💚 It stays: {count}"
LEFT_BEFORE: Final = "It left the playlist before the vote ended"
SAYING: Final = "{decision}: “{reason}”"


def decision(ballot_state: BallotState, *, redrawn: bool = True) -> str:
    """What was decided, by whom or by what count, why, and what came of it. Without a full stop: more may follow.

    redrawn: whether it is said anew when more comes of it; else it promises nothing.
    """
    held, ballot = ballot_state.contribution, ballot_state.ballot
    count = tally_words(ballot.yes, ballot.no)
    if ballot.kind is BallotKind.VOTE_OFF:
        return _off_decision(held, redrawn=redrawn).format(count=count)
    decider = BY_VOTES if ballot.decided_by is None else BY_CURATOR
    text = _lapsed(ballot_state, decider) if held.state is State.LAPSED else DECIDED[held.state][decider]
    text = NOT_IN[decider] if ballot.against else text
    text = text.format(
        count=count,
        curator=mention(ballot.decided_by or 0),
        why=against_words(ballot.against),
    )
    if redrawn and held.state in {State.QUEUED, State.SENDING} and not ballot.against:
        text = SOON.format(decision=text)
    reason = ballot.reason
    return SAYING.format(decision=text, reason=safe_text(reason, NOTE_SHOWN)) if reason else text


def tally_words(yes: int, no: int) -> str:
    return TALLY.format(yes=yes, no=no)


def against_words(rule: str) -> str:
    """Why what was wanted did not go in when it was decided."""
    return AGAINST.get(rule, OTHER_RULE)


def _lapsed(ballot_state: BallotState, decider: int) -> str:
    held, ballot = ballot_state.contribution, ballot_state.ballot
    if held.number is not None:
        return LAPSED_LATER[decider]
    if held.changed_at >= ballot.ends_at:
        return LAPSED[ballot.kind]
    return WITH_THE_LIST if ballot_state.shared.status is ListStatus.CLOSED else WITHOUT_OWNER


def _off_decision(held: Contribution, *, redrawn: bool) -> str:
    if held.leave is Leave.VOTED_OFF and held.state in {State.LEAVING, State.REMOVED}:
        return VOTED_OUT_LEAVING if redrawn and held.state is State.LEAVING else VOTED_OUT
    return KEPT if held.state is State.LANDED else LEFT_BEFORE
