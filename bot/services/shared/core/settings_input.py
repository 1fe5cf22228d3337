"""Names and descriptions members type: one line, not too long."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.shared_errors import SettingError
from bot.stores.lists import Majority, RoundKind, Rounds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from bot.stores.lists import Settings


BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing


def validated_line(field: str, text: str, most: int) -> str:
    """The text with blanks folded. Raises SettingError (`field`) when nothing can be seen, or it is too long."""
    folded = " ".join(text.split())
    if folded and not any(map(_shows, folded)):
        raise SettingError(field, "invisible")
    if not 1 <= len(folded) <= most:
        raise SettingError(field, "length", least=1, most=most)
    return folded


def _shows(char: str) -> bool:
    """Letters, numbers, punctuation and signs do, unlike accents without a letter and what only steers."""
    return unicodedata.category(char)[0] in "LNPS" and char not in BLANKS


NUMBERS: Final = {  # with the least and the most
    "votes_needed": (1, 50),
    "vote_hours": (1, 720),
    "voters_to_remove": (2, 50),  # one person can never delete
    "age_to_remove_hours": (0, 720),
    "approval_days": (1, 60),
}
CHOICES: Final[dict[str, type[StrEnum]]] = {
    "majority_to_remove": Majority,
    "rounds": Rounds,
    "round_kind": RoundKind,
}


def read_settings(settings: Settings, typed: Mapping[str, str]) -> Settings:
    """The settings with what was typed, by field. Raises SettingError: "number", "range", "zone" or "choice"."""
    changes: dict[str, Any] = {}
    for field, text in typed.items():
        if field in NUMBERS:
            changes[field] = _number(field, text)
        elif field == "time_zone":
            changes[field] = _zone(text.strip())
        elif field in CHOICES:
            changes[field] = _choice(field, text)
        else:
            raise SettingError(field, "unknown")
    return replace(settings, **changes)


def _number(field: str, text: str) -> int:
    least, most = NUMBERS[field]
    typed = text.strip()
    if not typed.isdecimal() or len(typed) > 9:
        raise SettingError(field, "number", least=least, most=most)
    number = int(typed)
    if not least <= number <= most:
        raise SettingError(field, "range", least=least, most=most)
    return number


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:  # the last: a folder of zones
        raise SettingError("time_zone", "zone") from unknown
    return name


def _choice(field: str, value: str) -> StrEnum:
    try:
        return CHOICES[field](value)
    except ValueError as unknown:
        raise SettingError(field, "choice") from unknown
