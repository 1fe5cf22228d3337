"""How far long work is, as a bar in the answer that is being waited for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cogs.ui.reply import LOST, Reply, answer
from cogs.words.text import CELLS, bar

if TYPE_CHECKING:
    import discord

    from bot.discord_bot import DiscordBot


class ProgressBar:
    """To be called with how much is done, of how much. Shows every tenth; that nobody can see it stops nothing.

    worth: from how much on a bar is shown; less is done before anybody could read it.
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
                self._interaction, Reply(f"{self._text}\n{bar(cells, CELLS)} {100 * done // total} %")
            )
