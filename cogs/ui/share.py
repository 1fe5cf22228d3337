"""Whose part of the Spotify quota a command uses up: the member's, in this guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot


def share_of(interaction: discord.Interaction[DiscordBot]) -> tuple[int | None, int]:
    return interaction.guild_id, interaction.user.id
