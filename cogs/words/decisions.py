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

NOTE_SHOWN: Final = 400  # with what makes it harmless; a note has at most 200 characters
ADDED: Final = "✅ Added; accepted {by}."
ON_ITS_WAY: Final = "✅ Accepted {by}. It goes in as soon as Spotify takes it."
DECIDED: Final = {
    State.PENDING: "It waits for a decision.",
    State.QUEUED: ON_ITS_WAY,
    State.SENDING: ON_ITS_WAY,
    State.LANDED: ADDED,
    State.LEAVING: ADDED,
    State.REMOVED: ADDED,
    State.DECLINED: "❌ Declined {by}.",
    State.WITHDRAWN: "↩️ Taken back by the member who proposed it.",
    State.REJECTED: "⚠️ Accepted {by}, but Spotify did not take it.",
    State.PARKED: "⚠️ Accepted {by}, but Spotify does not say whether it went in. A curator has to look.",
}
NOT_IN: Final = "❌ Accepted {by}, but it did not go in: {why}."
AGAINST: Final = {  # by rule
    "same_track": "by then it was in the playlist already, or on its way there",
    "same_recording": "by then the same recording was in the playlist already, or on its way there",
    "never_again": "meanwhile members voted this recording off",
    "blocked_members": "meanwhile adding was closed to the member who proposed it",
    "blocked_artists": "meanwhile tracks by this artist are not wanted any more",
    "blocked_tracks": "meanwhile this track is not wanted any more",
}
OTHER_RULE: Final = "meanwhile a rule of the playlist is against it"
LAPSED_LATER: Final = (
    "⌛ Accepted {by}, but it did not go in while the playlist could be written, so it lapsed."
)
LAPSED: Final = {
    BallotKind.APPROVAL: "⌛ No curator decided in time, so it lapsed. It can be proposed again.",
    BallotKind.VOTE_IN: "⌛ {count} was not enough when the time was over, so it lapsed. It can be proposed again.",
}

WITH_THE_LIST: Final = "⌛ The playlist was closed before this was decided, so it lapsed."
WITHOUT_OWNER: Final = "⌛ The playlist had no owner for 30 days, so it lapsed before it was decided."


def decision(ballot_state: BallotState) -> str:
    """What was decided, by whom or by what count, why, and what came of it."""
    held, ballot = ballot_state.contribution, ballot_state.ballot
    count = f"{ballot.yes} 👍 to {ballot.no} 👎"
    if ballot.kind is BallotKind.VOTE_OFF:
        return _off_decision(held, count)
    by = f"by {mention(ballot.decided_by)}" if ballot.decided_by is not None else f"with {count}"
    text = _lapsed(ballot_state) if held.state is State.LAPSED else DECIDED[held.state]
    text = NOT_IN if ballot.against else text
    text = text.format(by=by, count=count, why=against_words(ballot.against))
    return f"{text}\n> {safe_text(ballot.reason, NOTE_SHOWN)}" if ballot.reason else text


def against_words(rule: str) -> str:
    """Why what was wanted did not go in when it was decided."""
    return AGAINST.get(rule, OTHER_RULE)


def _lapsed(ballot_state: BallotState) -> str:
    held, ballot = ballot_state.contribution, ballot_state.ballot
    if held.number is not None:
        return LAPSED_LATER
    if held.changed_at >= ballot.ends_at:
        return LAPSED[ballot.kind]
    return WITH_THE_LIST if ballot_state.shared.status is ListStatus.CLOSED else WITHOUT_OWNER


def _off_decision(held: Contribution, count: str) -> str:
    if held.leave is Leave.VOTED_OFF and held.state in {State.LEAVING, State.REMOVED}:
        done = "It is being taken out." if held.state is State.LEAVING else "It was taken out."
        return f"🗑️ Voted off with {count}. {done}"
    if held.state is State.LANDED:
        return f"💚 It stays: {count} was not enough to take it out."
    return "It left the playlist before the vote was over."
