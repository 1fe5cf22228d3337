"""/playlist: looking into one's own playlists and changing them. Each part stands in a module beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs.playlist.bulk import BulkCommands
from cogs.playlist.cover import CoverCommands
from cogs.playlist.details import DetailsCommands
from cogs.playlist.look import LookCommands
from cogs.playlist.news import WorkNews
from cogs.playlist.work import WorkButtons

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot

NAME = "playlist"
DESCRIPTION = "Look into your Spotify playlists and change them"


async def setup(bot: DiscordBot) -> None:
    """Discord knows one command /playlist, so the parts bring their commands into one group."""
    services = bot.services
    own = services.own_playlists
    parts = (
        LookCommands(services.playlists, own),
        DetailsCommands(services.playlists, own),
        CoverCommands(services.playlists, own),
        BulkCommands(services.playlists, own, WorkButtons(own)),
    )
    group = app_commands.Group(name=NAME, description=DESCRIPTION)
    for part in parts:
        bot.add_dynamic_items(*part.items)
        for command in part.get_app_commands():
            group.add_command(command)
    bot.tree.add_command(group)
    await bot.add_cog(WorkNews(own.jobs))
