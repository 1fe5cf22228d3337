"""/shared best: a second playlist with what members like most, made or refreshed, with its link for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.services.shared.rounds.best import MOST
from bot.services.shared.rounds.spans import Period
from cogs.ui.actor import actor_of, share_of
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import answer
from cogs.ui.shared.best import SHOWN, best_reply

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.rounds.best import BestLists

DESCRIPTION = "Make or refresh a second playlist with what members like most"
PERIOD = "From when; everything if left out"
TOP = "How many tracks at most; 25 if left out"
DEFAULT_TOP = 25
MOST_TRACKS = MOST
PERIODS = [
    app_commands.Choice(name="All time", value=Period.ALL),
    app_commands.Choice(name="This round", value=Period.ROUND),
    app_commands.Choice(name="Last round", value=Period.LAST_ROUND),
    app_commands.Choice(name="This month", value=Period.MONTH),
    app_commands.Choice(name="Last month", value=Period.LAST_MONTH),
    app_commands.Choice(name="This year", value=Period.YEAR),
    app_commands.Choice(name="Last year", value=Period.LAST_YEAR),
]


class BestCommands(ListCommands):
    def __init__(self, finder: ListFinder, best: BestLists, ownership: Ownership, timeline: Timeline) -> None:
        super().__init__(finder)
        self._best = best
        self._ownership = ownership
        self._timeline = timeline

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(period=PERIOD, top=TOP)
    @app_commands.choices(period=PERIODS)
    @shared_list_option
    async def best(
        self,
        interaction: discord.Interaction[DiscordBot],
        period: str = Period.ALL,
        top: app_commands.Range[int, 1, MOST_TRACKS] = DEFAULT_TOP,
        shared: SharedListOption = "",
    ) -> None:
        found = await self.found(interaction, shared, private=False)
        found = await self._ownership.must_be_there(found)
        outcome = await self._best.refresh(
            found, actor_of(interaction), Period(period), top, interaction.channel_id
        )
        tracks = await self._timeline.tracks(outcome.uris[:SHOWN], share=share_of(interaction))
        await answer(interaction, best_reply(outcome, tracks))
