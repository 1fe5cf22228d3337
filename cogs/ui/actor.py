"""Who used a command, button or menu, and in which server, as Discord says right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services.shared.core.access import Actor

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot


def actor_of(interaction: discord.Interaction[DiscordBot]) -> Actor:
    rights = interaction.permissions
    member = interaction.user if isinstance(interaction.user, discord.Member) else None
    roles = member.roles if member else []
    return Actor(
        interaction.user.id,
        frozenset(role.id for role in roles),
        manages_guild=rights.manage_guild or rights.administrator,
        guild_role_ids=roles_of(interaction.guild),
        joined_at=member.joined_at if member else None,
    )


async def actor_now(bot: DiscordBot, guild_id: int, member_id: int) -> Actor | None:
    """A member as Discord knows them now, without a command of theirs; None: they, or the bot, have left."""
    guild = await bot.server(guild_id)
    if guild is None:
        return None
    try:
        member = await guild.fetch_member(member_id)
    except discord.NotFound:
        return None
    rights = member.guild_permissions
    return Actor(
        member.id,
        frozenset(role.id for role in member.roles),
        manages_guild=rights.manage_guild or rights.administrator,
        guild_role_ids=roles_of(guild),
    )


def roles_of(guild: discord.Guild | None) -> frozenset[int] | None:
    """None: Discord didn't say."""
    return frozenset(role.id for role in guild.roles) or None if guild is not None else None


def guild_of(interaction: discord.Interaction[DiscordBot]) -> int:
    """The guild it happened in. Raises NoPrivateMessage outside of one."""
    guild_id = home_of(interaction)
    if guild_id is None:
        raise app_commands.NoPrivateMessage
    return guild_id


def home_of(interaction: discord.Interaction[DiscordBot]) -> int | None:
    """The guild it happened in, if the bot is a member there.

    Members can take it along into servers that removed it: shared playlists are out of reach there.
    """
    guild_id = interaction.guild_id
    return guild_id if guild_id is not None and interaction.client.get_guild(guild_id) else None


def share_of(interaction: discord.Interaction[DiscordBot]) -> tuple[int | None, int]:
    """Whose share of the Spotify quota is used: the member's, in this guild.

    Where the bot is not a member, it counts as no guild, like direct messages: anybody can create such guilds.
    """
    return home_of(interaction), interaction.user.id


def asked_by(interaction: discord.Interaction[DiscordBot]) -> bool:
    """Whether the message answers this member. A private one is always theirs."""
    message = interaction.message
    if message is None:
        return False
    asked = message.interaction_metadata
    return message.flags.ephemeral or (asked is not None and asked.user.id == interaction.user.id)
