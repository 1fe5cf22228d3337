"""The option `list` of commands about one shared playlist, and its suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import guild_of
from cogs.ui.reply import think
from cogs.ui.suggestions import suggest_lists

if TYPE_CHECKING:
    from collections.abc import Callable

    import discord

    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.stores.lists import SharedPlaylist
    from cogs.ui.controls import Bound
    from cogs.ui.suggestions import Choices

    Command = TypeVar("Command", bound=Callable[..., Any])

DESCRIPTION = "A shared playlist; this server's default if left out"

SharedListOption = app_commands.Range[str, 1, 100]  # a name, or the ID of a suggestion; looked up later


class ListCommands(commands.Cog):
    """Commands about one of this server's shared playlists. items: the controls they listen to."""

    items: tuple[type[Bound], ...] = ()

    def __init__(self, finder: ListFinder) -> None:
        self.finder = finder

    async def found(
        self, interaction: discord.Interaction[DiscordBot], typed: str, *, private: bool = True
    ) -> SharedPlaylist:
        """The list the member chose, or the default; acknowledges the command first. Raises ListNotFoundError."""
        await think(interaction, private=private)
        return await self.finder.find(guild_of(interaction), typed)

    async def suggest(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(self.finder, current, interaction)


def shared_list_option(command: Command) -> Command:
    """Gives a method of `ListCommands` the option `list`, which is its parameter `shared`."""
    for decorate in (
        app_commands.rename(shared="list"),
        app_commands.describe(shared=DESCRIPTION),
        app_commands.autocomplete(shared=ListCommands.suggest),
    ):
        command = decorate(command)
    return command
