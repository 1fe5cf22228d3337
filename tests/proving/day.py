"""A day of thirty servers on one budget: how much of what members add lands, how long it takes, and who gets less.

The real bot in the sandbox, whose clock is moved minute by minute. No two members ask for the same track, so that no
cache helps more than it would anywhere else.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Final

from sandbox.lending import lend_new
from sandbox.world import World
from tests.proving.report import Section
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.calls import Call
    from sandbox.fake_spotify.catalogue import Track

TITLE: Final = "A day of thirty servers on one budget"

BUDGET: Final = 800
GOAL: Final = 500  # accepted additions that land in a day
FAIR: Final = 0.7  # of the fair share: nobody gets less
OWNERS: Final = ("ada", "grace", "linus", "margaret", "edsger")  # as many as development mode lets in
DAY: Final = timedelta(days=1)
STEP: Final = timedelta(minutes=5)
PAUSE_S: Final = 0.015  # real seconds without a call until the bot is done with what is due
LANDS_WITHIN: Final = timedelta(hours=7)  # what was accepted, even in the last minute
HOURS: Final = (
    2,
    1,
    1,
    0,
    0,
    0,
    1,
    2,
    3,
    3,
    3,
    4,
    5,
    4,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    10,
    8,
    5,
)  # who is awake, by the hour
UNEVEN: Final = 0.7  # the smaller servers ask for 1 / rank ** UNEVEN each
KINDS: Final = {  # of calls, in words
    "POST /api/token": "tokens",
    "GET /tracks/*": "looking up a link",
    "GET /search": "searching while somebody types",
    "POST /playlists/*/items": "writing",
    "GET /playlists/*/items": "reading a playlist",
    "GET /playlists/*": "reading a playlist",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """asks: a day, of which the first server's members make half. typed: every so manieth is typed, the others are links.

    days: the last one is measured; before it, the budget is used as on any other day.
    """

    servers: int = 30
    asks: int = 600
    typed: int = 3
    days: int = 2
    budget: int = BUDGET
    goal: int = GOAL
    seed: int = 1


@dataclass(slots=True)
class Server:
    """members: of whom the first ask most."""

    name: str
    members: Sequence[Actor]
    list_id: str
    playlist_id: str


@dataclass(slots=True)
class Ask:
    """after: since the beginning. accepted_at: when the member was told so; None: they were refused, with `told`."""

    after: timedelta
    server: int
    member: int
    track: Track
    typed: bool
    uri: str = ""
    told: str = ""
    accepted_at: datetime | None = None
    landed_at: datetime | None = None


@dataclass(slots=True)
class Day:
    """One run of a plan."""

    plan: Plan
    world: World
    servers: Sequence[Server]
    asks: Sequence[Ask]
    began: datetime
    calls: Sequence[Call] = field(default_factory=list)


async def prove(*, short: bool) -> Section:
    plan = Plan(servers=6, asks=60, budget=90, goal=50, days=1) if short else Plan()
    settings = {"SPOTIFY_DAILY_BUDGET": str(plan.budget), "LOG_LEVEL": "ERROR"}
    async with World(settings=settings) as world:
        world.discord.state.answer_within_s = 60  # the machine's speed isn't measured here
        day = await _begin(plan, world)
        await _pass(day)
        return _section(day)


async def _begin(plan: Plan, world: World) -> Day:
    """Lend every server its playlist, and let a day go by, so that this costs nothing later."""
    random = Random(plan.seed)
    for name in OWNERS:
        await world.link(world.discord.actor(name, guild="Tape Heads"))
    servers = [await _server(plan, world, number) for number in range(plan.servers)]
    for _ in range(26 * 60):
        await world.advance(minutes=1)
        await asyncio.sleep(0)
    now = world.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    await world.advance(seconds=(midnight - now).total_seconds())
    return Day(plan, world, servers, [*_asks(plan, world, servers, random)], midnight)


async def _server(plan: Plan, world: World, number: int) -> Server:
    owner, name = OWNERS[number % len(OWNERS)], f"Server {number + 1}"
    world.discord.found(name, owner)
    names = [f"s{number}m{member}" for member in range(20 if not number else 3 + number % 4)]
    for member in names:
        world.discord.join(member, name)
    lent = await lend_new(world, world.discord.actor(owner, guild=name), f"Tape {number + 1}")
    members = [world.discord.actor(member, guild=name) for member in names]
    return Server(name, members, lent.list_id, lent.playlist_id)


def _asks(plan: Plan, world: World, servers: Sequence[Server], random: Random) -> Iterator[Ask]:
    """In order. Each is for another track."""
    per_day = _demand(plan)
    moments = sorted(
        (_moment(random) + DAY * day, server)
        for day in range(plan.days)
        for server, asks in enumerate(per_day)
        for _ in range(asks)
    )
    known = [track for track in world.spotify.catalogue.tracks.values() if _is_plain(track)]
    searched = iter(random.sample(known, len(moments) // plan.typed + 1))
    shared = iter(world.spotify.release(len(moments)))
    for number, (after, server) in enumerate(moments):
        members = len(servers[server].members)
        (member,) = random.choices(range(members), [1 / (rank + 1) for rank in range(members)])
        typed = number % plan.typed == plan.typed - 1
        yield Ask(after, server, member, next(searched if typed else shared), typed)


def _demand(plan: Plan) -> list[int]:
    """How many additions the members of each server want a day."""
    half = plan.asks // 2
    weights = [1 / rank**UNEVEN for rank in range(1, plan.servers)]
    return [half, *(max(1, round(half * weight / sum(weights))) for weight in weights)]


def _moment(random: Random) -> timedelta:
    (hour,) = random.choices(range(24), HOURS)
    return timedelta(hours=hour, seconds=random.uniform(0, 3600))


def _is_plain(track: Track) -> bool:
    """Playable everywhere, and found by its name."""
    return (
        track.markets is None
        and track.restriction is None
        and "(" not in track.name
        and "-" not in track.name
    )


async def _pass(day: Day) -> None:
    """Whoever wants something asks for it; and the bot does what is due, until what was accepted last is in."""
    world, left = day.world, list(reversed(day.asks))
    before = len(world.spotify.calls)
    for step in range((day.plan.days * DAY + LANDS_WITHIN) // STEP):
        while left and left[-1].after <= step * STEP:
            await _until(world, day.began + left[-1].after)
            await _ask(day, left.pop())
        await _until(world, day.began + step * STEP)
        await _quiet(world)
    day.calls = world.spotify.calls[before:]
    _note_landed(day)


async def _quiet(world: World) -> None:
    """Until the bot has asked Spotify for all that is due."""
    before = -1
    while before < len(world.spotify.calls):
        before = len(world.spotify.calls)
        await asyncio.sleep(PAUSE_S)


async def _until(world: World, moment: datetime) -> None:
    ahead = (moment - world.clock.now()).total_seconds()
    if ahead > 0:
        await world.advance(seconds=ahead)


async def _ask(day: Day, ask: Ask) -> None:
    server = day.servers[ask.server]
    actor = server.members[ask.member]
    playlist = f"list:{server.list_id}"
    wanted = await _type(actor, ask.track, playlist) if ask.typed else ask.track.url
    reply = await (await actor.command("add", track=wanted, playlist=playlist)).reply(60)
    if reply.menus():  # several are called so
        reply = await _choose(actor, reply, ask.track)
    ask.told = reply.text
    ask.uri = ask.track.uri
    if end_of(ask.told, actor.member.mention) is End.ACCEPTED:
        ask.accepted_at = day.world.clock.now()


async def _type(actor: Actor, track: Track, playlist: str) -> str:
    """Pauses after the first word and at the end; takes what is wanted as soon as it's offered."""
    first = track.name.split()[0]
    for text in dict.fromkeys((first, track.name)):
        for choice in await actor.suggest("add", "track", text, playlist=playlist):
            if choice.value in {track.uri, track.id, f"track:{track.id}"}:
                return str(choice.value)
    return track.name


async def _choose(actor: Actor, reply: Message, track: Track) -> Message:
    (menu,) = reply.menus()
    values = [option.value for option in menu.options]
    value = next((value for value in values if track.id in value), values[0])
    return await (await actor.choose(reply, value)).updated(60)


def _note_landed(day: Day) -> None:
    for number, server in enumerate(day.servers):
        items = {item.uri: item.added_at for item in day.world.spotify.playlist(server.playlist_id).items}
        for ask in day.asks:
            if ask.server == number and ask.accepted_at:
                ask.landed_at = items.get(ask.uri)


def fair_shares(asked: Sequence[int], there: int) -> list[float]:
    """Max-min: who asks for less than an equal share gets all of it, and the others share what is left."""
    shares, left, order = (
        [0.0] * len(asked),
        float(there),
        sorted(range(len(asked)), key=lambda at: asked[at]),
    )
    for place, number in enumerate(order):
        shares[number] = min(asked[number], left / (len(asked) - place))
        left -= shares[number]
    return shares


def most_in_a_day(moments: Sequence[datetime]) -> int:
    """The most of them within any 24 hours."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - DAY:
            first += 1
        most = max(most, last - first + 1)
    return most


def _kind(call: Call) -> str:
    from sandbox.fake_spotify.faults import matches

    said = f"{call.method} {call.path}"
    return next((words for pattern, words in KINDS.items() if matches(pattern, said)), said)


def _section(day: Day) -> Section:
    plan, last = day.plan, (day.plan.days - 1) * DAY
    asks = [ask for ask in day.asks if ask.after >= last]
    accepted = [ask for ask in asks if ask.accepted_at]
    landed = [ask for ask in accepted if ask.landed_at]
    waits = sorted(
        (ask.landed_at - ask.accepted_at).total_seconds() / 60
        for ask in landed
        if ask.landed_at and ask.accepted_at
    )
    calls = [call for call in day.calls if day.began + last <= call.at < day.began + last + DAY]
    most = most_in_a_day([call.at for call in day.calls])
    asked = Counter(ask.server for ask in asks)
    got = Counter(ask.server for ask in landed)
    numbers = range(plan.servers)
    fair = fair_shares([asked[number] for number in numbers], max(len(landed), 1))
    shares = [got[number] / fair[number] if fair[number] else 1 for number in numbers]
    failures = []
    if len(landed) < plan.goal:
        failures.append(f"{len(landed)} landed, not {plan.goal}")
    if len(landed) < len(accepted):
        failures.append(f"{len(accepted) - len(landed)} accepted, but not in within {LANDS_WITHIN}")
    failures += [
        f"{day.servers[number].name} got {got[number]} of its fair share of {fair[number]:.0f}"
        for number in numbers
        if shares[number] < FAIR
    ]
    if most > plan.budget:
        failures.append(f"{most} calls within 24 hours")
    kinds = Counter(map(_kind, calls))
    facts = [
        f"asked: {len(asks)}, accepted: {len(accepted)}, landed: {len(landed)}",
        f"calls in the day: {len(calls)}, {len(calls) / max(len(landed), 1):.2f} for each that landed; at most {most} within 24 hours",
        f"from acceptance to landing: median {median(waits) if waits else 0:.0f} minutes, longest {waits[-1] if waits else 0:.0f}",
        "calls: " + ", ".join(f"{count} {words}" for words, count in kinds.most_common()),
        f"least of a fair share: {min(shares):.0%}",
    ]
    rows = [
        (
            day.servers[number].name,
            str(asked[number]),
            str(got[number]),
            f"{fair[number]:.0f}",
            f"{shares[number]:.0%}",
        )
        for number in numbers
    ]
    return Section("", facts, ("Server", "Asked", "Landed", "Fair share", "Got of it"), rows, failures)
