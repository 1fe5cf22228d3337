"""The words a member adds to a contribution, carried along on the bot's own message while it asks something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.visible import one_line, shortened
from cogs.ui.layout import text
from cogs.ui.shared.head import card_parts, texts_of
from cogs.words.text import BLANK, given_text, safe_text

if TYPE_CHECKING:
    import discord

    from cogs.ui.layout import Part

FORMER_MARK: Final = "Note: "  # in the footers of embeds, by earlier versions
MARK: Final = f"-# {FORMER_MARK}"
LONGEST: Final = 200
ROOM: Final = 3 * LONGEST  # with all that makes it harmless


def note_parts(note: str) -> tuple[Part, ...]:
    """A text of its own in a card, from where `note_on` reads it after a restart, too; none without a note."""
    shown = shortened(one_line(note), LONGEST)
    return (text(MARK + safe_text(shown, ROOM)),) if shown else ()


def note_on(message: discord.Message | None) -> str:
    """The note on a message of the bot; empty where there is none."""
    if message is None:
        return ""
    texts = (words for part in card_parts(message) for words in texts_of(part))
    for words in texts:
        if words.startswith(MARK):
            return given_text(words.removeprefix(MARK))
    for embed in message.embeds:
        footer = embed.footer.text or ""
        if footer.startswith(FORMER_MARK):
            note = footer.removeprefix(FORMER_MARK)
            return "" if note == BLANK.english else note
    return ""
