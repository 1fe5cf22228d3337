"""Discord's gateway in trouble: lost, resumed, repeated, begun anew, silent, and one that begins no session."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.fake_discord import NothingCameError
from sandbox.fake_discord.places import DriverError
from sandbox.world import BotStartError, World
from tests.end_to_end.lending import made_by, make
from tests.proving.report import Section
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.fake_discord import Actor

TITLE: Final = "Discord's gateway"
GUILD: Final = "Tape Heads"
LIST: Final = "Our Tape"
PATIENCE_S: Final = 60
POINTS: Final = 3  # before the answer, after it was promised, after it was given
TRIES: Final = 20  # of a member who got no answer
SILENT_S: Final = 0.4  # without a heartbeat's answer, instead of discord.py's minute
MOST_SESSIONS: Final = 104  # 100 and 4 for a shard, in 24 hours


@dataclass(frozen=True, slots=True)
class Trouble:
    """strike: what happens. anew: the bot has to begin a new session, and needn't otherwise."""

    name: str
    strike: Callable[[World], Awaitable[None]]
    anew: bool = False


async def _cut(world: World) -> None:
    world.discord.faults.drop_gateway()


def _closed(code: int) -> Callable[[World], Awaitable[None]]:
    return lambda world: world.discord.faults.close_gateway(code)


async def _told_to_reconnect(world: World) -> None:
    world.discord.faults.ask_to_reconnect()


async def _invalid(world: World) -> None:
    world.discord.faults.invalidate_session(resumable=False)


async def _doubted(world: World) -> None:
    world.discord.faults.invalidate_session(resumable=True)


async def _forgotten(world: World) -> None:
    gateway, begun = world.discord.gateway, world.discord.gateway.identifies
    world.discord.faults.forget_sessions()
    world.discord.faults.drop_gateway()
    await world.discord.wait_for(lambda: gateway.identifies > begun or None, "new session")
    world.discord.faults.clear()


async def _repeated(world: World) -> None:
    world.discord.gateway.repeat("INTERACTION_CREATE")


async def _deaf(world: World) -> None:
    """Heartbeats go unanswered until the bot has given the connection up."""
    gateway, closings = world.discord.gateway, len(world.discord.gateway.closings)
    world.discord.faults.ignore_heartbeats()
    await world.discord.wait_for(lambda: len(gateway.closings) > closings or None, "bot to give up")
    world.discord.faults.clear()


TROUBLES: Final = (
    Trouble("the connection is cut", _cut),
    Trouble("closed with 1000", _closed(1000)),
    Trouble("closed with 4000", _closed(4000)),
    Trouble("closed with 4009", _closed(4009)),
    Trouble("told to reconnect (op 7)", _told_to_reconnect),
    Trouble("session in doubt (op 9, resumable)", _doubted),
    Trouble("session invalid (op 9)", _invalid, anew=True),
    Trouble("session forgotten when resuming", _forgotten, anew=True),
    Trouble("the same interaction told twice", _repeated),
    Trouble("no heartbeat is answered", _deaf),
)


async def prove(*, short: bool) -> Section:
    rounds = 1 if short else 10
    rows: list[tuple[str, ...]] = []
    failures: list[str] = []
    for trouble in TROUBLES:
        row, faults = await _suffered(trouble, rounds)
        rows.append(row)
        failures += faults
    begun, faults = await _refused_for_ever()
    failures += faults
    return Section(
        "Each kind strikes again and again while a member adds to a shared playlist, in the middle of the command. Who "
        "gets no answer asks again, as members do.",
        [
            f"{sum(int(row[1]) for row in rows)} faults of {len(rows)} kinds",
            f"Where no session begins, the bot stops after {begun} tries, begins none if restarted, works a day later.",
            f"A connection is given up {SILENT_S:g} s after the last answer here, after 60 s outside of this proof.",
        ],
        ("What happens", "Times", "Accepted", "Lost", "Doubled", "Asked again", "Sessions begun"),
        rows,
        failures,
    )


async def _suffered(trouble: Trouble, rounds: int) -> tuple[tuple[str, ...], list[str]]:
    did: Counter[str] = Counter()
    world = World()
    world.discord.gateway.heartbeat_ms = (
        100 if trouble.strike is _deaf else world.discord.gateway.heartbeat_ms
    )
    async with world:
        ada, linus = (world.discord.actor(name, channel="music") for name in ("ada", "linus"))
        await world.link(ada)
        await make(ada, LIST)
        if trouble.strike is _deaf:
            world.app.bot._connection.heartbeat_timeout = SILENT_S
            await _cut(world)  # so that the next connection has it
            await _back(world)
        begun = world.discord.gateway.identifies
        tracks = [track.uri for track in world.spotify.release(rounds)]
        for number, uri in enumerate(tracks):
            await _added_meanwhile(world, trouble, linus, uri, did=did, calls=number % POINTS)
        (playlist,) = made_by(world, "ada", LIST)
        async with asyncio.timeout(PATIENCE_S):
            while len(playlist.uris) < did["accepted"]:
                await world.discord.changes.until(
                    lambda: len(playlist.uris) >= did["accepted"] or None,
                    wait_s=PATIENCE_S,
                    explain=lambda: f"{len(playlist.uris)} of {did['accepted']} landed",
                )
        anew = world.discord.gateway.identifies - begun
        found = Counter(playlist.uris)
    lost, doubled = sum(uri not in found for uri in tracks), sum(number - 1 for number in found.values())
    row = (trouble.name, rounds, did["accepted"], lost, doubled, did["asked again"], anew)
    faults = [f"{trouble.name}: {lost} lost"] * bool(lost) + [f"{trouble.name}: {doubled} doubled"] * bool(
        doubled
    )
    faults += [f"{trouble.name}: {anew} new sessions"] * (anew != rounds * trouble.anew)
    return tuple(map(str, row)), faults


async def _added_meanwhile(
    world: World, trouble: Trouble, member: Actor, uri: str, *, did: Counter[str], calls: int
) -> None:
    """A member asks for it, it strikes after so many calls of the bot, and the member asks until there is an answer."""
    discord = world.discord
    before = len(discord.calls)
    asking = asyncio.create_task(_asked(member, uri))
    await asyncio.sleep(0)  # it's on its way
    await discord.wait_for(lambda: len(discord.calls) >= before + calls or None, "calls of the bot")
    await trouble.strike(world)
    await _back(world)
    for _ in range(TRIES):
        end = await asking
        if end is End.ACCEPTED:
            did["accepted"] += 1
            return
        did["asked again"] += 1
        asking = asyncio.create_task(_asked(member, uri))


async def _asked(member: Actor, uri: str) -> End | None:
    try:
        run = await member.command("add", track=uri, playlist=LIST)
        return end_of((await run.reply()).text, member.member.mention)
    except (NothingCameError, DriverError):  # Discord says that the app didn't respond, or isn't there
        return None


async def _back(world: World) -> None:
    await world.discord.wait_for(lambda: world.discord.gateway.ready or None, "bot that is back")


async def _refused_for_ever() -> tuple[int, list[str]]:
    """A gateway that begins no session: how many were tried, and what wasn't kept."""
    failures = []
    async with World() as world:
        gateway = world.discord.gateway
        world.discord.faults.refuse_identifies()
        world.discord.faults.invalidate_session(resumable=False)
        running = world._running  # it ends by itself, which nobody asks it to in a world
        if running is not None:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.wait({running})
        tried = gateway.identifies
        await world.stop_bot()
        try:
            await world.start_bot()
            failures.append("a gateway that begins no session: asked again right after a restart")
        except BotStartError:
            if gateway.identifies != tried:
                failures.append("a gateway that begins no session: one more try after a restart")
        world.discord.faults.clear()
        await world.advance(days=1, seconds=1)
        await world.start_bot()
        if tried != MOST_SESSIONS:
            failures.append(f"a gateway that begins no session: {tried} tries, not {MOST_SESSIONS}")
    return tried, failures
