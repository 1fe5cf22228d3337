"""/add: puts a track into one of the member's own playlists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.additions import AddAgain, AddButton, PlaylistMenu, TrackMenu, outcome_reply
from cogs.ui.reply import answer, think
from cogs.ui.share import share_of
from cogs.ui.suggestions import suggest_playlists, suggest_tracks

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.adding import Adding
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Add a track to one of your Spotify playlists"
TRACK = "Its name, or a link to it"
PLAYLIST = "One of your playlists: its name, or a link to it"


class AddCog(commands.Cog):
    def __init__(self, adding: Adding, lookups: Lookups, playlists: Playlists) -> None:
        self._adding = adding
        self._lookups = lookups
        self._playlists = playlists

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(track=TRACK, playlist=PLAYLIST)
    async def add(
        self,
        interaction: discord.Interaction[DiscordBot],
        track: app_commands.Range[str, 1, 1000],
        playlist: app_commands.Range[str, 1, 1000],
    ) -> None:
        await think(interaction, private=True)
        outcome = await self._adding.add(interaction.user.id, track, playlist, share=share_of(interaction))
        await answer(interaction, outcome_reply(interaction.client, outcome))

    @add.autocomplete("track")
    async def _suggest_tracks(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_tracks(self._lookups, current, interaction)

    @add.autocomplete("playlist")
    async def _suggest_playlists(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_playlists(self._playlists, current, interaction)


async def setup(bot: DiscordBot) -> None:
    bot.add_dynamic_items(AddButton, TrackMenu, PlaylistMenu, AddAgain)
    await bot.add_cog(AddCog(bot.services.adding, bot.services.lookups, bot.services.playlists))
