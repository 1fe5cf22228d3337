"""/shared stats: pictures of who adds, when, and how long the tracks are, with the same figures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from cogs.ui.actor import guild_of
from cogs.ui.member_names import MemberNames
from cogs.ui.reply import answer, think
from cogs.ui.shared.stats import nothing_reply, pictures_of, stats_reply
from cogs.ui.suggestions import suggest_lists

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from cogs.ui.suggestions import Choices

DESCRIPTION = "Show who adds to a shared playlist, when, and how long the tracks are"
LIST = "Which one; leave it out for this server's usual one"
PRIVATE = "Show it only to me"


class StatsCommands(commands.Cog):
    @app_commands.command(description=DESCRIPTION)
    @app_commands.rename(shared="list")
    @app_commands.describe(shared=LIST, private=PRIVATE)
    async def stats(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: app_commands.Range[str, 1, 100] = "",
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        await think(interaction, private=private)
        services = interaction.client.services.shared
        found = await services.finder.find(guild_of(interaction), shared)
        figures = await services.stats.figures(found)
        if not figures.added:
            await answer(interaction, nothing_reply(figures))
            return
        names = await MemberNames(interaction).of(
            {share.member_id for share in figures.shares if share.member_id is not None}
        )
        pictures = pictures_of(figures, names)
        drawn = await services.drawing.draw([picture.order for picture in pictures])
        files = (
            [picture.attached(each) for picture, each in zip(pictures, drawn, strict=True)] if drawn else None
        )
        # In public nobody sees that the asker is left out.
        left_out = private and await services.stats.is_left_out(interaction.user.id)
        await answer(interaction, stats_reply(figures, names, files, left_out=left_out))

    @stats.autocomplete("shared")
    async def _suggest_counted(self, interaction: discord.Interaction[DiscordBot], current: str) -> Choices:
        return await suggest_lists(interaction, current)
