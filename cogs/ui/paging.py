"""Previous and Next under a long list. The buttons know their page, so they also turn it after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from cogs.ui.dynamic import Button, SafeItem
from cogs.ui.reply import hold

if TYPE_CHECKING:
    from typing import Self

    from bot.discord_bot import DiscordBot

PREVIOUS = "Previous"
NEXT = "Next"


class PageButton(SafeItem[Button], template=r"(?!)"):
    """A subclass gives its `name`, a template made by `pages_of(name)`, and implements `show`.

    Where a name does not say enough, `pages_of(name, key)` takes a pattern of what tells the lists apart.
    """

    name: str

    @classmethod
    def both(cls, number: int, pages: int, key: str = "") -> tuple[Self, ...]:
        """Previous and Next for the page `number` (from 0); none when there is one page only."""
        if pages <= 1:
            return ()
        name = f"{cls.name}:{key}" if key else cls.name
        return (
            cls._to(name, "prev", PREVIOUS, number - 1, pages),
            cls._to(name, "next", NEXT, number + 1, pages),
        )

    @classmethod
    def _to(cls, name: str, way: str, label: str, number: int, pages: int) -> Self:
        return cls(
            discord.ui.Button(
                label=label,
                custom_id=f"{name}:{way}:{max(number, 0)}",
                disabled=not 0 <= number < pages,
            )
        )

    async def used(self, interaction: discord.Interaction[DiscordBot]) -> None:
        await hold(interaction)
        await self.show(interaction, int(self.state["number"]))

    async def show(self, interaction: discord.Interaction[DiscordBot], number: int) -> None:
        """Replace the message by the page; one beyond the end is the last."""
        raise NotImplementedError


def pages_of(name: str, key: str = "") -> str:
    """key: a pattern; what it finds is `state["key"]`."""
    between = rf"(?P<key>{key}):" if key else ""
    return rf"{name}:{between}(?:prev|next):(?P<number>\d{{1,6}})"
