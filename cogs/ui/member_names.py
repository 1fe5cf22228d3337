"""Members' names: a mention, or their current name in this server, which is not stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.stores.history import FORMER_MEMBER
from bot.visible import one_line
from cogs.ui.reply import LOST

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import discord

    from bot.discord_bot import DiscordBot

MOST = 50  # asked of Discord for one answer; the rest go by their ID
AT_ONCE = 5


class MemberNames:
    """For one answer. Names are untrusted text."""

    def __init__(self, interaction: discord.Interaction[DiscordBot]) -> None:
        self._guild = interaction.guild
        self._known: dict[int, str | None] = {interaction.user.id: interaction.user.display_name}
        self._one_by_one = asyncio.Semaphore(AT_ONCE)

    async def of(self, member_ids: Collection[int]) -> Mapping[int, str]:
        """The names Discord gave; without members who left, and those beyond the limit."""
        new = [member_id for member_id in member_ids if member_id not in {*self._known, FORMER_MEMBER}]
        asked = new[: max(0, MOST - len(self._known))]
        self._known |= dict(zip(asked, await asyncio.gather(*map(self._name, asked)), strict=True))
        return {
            member_id: name
            for member_id in member_ids
            if (name := one_line(self._known.get(member_id) or ""))
        }

    async def _name(self, member_id: int) -> str | None:
        if self._guild is None:
            return None
        async with self._one_by_one:
            try:
                return (await self._guild.fetch_member(member_id)).display_name
            except LOST:
                return None
