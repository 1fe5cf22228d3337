"""/shared rotate and archive: end a round after a look at what that does, and find the rounds that are over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import actor_of, guild_of
from cogs.ui.reply import answer, think
from cogs.ui.shared.round_words import archive_reply, preview_reply
from cogs.ui.suggestions import suggest_lists

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from cogs.ui.suggestions import Choices

ROTATE = "End the round of a shared playlist and begin the next; first you see what that does"
ARCHIVE = "Show the archive of a shared playlist and its earlier rounds"
LIST = "Which one; leave it out for this server's usual one"


class RoundCommands(commands.Cog):
    @app_commands.command(description=ROTATE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def rotate(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        services = interaction.client.services.shared
        found = await services.finder.find(guild_of(interaction), shared)
        await answer(interaction, preview_reply(await services.rounds.preview(found, actor_of(interaction))))

    @app_commands.command(description=ARCHIVE)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST)
    async def archive(
        self, interaction: discord.Interaction[DiscordBot], shared: app_commands.Range[str, 1, 100] = ""
    ) -> None:
        await think(interaction, private=True)
        services = interaction.client.services.shared
        found = await services.finder.find(guild_of(interaction), shared)
        await answer(interaction, archive_reply(found, await services.rounds.former(found)))

    @rotate.autocomplete("shared")
    @archive.autocomplete("shared")
    async def _suggest_rounds(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)
