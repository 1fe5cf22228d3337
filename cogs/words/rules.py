"""The rules of a shared playlist in sentences: what each asks of members, and the one reason when it says no.

Which rules there are stands in `bot/services/shared/rules/table.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.stores.contributions import INSIDE, State
from bot.stores.lists import Explicit, Period, WhenFull
from cogs.words.error_sentences import Answer
from cogs.words.names import length, mention
from cogs.words.text import count, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sized

    from bot.shared_errors import RuleError
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal
    from cogs.words.error_sentences import Place

NAME_SHOWN: Final = 80
REASONS_SHOWN: Final = 5
NOTHING_ADDED: Final = "Nothing was added."
OTHER_REASON: Final = "Its rules do not allow that."


@dataclass(frozen=True, slots=True)
class RuleWords:
    """sentence: the rule as it is set. reason: why it says no to a track."""

    sentence: Callable[[SharedPlaylist], str]
    reason: Callable[[SharedPlaylist | None, Refusal], str]


def rule_sentence(shared: SharedPlaylist, rule: str) -> str:
    return WORDS[rule].sentence(shared)


def refusal_sentences(shared: SharedPlaylist | None, refusals: Iterable[Refusal]) -> list[str]:
    """One reason for each rule that says no, the most telling first; not more than a member would read."""
    return [reason(shared, refusal) for refusal in refusals][:REASONS_SHOWN]


def reason(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    words = WORDS.get(refusal.rule)
    return words.reason(shared, refusal) if words else OTHER_REASON


def refused_by_rules(error: RuleError, _place: Place) -> Answer:
    reasons = refusal_sentences(None, error.refusals) or [OTHER_REASON]
    return Answer(" ".join([*reasons, NOTHING_ADDED]))


def roles_and(role_ids: Iterable[int]) -> str:
    return " or ".join(f"<@&{role_id}>" for role_id in role_ids)


def _seconds(limit: int | None) -> str:
    return length((limit or 0) * 1000)


def _brought(refusal: Refusal) -> str:
    """Whose it is and where it stands."""
    held = refusal.held
    if held is None:
        return ""
    by = mention(held.member_id) if held.member_id else "somebody in Spotify"
    when = format_dt(held.created_at, "R")
    if held.state is State.PENDING:
        return f": {by} proposed it {when}, and it is not decided yet"
    if held.state in INSIDE:
        return f": {by} added it {when}"
    return f", or on its way there: {by} added it {when}"


def _same_track(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.earlier:
        return "The same track stands further up in what you are adding."
    return f"This track is in the playlist already{_brought(refusal)}."


def _same_recording(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.earlier:
        return "The same recording, from another release, stands further up in what you are adding."
    return f"The same recording is in the playlist already, from another release{_brought(refusal)}."


def _per_member_sentence(shared: SharedPlaylist) -> str:
    by_day = shared.rules.per_member_period is Period.DAY
    zone = f" (midnight in {safe_text(shared.settings.time_zone, NAME_SHOWN)})" if by_day else ""
    tracks = count(shared.rules.per_member or 0, "track")
    return f"Every member may add {tracks} a {'day' if by_day else 'round'}{zone}."


def _per_member(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    by_day = shared is None or shared.rules.per_member_period is Period.DAY
    most = count(refusal.limit or 0, "track")
    when = format_dt(refusal.until, "R") if refusal.until else "in the next round"
    more = "This one would be one more; you can add it" if refusal.earlier else "You can add more"
    return f"Every member may add {most} a {'day' if by_day else 'round'}. {more} {when}."


def _open_proposals(_: SharedPlaylist | None, refusal: Refusal) -> str:
    most = f"{count(refusal.limit or 0, 'proposal')} open at a time"
    when = f", {format_dt(refusal.until, 'R')} at the latest" if refusal.until else ""
    return f"Every member may have {most}. You can propose more once one of yours is decided{when}."


def _per_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    name = safe_text(refusal.artist, NAME_SHOWN)
    tracks = count(refusal.limit or 0, "track")
    full = "this one would be one more" if refusal.earlier else "as many are there or on their way"
    return f"At most {tracks} by {name} may be in the playlist at the same time, and {full}."


def _shortest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return f"Tracks have to last {_seconds(refusal.limit)} at least, and this one lasts {_seconds(refusal.found)}."


def _longest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return f"Tracks may last {_seconds(refusal.limit)} at most, and this one lasts {_seconds(refusal.found)}."


def _explicit_sentence(shared: SharedPlaylist) -> str:
    if shared.rules.explicit is Explicit.EXPLICIT_ONLY:
        return "Only tracks that Spotify marks as explicit."
    return "No tracks that Spotify marks as explicit."


def _explicit(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found:
        return "Spotify marks this track as explicit, and this playlist takes only others."
    return "Spotify does not mark this track as explicit, and this playlist takes only those."


def _years_sentence(shared: SharedPlaylist) -> str:
    first, last = shared.rules.first_year, shared.rules.last_year
    if first and last:
        return (
            f"Only tracks released in {first}."
            if first == last
            else f"Only tracks released from {first} to {last}."
        )
    return (
        f"Only tracks released in {first} or later."
        if first
        else f"Only tracks released in {last} or earlier."
    )


def _years(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found is None:
        return "This playlist takes only tracks of certain years, and Spotify does not tell when this one came out."
    side = "later" if refusal.limit and refusal.found < refusal.limit else "earlier"
    return f"Tracks have to be of {refusal.limit} or {side}, and this release is of {refusal.found}."


def _blocked_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    by = f"by {safe_text(refusal.artist, NAME_SHOWN)}" if refusal.artist else "by this artist"
    return f"This playlist does not take tracks {by}."


def _not_wanted(blocked: Sized, thing: str) -> str:
    return f"{count(len(blocked), thing)} {'is' if len(blocked) == 1 else 'are'} not wanted."


def _most_items_sentence(shared: SharedPlaylist) -> str:
    items = count(shared.rules.most_items or 0, "track")
    then = {
        WhenFull.REFUSE: "When it is full, nothing more goes in until something leaves.",
        WhenFull.DROP_OLDEST: "When it is full, the oldest track moves to the archive.",
        WhenFull.DROP_LOWEST: "When it is full, the track with the fewest votes moves to the archive.",
    }[shared.rules.when_full]
    return f"The playlist holds {items} at most. {then}"


def _most_items(_: SharedPlaylist | None, refusal: Refusal) -> str:
    full = "would be full before this one" if refusal.earlier else "is full"
    return f"The playlist {full}: it holds {count(refusal.limit or 0, 'track')} at most."


def _who_may_add(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found == 0:
        return (
            "The roles that may add to this playlist are no longer in this server; "
            "one of its managers has to choose others in its settings."
        )
    if shared is None:
        return "Only members with certain roles may add to this playlist."
    return f"Only members with {roles_and(shared.roles.add)} may add to this playlist."


def _added_again(_: SharedPlaylist | None, refusal: Refusal) -> str:
    when = format_dt(refusal.until, "R") if refusal.until else "in an hour"
    return (
        f"You added this and took it back {count(refusal.limit or 0, 'time')} within an hour. "
        f"You can add it again {when}."
    )


WORDS: Final[dict[str, RuleWords]] = {
    "blocked_members": RuleWords(
        lambda shared: f"{count(len(shared.rules.blocked_members), 'member')} may not add anything.",
        lambda _shared, _refusal: "Adding to this playlist was closed to you by its curators.",
    ),
    "who_may_add": RuleWords(
        lambda shared: f"Only members with {roles_and(shared.roles.add)} may add.",
        _who_may_add,
    ),
    "same_track": RuleWords(lambda _: "Every track only once.", _same_track),
    "same_recording": RuleWords(
        lambda _: (
            "Every recording only once, also from another release. "
            "Live, acoustic, remixed and other versions count as recordings of their own."
        ),
        _same_recording,
    ),
    "never_again": RuleWords(
        lambda _: "What members voted off does not come back.",
        lambda _shared, _refusal: "Members voted this recording off, so it does not come back.",
    ),
    "per_member": RuleWords(_per_member_sentence, _per_member),
    "open_proposals": RuleWords(
        lambda shared: (
            f"Every member may have {count(shared.rules.open_proposals, 'proposal')} open at a time."
        ),
        _open_proposals,
    ),
    "per_artist": RuleWords(
        lambda shared: (
            f"At most {count(shared.rules.per_artist or 0, 'track')} of each artist at the same time."
        ),
        _per_artist,
    ),
    "shortest": RuleWords(
        lambda shared: f"Tracks last {_seconds(shared.rules.shortest_s)} at least.", _shortest
    ),
    "longest": RuleWords(lambda shared: f"Tracks last {_seconds(shared.rules.longest_s)} at most.", _longest),
    "explicit": RuleWords(_explicit_sentence, _explicit),
    "years": RuleWords(_years_sentence, _years),
    "blocked_artists": RuleWords(
        lambda shared: _not_wanted(shared.rules.blocked_artists, "artist"),
        _blocked_artist,
    ),
    "blocked_tracks": RuleWords(
        lambda shared: _not_wanted(shared.rules.blocked_tracks, "track"),
        lambda _shared, _refusal: "The curators of this playlist do not want this track in it.",
    ),
    "most_items": RuleWords(_most_items_sentence, _most_items),
    "added_again": RuleWords(lambda _: "Nothing is added and taken back again and again.", _added_again),
}
