"""The words a member adds to a contribution, carried along on the bot's own message while it asks something."""

from __future__ import annotations

import discord

from bot.visible import one_line, shortened
from cogs.ui.layout import ACCENT
from cogs.words.text import BLANK

MARK = "Note: "
LONGEST = 200


def note_embed(note: str) -> discord.Embed | None:
    footer = footer_of(note)
    return None if footer is None else discord.Embed(colour=ACCENT).set_footer(text=footer)


def footer_of(note: str) -> str | None:
    """For the footer of an embed, from where `note_on` reads it after a restart, too."""
    return MARK + (shortened(one_line(note), LONGEST) or BLANK()) if note.strip() else None


def with_note(embed: discord.Embed, note: str) -> discord.Embed:
    """The embed with this note in its footer; without a footer where there is none."""
    footer = footer_of(note)
    return embed.remove_footer() if footer is None else embed.set_footer(text=footer)


def note_on(message: discord.Message | None) -> str:
    """The note on a message of the bot; empty where there is none."""
    for embed in message.embeds if message else ():
        text = embed.footer.text or ""
        if text.startswith(MARK):
            note = text.removeprefix(MARK)
            return "" if note == BLANK() else note
    return ""
