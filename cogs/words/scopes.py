"""What a member's link allows the bot to do, as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import Text
from bot.services.scopes import in_words
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection

PHRASE = 120  # characters
NOTHING = Text("nothing yet")


def allowed_list(scopes: Collection[str]) -> str:
    return "\n".join(f"• {safe_text(words, PHRASE)}" for words in in_words(scopes)) or NOTHING()
