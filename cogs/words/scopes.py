"""What a member's link allows the bot to do, as a list or as part of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import Text, all_of
from bot.services.scopes import in_words
from cogs.words.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Collection

PHRASE = 120  # characters
NOTHING = Text("nothing yet")


def allowed_list(scopes: Collection[str]) -> str:
    return "\n".join(f"• {words}" for words in _allowed(scopes)) or NOTHING()


def allowed_sentence(scopes: Collection[str]) -> str:
    """What the bot can do, to follow “doesn't let me”."""
    return all_of(_allowed(scopes))


def _allowed(scopes: Collection[str]) -> list[str]:
    return [safe_text(words, PHRASE) for words in in_words(scopes)]
