"""What was decided about a proposal, by whom or by what count, why, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.languages import Plural, Text
from bot.services.shared.outbox.health import Why
from bot.stores.contributions import QUEUE, BallotKind, Leave, State, Tally
from bot.stores.lists import ListStatus
from cogs.words.names import mention
from cogs.words.text import safe_text
from cogs.words.waiting import waiting_words

if TYPE_CHECKING:
    from bot.services.shared.core.ballot import BallotState
    from bot.services.shared.outbox.health import WaitingFor
    from bot.stores.contributions import Ballot, Contribution

TALLY: Final = Text("{yes:,} 👍, {no:,} 👎")
FOR_ONLY: Final = Text("{yes:,} 👍")
NOTE_SHOWN: Final = 400  # with what makes it harmless; a note has at most 200 characters
# Decided by the votes, and by a curator.
BY_VOTES, BY_CURATOR = 0, 1
ADDED: Final = (Text("✅ Added: {votes}"), Text("✅ Added: approved by {curator}"))
ON_ITS_WAY: Final = (Text("✅ Accepted: {votes}"), Text("✅ Approved by {curator}"))
SOON: Final = Plural(
    "{decision}. It goes in as soon as Spotify takes it",
    "{decision}. They go in as soon as Spotify takes them",
)
LATER: Final = "{decision}. {waiting}"
KNOWN_TIME: Final = frozenset({Why.RATE_LIMIT, Why.TOGETHER, Why.SHARE})  # it goes in then
WITHDRAWN: Final = Text("↩️ Withdrawn")
UNDECIDED: Final = Text("Not decided yet")
DECIDED: Final = {
    State.PENDING: (UNDECIDED, UNDECIDED),
    State.QUEUED: ON_ITS_WAY,
    State.SENDING: ON_ITS_WAY,
    State.LANDED: ADDED,
    State.LEAVING: ADDED,
    State.REMOVED: ADDED,
    State.DECLINED: (Text("❌ Declined: {votes}"), Text("❌ Declined by {curator}")),
    State.WITHDRAWN: (WITHDRAWN, WITHDRAWN),
    State.REJECTED: (
        Text("⚠️ Accepted: {votes}, but Spotify rejected it"),
        Text("⚠️ Approved by {curator}, but Spotify rejected it"),
    ),
    State.PARKED: (
        Text("⚠️ Accepted: {votes}. Spotify didn't confirm it, so a curator needs to check"),
        Text("⚠️ Approved by {curator}. Spotify didn't confirm it, so a curator needs to check"),
    ),
}
NOT_IN: Final = (
    Text("❌ Accepted: {votes}, but not added: {why}"),
    Text("❌ Approved by {curator}, but not added: {why}"),
)
AGAINST: Final = {  # by rule
    "same_track": Text("it was already in the playlist or on its way there"),
    "same_recording": Text("the same recording was already in the playlist or on its way there"),
    "never_again": Text("this recording had been voted out in the meantime"),
    "blocked_members": Text("the member who proposed it had been blocked in the meantime"),
    "blocked_artists": Text("the artist had been blocked in the meantime"),
    "blocked_tracks": Text("the track had been blocked in the meantime"),
}
OTHER_RULE: Final = Text("a new rule of the playlist forbids it")
LAPSED_LATER: Final = (
    Text("⌛ Accepted: {votes}, but expired before it could be added"),
    Text("⌛ Approved by {curator}, but expired before it could be added"),
)
LAPSED: Final = {
    BallotKind.APPROVAL: Text("⌛ Expired: no curator decided in time. It can be proposed again"),
    BallotKind.VOTE_IN: Text("⌛ Expired: {votes} wasn't enough. It can be proposed again"),
}
WITH_THE_LIST: Final = Text("⌛ Expired: the playlist was closed first")
WITHOUT_OWNER: Final = Text("⌛ Expired: the playlist had no owner for 30 days")
VOTED_OUT: Final = Text("🗑️ Voted out: {votes}")
VOTED_OUT_LEAVING: Final = Text("🗑️ Voted out: {votes}. It's being removed")
KEPT: Final = Text("💚 It stays: {votes}")
LEFT_BEFORE: Final = Text("It left the playlist before the vote ended")
SAYING: Final = Text("{decision}: “{reason}”")


def decision(ballot_state: BallotState, waiting: WaitingFor | None = None, *, redrawn: bool = True) -> str:
    """What was decided, by whom or by what count, why, and what came of it. Without a full stop: more may follow.

    waiting: what holds up what was accepted. redrawn: whether it is said anew when more comes of it; else it
    promises nothing.
    """
    held, ballot = ballot_state.contribution, ballot_state.ballot
    votes = tally_words(ballot, Tally(ballot.yes, ballot.no))
    if ballot.kind is BallotKind.VOTE_OFF:
        return _off_decision(held, redrawn=redrawn)(votes=votes)
    decider = BY_VOTES if ballot.decided_by is None else BY_CURATOR
    words = _lapsed(ballot_state, decider) if held.state is State.LAPSED else DECIDED[held.state][decider]
    words = NOT_IN[decider] if ballot.against else words
    text = words(votes=votes, curator=mention(ballot.decided_by or 0), why=against_words(ballot.against))
    if redrawn and held.state in QUEUE and not ballot.against:
        text = _accepted(ballot_state, text, waiting)
    reason = ballot.reason
    return SAYING(decision=text, reason=safe_text(reason, NOTE_SHOWN)) if reason else text


def tally_words(ballot: Ballot, tally: Tally) -> str:
    return FOR_ONLY(yes=tally.yes) if ballot.only_yes else TALLY(yes=tally.yes, no=tally.no)


def against_words(rule: str) -> str:
    """Why what was wanted did not go in when it was decided."""
    return AGAINST.get(rule, OTHER_RULE)()


def _accepted(ballot_state: BallotState, decided: str, waiting: WaitingFor | None) -> str:
    """When it goes in, if that is known."""
    count = sum(one.state in QUEUE for one in ballot_state.together) or 1
    if waiting is None or waiting.why not in KNOWN_TIME:
        return SOON(count, decision=decided)
    return LATER.format(decision=decided, waiting=waiting_words(waiting, count).removesuffix("."))


def _lapsed(ballot_state: BallotState, decider: int) -> Text:
    held, ballot = ballot_state.contribution, ballot_state.ballot
    if held.number is not None:
        return LAPSED_LATER[decider]
    if held.changed_at >= ballot.ends_at:
        return LAPSED[ballot.kind]
    return WITH_THE_LIST if ballot_state.shared.status is ListStatus.CLOSED else WITHOUT_OWNER


def _off_decision(held: Contribution, *, redrawn: bool) -> Text:
    if held.leave is Leave.VOTED_OFF and held.state in {State.LEAVING, State.REMOVED}:
        return VOTED_OUT_LEAVING if redrawn and held.state is State.LEAVING else VOTED_OUT
    return KEPT if held.state is State.LANDED else LEFT_BEFORE
