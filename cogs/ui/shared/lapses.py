"""Tells members that what they had waiting in a shared playlist does not go in any more: it was closed, or nobody's."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

import discord

from bot.services.shared.core.queue import CLOSED, NO_OWNER
from cogs.ui.reply import LOST, NOBODY
from cogs.ui.shared.modes import count
from cogs.ui.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.queue import Lapsed

log = logging.getLogger(__name__)

NAME_SHOWN: Final = 100
WHY: Final = {
    CLOSED: "**{playlist}** was closed, so {tracks} of yours that waited there did not go in.",
    NO_OWNER: (
        "**{playlist}** has had no owner for 30 days, so {tracks} of yours that waited there did not go in. "
        "Once somebody has taken it over, you can add what you still want."
    ),
}


def lapsed_words(lapsed: Lapsed) -> str:
    playlist = safe_text(lapsed.shared.name, NAME_SHOWN)
    return WHY[lapsed.why].format(playlist=playlist, tracks=count(lapsed.count, "track"))


async def tell_lapsed(bot: DiscordBot) -> None:
    """A direct message to each; who takes none, gets none."""
    await asyncio.gather(*(_tell(bot, lapsed) for lapsed in bot.services.shared.queue.lapsed()))


async def _tell(bot: DiscordBot, lapsed: Lapsed) -> None:
    try:
        channel = await bot.create_dm(discord.Object(lapsed.member_id))
        await channel.send(lapsed_words(lapsed), suppress_embeds=True, allowed_mentions=NOBODY)
    except LOST as refused:
        log.info("member %s was not told what was let go: %s", lapsed.member_id, type(refused).__name__)
