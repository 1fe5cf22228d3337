"""/shared create, adopt, list, pause, resume, close, transfer: the life of a shared playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import guild_of
from cogs.ui.reply import ACCENT, Reply, answer, think
from cogs.ui.text import safe_text

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

LIST = "Show the playlists this server makes together"


class LifeCommands(commands.Cog):
    @app_commands.command(name="list", description=LIST)
    async def list_(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await think(interaction, private=True)
        lists = await interaction.client.services.shared.finder.lists(guild_of(interaction))
        text = "\n".join(f"**{safe_text(shared.name, 100)}**" for shared in lists)
        await answer(interaction, Reply(embed=discord.Embed(description=text or "None yet.", colour=ACCENT)))
