"""What managers can set about the rules of a shared playlist: what belongs together, what is typed or chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.services.shared.rules.table import RULES
from cogs.words.names import length
from cogs.words.rules import rule_sentence

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist

EMPTY_IS_NONE: Final = "Leave it empty for no limit."
LENGTH_HINT: Final = f"Minutes and seconds, such as 3:30. {EMPTY_IS_NONE}"


@dataclass(frozen=True, slots=True)
class Field:
    """name: of the rules' record. options: value and label of each; none: a text."""

    name: str
    label: str
    hint: str = EMPTY_IS_NONE
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """rules: those it sets. off: what holds when none of them is set. Without fields: a list of what is blocked."""

    key: str
    label: str
    rules: tuple[str, ...]
    off: str
    fields: tuple[Field, ...] = ()


TOPICS: Final = (
    Topic(
        "duplicates",
        "No duplicates",
        ("same_track", "same_recording", "never_again"),
        "The same track may go in more than once, and so may what members voted off.",
        (
            Field(
                "duplicates",
                "What may go in only once",
                "Live, acoustic, remixed and other versions count as recordings of their own.",
                (
                    ("same_recording", "The same recording, also from another release"),
                    ("same_track", "Exactly the same track"),
                    ("allowed", "Nothing: repetitions are welcome"),
                ),
            ),
            Field(
                "never_again",
                "What members voted off",
                "By a vote of the members",
                (("yes", "Never comes back"), ("no", "May come back")),
            ),
        ),
    ),
    Topic(
        "per_member",
        "Limit per member",
        ("per_member",),
        "Members may add as much as they like.",
        (
            Field("per_member", "Tracks each member may add"),
            Field("per_member_period", "In how long", "", (("day", "Every day"), ("round", "Every round"))),
        ),
    ),
    Topic(
        "open_proposals",
        "Open proposals per member",
        ("open_proposals",),
        "What members add goes straight in, so no proposal is open.",
        (
            Field(
                "open_proposals",
                "Proposals each member may have open",
                "1 to 50. Counts while members vote or a curator decides.",
            ),
        ),
    ),
    Topic(
        "per_artist",
        "Limit per artist",
        ("per_artist",),
        "There may be any number of tracks by an artist.",
        (Field("per_artist", "Tracks of each artist at the same time"),),
    ),
    Topic(
        "length",
        "Length of tracks",
        ("shortest", "longest"),
        "Tracks may have any length.",
        (
            Field("shortest_s", "Shortest", LENGTH_HINT),
            Field("longest_s", "Longest", LENGTH_HINT),
        ),
    ),
    Topic(
        "explicit",
        "Explicit tracks",
        ("explicit",),
        "Explicit tracks may go in, and others, too.",
        (
            Field(
                "explicit",
                "Tracks that Spotify marks as explicit",
                "",
                (
                    ("any", "May go in"),
                    ("clean_only", "May not go in"),
                    ("explicit_only", "Only they may go in"),
                ),
            ),
        ),
    ),
    Topic(
        "years",
        "Release years",
        ("years",),
        "Tracks of all years may go in.",
        (Field("first_year", "From the year"), Field("last_year", "To the year")),
    ),
    Topic(
        "size",
        "Size of the playlist",
        ("most_items",),
        "The playlist may become as long as Spotify lets it.",
        (
            Field("most_items", "Tracks at most"),
            Field(
                "when_full",
                "When it is full",
                "What leaves moves to the archive of the playlist.",
                (
                    ("refuse", "Nothing more goes in"),
                    ("drop_oldest", "The oldest track leaves"),
                    ("drop_lowest", "The track with the fewest votes leaves"),
                ),
            ),
        ),
    ),
    Topic("blocked_artists", "Artists that are not wanted", ("blocked_artists",), "No artist is blocked."),
    Topic("blocked_tracks", "Tracks that are not wanted", ("blocked_tracks",), "No track is blocked."),
    Topic("blocked_members", "Members who may not add", ("blocked_members",), "No member is blocked."),
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
    """The same recording includes the same track."""
    names = [rule.name for rule in RULES if rule.is_set(shared)]
    return [name for name in names if name != "same_track" or "same_recording" not in names]
