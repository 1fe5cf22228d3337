"""A day of thirty servers on one budget: how much of what members add lands, how long it takes, and who gets less.

The real bot in the sandbox, whose clock is moved minute by minute. No two members ask for the same track, so that no
cache helps more than it would anywhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Final

from sandbox.fake_spotify.faults import matches
from sandbox.lending import lend_new
from sandbox.world import World
from tests.proving.report import Section
from tests.simulation.plan import End
from tests.simulation.words import end_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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
LINK: Final = re.compile(r"open\.spotify\.com/track/(\w+)")  # what an answer is about
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
    """asks: a day, of which the first server's members make half. typed: every so manieth; the others are links.

    days: the last one is measured; before it, the budget is used as on any other day.
    """

    servers: int = 30
    asks: int = 600
    typed: int = 3
    days: int = 3
    budget: int = BUDGET
    goal: int = GOAL
    seed: int = 1


SHORT: Final = Plan(servers=6, asks=60, days=1, budget=170, goal=40)


@dataclass(slots=True)
class Server:
    """members: of whom the first ask most."""

    name: str
    members: Sequence[Actor]
    list_id: str
    playlist_id: str


@dataclass(slots=True)
class Ask:
    """after: since the beginning. uri: what the answer is about, as who types may take another track. told: the answer.

    accepted_at: when the member was told so; None: they were refused.
    """

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
    plan = SHORT if short else Plan()
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
    servers = [await _server(world, number) for number in range(plan.servers)]
    for _ in range(26):
        await world.advance(hours=1)
        await world.rest()
    now = world.clock.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    await world.advance(seconds=(midnight - now).total_seconds())
    return Day(plan, world, servers, [*_asks(plan, world, servers, random)], midnight)


async def _server(world: World, number: int) -> Server:
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
        await world.rest()
    day.calls = world.spotify.calls[before:]
    _note_landed(day)


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
    named = LINK.search(ask.told)
    ask.uri = f"spotify:track:{named[1]}" if named else ask.track.uri
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
    said = f"{call.method} {call.path}"
    return next((words for pattern, words in KINDS.items() if matches(pattern, said)), said)


def _section(day: Day) -> Section:
    """About the last day."""
    plan, begins = day.plan, day.began + (day.plan.days - 1) * DAY
    asks = [ask for ask in day.asks if day.began + ask.after >= begins]
    accepted = [ask for ask in asks if ask.accepted_at]
    landed = [ask for ask in accepted if ask.landed_at]
    minutes = [
        round((ask.landed_at - ask.accepted_at).total_seconds() / 60)
        for ask in landed
        if ask.landed_at and ask.accepted_at
    ]
    calls = [call for call in day.calls if begins <= call.at < begins + DAY]
    kinds = Counter(map(_kind, calls)).most_common()
    most = most_in_a_day([call.at for call in day.calls])
    served = _served(day, asks, landed)
    least = min(served, key=lambda one: one.part)
    at_once = sum(wait <= 1 for wait in minutes)
    facts = [
        f"{len(asks)} additions asked for, {len(accepted)} accepted, {len(landed)} landed (goal: {plan.goal})",
        (
            f"from accepted to landed: median {median(minutes or [0]):.0f} minutes, longest {max(minutes, default=0)}; "
            f"{at_once} at once"
        ),
        (
            f"Spotify requests: {len(calls)}, of which {', '.join(f'{count} {words}' for words, count in kinds)}; "
            f"at most {most} within 24 hours (budget: {plan.budget})"
        ),
        f"Spotify requests per contribution: {len(calls) / max(len(landed), 1):.2f}",
        f"least of its fair share got {least.server.name}: {least.part:.0%} (goal: {FAIR:.0%})",
    ]
    failures = [
        f"{one.server.name} got {one.part:.0%} of its fair share" for one in served if one.part < FAIR
    ]
    if len(landed) < plan.goal:
        failures.append(f"{len(landed)} landed, not {plan.goal}")
    if len(landed) < len(accepted):
        failures.append(f"{len(accepted) - len(landed)} were accepted, and not in within {LANDS_WITHIN}")
    if most > plan.budget:
        failures.append(f"{most} requests within 24 hours")
    rows = [
        (one.server.name, str(one.asked), str(one.landed), f"{one.fair:.0f}", f"{one.part:.0%}")
        for one in served
    ]
    says = (
        f"{plan.servers} servers share {plan.budget} Spotify requests a day, and the members of one make half of all "
        f"additions: one of {plan.typed} is typed, with pauses after the first word and at the end, the others are "
        "links, and no two are for the same track. Slow looks are on. The clock is moved; day "
        f"{plan.days} is shown. A fair share is max-min fair: who asks for less than an equal part "
        "gets all of it, the others share the rest of what landed."
    )
    return Section(says, facts, ("Server", "Asked", "Landed", "Fair share", "Got of it"), rows, failures)


@dataclass(frozen=True, slots=True)
class Served:
    """What one server asked for and got."""

    server: Server
    asked: int
    landed: int
    fair: float

    @property
    def part(self) -> float:
        return self.landed / self.fair if self.fair else 1


def _served(day: Day, asks: Sequence[Ask], landed: Sequence[Ask]) -> list[Served]:
    wanted, got = (Counter(ask.server for ask in some) for some in (asks, landed))
    fair = fair_shares([wanted[number] for number in range(len(day.servers))], len(landed))
    return [
        Served(server, wanted[number], got[number], fair[number]) for number, server in enumerate(day.servers)
    ]
