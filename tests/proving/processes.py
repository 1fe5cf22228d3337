"""Several processes of the bot on one database: each effect happens once, also when one is killed and replaced."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from sandbox.fake_spotify import Fault
from sandbox.lending import lend_new
from sandbox.world import World
from tests.mongo_server.server import mongo_server, on_mongodb
from tests.proving.report import Section
from tests.simulation.crowd import Ask
from tests.simulation.judging import disordered, doubled, missing
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.playlists import FakePlaylist

TITLE: Final = "Several processes"
WRITE: Final = "POST /playlists/*/items"
MEMBERS, EACH, COMMANDS = 8, 3, 50
STEP_S, STEPS, PAUSE_S = 5.0, 120, 0.1
CROWDED_S: Final = 60  # they, the database and the sandbox share one machine


class Trial:
    """So many processes, which are given interactions in turn."""

    def __init__(self, world: World, processes: int) -> None:
        self._world = world
        self._processes = processes
        self.failures: list[str] = []

    async def run(self) -> tuple[str, ...]:
        """A row of the table."""
        world = self._world
        ada = world.discord.actor("ada", channel="music")
        await world.link(ada)
        lent = await lend_new(world, ada, "Our Tape")
        playlist = world.spotify.playlist(lent.playlist_id)
        refreshes = await self._refreshes(ada)
        for number in range(MEMBERS):
            world.discord.join(f"member{number}", "Tape Heads")
        members = [world.discord.actor(f"member{number}", channel="music") for number in range(MEMBERS)]
        tracks = [track.uri for track in world.spotify.release(MEMBERS * EACH * 2)]
        asks = [Ask(number % MEMBERS, lent.list_id, uri) for number, uri in enumerate(tracks)]
        half = len(asks) // 2
        await self._add(members, asks[:half])
        await self._until_there(playlist, asks[:half])
        back_s = await self._killed_in_a_write(members, asks[half:])
        await self._until_there(playlist, asks)
        for _ in range(12):  # a second copy would come late
            await self._pass()
        there = {lent.list_id: playlist.uris}
        wrong = {
            "lost": missing(asks, there),
            "doubled": doubled(asks, there),
            "out of order": disordered(asks, there),
        }
        self.failures += [f"{count} {what}" for what, count in wrong.items() if count]
        if refreshes != 1:
            self.failures.append(f"{refreshes} refreshes of one token")
        heard = [len(one.heard("INTERACTION_CREATE")) for one in world.discord.gateway.sessions.values()]
        if min(heard) == 0:
            self.failures.append("one process was given nothing")
        accepted = sum(ask.end is End.ACCEPTED for ask in asks)
        return (
            str(self._processes),
            f"{accepted}, of which {sum(wrong.values())} lost, doubled or out of order",
            f"{refreshes} for {COMMANDS} commands at once",
            f"{back_s:.1f} s",
        )

    async def _refreshes(self, ada: Actor) -> int:
        """How often a token that ran out is refreshed, for many commands at once in all processes."""
        await self._world.advance(hours=2)
        before = self._tokens()
        runs = await asyncio.gather(*(ada.command("account") for _ in range(COMMANDS)))
        await asyncio.gather(*(run.reply(CROWDED_S) for run in runs))
        return self._tokens() - before

    def _tokens(self) -> int:
        return sum(call.grant_type == "refresh_token" for call in self._world.spotify.calls)

    async def _add(self, members: list[Actor], asks: list[Ask]) -> None:
        async def one_after_the_other(member: Actor, theirs: list[Ask]) -> None:
            for ask in theirs:
                said = (await (await member.command("add", track=ask.uri)).reply(CROWDED_S)).text
                ask.end = end_of(said, member.member.mention)

        await asyncio.gather(
            *(
                one_after_the_other(member, [ask for ask in asks if ask.member == number])
                for number, member in enumerate(members)
            )
        )

    async def _killed_in_a_write(self, members: list[Actor], asks: list[Ask]) -> float:
        """The one that writes is killed in the middle of it; the others go on, and it's replaced."""
        held = self._world.spotify.faults.add(Fault(WRITE, "latency"))
        first = asks[:1]
        adding = asyncio.create_task(self._add(members, first))
        await held.struck()
        adding.cancel()
        await asyncio.gather(adding, return_exceptions=True)
        await self._world.kill_bot(self._processes - 1)
        held.release()
        await self._pass()
        began = time.monotonic()
        await self._world.start_bot()
        back_s = time.monotonic() - began
        await self._add(members, asks)
        return back_s

    async def _until_there(self, playlist: FakePlaylist, asks: list[Ask]) -> None:
        wanted = {ask.uri for ask in asks if ask.end is End.ACCEPTED}
        for _ in range(STEPS):
            if wanted <= set(playlist.uris):
                return
            await self._pass()

    async def _pass(self) -> None:
        await self._world.advance(seconds=STEP_S)
        await asyncio.sleep(PAUSE_S)


async def prove(*, short: bool) -> Section:
    rows, failures = [], []
    with ExitStack() as stack:
        server = stack.enter_context(mongo_server())
        for processes in (2,) if short else (2, 3):
            settings = on_mongodb(server.database(f"processes-{processes}"))
            async with _world(processes, settings) as world:
                trial = Trial(world, processes)
                rows.append(await trial.run())
            failures += [f"{processes} processes: {failure}" for failure in trial.failures]
    return Section(
        f"Bots in processes of their own share one {server.kind} and are given interactions in turn. Members add tracks"
        " in all of them at once; one process is killed while Spotify is written to, and replaced; members go on.",
        ["each effect happened once"] if not failures else [],
        ("Processes", "Contributions", "Refreshes", "Replaced within"),
        rows,
        failures,
    )


def _world(processes: int, settings: Mapping[str, str]) -> World:
    plenty = {"SPOTIFY_DAILY_BUDGET": "10000000", "LOG_LEVEL": "WARNING"}
    world = World(bot="process", processes=processes, settings=plenty | dict(settings))
    world.discord.gateway.in_turn = True
    world.discord.state.answer_within_s = CROWDED_S
    return world
