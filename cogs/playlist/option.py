"""The option `playlist` of the commands about one playlist, and its suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from discord import app_commands
from discord.ext import commands

from cogs.ui.suggestions import suggest_playlists

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.discord_bot import DiscordBot
    from bot.services.playlists import Playlists
    from cogs.ui.controls import Bound
    from cogs.ui.suggestions import Choices

    Command = TypeVar("Command", bound=Callable[..., Any])

DESCRIPTION = "One of your playlists: name or link"

PlaylistOption = app_commands.Range[str, 1, 1000]  # looked up later


class PlaylistCommands(commands.Cog):
    """Commands about one of the member's playlists. items: the controls they listen to."""

    items: tuple[type[Bound], ...] = ()

    def __init__(self, playlists: Playlists) -> None:
        self._playlists = playlists

    async def suggest(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_playlists(self._playlists, current, interaction)

    async def suggest_any(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_playlists(self._playlists, current, interaction, changeable=False)


def playlist_option(command: Command) -> Command:
    """Gives a method of `PlaylistCommands` suggestions for its parameter `playlist`: those the member can change."""
    for decorate in (
        app_commands.describe(playlist=DESCRIPTION),
        app_commands.autocomplete(playlist=PlaylistCommands.suggest),
    ):
        command = decorate(command)
    return command


def any_playlist_option(command: Command) -> Command:
    """The same with those the member only follows."""
    for decorate in (
        app_commands.describe(playlist=DESCRIPTION),
        app_commands.autocomplete(playlist=PlaylistCommands.suggest_any),
    ):
        command = decorate(command)
    return command
