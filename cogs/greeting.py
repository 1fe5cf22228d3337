"""Notices that the bot was added to a server, also while it was offline, and where it can say hello."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from discord.ext import commands

from bot.errors import StoreUnavailableError

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot
    from bot.services.greeting import Greeting

CHANNELS: Final = 5  # are tried


class GreetingCog(commands.Cog):
    def __init__(self, bot: DiscordBot, greeting: Greeting) -> None:
        self._bot = bot
        self._greeting = greeting

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._greet(guild)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        for guild in self._bot.guilds:
            if guild.shard_id == shard_id:
                await self._greet(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        me = guild.get_member(self._bot.user.id) if self._bot.user else None
        if me is None or me.joined_at is None:  # the server is down right now
            return
        if not self._greeting.is_new(me.joined_at):  # nearly all of them, at a start
            return
        try:
            await self._greeting.joined(guild.id, me.joined_at, writable(guild, me))
        except StoreUnavailableError:
            return  # the next start tries again


def writable(guild: discord.Guild, me: discord.Member) -> list[int]:
    """The channels the bot may write in: the one for system messages first, then as they are listed."""
    channels = [*([guild.system_channel] if guild.system_channel else []), *guild.text_channels]
    allowed = [channel.id for channel in channels if _may_write(channel.permissions_for(me))]
    return list(dict.fromkeys(allowed))[:CHANNELS]


def _may_write(rights: discord.Permissions) -> bool:
    return rights.view_channel and rights.send_messages


async def setup(bot: DiscordBot) -> None:
    await bot.add_cog(GreetingCog(bot, bot.services.greeting))
