"""A page of what happened in a shared playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.reply import ACCENT
from cogs.words.history import NOTHING, NOTHING_OF, NOTHING_OLDER, TITLE, edited, sentence
from cogs.words.text import EMBED_DESCRIPTION, EMBED_TITLE, fitting, safe_text
from cogs.words.tracks import FOOTER

if TYPE_CHECKING:
    from bot.services.shared.truth.belief import Foreign
    from bot.services.shared.truth.past import PastPage


def history_embed(
    page: PastPage, member_id: int | None, foreign: Foreign | None, *, first: bool
) -> discord.Embed:
    """first: it is the newest page."""
    lines = [edited(foreign) + "\n"] if foreign else []
    told = [sentence(event, page) for event in page.events]
    if not told:
        nothing = NOTHING_OF.format(member=member_id) if member_id else NOTHING
        told = [nothing if first else NOTHING_OLDER]
    embed = discord.Embed(
        title=safe_text(TITLE.format(name=page.shared.name), EMBED_TITLE),
        description=fitting([*lines, *told], EMBED_DESCRIPTION),
        colour=ACCENT,
    )
    embed.set_footer(text=FOOTER)
    return embed
