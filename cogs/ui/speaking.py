"""Whom an answer speaks to: the member in their language, everybody in the server's."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.languages import speak, speaking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import discord

    from bot.discord_bot import DiscordBot


def speak_to_member(interaction: discord.Interaction[DiscordBot]) -> None:
    """From here on; what only they see."""
    speak(interaction.client.language_of_member(interaction.user.id, interaction.locale.value))


async def speak_to_all(interaction: discord.Interaction[DiscordBot]) -> None:
    """From here on; what everybody in the channel sees."""
    speak(await _language_of_all(interaction))


@asynccontextmanager
async def speaking_to_all(interaction: discord.Interaction[DiscordBot]) -> AsyncIterator[None]:
    """Within the block: for what a private answer says in public beside itself."""
    with speaking(await _language_of_all(interaction)):
        yield


async def _language_of_all(interaction: discord.Interaction[DiscordBot]) -> str:
    """Outside of a server that is the member's."""
    bot, locale = interaction.client, interaction.locale.value
    if interaction.guild_id is None:
        return bot.language_of_member(interaction.user.id, locale)
    return await bot.language_of(interaction.guild_id)
