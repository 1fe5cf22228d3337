"""What members type into forms: one-line names, whole numbers, time zones, choices."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from bot.shared_errors import SettingError
from bot.stores.lists import Digests, Majority, RoundKind, Rounds, Weekday
from bot.visible import one_line, without_unseen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from bot.stores.lists import Settings


def validated_line(field: str, text: str, most: int) -> str:
    """The visible part of the text, with spaces folded. Raises SettingError (`field`): "invisible" or "length"."""
    line = one_line(text)
    if text.strip() and not any(unicodedata.category(char)[0] in "LNPS" for char in line):
        raise SettingError(field, "invisible")  # an accent without a letter counts as nothing
    if not 1 <= len(line) <= most:
        raise SettingError(field, "length", least=1, most=most)
    return line


NUMBERS: Final = {  # with minimum and maximum
    "votes_needed": (1, 50),
    "vote_hours": (1, 720),
    "voters_to_remove": (2, 50),  # one person alone can never delete
    "age_to_remove_hours": (0, 720),
    "approval_days": (1, 60),
    "round_hour": (0, 23),
    "round_weeks": (1, 52),
    "digest_hour": (0, 23),
    "voter_days": (0, 365),
}
TICKS: Final = frozenset({"thumbs_up_only", "hide_count"})
CHOICES: Final[dict[str, type[StrEnum]]] = {
    "majority_to_remove": Majority,
    "rounds": Rounds,
    "round_kind": RoundKind,
    "round_weekday": Weekday,
    "digests": Digests,
    "digest_weekday": Weekday,
}

MOST_DIGITS: Final = 12  # more than any allowed number has

_SAME: Final = str.maketrans({"\\": "/", **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")})
_PARTING: Final = (
    " \u00a0\u2007\u2009\u202f\u3000,.'\u2019\u066c\uff0c\uff0e"  # thousands separators around the world
)
_GROUPED: Final = re.compile(
    rf"(\d)\d{{0,2}}([{_PARTING}])\d{{3}}(?:\2\d{{3}})*"
)  # the same separator everywhere
_UTC: Final = re.compile(r"(utc|gmt)?[+-]0{1,2}(:?00)?|z")
_OFFSET: Final = re.compile(r"(utc|gmt)?[+-]\d{1,2}(:?\d\d)?")


def read_settings(settings: Settings, typed: Mapping[str, str]) -> Settings:
    """The settings with what was typed, by field.

    Raises SettingError: "number", "range", "zone", "offset" or "choice".
    """
    changes: dict[str, Any] = {}
    for field, text in typed.items():
        if field in NUMBERS:
            changes[field] = read_number(field, text, *NUMBERS[field])
        elif field == "time_zone":
            changes[field] = read_zone(text)
        elif field in TICKS:
            changes[field] = read_tick(field, text)
        elif field in CHOICES:
            changes[field] = _choice(field, text)
        else:
            raise SettingError(field, "unknown")
    return replace(settings, **changes)


def read_number(field: str, text: str, least: int, most: int) -> int:
    """A whole number. Thousands can be separated, as in 1,000 or 1.000 or 1 000; any other grouping is rejected.

    Raises SettingError: "number" or "range".
    """
    typed = without_unseen(text).strip()
    grouped = _GROUPED.fullmatch(typed)
    if grouped and int(grouped[1]):  # 0.500 would be one half
        typed = typed.replace(grouped[2], "")
    if not typed.isdecimal():
        raise SettingError(field, "number", least=least, most=most)
    number = int(typed) if len(typed) <= MOST_DIGITS else most + 1
    if not least <= number <= most:
        raise SettingError(field, "range", least=least, most=most)
    return number


def read_tick(field: str, text: str) -> bool:
    """“yes” or “no”. Raises SettingError: "choice"."""
    if text not in {"yes", "no"}:
        raise SettingError(field, "choice")
    return text == "yes"


def read_zone(typed: str) -> str:
    """The IANA name for what was typed, ignoring case, spaces and the composition of letters.

    Raises SettingError: "offset" for one such as UTC+2, which has no summer time; otherwise "zone".
    """
    folded = _folded(typed)
    if folded in _zones():
        return _zones()[folded]
    if _UTC.fullmatch(folded):
        return "UTC"
    raise SettingError("time_zone", "offset" if _OFFSET.fullmatch(folded) else "zone")


@cache
def _zones() -> Mapping[str, str]:
    """Every zone by its folded name, as listed by tzdata: the machine's own folder also contains `localtime`,
    `posixrules` and `right/…`, which are a different time on another machine.
    """
    names = (files("tzdata") / "zones").read_text("ascii").split()
    return {_folded(name): name for name in names if name != "Factory"}


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", without_unseen(name)).casefold().translate(_SAME).strip()
    return re.sub(r"[\s_]+", "_", re.sub(r"\s*([/+-])\s*", r"\1", plain))


def _choice(field: str, value: str) -> StrEnum:
    try:
        return CHOICES[field](value)
    except ValueError as unknown:
        raise SettingError(field, "choice") from unknown
