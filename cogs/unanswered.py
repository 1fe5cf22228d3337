"""Answers buttons and forms that nothing handles any more, instead of Discord's “interaction failed”."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.languages import Text
from cogs.ui.reply import LOST, is_answered, is_taken, tell_privately

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord_bot import DiscordBot

log = logging.getLogger(__name__)

TOO_OLD = Text("This prompt has expired. Use the command again.")
PATIENCE_S = 1.5  # another handler may answer until then; Discord gives up after three seconds
PRESSED = frozenset({discord.InteractionType.component, discord.InteractionType.modal_submit})


class UnansweredCog(commands.Cog):
    def __init__(self, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[DiscordBot]) -> None:
        if interaction.type not in PRESSED:
            return
        await self._sleep(PATIENCE_S)
        if is_taken(interaction) or is_answered(interaction):
            return  # an acknowledgement still on its way counts too
        try:
            await tell_privately(interaction, TOO_OLD())
        except LOST as lost:
            log.warning("could not say that a button is too old: %s", type(lost).__name__)


async def setup(bot: DiscordBot) -> None:
    await bot.add_cog(UnansweredCog())
