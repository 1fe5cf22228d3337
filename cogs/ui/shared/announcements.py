"""Keeps the number of likes right on the messages that say what members added, without flooding Discord."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.languages import speak
from bot.stores.contributions import State
from cogs.ui.reply import LOST, controls
from cogs.ui.shared.liking import like_button

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.announced import Announcements

log = logging.getLogger(__name__)


async def keep_announcements(bot: DiscordBot, announcements: Announcements) -> None:
    """One round. Never raises for one message's sake: it's drawn again with the next like."""
    for announcement, held, count in await announcements.due():
        speak(await bot.language_of(announcement.guild_id))
        channel = bot.get_partial_messageable(announcement.channel_id, guild_id=announcement.guild_id)
        message = channel.get_partial_message(announcement.message_id)
        view = controls(like_button(held, count)) if held.state is State.LANDED else None
        try:
            await message.edit(view=view)
        except LOST as lost:
            log.info("message %s keeps its likes for now: %s", announcement.message_id, type(lost).__name__)
