"""What the forms have in common in which managers change the settings of a shared playlist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from cogs.ui.actor import actor_of, guild_of
from cogs.ui.dynamic import SafeModal
from cogs.ui.reply import hold

if TYPE_CHECKING:
    from bot.discord_bot import DiscordBot
    from bot.services.shared.core.access import Actor
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.stores.lists import SharedPlaylist

Changed = Callable[["discord.Interaction[DiscordBot]", "SharedPlaylist"], Awaitable[None]]
Choice = discord.ui.Select[discord.ui.Modal]


class SettingsForm(SafeModal):
    """A subclass puts its fields in and implements `change`."""

    def __init__(self, shared: SharedPlaylist, changed: Changed, *, title: str) -> None:
        """changed: shows what came of it."""
        super().__init__(title=title)
        self._list_id = shared.list_id
        self._changed = changed

    def ask(self, label: str, hint: str, component: discord.ui.Item[Any]) -> None:
        self.add_item(discord.ui.Label(text=label, description=hint or None, component=component))

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        managing = interaction.client.services.shared.managing
        shared = await self.change(interaction, managing, actor_of(interaction), guild_of(interaction))
        await self._changed(interaction, shared)

    async def change(
        self,
        interaction: discord.Interaction[DiscordBot],
        managing: ListAdmin,
        actor: Actor,
        guild_id: int,
    ) -> SharedPlaylist:
        raise NotImplementedError
