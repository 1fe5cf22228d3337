"""Names and descriptions members type: one line, not too long."""

from __future__ import annotations

from bot.list_errors import SettingError


def one_line(field: str, text: str, most: int) -> str:
    """The text with blanks folded. Raises SettingError (`field`, "length") when nothing or too much is left."""
    folded = " ".join(text.split())
    if not 1 <= len(folded) <= most:
        raise SettingError(field, "length", least=1, most=most)
    return folded
