"""Many members and many browsers at once, while somebody keeps hundreds of connections half open."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aiohttp import ClientError

from bot.services.linking import LinkWay
from sandbox.fake_discord import NothingCameError
from sandbox.world import World
from tests.end_to_end.lending import make
from tests.proving.report import Section

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from sandbox.fake_discord import Actor, Run

TITLE: Final = "Load"
GUILD: Final = "Tape Heads"
LISTS: Final = ("Our Tape", "Side B", "Rain", "Kitchen")
MEMBERS: Final = 60
INTERACTIONS: Final = 20  # a second
CALLBACKS: Final = 100  # a second
HALF_OPEN: Final = 400
SLOW: Final = 40
ADDRESSES: Final = 50  # that callbacks come from, on loopback; what each may ask for is 2 a second
CROWD: Final = 16  # addresses of half-open connections, of which each may have 64
LINK_S: Final = 3  # between two real links
AGAIN_S: Final = 2.0  # until somebody whose connection was shut opens the next
TRICKLE_S: Final = 0.5  # between two bytes of a slow request
LATEST_S: Final = 1.0  # the 99th of 100 first answers
GROWTH: Final = 1.1  # of the memory, from after a minute to the end
SETTINGS: Final = {"SPOTIFY_DAILY_BUDGET": "1000000", "LOG_LEVEL": "WARNING"}


@dataclass(slots=True)
class Measured:
    """late: more than Discord waits. first: seconds until the first answer, by what was asked for."""

    first: dict[str, list[float]] = field(default_factory=dict)
    late: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    callback: list[float] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    opened: int = 0
    shut: int = 0
    rss: list[int] = field(default_factory=list)  # MB: at the start, after a minute (or half), at the end

    @property
    def all_first(self) -> list[float]:
        return sorted(seconds for several in self.first.values() for seconds in several)


async def prove(*, short: bool) -> Section:
    seconds = 6 if short else 120
    measured = Measured()
    async with World(bot="process", settings=SETTINGS, ways=[LinkWay.PAGE]) as world:
        actors = await _set_up(world)
        ours, bots, began = time.process_time(), _cpu_s(world.bot_pid), time.monotonic()
        attack = [asyncio.ensure_future(each) for each in _attack(world.public_url, measured)]
        measured.rss.append(_rss_mb(world.bot_pid))
        await asyncio.gather(
            _members(world, actors, seconds, measured),
            _browsers(world.public_url, seconds, measured),
            _links(world, seconds, measured),
            _watch(world.bot_pid, seconds, measured),
        )
        for task in attack:
            task.cancel()
        await asyncio.gather(*attack, return_exceptions=True)
        elapsed = time.monotonic() - began
        ours, bots = time.process_time() - ours, _cpu_s(world.bot_pid) - bots
        errors = [line for line in world.log_path.read_text().splitlines() if " ERROR " in line]
        problems = len(world.discord.problems)
    return _section(measured, elapsed, cpu=(ours, bots), errors=errors, problems=problems, judged=not short)


def _section(
    measured: Measured,
    elapsed: float,
    *,
    cpu: tuple[float, float],
    errors: Sequence[str],
    problems: int,
    judged: bool,
) -> Section:
    """judged: how fast it was and how the memory grew. Not in the short form, which runs on busy machines."""
    first = measured.all_first
    asked = len(first) + measured.late
    callbacks = sum(measured.statuses.values())
    before, middle, after = measured.rss
    facts = [
        f"{asked / elapsed:.1f} interactions a second, {callbacks / elapsed:.0f} callbacks a second, {elapsed:.0f} s",
        f"{HALF_OPEN} half-open connections and {SLOW} slow requests at any time, {measured.opened} opened in all",
        f"first answer: median {_ms(first, 0.5)}, 99th of 100 {_ms(first, 0.99)}, slowest {_ms(first, 1)}",
        f"no answer within Discord's 3 s: {measured.late}",
        f"callback: median {_ms(sorted(measured.callback), 0.5)}, 99th of 100 {_ms(sorted(measured.callback), 0.99)}; "
        + ", ".join(f"{number} with {status}" for status, number in sorted(measured.statuses.items())),
        f"real links meanwhile: {sum(measured.links)} of {len(measured.links)} made",
        f"memory of the bot: {before} MB at the start, {middle} MB half-way, {after} MB at the end",
        f"of a CPU, the bot used {cpu[1] / elapsed:.0%}, everything that was simulated {cpu[0] / elapsed:.0%}",
        f"errors in the log: {len(errors)}; malformed calls to Discord: {problems}",
    ]
    failures = [f"in the log: {line[:200]}" for line in errors[:3]]
    if problems:
        failures.append(f"{problems} malformed calls to Discord")
    if measured.statuses["500"]:
        failures.append(f"{measured.statuses['500']} callbacks ended in an error of the bot")
    if judged and not all(measured.links):
        failures.append(f"{measured.links.count(False)} of {len(measured.links)} real links failed")
    if judged:
        if first[int(len(first) * 0.99)] > LATEST_S or measured.late:
            failures.append(
                f"the 99th of 100 first answers took {_ms(first, 0.99)}, {measured.late} came too late"
            )
        if after > middle * GROWTH:
            failures.append(f"the memory grew from {middle} to {after} MB in the second half")
    return Section(
        "Members in four shared playlists look tracks up, type, add, open settings and pages, while browsers come with "
        "forged answers of Spotify, from 50 addresses within their limit and from one beyond it, and others keep "
        "connections open without ever finishing a request. Spotify and Discord are simulated in one other process.",
        facts,
        ("Asked for", "Times", "Median", "99th of 100", "Slowest"),
        [
            (name, str(len(several)), *(_ms(sorted(several), part) for part in (0.5, 0.99, 1)))
            for name, several in sorted(measured.first.items())
        ],
        failures,
    )


def _ms(ordered: Sequence[float], part: float) -> str:
    if not ordered:
        return "none"
    return f"{ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000:.0f} ms"


async def _set_up(world: World) -> list[Actor]:
    owner = world.discord.actor("ada", channel="music")
    await world.link(owner)
    for name in LISTS:
        await make(owner, name)
    for number in range(MEMBERS):
        world.discord.join(f"member{number}", GUILD)
    members = [
        world.discord.actor(f"member{number}", channel="music", guild=GUILD) for number in range(MEMBERS)
    ]
    await (await members[0].command("help")).reply()
    return [owner, *members]


# What members do


async def _members(world: World, actors: Sequence[Actor], seconds: int, measured: Measured) -> None:
    chance = random.Random(14)
    new = iter(world.spotify.release(seconds * INTERACTIONS))
    words = [track.name for track in list(world.spotify.catalogue.tracks.values())[:200]]
    asks: dict[str, Callable[[Actor], Awaitable[Run]]] = {
        "/track": lambda actor: actor.command("track", query=chance.choice(words)),
        "/add": lambda actor: actor.command("add", track=next(new).uri, playlist=chance.choice(LISTS)),
        "/shared show": lambda actor: actor.command("shared show", list=chance.choice(LISTS)),
        "/shared history": lambda actor: actor.command("shared history", list=chance.choice(LISTS)),
        "/help": lambda actor: actor.command("help"),
        "/account": lambda actor: actor.command("account"),
        "/shared settings": lambda _: actors[0].command("shared settings", list=chance.choice(LISTS)),
    }
    weights = [5, 4, 2, 1, 1, 1, 1]
    typing = 5  # of 20

    async def one() -> None:
        actor = chance.choice(actors[1:])
        if chance.randrange(INTERACTIONS) < typing:
            await _typed(actor, chance.choice(words)[: chance.randint(1, 12)], measured)
            return
        (name,) = chance.choices([*asks], weights)
        run = await asks[name](actor)
        try:
            await run.acknowledged()
        except NothingCameError:
            measured.late += 1
            return
        assert run.answered_at is not None
        measured.first.setdefault(name, []).append((run.answered_at - run.opened_at).total_seconds())

    await _paced(one, INTERACTIONS, seconds)


async def _typed(actor: Actor, text: str, measured: Measured) -> None:
    began = time.monotonic()
    try:
        await actor.suggest("track", "query", text)
    except NothingCameError:
        measured.late += 1
        return
    measured.first.setdefault("a key, in /track", []).append(time.monotonic() - began)


async def _paced(one: Callable[[], Awaitable[None]], rate: int, seconds: int) -> None:
    """Begin so many a second, whether or not the others have ended; then wait for all of them."""
    loop, running = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    began = loop.time()
    for number in range(rate * seconds):
        await asyncio.sleep(began + number / rate - loop.time())
        task = asyncio.ensure_future(one())
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)


# What browsers do


async def _browsers(url: str, seconds: int, measured: Measured) -> None:
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    host, port = address.hostname, address.port
    numbers = iter(range(CALLBACKS * seconds))

    async def one() -> None:
        number = next(numbers)
        # Half of them from one address, which is too much for it; the other half from many.
        source = "127.0.1.1" if number % 2 else f"127.0.2.{number // 2 % ADDRESSES + 1}"
        query = f"code={secrets.token_urlsafe(60)}&state={secrets.token_urlsafe(32)}"
        head = f"GET /callback?{query} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        cookie = f"Cookie: mixtape={secrets.token_urlsafe(32)}\r\n"
        began = time.monotonic()
        try:
            reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
            writer.write(f"{head}{cookie}Connection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
        except ConnectionError:
            measured.statuses["no answer"] += 1
            return
        measured.callback.append(time.monotonic() - began)
        measured.statuses[answer[9:12].decode() or "no answer"] += 1

    await _paced(one, CALLBACKS, seconds)


async def _links(world: World, seconds: int, measured: Measured) -> None:
    """Meanwhile, a member links again and again, as one does, through the same web server."""
    member, ends = world.discord.actor("linus", channel="music"), time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            await world.link(member)
            measured.links.append(True)
        except (LookupError, NothingCameError, ClientError):
            measured.links.append(False)
        await asyncio.sleep(LINK_S)


def _attack(url: str, measured: Measured) -> list[Awaitable[None]]:
    address = urlsplit(url)
    where = (address.hostname or "", address.port or 0)
    half = [_half_open(where, f"127.0.3.{number % CROWD + 1}", measured) for number in range(HALF_OPEN)]
    slow = [_slow(where, f"127.0.4.{number + 1}", measured) for number in range(SLOW)]
    return [*half, *slow]


async def _half_open(where: tuple[str, int], source: str, measured: Measured) -> None:
    """A connection without a complete request; when the bot shuts it, the next one."""
    while True:
        await _until_shut(where, source, measured, b"GET / HTTP/1.1\r\nHost: ", endless=b"")


async def _slow(where: tuple[str, int], source: str, measured: Measured) -> None:
    """A request that never ends, a byte at a time."""
    while True:
        await _until_shut(where, source, measured, b"GET / HTTP/1.1\r\nX: ", endless=b"x")


async def _until_shut(
    where: tuple[str, int], source: str, measured: Measured, begin: bytes, *, endless: bytes
) -> None:
    try:
        reader, writer = await asyncio.open_connection(*where, local_addr=(source, 0))
    except OSError:
        await asyncio.sleep(TRICKLE_S)
        return
    measured.opened += 1
    try:
        writer.write(begin)
        if not endless:
            await reader.read()
        while endless and not reader.at_eof():
            writer.write(endless)
            await writer.drain()
            await asyncio.sleep(TRICKLE_S)
    except ConnectionError:
        pass
    finally:
        writer.close()
    measured.shut += 1
    await asyncio.sleep(AGAIN_S)


# What it costs


async def _watch(pid: int, seconds: int, measured: Measured) -> None:
    for _ in range(2):
        await asyncio.sleep(seconds / 2)
        measured.rss.append(_rss_mb(pid))


def _rss_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
