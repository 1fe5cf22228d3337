"""What became of something a member contributed, in a sentence: in, waiting, known or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

from bot.languages import Plural, Text
from bot.services.shared.proposals.outcomes import Known, Refused
from bot.stores.contributions import INSIDE, BallotKind, State
from cogs.words.names import list_name, mention, track_name
from cogs.words.rules import refusal_sentences
from cogs.words.text import fitting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.services.shared.proposals.outcomes import Outcome
    from bot.spotify.models import Track
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

ADDED = Text("Added to {playlist}: {track}.")
BY_CURATOR = Text("Proposed for {playlist}: {track}. A curator decides until {until}.")
BY_CURATOR_NO_CARD = Text(
    "Proposed for {playlist}: {track}. A curator decides until {until}; find it with {pending}."
)
BY_VOTES = Text("Proposed for {playlist}: {track}. Members vote until {until}.")
BY_VOTES_NO_CARD = Text(
    "Proposed for {playlist}: {track}. Members vote until {until}; find it with {pending}."
)
REFUSED = Text("{track} can't go into {playlist}. {why}")
REJECTED = Text("Spotify doesn't accept {track} in {playlist}, so it wasn't added.")
PARKED = Text(
    "After three tries Spotify still hasn't confirmed that {track} is in {playlist}. "
    "It isn't lost: a curator can check and retry with `/shared pending`."
)
WITHDRAWN = Text("{track} was taken back and won't go into {playlist}.")
DECIDED_AGAINST = Text("{track} was proposed for {playlist} and declined.")
LAPSED = Text("The proposal of {track} for {playlist} expired, so it wasn't added.")
ON_ITS_WAY = Text("{track} is on its way into {playlist}.")
IN_ALREADY = Text("already in it, or on its way.")  # follows the track and a colon
TRACK_WHY = Text("{track}: {why}")
OTHERS = Plural("{reason} {n:,} more for the same reason.", "{reason} {n:,} more for the same reason.")
# Of the same track, and of the same recording from another release.
KNOWN_PENDING = (
    Text("{track} is already pending for {playlist}: {member} proposed it {when}."),
    Text("The same recording as {track} is already pending for {playlist}: {member} proposed it {when}."),
)
KNOWN_IN = (
    Text("{track} is already in {playlist}: {member} added it {when}."),
    Text("The same recording as {track} is already in {playlist}: {member} added it {when}."),
)
KNOWN_COMING = (
    Text("{track} is already on its way into {playlist}: {member} added it {when}."),
    Text("The same recording as {track} is already on its way into {playlist}: {member} added it {when}."),
)
KNOWN_PARKED = (
    Text(
        "{track} was already accepted for {playlist}: {member} added it {when}. "
        "Spotify hasn't confirmed that it's in, so a curator needs to check with `/shared pending`."
    ),
    Text(
        "The same recording as {track} was already accepted for {playlist}: {member} added it {when}. "
        "Spotify hasn't confirmed that it's in, so a curator needs to check with `/shared pending`."
    ),
)
SOMEONE = Text("someone using Spotify")
WHEN_WHERE = Text("{when} in {channel}")
REASONS_SHOWN = 5
REASONS_ROOM = 1_000  # characters
NAME_SHOWN = 100
SHORT_NAME = 60


def landed_words(shared: SharedPlaylist, track: Track, now: Contribution) -> str:
    """What became of what was accepted; empty while it waits."""
    match now.state:
        case State.LANDED | State.LEAVING | State.REMOVED:
            words = ADDED
        case State.REJECTED:
            words = REJECTED
        case State.PARKED:
            words = PARKED
        case State.WITHDRAWN:
            words = WITHDRAWN
        case State.DECLINED:
            words = DECIDED_AGAINST
        case State.LAPSED:
            words = LAPSED
        case _:
            return ""
    return words(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))


def pending_words(shared: SharedPlaylist, track: Track, held: Contribution, pending: str) -> str:
    """pending: the command that shows what waits, for where there is no card."""
    ballot = held.ballot
    if held.state is not State.PENDING or ballot is None:
        decided = landed_words(shared, track, held)
        return decided or ON_ITS_WAY(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))
    by_curator = ballot.kind is BallotKind.APPROVAL
    if ballot.message_id:
        words = BY_CURATOR if by_curator else BY_VOTES
    else:
        words = BY_CURATOR_NO_CARD if by_curator else BY_VOTES_NO_CARD
    return words(
        playlist=list_name(shared),
        track=track_name(track, NAME_SHOWN),
        until=format_dt(ballot.ends_at, "f"),
        pending=pending,
    )


def refused_words(shared: SharedPlaylist, outcome: Known | Refused) -> str:
    if isinstance(outcome, Known):
        return known_words(shared, outcome)
    why = " ".join(refusal_sentences(shared, outcome.refusals))
    track = track_name(outcome.track, NAME_SHOWN)
    return REFUSED(track=track, playlist=list_name(shared), why=why)


def known_words(shared: SharedPlaylist, outcome: Known) -> str:
    """Who brought it, when and where."""
    held = outcome.contribution
    match held.state:
        case State.PENDING:
            words = KNOWN_PENDING
        case State.PARKED:
            words = KNOWN_PARKED
        case _:
            words = KNOWN_IN if held.state in INSIDE else KNOWN_COMING
    same = outcome.track.uri in {held.recording.uri, held.written_uri}
    when = format_dt(held.created_at, "R")
    return words[0 if same else 1](
        track=track_name(outcome.track, NAME_SHOWN),
        playlist=list_name(shared),
        member=mention(held.member_id) if held.member_id else SOMEONE(),
        when=WHEN_WHERE(when=when, channel=f"<#{held.channel_id}>") if held.channel_id else when,
    )


def reasons_of(shared: SharedPlaylist, outcomes: Iterable[Outcome]) -> str:
    """Why tracks do not go in: a line for each reason, with the first track it holds for. Empty: all do."""
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for outcome in outcomes:
        reason = _reason(shared, outcome)
        if reason is None:
            continue
        rule, sentence = reason
        first.setdefault(rule, TRACK_WHY(track=track_name(outcome.track, SHORT_NAME), why=sentence))
        counts[rule] = counts.get(rule, 0) + 1
    lines = [
        OTHERS(counts[rule] - 1, reason=text) if counts[rule] > 1 else text for rule, text in first.items()
    ]
    return fitting(lines[:REASONS_SHOWN], REASONS_ROOM)


def _reason(shared: SharedPlaylist, outcome: Outcome) -> tuple[str, str] | None:
    if isinstance(outcome, Known):
        return "known", IN_ALREADY()
    if not isinstance(outcome, Refused):
        return None
    return outcome.refusals[0].rule, " ".join(refusal_sentences(shared, outcome.refusals[:1]))
