"""/language: which language I speak in this server. Private answers stay in each member's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.languages import Text, languages, own_name
from cogs.ui.actor import guild_of
from cogs.ui.reply import Reply, answer, think

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.language_choice import LanguageChoice

DISCORDS: Final = "discord"
CHOSEN: Final = Text(
    "I'll speak {language} in public here. What only you see stays in the language your Discord is set to."
)
AS_IN_DISCORD: Final = Text(
    "I'll speak the language this server is set to in Discord: {language}. "
    "What only you see stays in the language your Discord is set to."
)
IS_FIXED: Final = Text(
    "Whoever runs this bot has set its language to {language}, so it can't be changed here."
)
CHOICES: Final = [
    app_commands.Choice(name=app_commands.locale_str("The server's language in Discord"), value=DISCORDS),
    *(app_commands.Choice(name=own_name(code), value=code) for code in languages()),
]


class LanguageCog(commands.Cog):
    def __init__(self, choice: LanguageChoice) -> None:
        self._choice = choice

    @app_commands.command(description="Choose the language I speak in this server")
    @app_commands.describe(language="For everything that everyone can see")
    @app_commands.choices(language=CHOICES)
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def language(self, interaction: discord.Interaction[DiscordBot], language: str) -> None:
        await think(interaction, private=True)
        guild_id = guild_of(interaction)
        if not self._choice.is_fixed:
            await self._choice.choose(guild_id, None if language == DISCORDS else language)
        words = IS_FIXED if self._choice.is_fixed else AS_IN_DISCORD if language == DISCORDS else CHOSEN
        spoken = await interaction.client.language_of(guild_id)
        await answer(interaction, Reply(words(language=own_name(spoken))))


async def setup(bot: DiscordBot) -> None:
    await bot.add_cog(LanguageCog(bot.services.languages))
