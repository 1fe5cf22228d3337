"""Names and descriptions members type: one line, not too long."""

from __future__ import annotations

import unicodedata
from typing import Final

from bot.list_errors import SettingError

BLANKS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that show nothing


def one_line(field: str, text: str, most: int) -> str:
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
