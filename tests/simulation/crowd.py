"""The members of a simulation: each asks for one track after the other, and again where the bot died on them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.fake_discord.changes import NothingCameError
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World

TRIES = 50
ANSWER_S = 60  # real seconds; far longer than any answer takes


@dataclass(slots=True)
class Ask:
    """One contribution a member asks for. `end` is what they were told. `unsure`: once the bot died on them."""

    member: int
    list_id: str
    uri: str
    end: End | None = None
    unsure: bool = False


@dataclass(slots=True)
class Crowd:
    """online: set while the bot is up. gone: set while it is not. unanswered: answers that came too late.

    answers_s: how long each answer took. asking_s: how long anybody was waiting for one.
    """

    world: World
    actors: list[Actor]
    online: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    unanswered: int = 0
    answers_s: list[float] = field(default_factory=list)
    asking_s: float = 0.0

    @classmethod
    def of(cls, world: World, members: int, guild: str) -> Crowd:
        names = [f"member{number}" for number in range(members)]
        for name in names:
            world.discord.join(name, guild)
        crowd = cls(world, [world.discord.actor(name, channel="music", guild=guild) for name in names])
        crowd.bot_is_up()
        return crowd

    def bot_is_up(self) -> None:
        self.gone.clear()
        self.online.set()

    def bot_is_down(self) -> None:
        self.online.clear()
        self.gone.set()

    def part_is_down(self) -> None:
        """One of several processes died. Who waits for an answer asks again: it may have been the one that had it."""
        self.gone.set()
        self.gone.clear()

    async def ask(self, ask: Ask) -> None:
        """Ask until there is an answer. Whom the bot died on asks on until they know: it may have kept the first."""
        for _ in range(TRIES):
            await self.online.wait()
            ask.end = await self._once(ask)
            ask.unsure = ask.unsure or ask.end is None
            if ask.end is End.ACCEPTED or not ask.unsure:
                return

    async def _once(self, ask: Ask) -> End | None:
        answer = asyncio.create_task(self._answer(ask))
        gone = asyncio.create_task(self.gone.wait())
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            for task in (answer, gone):
                task.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    async def _answer(self, ask: Ask) -> End | None:
        actor, begun = self.actors[ask.member], time.monotonic()
        run = await actor.command("add", track=ask.uri, playlist=f"list:{ask.list_id}")
        try:
            answer = await run.reply(ANSWER_S)
        except (
            NothingCameError
        ):  # Discord gave up on the bot after three seconds, which counts as a death, too
            self.unanswered += 1
            return None
        self.answers_s.append(time.monotonic() - begun)
        return end_of(answer.text, actor.member.mention)
