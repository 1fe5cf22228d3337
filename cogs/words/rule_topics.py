"""What managers can set about the rules of a shared playlist: what belongs together, what is typed or chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.languages import Text
from bot.services.shared.rules.table import RULES
from bot.services.shared.rules.values import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_S,
    LONGEST_STAY,
    LONGEST_WORD,
    MOST_DAYS_APART,
    MOST_MINUTES_BETWEEN,
    MOST_OPEN_PROPOSALS,
    MOST_PER_ARTIST,
    MOST_PER_MEMBER,
    MOST_WORDS,
)
from bot.spotify.limits import PLAYLIST_LENGTH
from cogs.words.names import length
from cogs.words.rules import rule_sentence, told_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.stores.lists import SharedPlaylist

UP_TO: Final = Text("{least:,} to {most:,}. Leave it empty for no limit.")
PROPOSALS_UP_TO: Final = Text("{least:,} to {most:,}. Proposals are open until they're decided.")
YEARS: Final = Text("{first} to {last}. Leave it empty for no limit.")
THEN_LEAVES: Final = Text("{least:,} to {most:,}, also for tracks already in. Leave it empty for no limit.")
WORDS_UP_TO: Final = Text("Up to {most}, with commas between them, like: live, karaoke")
WORDS_HINT: Final = partial(WORDS_UP_TO, most=MOST_WORDS)
WORDS_ROOM: Final = MOST_WORDS * (LONGEST_WORD + len(", "))
LENGTHS: Final = Text("0:01 to {longest}, like 3:30. Leave it empty for no limit.")
YEAR_HINT: Final = partial(YEARS, first=FIRST_YEAR, last=LAST_YEAR)
LENGTH_HINT: Final = partial(LENGTHS, longest=length(LONGEST_S * 1000))


@dataclass(frozen=True, slots=True)
class Field:
    """name: of the rules' record. options: value and label of each. is_tick: yes or no. Neither: a text."""

    name: str
    label: Text
    hint: Callable[[], str] = str  # empty
    options: tuple[tuple[str, Text], ...] = ()
    is_tick: bool = False
    most: int = 12  # letters that can be typed


@dataclass(frozen=True, slots=True)
class Topic:
    """rules: those it sets. off: what holds when none of them is set. Without fields: a list of what is blocked."""

    key: str
    label: Text
    rules: tuple[str, ...]
    off: Text
    fields: tuple[Field, ...] = ()


TOPICS: Final = (
    Topic(
        "duplicates",
        Text("Duplicates"),
        ("same_track", "same_recording", "never_again"),
        Text("Duplicates are allowed, and so are tracks that were voted out."),
        (
            Field(
                "duplicates",
                Text("What counts as a duplicate"),
                Text("Live, acoustic, remixed and other versions count separately."),
                (
                    ("same_recording", Text("The same recording, even from another release")),
                    ("same_track", Text("Exactly the same track")),
                    ("allowed", Text("Nothing: duplicates are allowed")),
                ),
            ),
            Field("never_again", Text("Tracks that were voted out can't come back"), is_tick=True),
        ),
    ),
    Topic(
        "per_member",
        Text("Tracks per member"),
        ("per_member",),
        Text("Members can add any number of tracks."),
        (
            Field("per_member", Text("Tracks per member"), partial(UP_TO, least=1, most=MOST_PER_MEMBER)),
            Field(
                "per_member_period",
                Text("Counted per"),
                options=(("day", Text("Day")), ("round", Text("Round"))),
            ),
        ),
    ),
    Topic(
        "open_proposals",
        Text("Open proposals per member"),
        ("open_proposals",),
        Text("Tracks go straight in, so there are no open proposals."),
        (
            Field(
                "open_proposals",
                Text("Open proposals per member"),
                partial(PROPOSALS_UP_TO, least=1, most=MOST_OPEN_PROPOSALS),
            ),
        ),
    ),
    Topic(
        "per_artist",
        Text("Tracks per artist"),
        ("per_artist",),
        Text("Any number of tracks per artist."),
        (Field("per_artist", Text("Tracks per artist"), partial(UP_TO, least=1, most=MOST_PER_ARTIST)),),
    ),
    Topic(
        "length",
        Text("Track length"),
        ("shortest", "longest"),
        Text("Tracks can be any length."),
        (
            Field("shortest_s", Text("Shortest"), LENGTH_HINT),
            Field("longest_s", Text("Longest"), LENGTH_HINT),
        ),
    ),
    Topic(
        "episodes",
        Text("Podcast episodes"),
        ("music_only",),
        Text("Podcast episodes are allowed."),
        (Field("music_only", Text("Only music, no podcast episodes"), is_tick=True),),
    ),
    Topic(
        "explicit",
        Text("Explicit tracks"),
        ("explicit",),
        Text("Explicit tracks are allowed."),
        (
            Field(
                "explicit",
                Text("Explicit tracks"),
                Text("As Spotify marks them."),
                (
                    ("any", Text("Allowed")),
                    ("clean_only", Text("Not allowed")),
                    ("explicit_only", Text("Only explicit tracks are allowed")),
                ),
            ),
        ),
    ),
    Topic(
        "years",
        Text("Release years"),
        ("years",),
        Text("Tracks from any year."),
        (Field("first_year", Text("From"), YEAR_HINT), Field("last_year", Text("To"), YEAR_HINT)),
    ),
    Topic(
        "size",
        Text("Playlist size"),
        ("most_items",),
        Text("No size limit."),
        (
            Field(
                "most_items", Text("Tracks in the playlist"), partial(UP_TO, least=1, most=PLAYLIST_LENGTH)
            ),
            Field(
                "when_full",
                Text("When it's full"),
                Text("Tracks that leave move to the archive."),
                (
                    ("refuse", Text("Nothing more goes in")),
                    ("drop_oldest", Text("The oldest track leaves")),
                    ("drop_lowest", Text("The track with the fewest likes leaves")),
                ),
            ),
        ),
    ),
    Topic(
        "again",
        Text("Coming back"),
        ("not_again",),
        Text("Tracks that left or were declined can come back right away."),
        (
            Field(
                "again_days",
                Text("Days before a track can come back"),
                partial(UP_TO, least=1, most=MOST_DAYS_APART),
            ),
        ),
    ),
    Topic(
        "pause",
        Text("Time between tracks"),
        ("pause",),
        Text("Members can add one track right after another."),
        (
            Field(
                "minutes_between",
                Text("Minutes between two tracks of a member"),
                partial(UP_TO, least=1, most=MOST_MINUTES_BETWEEN),
            ),
        ),
    ),
    Topic(
        "closed",
        Text("Proposals during votes"),
        ("closed_while_voting",),
        Text("Members can propose while others are voted on."),
        (
            Field(
                "closed_while_voting",
                Text("No proposals while members vote on one"),
                Text("Only if members vote on what's added."),
                is_tick=True,
            ),
        ),
    ),
    Topic(
        "words",
        Text("Words"),
        ("refused_words", "required_words"),
        Text("Titles and artists can have any words."),
        (
            Field("refused_words", Text("Refused in title or artist"), WORDS_HINT, most=WORDS_ROOM),
            Field(
                "required_words", Text("One of these must be in title or artist"), WORDS_HINT, most=WORDS_ROOM
            ),
        ),
    ),
    Topic(
        "stay",
        Text("Longest stay"),
        ("longest_stay",),
        Text("Tracks can stay for good."),
        (
            Field(
                "stay_days",
                Text("Days until a track moves to the archive"),
                partial(THEN_LEAVES, least=1, most=LONGEST_STAY),
            ),
        ),
    ),
    Topic("blocked_artists", Text("Blocked artists"), ("blocked_artists",), Text("No artist is blocked.")),
    Topic("blocked_tracks", Text("Blocked tracks"), ("blocked_tracks",), Text("No track is blocked.")),
    Topic("blocked_members", Text("Blocked members"), ("blocked_members",), Text("No member is blocked.")),
)
LIMITS_OF_MEMBERS: Final = frozenset({"per_member", "pause", "open_proposals", "closed_while_voting"})
HOW_VOTES_GO: Final = frozenset({"only_up", "hidden_count", "voters"})  # set with the settings
BY_KEY: Final = {topic.key: topic for topic in TOPICS}


def sentences(shared: SharedPlaylist) -> list[str]:
    """The rules that are set."""
    return [rule_sentence(shared, name) for name in _set_rules(shared)]


def limits_of_members(shared: SharedPlaylist) -> list[str]:
    """What of them holds a member back from adding more."""
    return [rule_sentence(shared, name) for name in _set_rules(shared) if name in LIMITS_OF_MEMBERS]


def vote_sentences(shared: SharedPlaylist) -> list[str]:
    """What of them is about how members vote."""
    return [rule_sentence(shared, name) for name in _set_rules(shared) if name in HOW_VOTES_GO]


def topic_sentence(shared: SharedPlaylist, topic: Topic) -> str:
    """What holds now."""
    said = [rule_sentence(shared, name) for name in _set_rules(shared) if name in topic.rules]
    return " ".join(said) or topic.off()


def current(shared: SharedPlaylist, field: Field) -> str:
    """What a field holds now, as it would be typed or chosen."""
    value = getattr(shared.rules, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return length(value * 1000) if field.name in {"shortest_s", "longest_s"} else str(value)


def _set_rules(shared: SharedPlaylist) -> list[str]:
    return told_once([rule.name for rule in RULES if rule.is_set(shared)])
