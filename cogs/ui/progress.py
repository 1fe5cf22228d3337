"""A progress bar for long work, in the answer the member is waiting for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cogs.ui.reply import LOST, Reply, answer
from cogs.words.text import CELLS, bar

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot


class ProgressBar:
    """Call it with how much is done, and of how much. Updates every tenth; a failed update stops nothing.

    worth: the smallest total with a bar; anything less is done before anybody could read it.
    """

    def __init__(self, interaction: discord.Interaction[DiscordBot], text: str, *, worth: int = 500) -> None:
        self._interaction = interaction
        self._text = text
        self._worth = worth
        self._shown = 0

    async def __call__(self, done: int, total: int) -> None:
        cells = CELLS * done // total if total else CELLS
        # The answer itself follows on the last one.
        if total < self._worth or cells <= self._shown or cells == CELLS:
            return
        self._shown = cells
        with suppress(*LOST):
            await answer(
                self._interaction, Reply(f"{self._text}\n{bar(cells, CELLS)} {100 * done // total}%")
            )
