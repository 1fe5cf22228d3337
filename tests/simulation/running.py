"""Runs a simulation: a crowd, bad weather, a killer, and time that passes between the waves."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from sandbox.world import World
from tests.simulation.crowd import Ask, Crowd
from tests.simulation.curator import Curator
from tests.simulation.judging import disordered, doubled, missing
from tests.simulation.plan import End, Report
from tests.simulation.setting_up import lend
from tests.simulation.trouble import Killer, Weather, silences

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from tests.simulation.plan import Plan

GUILD = "Tape Heads"
STEP_S = 5.0  # how far the sandbox's clock is moved at once
STEPS = 8  # so often after each wave: what nobody knows about is looked for twice within half a minute
PAUSE_S = 0.1  # real seconds for the bot to look at the clock
# With several processes, the lease of one that is slow, not dead, must not be over before it gets a turn on a busy
# machine: the 30 s of the lease on a playlist are then 3.6 real ones, not 0.6.
PAUSE_OF_SEVERAL_S = 0.6
PATIENCE = 400  # steps without any progress until the rest counts as lost


async def simulate(
    plan: Plan,
    settings: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    prepare: Callable[[World], Awaitable[None]] | None = None,
) -> Report:
    """settings: the bot's, on top of the sandbox's. prepare: adds what else there is in the world, before it starts."""
    begun = time.monotonic()
    random = Random(plan.seed)
    plenty = {"SPOTIFY_DAILY_BUDGET": "10000000", "SPOTIFY_CONCURRENCY": "20", "LOG_LEVEL": "WARNING"}
    world = World(bot="process", processes=plan.processes, settings=plenty | dict(settings))
    world.discord.gateway.in_turn = plan.has_several
    if prepare is not None:
        await prepare(world)
    async with world:
        tracks = world.spotify.release(plan.contributions)
        lists = await lend(world, plan.lists, GUILD)
        crowd = Crowd.of(world, plan.members, GUILD)
        ids = [*lists]
        asks = [
            Ask(number % plan.members, ids[_list_of(number, plan)], track.uri)
            for number, track in enumerate(tracks)
        ]
        run = _Run(plan, world, crowd, Curator.of(world, GUILD), Killer(world), asks, lists, random)
        before = len(world.spotify.calls)
        weather = Weather(plan.failing, random)
        world.spotify.faults.weather = weather
        for silence in silences(plan.silent):
            world.spotify.faults.add(silence)
        if plan.has_several:
            await run.while_processes_die(run.waves(tell))
        else:
            await run.waves(tell)
        await run.settle(tell)
        contents = run.contents
        calls = len(world.spotify.calls) - before
        accepted = sum(ask.end is End.ACCEPTED for ask in asks)
        lost = missing(asks, contents)
        return Report(
            sent=len(asks),
            accepted=accepted,
            refused=sum(ask.end is End.REFUSED for ask in asks),
            landed=accepted - lost,
            lost=lost,
            double=doubled(asks, contents),
            disordered=disordered(asks, contents),
            kills=run.killer.kills,
            curator_presses=run.curator.presses,
            failed_calls=weather.spoiled,
            unanswered=crowd.unanswered,
            calls_per_contribution=round(calls / max(accepted, 1), 3),
            worst_recovery_s=round(run.killer.worst_recovery_s, 2),
            answer_median_ms=round(1000 * statistics.median(crowd.answers_s), 1),
            answer_p99_ms=round(1000 * statistics.quantiles(crowd.answers_s, n=100)[98], 1),
            answers_per_s=round(len(crowd.answers_s) / crowd.asking_s, 1),
            seed=plan.seed,
            seconds=round(time.monotonic() - begun, 1),
        )


def _list_of(number: int, plan: Plan) -> int:
    """In a calm run a whole wave goes to one list; else every member serves all lists in turn."""
    return (number // plan.at_once if plan.calm else number + number // plan.members) % plan.lists


@dataclass(frozen=True, slots=True)
class _Run:
    """lists: the Spotify playlist behind each list, by the list's id."""

    plan: Plan
    world: World
    crowd: Crowd
    curator: Curator
    killer: Killer
    asks: Sequence[Ask]
    lists: Mapping[str, str]
    random: Random

    @property
    def contents(self) -> dict[str, list[str]]:
        """What stands in each list at Spotify."""
        return {
            list_id: self.world.spotify.playlist(playlist_id).uris
            for list_id, playlist_id in self.lists.items()
        }

    async def while_processes_die(self, work: Coroutine[object, object, None]) -> None:
        """One after the other, until it's done."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(
                self.killer.strike_again_and_again(self.plan.processes, over, self.crowd.part_is_down)
            )
            await work
            over.set()

    async def waves(self, tell: Callable[[str], None]) -> None:
        """Every wave: so many members at once; in some of them the bot is killed in the middle."""
        size = self.plan.at_once
        waves = [self.asks[start : start + size] for start in range(0, len(self.asks), size)]
        kills = [0] * len(waves)
        for number in range(0 if self.plan.has_several else self.plan.kills):
            kills[number * len(waves) // self.plan.kills] += 1
        for number, (wave, deaths) in enumerate(zip(waves, kills, strict=True), start=1):
            await self._wave(wave, deaths)
            if self.plan.calm:
                await self._until_landed(self.asks[: number * size])
            else:
                await self._pass_time(STEPS)
            if number % 5 == 0 or number == len(waves):
                tell(f"{min(number * size, len(self.asks))} sent, {self.killer.kills} kills")

    async def _wave(self, wave: Sequence[Ask], deaths: int) -> None:
        begun = time.monotonic()
        asking = {asyncio.create_task(self.crowd.ask(ask)) for ask in wave}
        for _ in range(deaths):
            # By answers, not by seconds: so that it strikes in the middle on any machine.
            waiting, answers = asking, self.random.randrange(max(1, len(wave) * 3 // 4))
            while waiting and len(asking) - len(waiting) < answers:
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            self.crowd.bot_is_down()
            await self.killer.strike()
            self.crowd.bot_is_up()
        await asyncio.gather(*asking)
        self.crowd.asking_s += time.monotonic() - begun

    async def settle(self, tell: Callable[[str], None]) -> None:
        """The weather clears up, and time passes until everything stands where it should, or nothing changes."""
        self.world.spotify.faults.weather = None
        await self._until_landed(self.asks)
        await self._pass_time(STEPS)  # a second copy would come late
        tell(f"settled: {missing(self.asks, self.contents)} missing")

    async def _until_landed(self, asks: Sequence[Ask]) -> None:
        left, waited = missing(asks, self.contents), 0
        while left and waited < PATIENCE:
            await self._pass_time(1)
            now = missing(asks, self.contents)
            waited = 0 if now < left else waited + 1
            left = now

    async def _pass_time(self, steps: int) -> None:
        for _ in range(steps):
            if not self.plan.calm:
                await self.world.advance(seconds=STEP_S)
            await asyncio.sleep(PAUSE_OF_SEVERAL_S if self.plan.has_several else PAUSE_S)
            await self.curator.look_after()
