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
    from collections.abc import Callable, Collection, Iterable

    from bot.shared_errors import RuleError
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal
    from cogs.words.error_sentences import Place

NAME_SHOWN: Final = 80
REASONS_SHOWN: Final = 5
OTHER_REASON: Final = "The rules of this playlist don't allow that."
WIDER: Final = {"same_recording": "same_track", "shortest": "longest"}  # says what the other says, too


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
    return Answer(" ".join(refusal_sentences(None, error.refusals) or [OTHER_REASON]))


def told_once(rules: Collection[str]) -> list[str]:
    """Without those that the sentence of another one includes."""
    included = {WIDER[rule] for rule in rules if rule in WIDER}
    return [rule for rule in rules if rule not in included]


def roles_and(role_ids: Iterable[int]) -> str:
    return " or ".join(f"<@&{role_id}>" for role_id in role_ids)


def _seconds(limit: int | None) -> str:
    return length((limit or 0) * 1000)


def _where(refusal: Refusal, what: str, release: str = "") -> str:
    """Whose it is and how far it is."""
    held = refusal.held
    if held is None:
        return f"{what} is already in the playlist{release}."
    who = mention(held.member_id) if held.member_id else "somebody in Spotify"
    when = format_dt(held.created_at, "R")
    if held.state is State.PENDING:
        return f"{what} is already proposed{release}: {who} proposed it {when}, and it isn't decided yet."
    if held.state in INSIDE:
        return f"{what} is already in the playlist{release}: {who} added it {when}."
    return f"{what} is already on its way into the playlist{release}: {who} added it {when}."


def _same_track(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.earlier:
        return "The same track is further up in what you're adding."
    return _where(refusal, "This track")


def _same_recording(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.earlier:
        return "The same recording, from another release, is further up in what you're adding."
    return _where(refusal, "The same recording", ", from another release")


def _per_member_sentence(shared: SharedPlaylist) -> str:
    by_day = shared.rules.per_member_period is Period.DAY
    zone = f" (from midnight, {safe_text(shared.settings.time_zone, NAME_SHOWN)} time)" if by_day else ""
    tracks = count(shared.rules.per_member or 0, "track")
    return f"Each member can add {tracks} a {'day' if by_day else 'round'}{zone}."


def _per_member(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    by_day = shared is None or shared.rules.per_member_period is Period.DAY
    most = count(refusal.limit or 0, "track")
    when = format_dt(refusal.until, "R") if refusal.until else "in the next round"
    more = "You can add this one" if refusal.earlier else "You can add more"
    return f"Each member can add {most} a {'day' if by_day else 'round'}. {more} {when}."


def _open_proposals(_: SharedPlaylist | None, refusal: Refusal) -> str:
    most = count(refusal.limit or 0, "open proposal")
    when = f", {format_dt(refusal.until, 'R')} at the latest" if refusal.until else ""
    return f"You can have {most} at a time. Propose more once one of yours is decided{when}."


def _per_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    name = safe_text(refusal.artist, NAME_SHOWN)
    tracks = count(refusal.limit or 0, "track")
    full = "this would be one more" if refusal.earlier else "that many are in or pending"
    return f"At most {tracks} by {name}, and {full}."


def _shortest_sentence(shared: SharedPlaylist) -> str:
    shortest, longest = _seconds(shared.rules.shortest_s), shared.rules.longest_s
    return (
        f"Track length {shortest} to {_seconds(longest)}." if longest else f"Track length {shortest} or more."
    )


def _shortest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return (
        f"Tracks must be at least {_seconds(refusal.limit)} long, and this one is {_seconds(refusal.found)}."
    )


def _longest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return (
        f"Tracks must be at most {_seconds(refusal.limit)} long, and this one is {_seconds(refusal.found)}."
    )


def _explicit_sentence(shared: SharedPlaylist) -> str:
    if shared.rules.explicit is Explicit.EXPLICIT_ONLY:
        return "Only explicit tracks."
    return "No explicit tracks."


def _explicit(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found:
        return "Spotify marks this track as explicit, and this playlist doesn't allow explicit tracks."
    return "Spotify doesn't mark this track as explicit, and this playlist only allows explicit tracks."


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
        return "This playlist only takes tracks from certain years, and Spotify doesn't say when this one came out."
    side = "later" if refusal.limit and refusal.found < refusal.limit else "earlier"
    return f"Tracks must be from {refusal.limit} or {side}, and this release is from {refusal.found}."


def _blocked_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    who = safe_text(refusal.artist, NAME_SHOWN) if refusal.artist else "This artist"
    return f"{who} is blocked in this playlist."


def _blocked(number: int, thing: str) -> str:
    return f"{count(number, thing)} {'is' if number == 1 else 'are'} blocked."


def _most_items_sentence(shared: SharedPlaylist) -> str:
    items = count(shared.rules.most_items or 0, "track")
    then = {
        WhenFull.REFUSE: "When it's full, nothing goes in until something leaves.",
        WhenFull.DROP_OLDEST: "When it's full, the oldest track moves to the archive.",
        WhenFull.DROP_LOWEST: "When it's full, the track with the fewest votes moves to the archive.",
    }[shared.rules.when_full]
    return f"At most {items}. {then}"


def _most_items(_: SharedPlaylist | None, refusal: Refusal) -> str:
    full = "would be full before this one" if refusal.earlier else "is full"
    return f"The playlist {full}: it holds at most {count(refusal.limit or 0, 'track')}."


def _who_may_add(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found == 0:
        return (
            "The roles that could add to this playlist were deleted. "
            "Ask one of its managers to choose others in its settings."
        )
    if shared is None:
        return "Only members with certain roles can add to this playlist."
    return f"Only members with {roles_and(shared.roles.add)} can add to this playlist."


def _added_again(_: SharedPlaylist | None, refusal: Refusal) -> str:
    when = format_dt(refusal.until, "R") if refusal.until else "in an hour"
    return (
        f"You added this and took it back {count(refusal.limit or 0, 'time')} within an hour. "
        f"Add it again {when}."
    )


WORDS: Final[dict[str, RuleWords]] = {
    "blocked_members": RuleWords(
        lambda shared: _blocked(len(shared.rules.blocked_members), "member"),
        lambda _shared, _refusal: "The curators of this playlist have blocked you from adding to it.",
    ),
    "who_may_add": RuleWords(
        lambda shared: f"Only members with {roles_and(shared.roles.add)} can add.",
        _who_may_add,
    ),
    "same_track": RuleWords(lambda _: "Every track only once.", _same_track),
    "same_recording": RuleWords(
        lambda _: (
            "Every recording only once, even from another release. "
            "Live, acoustic, remixed and other versions count separately."
        ),
        _same_recording,
    ),
    "never_again": RuleWords(
        lambda _: "Tracks that were voted out can't come back.",
        lambda _shared, _refusal: "Members voted this recording out, so it can't come back.",
    ),
    "per_member": RuleWords(_per_member_sentence, _per_member),
    "open_proposals": RuleWords(
        lambda shared: (
            f"Each member can have {count(shared.rules.open_proposals, 'open proposal')} at a time."
        ),
        _open_proposals,
    ),
    "per_artist": RuleWords(
        lambda shared: f"At most {count(shared.rules.per_artist or 0, 'track')} per artist.",
        _per_artist,
    ),
    "shortest": RuleWords(_shortest_sentence, _shortest),
    "longest": RuleWords(
        lambda shared: f"Track length {_seconds(shared.rules.longest_s)} or less.", _longest
    ),
    "explicit": RuleWords(_explicit_sentence, _explicit),
    "years": RuleWords(_years_sentence, _years),
    "blocked_artists": RuleWords(
        lambda shared: _blocked(len(shared.rules.blocked_artists), "artist"),
        _blocked_artist,
    ),
    "blocked_tracks": RuleWords(
        lambda shared: _blocked(len(shared.rules.blocked_tracks), "track"),
        lambda _shared, _refusal: "This track is blocked in this playlist.",
    ),
    "most_items": RuleWords(_most_items_sentence, _most_items),
    "added_again": RuleWords(lambda _: "Nothing is added and taken back over and over.", _added_again),
}
