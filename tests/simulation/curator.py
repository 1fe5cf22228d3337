"""The curator of a simulation: reads what needs a look, presses the button, and again while it does not help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cogs.ui.shared.parking import AGAIN
from sandbox.fake_discord.changes import NothingCameError

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

NAME = "ada"  # to whom the server belongs
ANSWER_S = 60  # real seconds; far longer than any answer takes


@dataclass(slots=True)
class Curator:
    """presses: how often "Look and try again" was pressed. Never while the bot is being killed."""

    world: World
    actor: Actor
    presses: int = 0
    _read: int = 0
    _open: list[Message] = field(default_factory=list)

    @classmethod
    def of(cls, world: World, guild: str) -> Curator:
        return cls(world, world.discord.actor(NAME, channel="music", guild=guild))

    async def look_after(self) -> None:
        """Press under every notice that still asks for it."""
        messages = self.world.discord.messages
        new, self._read = messages[self._read :], len(messages)
        self._open = [notice for notice in (*self._open, *new) if _asks(notice)]
        for notice in self._open:
            self.presses += 1
            try:
                await (await self.actor.press(notice, AGAIN())).reply(ANSWER_S)
            except NothingCameError:
                continue  # the bot was too late; the button is still there


def _asks(notice: Message) -> bool:
    return not notice.ephemeral and any(button.label == AGAIN() for button in notice.buttons())
