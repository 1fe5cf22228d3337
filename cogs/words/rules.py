"""The rules of a shared playlist in sentences: what each asks of members, and the one reason when it says no.

Which rules there are stands in `bot/services/shared/rules/table.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from discord.utils import format_dt

from bot.languages import Plural, Text, any_of
from bot.stores.contributions import INSIDE, State
from bot.stores.lists import Explicit, Period, WhenFull
from cogs.words.counts import MORE
from cogs.words.error_sentences import Answer
from cogs.words.names import length, mention
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from bot.shared_errors import RuleError
    from bot.stores.lists import SharedPlaylist
    from bot.stores.refusals import Refusal
    from cogs.words.error_sentences import Place

NAME_SHOWN: Final = 80
REASONS_SHOWN: Final = 5
OTHER_REASON: Final = Text("The rules of this playlist don't allow that.")
SAME_EARLIER: Final = Text("The same track is further up in what you're adding.")
RECORDING_EARLIER: Final = Text(
    "The same recording, from another release, is further up in what you're adding."
)
# Of the same track, and of the same recording from another release.
TRACK, RECORDING = 0, 1
IS_THERE: Final = (
    Text("This track is already in the playlist."),
    Text("The same recording is already in the playlist, from another release."),
)
IS_PROPOSED: Final = (
    Text("This track is already proposed: {member} proposed it {when}, and it isn't decided yet."),
    Text(
        "The same recording is already proposed, from another release: {member} proposed it {when}, "
        "and it isn't decided yet."
    ),
)
IS_IN: Final = (
    Text("This track is already in the playlist: {member} added it {when}."),
    Text("The same recording is already in the playlist, from another release: {member} added it {when}."),
)
IS_COMING: Final = (
    Text("This track is already on its way into the playlist: {member} added it {when}."),
    Text(
        "The same recording is already on its way into the playlist, from another release: "
        "{member} added it {when}."
    ),
)
SOMEBODY: Final = Text("somebody in Spotify")
PER_DAY: Final = Plural(
    "Each member can add {n:,} track a day.",
    "Each member can add {n:,} tracks a day.",
)
PER_DAY_OF_ZONE: Final = Plural(
    "Each member can add {n:,} track a day (from midnight, {zone} time).",
    "Each member can add {n:,} tracks a day (from midnight, {zone} time).",
)
PER_ROUND: Final = Plural(
    "Each member can add {n:,} track a round.",
    "Each member can add {n:,} tracks a round.",
)
MORE_THEN: Final = Text("You can add more {when}.")
MORE_NEXT_ROUND: Final = Text("You can add more in the next round.")
THIS_THEN: Final = Text("You can add this one {when}.")
THIS_NEXT_ROUND: Final = Text("You can add this one in the next round.")
PROPOSALS_EACH: Final = Plural(
    "Each member can have {n:,} open proposal at a time.",
    "Each member can have {n:,} open proposals at a time.",
)
YOUR_PROPOSALS: Final = Plural(
    "You can have {n:,} open proposal at a time.",
    "You can have {n:,} open proposals at a time.",
)
PROPOSE_MORE: Final = Text("Propose more once one of yours is decided.")
PROPOSE_MORE_BY: Final = Text("Propose more once one of yours is decided, {when} at the latest.")
PER_ARTIST: Final = Plural("At most {n:,} track per artist.", "At most {n:,} tracks per artist.")
ARTIST_FULL: Final = Plural(
    "At most {n:,} track by {artist}, and that many are in or pending.",
    "At most {n:,} tracks by {artist}, and that many are in or pending.",
)
ARTIST_FULL_BEFORE: Final = Plural(
    "At most {n:,} track by {artist}, and this would be one more.",
    "At most {n:,} tracks by {artist}, and this would be one more.",
)
LENGTH_BETWEEN: Final = Text("Track length {shortest} to {longest}.")
LENGTH_FROM: Final = Text("Track length {shortest} or more.")
LENGTH_UP_TO: Final = Text("Track length {longest} or less.")
TOO_SHORT: Final = Text("Tracks must be at least {limit} long, and this one is {length}.")
TOO_LONG: Final = Text("Tracks must be at most {limit} long, and this one is {length}.")
MUSIC_ONLY: Final = Text("Only music, no podcast episodes.")
IS_AN_EPISODE: Final = Text("It's a podcast episode, and this playlist only takes music.")
ONLY_EXPLICIT: Final = Text("Only explicit tracks.")
NO_EXPLICIT: Final = Text("No explicit tracks.")
IS_EXPLICIT: Final = Text(
    "Spotify marks this track as explicit, and this playlist doesn't allow explicit tracks."
)
IS_NOT_EXPLICIT: Final = Text(
    "Spotify doesn't mark this track as explicit, and this playlist only allows explicit tracks."
)
OF_ONE_YEAR: Final = Text("Only tracks released in {year}.")
OF_YEARS: Final = Text("Only tracks released from {first} to {last}.")
FROM_YEAR: Final = Text("Only tracks released in {first} or later.")
UP_TO_YEAR: Final = Text("Only tracks released in {last} or earlier.")
YEAR_UNKNOWN: Final = Text(
    "This playlist only takes tracks from certain years, and Spotify doesn't say when this one came out."
)
TOO_OLD: Final = Text("Tracks must be from {limit} or later, and this release is from {year}.")
TOO_NEW: Final = Text("Tracks must be from {limit} or earlier, and this release is from {year}.")
ARTISTS_BLOCKED: Final = Plural("{n:,} artist is blocked.", "{n:,} artists are blocked.")
ARTIST_BLOCKED: Final = Text("{artist} is blocked in this playlist.")
THIS_ARTIST_BLOCKED: Final = Text("This artist is blocked in this playlist.")
TRACKS_BLOCKED: Final = Plural("{n:,} track is blocked.", "{n:,} tracks are blocked.")
TRACK_BLOCKED: Final = Text("This track is blocked in this playlist.")
MEMBERS_BLOCKED: Final = Plural("{n:,} member is blocked.", "{n:,} members are blocked.")
YOU_ARE_BLOCKED: Final = Text("The curators of this playlist have blocked you from adding to it.")
AT_MOST: Final = Plural("At most {n:,} track.", "At most {n:,} tracks.")
ONCE_FULL: Final = {
    WhenFull.REFUSE: Text("When it's full, nothing goes in until something leaves."),
    WhenFull.DROP_OLDEST: Text("When it's full, the oldest track moves to the archive."),
    WhenFull.DROP_LOWEST: Text("When it's full, the track with the fewest likes moves to the archive."),
}
IS_FULL: Final = Plural(
    "The playlist is full: it holds at most {n:,} track.",
    "The playlist is full: it holds at most {n:,} tracks.",
)
FULL_BEFORE: Final = Plural(
    "The playlist would be full before this one: it holds at most {n:,} track.",
    "The playlist would be full before this one: it holds at most {n:,} tracks.",
)
ROLES_CAN_ADD: Final = Text("Only members with {roles} can add.")
ROLES_DELETED: Final = Text(
    "The roles that could add to this playlist were deleted. "
    "Ask one of its managers to choose others in its settings."
)
NOT_YOUR_ROLES: Final = Text("Only members with certain roles can add to this playlist.")
NOT_YOUR_ROLES_BUT: Final = Text("Only members with {roles} can add to this playlist.")
TRACK_ONCE: Final = Text("Every track only once.")
RECORDING_ONCE: Final = Text(
    "Every recording only once, even from another release. "
    "Live, acoustic, remixed and other versions count separately."
)
NEVER_AGAIN: Final = Text("Tracks that were voted out can't come back.")
WAS_VOTED_OUT: Final = Text("Members voted this recording out, so it can't come back.")
NOT_OVER_AND_OVER: Final = Text("Nothing is added and taken back over and over.")
TAKEN_BACK: Final = Plural(
    "You added this and took it back {n:,} time within an hour. Add it again {when}.",
    "You added this and took it back {n:,} times within an hour. Add it again {when}.",
)
TAKEN_BACK_WAIT: Final = Plural(
    "You added this and took it back {n:,} time within an hour. Add it again in an hour.",
    "You added this and took it back {n:,} times within an hour. Add it again in an hour.",
)
# Of what left, and of what was declined.
NOT_AGAIN: Final = Plural(
    "Tracks that left or were declined can come back after {n:,} day.",
    "Tracks that left or were declined can come back after {n:,} days.",
)
LEFT_RECENTLY: Final = (
    Plural(
        "It left the playlist less than {n:,} day ago. Add it again {when}.",
        "It left the playlist less than {n:,} days ago. Add it again {when}.",
    ),
    Plural(
        "It was declined less than {n:,} day ago. Add it again {when}.",
        "It was declined less than {n:,} days ago. Add it again {when}.",
    ),
)
ONE_EVERY: Final = Plural(
    "Each member can add a track every minute.",
    "Each member can add a track every {n:,} minutes.",
)
NO_PROPOSALS_NOW: Final = Text("No proposals while members vote on one.")
VOTE_RUNS: Final = Text(
    "There are no proposals while members vote on one. Propose this once that vote ends, {when} at the latest."
)
WITHOUT_WORDS: Final = Text("Nothing with {words} in the title or artist.")
WITH_WORDS: Final = Text("Only tracks with {words} in the title or artist.")
HAS_WORD: Final = Text("This playlist takes nothing with “{word}” in the title or artist.")
HAS_NO_WORD: Final = Text("This playlist only takes tracks with {words} in the title or artist.")
HAS_NONE: Final = Text("This playlist only takes tracks with certain words in the title or artist.")
QUOTED: Final = Text("“{word}”")
WORDS_SHOWN: Final = 10
STAYS: Final = Plural(
    "Tracks stay for {n:,} day, then move to the archive at midnight.",
    "Tracks stay for {n:,} days, then move to the archive at midnight.",
)
ONLY_UP: Final = Text("Votes on proposals are 👍 only: enough of them, or the proposal expires.")
COUNT_HIDDEN: Final = Text("The count of a vote is shown once it ends.")
VOTERS: Final = Plural(
    "Only members who joined this server at least {n:,} day ago can vote.",
    "Only members who joined this server at least {n:,} days ago can vote.",
)
WIDER: Final = {"same_recording": "same_track", "shortest": "longest"}  # says what the other says, too


@dataclass(frozen=True, slots=True)
class RuleWords:
    """sentence: the rule as it is set. reason: why it says no to a track."""

    sentence: Callable[[SharedPlaylist], str]
    reason: Callable[[SharedPlaylist | None, Refusal], str]


def rule_sentence(shared: SharedPlaylist, rule: str) -> str:
    return WORDS[rule].sentence(shared)


def rule_title(shared: SharedPlaylist | None, rule: str) -> str:
    """The rule as it is set, without a full stop; in general words if it or its list is gone."""
    words = WORDS.get(rule)
    return (words.sentence(shared) if words and shared else OTHER_REASON()).rstrip(".")


def refusal_sentences(shared: SharedPlaylist | None, refusals: Iterable[Refusal]) -> list[str]:
    """One reason for each rule that says no, the most telling first; not more than a member would read."""
    return [reason(shared, refusal) for refusal in refusals][:REASONS_SHOWN]


def reason(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    words = WORDS.get(refusal.rule)
    return words.reason(shared, refusal) if words else OTHER_REASON()


def refused_by_rules(error: RuleError, _place: Place) -> Answer:
    return Answer(" ".join(refusal_sentences(None, error.refusals) or [OTHER_REASON()]))


def told_once(rules: Collection[str]) -> list[str]:
    """Without those that the sentence of another one includes."""
    included = {WIDER[rule] for rule in rules if rule in WIDER}
    return [rule for rule in rules if rule not in included]


def roles_and(role_ids: Iterable[int]) -> str:
    return any_of([f"<@&{role_id}>" for role_id in role_ids])


def _seconds(limit: int | None) -> str:
    return length((limit or 0) * 1000)


def _where(refusal: Refusal, what: int) -> str:
    """Whose it is and how far it is."""
    held = refusal.held
    if held is None:
        return IS_THERE[what]()
    words = IS_IN if held.state in INSIDE else IS_COMING
    words = IS_PROPOSED if held.state is State.PENDING else words
    who = mention(held.member_id) if held.member_id else SOMEBODY()
    return words[what](member=who, when=format_dt(held.created_at, "R"))


def _same_track(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return SAME_EARLIER() if refusal.earlier else _where(refusal, TRACK)


def _same_recording(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return RECORDING_EARLIER() if refusal.earlier else _where(refusal, RECORDING)


def _per_member_sentence(shared: SharedPlaylist) -> str:
    most = shared.rules.per_member or 0
    if shared.rules.per_member_period is Period.DAY:
        return PER_DAY_OF_ZONE(most, zone=safe_text(shared.settings.time_zone, NAME_SHOWN))
    return PER_ROUND(most)


def _per_member(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    by_day = shared is None or shared.rules.per_member_period is Period.DAY
    most = (PER_DAY if by_day else PER_ROUND)(refusal.limit or 0)
    if refusal.until:
        then = (THIS_THEN if refusal.earlier else MORE_THEN)(when=format_dt(refusal.until, "R"))
    else:
        then = (THIS_NEXT_ROUND if refusal.earlier else MORE_NEXT_ROUND)()
    return f"{most} {then}"


def _open_proposals(_: SharedPlaylist | None, refusal: Refusal) -> str:
    until = refusal.until
    more = PROPOSE_MORE_BY(when=format_dt(until, "R")) if until else PROPOSE_MORE()
    return f"{YOUR_PROPOSALS(refusal.limit or 0)} {more}"


def _per_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    words = ARTIST_FULL_BEFORE if refusal.earlier else ARTIST_FULL
    return words(refusal.limit or 0, artist=safe_text(refusal.artist, NAME_SHOWN))


def _shortest_sentence(shared: SharedPlaylist) -> str:
    shortest, longest = _seconds(shared.rules.shortest_s), shared.rules.longest_s
    if longest:
        return LENGTH_BETWEEN(shortest=shortest, longest=_seconds(longest))
    return LENGTH_FROM(shortest=shortest)


def _shortest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return TOO_SHORT(limit=_seconds(refusal.limit), length=_seconds(refusal.found))


def _longest(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return TOO_LONG(limit=_seconds(refusal.limit), length=_seconds(refusal.found))


def _explicit_sentence(shared: SharedPlaylist) -> str:
    return (ONLY_EXPLICIT if shared.rules.explicit is Explicit.EXPLICIT_ONLY else NO_EXPLICIT)()


def _explicit(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return (IS_EXPLICIT if refusal.found else IS_NOT_EXPLICIT)()


def _years_sentence(shared: SharedPlaylist) -> str:
    first, last = shared.rules.first_year, shared.rules.last_year
    if first and last:
        return OF_ONE_YEAR(year=first) if first == last else OF_YEARS(first=first, last=last)
    return FROM_YEAR(first=first) if first else UP_TO_YEAR(last=last)


def _years(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found is None:
        return YEAR_UNKNOWN()
    words = TOO_OLD if refusal.limit and refusal.found < refusal.limit else TOO_NEW
    return words(limit=refusal.limit, year=refusal.found)


def _blocked_artist(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.artist:
        return ARTIST_BLOCKED(artist=safe_text(refusal.artist, NAME_SHOWN))
    return THIS_ARTIST_BLOCKED()


def _most_items_sentence(shared: SharedPlaylist) -> str:
    return f"{AT_MOST(shared.rules.most_items or 0)} {ONCE_FULL[shared.rules.when_full]()}"


def _most_items(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return (FULL_BEFORE if refusal.earlier else IS_FULL)(refusal.limit or 0)


def _who_may_add(shared: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.found == 0:
        return ROLES_DELETED()
    return NOT_YOUR_ROLES() if shared is None else NOT_YOUR_ROLES_BUT(roles=roles_and(shared.roles.add))


def _not_again(_: SharedPlaylist | None, refusal: Refusal) -> str:
    days, was_declined = refusal.limit or 0, refusal.found == 1
    if refusal.until is None:
        return NOT_AGAIN(days)
    return LEFT_RECENTLY[was_declined](days, when=format_dt(refusal.until, "R"))


def _pause(_: SharedPlaylist | None, refusal: Refusal) -> str:
    every = ONE_EVERY(refusal.limit or 0)
    if refusal.until is None:
        return every
    then = THIS_THEN if refusal.earlier else MORE_THEN
    return f"{every} {then(when=format_dt(refusal.until, 'R'))}"


def _closed_while_voting(_: SharedPlaylist | None, refusal: Refusal) -> str:
    return VOTE_RUNS(when=format_dt(refusal.until, "R")) if refusal.until else NO_PROPOSALS_NOW()


def _some(words: Sequence[str]) -> str:
    shown = [QUOTED(word=safe_text(word, NAME_SHOWN)) for word in words[:WORDS_SHOWN]]
    rest = len(words) - len(shown)
    return any_of([*shown, *([MORE(rest)] if rest > 0 else [])])


def _required_words(shared: SharedPlaylist | None, _: Refusal) -> str:
    return HAS_NO_WORD(words=_some(shared.rules.required_words)) if shared else HAS_NONE()


def _added_again(_: SharedPlaylist | None, refusal: Refusal) -> str:
    if refusal.until:
        return TAKEN_BACK(refusal.limit or 0, when=format_dt(refusal.until, "R"))
    return TAKEN_BACK_WAIT(refusal.limit or 0)


WORDS: Final[dict[str, RuleWords]] = {
    "blocked_members": RuleWords(
        lambda shared: MEMBERS_BLOCKED(len(shared.rules.blocked_members)),
        lambda _shared, _refusal: YOU_ARE_BLOCKED(),
    ),
    "who_may_add": RuleWords(
        lambda shared: ROLES_CAN_ADD(roles=roles_and(shared.roles.add)),
        _who_may_add,
    ),
    "same_track": RuleWords(lambda _: TRACK_ONCE(), _same_track),
    "same_recording": RuleWords(lambda _: RECORDING_ONCE(), _same_recording),
    "never_again": RuleWords(lambda _: NEVER_AGAIN(), lambda _shared, _refusal: WAS_VOTED_OUT()),
    "per_member": RuleWords(_per_member_sentence, _per_member),
    "open_proposals": RuleWords(
        lambda shared: PROPOSALS_EACH(shared.rules.open_proposals),
        _open_proposals,
    ),
    "per_artist": RuleWords(lambda shared: PER_ARTIST(shared.rules.per_artist or 0), _per_artist),
    "shortest": RuleWords(_shortest_sentence, _shortest),
    "longest": RuleWords(lambda shared: LENGTH_UP_TO(longest=_seconds(shared.rules.longest_s)), _longest),
    "music_only": RuleWords(lambda _: MUSIC_ONLY(), lambda _shared, _refusal: IS_AN_EPISODE()),
    "explicit": RuleWords(_explicit_sentence, _explicit),
    "years": RuleWords(_years_sentence, _years),
    "blocked_artists": RuleWords(
        lambda shared: ARTISTS_BLOCKED(len(shared.rules.blocked_artists)),
        _blocked_artist,
    ),
    "blocked_tracks": RuleWords(
        lambda shared: TRACKS_BLOCKED(len(shared.rules.blocked_tracks)),
        lambda _shared, _refusal: TRACK_BLOCKED(),
    ),
    "most_items": RuleWords(_most_items_sentence, _most_items),
    "not_again": RuleWords(lambda shared: NOT_AGAIN(shared.rules.again_days or 0), _not_again),
    "pause": RuleWords(lambda shared: ONE_EVERY(shared.rules.minutes_between or 0), _pause),
    "closed_while_voting": RuleWords(lambda _: NO_PROPOSALS_NOW(), _closed_while_voting),
    "refused_words": RuleWords(
        lambda shared: WITHOUT_WORDS(words=_some(shared.rules.refused_words)),
        lambda _, refusal: HAS_WORD(word=safe_text(refusal.word, NAME_SHOWN)),
    ),
    "required_words": RuleWords(
        lambda shared: WITH_WORDS(words=_some(shared.rules.required_words)), _required_words
    ),
    "longest_stay": RuleWords(
        lambda shared: STAYS(shared.rules.stay_days or 0), lambda _shared, _refusal: OTHER_REASON()
    ),
    "only_up": RuleWords(lambda _: ONLY_UP(), lambda _shared, _refusal: OTHER_REASON()),
    "hidden_count": RuleWords(lambda _: COUNT_HIDDEN(), lambda _shared, _refusal: OTHER_REASON()),
    "voters": RuleWords(
        lambda shared: VOTERS(shared.settings.voter_days), lambda _shared, _refusal: OTHER_REASON()
    ),
    "added_again": RuleWords(lambda _: NOT_OVER_AND_OVER(), _added_again),
}
