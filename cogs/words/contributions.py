"""What became of something a member contributed, in a sentence: in, waiting, known or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord.utils import format_dt

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

ADDED = "Added to {playlist}: {track}."
BY_CURATOR = "Proposed for {playlist}: {track}. A curator decides {until}{card}."
BY_VOTES = "Proposed for {playlist}: {track}. Members vote {until}{card}."
NO_CARD = "; find it with {pending}"
REFUSED = "{track} can't go into {playlist}. {why}"
REJECTED = "Spotify doesn't accept {track} in {playlist}, so it wasn't added."
PARKED = (
    "After three tries Spotify still hasn't confirmed that {track} is in {playlist}. "
    "It isn't lost: a curator can check and retry with `/shared pending`."
)
KNOWN_PARKED = (
    "{track} was already accepted for {playlist}: {by} added it {when}. Spotify hasn't confirmed that it's in, "
    "so a curator needs to check with `/shared pending`."
)
WITHDRAWN = "{track} was taken back and won't go into {playlist}."
DECIDED_AGAINST = "{track} was proposed for {playlist} and declined."
LAPSED = "The proposal of {track} for {playlist} expired, so it wasn't added."
ON_ITS_WAY = "{track} is on its way into {playlist}."
IN_ALREADY = "already in it, or on its way."
OTHERS = " (and {count} more)"
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
    return words.format(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))


def pending_words(shared: SharedPlaylist, track: Track, held: Contribution, pending: str) -> str:
    """pending: the command that shows what waits, for where there is no card."""
    ballot = held.ballot
    if held.state is not State.PENDING or ballot is None:
        decided = landed_words(shared, track, held)
        return decided or ON_ITS_WAY.format(track=track_name(track, NAME_SHOWN), playlist=list_name(shared))
    words = BY_CURATOR if ballot.kind is BallotKind.APPROVAL else BY_VOTES
    return words.format(
        playlist=list_name(shared),
        track=track_name(track, NAME_SHOWN),
        until=f"until {format_dt(ballot.ends_at, 'f')}",
        card="" if ballot.message_id else NO_CARD.format(pending=pending),
    )


def refused_words(shared: SharedPlaylist, outcome: Known | Refused) -> str:
    if isinstance(outcome, Known):
        return known_words(shared, outcome)
    why = " ".join(refusal_sentences(shared, outcome.refusals))
    track = track_name(outcome.track, NAME_SHOWN)
    return REFUSED.format(track=track, playlist=list_name(shared), why=why)


def known_words(shared: SharedPlaylist, outcome: Known) -> str:
    """Who brought it, when and where."""
    held = outcome.contribution
    by = mention(held.member_id) if held.member_id else "someone using Spotify"
    where = f" in <#{held.channel_id}>" if held.channel_id else ""
    same = outcome.track.uri in {held.recording.uri, held.written_uri}
    what = track_name(outcome.track, NAME_SHOWN)
    what = what if same else f"The same recording as {what}"
    when = f"{format_dt(held.created_at, 'R')}{where}"
    if held.state is State.PENDING:
        return f"{what} is already pending for {list_name(shared)}: {by} proposed it {when}."
    if held.state in INSIDE:
        return f"{what} is already in {list_name(shared)}: {by} added it {when}."
    if held.state is State.PARKED:
        return KNOWN_PARKED.format(track=what, playlist=list_name(shared), by=by, when=when)
    return f"{what} is already on its way into {list_name(shared)}: {by} added it {when}."


def reasons_of(shared: SharedPlaylist, outcomes: Iterable[Outcome]) -> str:
    """Why tracks do not go in: a line for each reason, with the first track it holds for. Empty: all do."""
    first: dict[str, str] = {}
    counts: dict[str, int] = {}
    for outcome in outcomes:
        reason = _reason(shared, outcome)
        if reason is None:
            continue
        rule, sentence = reason
        first.setdefault(rule, f"{track_name(outcome.track, SHORT_NAME)}: {sentence}")
        counts[rule] = counts.get(rule, 0) + 1
    lines = [
        text + (OTHERS.format(count=counts[rule] - 1) if counts[rule] > 1 else "")
        for rule, text in first.items()
    ]
    return fitting(lines[:REASONS_SHOWN], REASONS_ROOM)


def _reason(shared: SharedPlaylist, outcome: Outcome) -> tuple[str, str] | None:
    if isinstance(outcome, Known):
        return "known", IN_ALREADY
    if not isinstance(outcome, Refused):
        return None
    return outcome.refusals[0].rule, " ".join(refusal_sentences(shared, outcome.refusals[:1]))
