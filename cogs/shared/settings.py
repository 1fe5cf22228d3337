"""/shared settings: how tracks get in and out, who may what, and where; to read, and for managers to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import guild_of
from cogs.ui.reply import answer, think
from cogs.ui.shared.settings_panel import settings_reply
from cogs.ui.suggestions import suggest_lists

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from cogs.ui.suggestions import Choices

SETTINGS = "Show how a shared playlist is set up; its managers can change it there"
LIST = "Which one; leave it out for this server's usual one"


class SettingsCommands(commands.Cog):
    @app_commands.command(description=SETTINGS)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def settings(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        found = await interaction.client.services.shared.finder.find(guild_of(interaction), shared)
        await answer(interaction, await settings_reply(interaction, found))

    @settings.autocomplete("shared")
    async def _suggest_set(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)
