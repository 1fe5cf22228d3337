"""What managers can set about the rules of a shared playlist: what belongs together, what is typed or chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.shared.rules.table import RULES
from bot.services.shared.rules.values import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_S,
    MOST_OPEN_PROPOSALS,
    MOST_PER_ARTIST,
    MOST_PER_MEMBER,
)
from bot.spotify.limits import PLAYLIST_LENGTH
from cogs.words.names import length
from cogs.words.rules import rule_sentence, told_once

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist

NO_LIMIT: Final = "Leave it empty for no limit."
UP_TO: Final = "{least:,} to {most:,}. {more}"
YEAR_HINT: Final = f"{FIRST_YEAR} to {LAST_YEAR}. {NO_LIMIT}"
LENGTH_HINT: Final = f"0:01 to {length(LONGEST_S * 1000)}, like 3:30. {NO_LIMIT}"


@dataclass(frozen=True, slots=True)
class Field:
    """name: of the rules' record. options: value and label of each. is_tick: yes or no. Neither: a text."""

    name: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_tick: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """rules: those it sets. off: what holds when none of them is set. Without fields: a list of what is blocked."""

    key: str
    label: str
    rules: tuple[str, ...]
    off: str
    fields: tuple[Field, ...] = ()


def _up_to(most: int, more: str = NO_LIMIT) -> str:
    return UP_TO.format(least=1, most=most, more=more)


TOPICS: Final = (
    Topic(
        "duplicates",
        "Duplicates",
        ("same_track", "same_recording", "never_again"),
        "Duplicates are allowed, and so are tracks that were voted out.",
        (
            Field(
                "duplicates",
                "What counts as a duplicate",
                "Live, acoustic, remixed and other versions count separately.",
                (
                    ("same_recording", "The same recording, even from another release"),
                    ("same_track", "Exactly the same track"),
                    ("allowed", "Nothing: duplicates are allowed"),
                ),
            ),
            Field("never_again", "Tracks that were voted out can't come back", is_tick=True),
        ),
    ),
    Topic(
        "per_member",
        "Tracks per member",
        ("per_member",),
        "Members can add any number of tracks.",
        (
            Field("per_member", "Tracks per member", _up_to(MOST_PER_MEMBER)),
            Field("per_member_period", "Counted per", "", (("day", "Day"), ("round", "Round"))),
        ),
    ),
    Topic(
        "open_proposals",
        "Open proposals per member",
        ("open_proposals",),
        "Tracks go straight in, so there are no open proposals.",
        (
            Field(
                "open_proposals",
                "Open proposals per member",
                _up_to(MOST_OPEN_PROPOSALS, "Proposals are open until they're decided."),
            ),
        ),
    ),
    Topic(
        "per_artist",
        "Tracks per artist",
        ("per_artist",),
        "Any number of tracks per artist.",
        (Field("per_artist", "Tracks per artist", _up_to(MOST_PER_ARTIST)),),
    ),
    Topic(
        "length",
        "Track length",
        ("shortest", "longest"),
        "Tracks can be any length.",
        (
            Field("shortest_s", "Shortest", LENGTH_HINT),
            Field("longest_s", "Longest", LENGTH_HINT),
        ),
    ),
    Topic(
        "explicit",
        "Explicit tracks",
        ("explicit",),
        "Explicit tracks are allowed.",
        (
            Field(
                "explicit",
                "Explicit tracks",
                "As Spotify marks them.",
                (
                    ("any", "Allowed"),
                    ("clean_only", "Not allowed"),
                    ("explicit_only", "Only explicit tracks are allowed"),
                ),
            ),
        ),
    ),
    Topic(
        "years",
        "Release years",
        ("years",),
        "Tracks from any year.",
        (Field("first_year", "From", YEAR_HINT), Field("last_year", "To", YEAR_HINT)),
    ),
    Topic(
        "size",
        "Playlist size",
        ("most_items",),
        "No size limit.",
        (
            Field("most_items", "Tracks in the playlist", _up_to(PLAYLIST_LENGTH)),
            Field(
                "when_full",
                "When it's full",
                "Tracks that leave move to the archive.",
                (
                    ("refuse", "Nothing more goes in"),
                    ("drop_oldest", "The oldest track leaves"),
                    ("drop_lowest", "The track with the fewest votes leaves"),
                ),
            ),
        ),
    ),
    Topic("blocked_artists", "Blocked artists", ("blocked_artists",), "No artist is blocked."),
    Topic("blocked_tracks", "Blocked tracks", ("blocked_tracks",), "No track is blocked."),
    Topic("blocked_members", "Blocked members", ("blocked_members",), "No member is blocked."),
)
BY_KEY: Final = {topic.key: topic for topic in TOPICS}


def sentences(shared: SharedPlaylist) -> list[str]:
    """The rules that are set."""
    return [rule_sentence(shared, name) for name in _set_rules(shared)]


def limits_of_members(shared: SharedPlaylist) -> list[str]:
    """What of them holds a member back from adding more."""
    return [
        rule_sentence(shared, name) for name in _set_rules(shared) if name in {"per_member", "open_proposals"}
    ]


def topic_sentence(shared: SharedPlaylist, topic: Topic) -> str:
    """What holds now."""
    said = [rule_sentence(shared, name) for name in _set_rules(shared) if name in topic.rules]
    return " ".join(said) or topic.off


def current(shared: SharedPlaylist, field: Field) -> str:
    """What a field holds now, as it would be typed or chosen."""
    value = getattr(shared.rules, field.name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return length(value * 1000) if field.name in {"shortest_s", "longest_s"} else str(value)


def _set_rules(shared: SharedPlaylist) -> list[str]:
    return told_once([rule.name for rule in RULES if rule.is_set(shared)])
