"""What came of work on a playlist, told after the member's next command if no message got through to them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.errors import JobGoneError, StoreUnavailableError
from cogs.ui.playlist_work import news_reply
from cogs.ui.reply import LOST, fresh
from cogs.ui.speaking import speak_to_member

if TYPE_CHECKING:
    import discord
    from discord import app_commands

    from bot.discord_bot import DiscordBot
    from bot.services.own_playlists.jobs import Jobs

log = logging.getLogger(__name__)


class WorkNews(commands.Cog):
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: discord.Interaction[DiscordBot],
        _command: app_commands.Command[commands.Cog, ..., None] | app_commands.ContextMenu,
    ) -> None:
        """Privately, and once."""
        try:
            for job in await self._jobs.unseen(interaction.user.id):
                speak_to_member(interaction)
                view = await self._jobs.view(job.member_id, job.job_id)
                await interaction.followup.send(**fresh(news_reply(view)), ephemeral=True)
                await self._jobs.seen(view.job)
        except (StoreUnavailableError, JobGoneError, *LOST) as failed:
            log.warning("could not tell what came of a member's work: %s", type(failed).__name__)
