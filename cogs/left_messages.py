"""Tells members at their next command what no private message could tell them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from discord.ext import commands

from bot.errors import StoreUnavailableError
from cogs.notices import messenger_of
from cogs.ui.reply import LOST, is_answered

if TYPE_CHECKING:
    import discord
    from discord import app_commands

    from bot.discord_bot import DiscordBot
    from cogs.notices import Messenger

log = logging.getLogger(__name__)

ABOUT_IT: Final = frozenset({"link", "unlink"})  # who uses these has the link in mind already


class LeftMessages(commands.Cog):
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: discord.Interaction[DiscordBot],
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        if command.qualified_name in ABOUT_IT or not is_answered(interaction):
            return
        try:
            await self._messenger.tell_at_command(interaction)
        except (StoreUnavailableError, *LOST) as lost:  # the next command tells it
            log.warning("a member was not told what was left for them: %s", type(lost).__name__)


async def setup(bot: DiscordBot) -> None:
    await bot.add_cog(LeftMessages(messenger_of(bot, bot.services)))
