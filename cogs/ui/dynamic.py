"""Buttons, menus and forms that tell a member when something went wrong.

Buttons and menus carry their state in the custom_id and so work after a restart. discord.py only logs what their
callbacks raise, so the error is put into words here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import discord

from cogs.errors import explain
from cogs.ui.reply import take

if TYPE_CHECKING:
    import re
    from typing import Self

    from bot.discord_bot import DiscordBot

OPEN_S = 15 * 60  # how long a form can be filled in

ItemT = TypeVar("ItemT", bound="discord.ui.Item[discord.ui.View]")

Button = discord.ui.Button["discord.ui.View"]
Select = discord.ui.Select["discord.ui.View"]


class SafeItem(discord.ui.DynamicItem[ItemT], Generic[ItemT], template=r"(?!)"):
    """Base of all our buttons and menus. A subclass gives its `template` and implements `used`."""

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[discord.Client],  # noqa: ARG003 - discord.py's signature
        item: discord.ui.Item[discord.ui.View],
        match: re.Match[str],  # noqa: ARG003 - discord.py's signature
        /,
    ) -> Self:
        return cls(item)  # type: ignore[arg-type] # of the kind whose custom_id fits the template

    @property
    def state(self) -> dict[str, str]:
        """What the custom_id holds, by the names of the template's groups."""
        found = self.template.fullmatch(self.custom_id)
        return found.groupdict("") if found else {}

    async def callback(self, interaction: discord.Interaction[DiscordBot]) -> None:  # type: ignore[override] # our client
        take(interaction)
        interaction.client.at_work()
        try:
            await self.used(interaction)
        except Exception as error:  # noqa: BLE001 - the only place that still sees it
            await explain(interaction, error)

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """What happens when somebody pressed or chose."""
        raise NotImplementedError


class SafeModal(discord.ui.Modal):
    """Base of all our forms. The custom_id is random, as two members' forms with one id would get mixed up."""

    def __init__(self, *, title: str) -> None:
        """discord.py remembers each form until it is sent, and nobody says when one is closed: hence the end."""
        super().__init__(title=title, timeout=OPEN_S)

    async def on_submit(self, interaction: discord.Interaction[DiscordBot]) -> None:  # type: ignore[override] # our client
        take(interaction)
        interaction.client.at_work()
        await self.filled_in(interaction)

    async def filled_in(self, interaction: discord.Interaction[DiscordBot]) -> None:
        """What happens when the member sent the form."""
        raise NotImplementedError

    async def on_error(  # type: ignore[override] # our client
        self, interaction: discord.Interaction[DiscordBot], error: Exception, /
    ) -> None:
        await explain(interaction, error)
