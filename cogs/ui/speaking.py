"""Whom an answer speaks to: the member in their language, everybody in the server's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import speak

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot


def speak_to_member(interaction: discord.Interaction[DiscordBot]) -> None:
    """From here on; what only they see."""
    speak(interaction.client.language_of_member(interaction.user.id, interaction.locale.value))


async def speak_to_all(interaction: discord.Interaction[DiscordBot]) -> None:
    """From here on; what everybody in the channel sees. Outside of a server that is the member's language, too."""
    if interaction.guild_id is None:
        speak_to_member(interaction)
    else:
        speak(await interaction.client.language_of(interaction.guild_id))
