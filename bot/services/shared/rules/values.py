"""Reads what managers type or choose for a rule; anything unusable raises SettingError, and nothing is changed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.services.shared.core.access import must_manage
from bot.services.shared.core.settings_input import read_number, read_tick
from bot.services.shared.rules.titles import spoken_words
from bot.shared_errors import SettingError
from bot.spotify.limits import PLAYLIST_LENGTH
from bot.stores.history import Happening
from bot.stores.lists import Duplicates, Explicit, Mode, Period, WhenFull
from bot.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

    from bot.services.shared.core.access import Actor
    from bot.services.shared.core.playlists import SharedPlaylistChanges
    from bot.stores.lists import Rules, SharedPlaylist

    Reader = Callable[[str, str], object]


LONGEST_S: Final = 24 * 60 * 60
FIRST_YEAR: Final = 1860  # no recording is older
LAST_YEAR: Final = 2100
MOST_PER_MEMBER: Final = 1_000
MOST_PER_ARTIST: Final = 1_000
MOST_OPEN_PROPOSALS: Final = 50
MOST_DAYS_APART: Final = 365
MOST_MINUTES_BETWEEN: Final = 10_080  # a week
LONGEST_STAY: Final = 3_650  # days
MOST_WORDS: Final = 25
LONGEST_WORD: Final = 50
# What a member can propose in a day, unless managers change it: two albums. Older lists stay as they were.
PROPOSALS_A_DAY: Final = 25

_LENGTH: Final = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):([0-5]\d)")


def read_rules(rules: Rules, typed: Mapping[str, str]) -> Rules:
    """The rules with these fields changed. typed: by field name; an empty text removes a limit.

    Raises SettingError with the field and its problem: "number", "range", "time", "order", "choice" or "words".
    """
    values: dict[str, Any] = {field: _READERS[field](field, text.strip()) for field, text in typed.items()}
    changed = replace(rules, **values)
    _in_order(changed.shortest_s, changed.longest_s, "longest_s")
    _in_order(changed.first_year, changed.last_year, "last_year")
    return changed


def begun_in(rules: Rules, mode: Mode) -> Rules:
    """The rules of a list that starts to need decisions: with a limit per member and day."""
    if mode is Mode.OPEN or rules.per_member is not None:
        return rules
    return replace(rules, per_member=PROPOSALS_A_DAY, per_member_period=Period.DAY)


def _in_order(first: int | None, last: int | None, field: str) -> None:
    if first is not None and last is not None and first > last:
        raise SettingError(field, "order")


def _number(least: int, most: int, *, needed: bool = False) -> Reader:
    """needed: there is always a limit, so an empty text isn't a number."""

    def read(field: str, text: str) -> int | None:
        return read_number(field, text, least, most) if text or needed else None

    return read


def _length(field: str, text: str) -> int | None:
    """The seconds in “3:30” or “1:02:03”."""
    if not text:
        return None
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise SettingError(field, "time")
    length_s = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    if not 1 <= length_s <= LONGEST_S:
        raise SettingError(field, "time")
    return length_s


def _words(field: str, text: str) -> tuple[str, ...]:
    """What stands between commas, each once however it's written."""
    found: dict[tuple[str, ...], str] = {}
    for part in re.split(r"[,;\n，、；]", text):  # noqa: RUF001 - commas around the world
        word = one_line(part)
        if word:
            said = spoken_words(word)
            if not said or len(word) > LONGEST_WORD:
                raise SettingError(field, "words", most=MOST_WORDS)
            found.setdefault(said, word)
    if len(found) > MOST_WORDS:
        raise SettingError(field, "words", most=MOST_WORDS)
    return tuple(found.values())


def _choice(kind: type[StrEnum]) -> Reader:
    def read(field: str, text: str) -> StrEnum:
        try:
            return kind(text)
        except ValueError:
            raise SettingError(field, "choice") from None

    return read


_READERS: Final[Mapping[str, Reader]] = {
    "duplicates": _choice(Duplicates),
    "never_again": read_tick,
    "per_member": _number(1, MOST_PER_MEMBER),
    "per_member_period": _choice(Period),
    "open_proposals": _number(1, MOST_OPEN_PROPOSALS, needed=True),
    "per_artist": _number(1, MOST_PER_ARTIST),
    "shortest_s": _length,
    "longest_s": _length,
    "explicit": _choice(Explicit),
    "music_only": read_tick,
    "first_year": _number(FIRST_YEAR, LAST_YEAR),
    "last_year": _number(FIRST_YEAR, LAST_YEAR),
    "most_items": _number(1, PLAYLIST_LENGTH),
    "when_full": _choice(WhenFull),
    "again_days": _number(1, MOST_DAYS_APART),
    "minutes_between": _number(1, MOST_MINUTES_BETWEEN),
    "stay_days": _number(1, LONGEST_STAY),
    "closed_while_voting": read_tick,
    "refused_words": _words,
    "required_words": _words,
}


class ListRules:
    def __init__(self, changes: SharedPlaylistChanges) -> None:
        self._changes = changes

    async def change(
        self, actor: Actor, guild_id: int, list_id: str, what: str, typed: Mapping[str, str]
    ) -> SharedPlaylist:
        """what: the rule, in a word for the history. typed: texts by field, for `read_rules`.

        Raises NotAllowedError, SettingError, and the same as `SharedPlaylistChanges.change`.
        """

        def update(shared: SharedPlaylist) -> SharedPlaylist:
            must_manage(shared, actor)
            return replace(shared, rules=read_rules(shared.rules, typed))

        return await self._changes.change(
            guild_id,
            list_id,
            update,
            Happening.CHANGED,
            actor_id=actor.member_id,
            detail={"what": what, **typed},
        )
