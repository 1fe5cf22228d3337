"""/shared stats: a picture of who adds, when, and how long the tracks are, with the numbers beside it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from cogs.ui.member_names import MemberNames
from cogs.ui.options import ListCommands, SharedListOption, shared_list_option
from cogs.ui.reply import LOST, Reply, answer, controls
from cogs.ui.shared.stats import (
    COUNTING,
    DRAWING,
    JOINED,
    JOINED_ALREADY,
    LEFT,
    LEFT_ALREADY,
    counting_button,
    is_worth_a_picture,
    nothing_reply,
    picture_of,
    stats_reply,
)

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.reports.charts import Charts
    from bot.services.shared.reports.stats import Figures, Stats
    from cogs.ui.controls import Press
    from cogs.ui.layout import Attached
    from cogs.words.stats import Names

DESCRIPTION = "Show who adds to a shared playlist, when, and how long the tracks are"
PRIVATE = "Show it only to me"


class StatsCommands(ListCommands):
    def __init__(self, finder: ListFinder, stats: Stats, drawing: Charts) -> None:
        super().__init__(finder)
        self._stats = stats
        self._drawing = drawing
        self.items = (COUNTING.bound(self._change_counting),)

    @app_commands.command(description=DESCRIPTION)
    @app_commands.describe(private=PRIVATE)
    @shared_list_option
    async def stats(
        self,
        interaction: discord.Interaction[DiscordBot],
        shared: SharedListOption = "",
        private: bool = False,  # noqa: FBT001, FBT002 - an option of a slash command
    ) -> None:
        figures = await self._stats.figures(await self.found(interaction, shared, private=private))
        if not figures.added:
            await answer(interaction, nothing_reply(figures))
            return
        names = await MemberNames(interaction).of(
            {share.member_id for share in figures.shares if share.member_id is not None}
        )
        drawn = await self._drawn(interaction, figures, names) if is_worth_a_picture(figures) else None
        # In public nobody sees that the asker is left out.
        left_out = private and await self._stats.is_left_out(interaction.user.id)
        await answer(interaction, stats_reply(figures, names, drawn, left_out=left_out))

    async def _drawn(
        self, interaction: discord.Interaction[DiscordBot], figures: Figures, names: Names
    ) -> Attached | None:
        """Takes seconds, so it says what it is at; that nobody can see that stops nothing."""
        with suppress(*LOST):
            await answer(interaction, Reply(DRAWING()))
        picture = picture_of(figures, names)
        drawn = await self._drawing.draw(picture.orders)
        return picture.attached(drawn) if drawn else None

    async def _change_counting(self, press: Press) -> None:
        """For whoever presses, linked or not, whoever asked for the figures."""
        out = press.state["way"] == "out"
        if out:
            text = LEFT() if await self._stats.leave_out(press.member_id) else LEFT_ALREADY()
        else:
            text = JOINED() if await self._stats.count_in(press.member_id) else JOINED_ALREADY()
        await press.answer(Reply(text, view=controls(counting_button(out=not out))))
