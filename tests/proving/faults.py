"""Each service the bot depends on, each way it can fail: what the member sees, what is kept, what is tried again."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from sandbox.fake_discord.faults import Fault as DiscordFault
from sandbox.fake_spotify import Fault
from sandbox.lending import lend_new
from sandbox.world import World
from tests.end_to_end.lending import make
from tests.mongo_server.server import mongo_server, on_mongodb
from tests.proving.linking import actor, status
from tests.proving.report import Section
from tests.stores.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from sandbox.fake_discord import Message
    from sandbox.fake_spotify.calls import Call
    from sandbox.fake_spotify.faults import ArmedFault
    from sandbox.fake_spotify.playlists import FakePlaylist

TITLE: Final = "Every fault of every service"
WRITE: Final = "POST /playlists/*/items"
SHORT_WAIT_S, LONG_WAIT_S = 2, 3 * 3600
STEP_S, STEPS, PAUSE_S = 5.0, 60, 0.02
ANSWER_S: Final = 60
READS: Final = 3  # the first try and two more
IN_SHORT: Final = 7  # every seventh
DATABASE: Final = "The database"
SLOW: Final = {"no answer", "503, always"}
AWAY: Final = "refused"  # nobody listens
_SHOWN: Final = (
    (r"/\1", r"</([\w ]+):\d+>"),
    ("⟨time⟩", r"<t:\d+(:\w)?>"),
    ("⟨member⟩", r"<@\d+>"),
    ("⟨channel⟩", r"<#\d+>"),
    ("", r"\(https?://[^)]+\)|Reference `\w+`"),
)
REFERENCE: Final = re.compile(r"\b[0-9A-F]{6}\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """told: what the member read first. tries: how often it was asked for while the fault lasted. wrong: what was
    promised and isn't so.
    """

    told: str
    kept: str
    tries: str
    wrong: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    service: str
    name: str
    meet: Callable[[World], Awaitable[Seen]]
    settings: Mapping[str, str] | None = None


# How Spotify fails: a name for the page, and the fault

_FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "connection refused": {"kind": AWAY},
    "connection reset, without effect": {"kind": "reset_before"},
    "connection reset, with effect": {"kind": "reset_after"},
    "no answer": {"kind": "latency"},
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503},
    "502, with effect": {"kind": "status", "status": 502, "effect": True},
    "429 for two seconds": {"kind": "rate_limit", "retry_after": SHORT_WAIT_S},
    "429 for three hours": {"kind": "rate_limit", "retry_after": LONG_WAIT_S},
    "401": {"kind": "status", "status": 401},
    "403": {"kind": "status", "status": 403},
    "broken JSON": {"kind": "malformed"},
    "cut off in the middle": {"kind": "truncated"},
    "a body of 32 MB": {"kind": "huge"},
}
_WITH_EFFECT: Final = {
    "connection reset, with effect",
    "502, with effect",
    "broken JSON",
    "cut off in the middle",
}


class Fails:
    """`async with Fails(world, match, fault)`: Spotify fails in that way, until the end of the block."""

    def __init__(self, world: World, match: str, fault: Mapping[str, Any], times: int | None = None) -> None:
        self._world = world
        self._match = match
        self._fault = fault
        self._times = times
        self._armed: ArmedFault | None = None

    async def __aenter__(self) -> Self:
        if self._fault["kind"] == AWAY:
            self._port = urlsplit(self._world.spotify.api_url).port or 0
            await self._world.spotify.close()
        else:
            self._armed = self._world.spotify.faults.add(Fault(self._match, times=self._times, **self._fault))
        return self

    @property
    def hits(self) -> int:
        """How often Spotify was asked; 0 if nobody listened."""
        return self._armed.hits if self._armed else 0

    async def __aexit__(self, *_: object) -> None:
        if self._fault["kind"] == AWAY:
            await self._world.spotify.start(port=self._port)
        self._world.spotify.faults.clear()


def wait_of(fault: Mapping[str, Any]) -> int:
    """For so many seconds Spotify says to wait."""
    return int(fault.get("retry_after", 0))


def first(text: str) -> str:
    """The first line as a reader of the page can use it."""
    return readable(next(line for line in text.splitlines() if line.strip()))


def readable(line: str) -> str:
    """Without what Discord shows in another way, and what differs from run to run: ids, times, addresses."""
    for shown, pattern in _SHOWN:
        line = re.sub(pattern, shown, line)
    return line


# Lookups


def reading(name: str, fault: Mapping[str, Any]) -> Trouble:
    async def meet(world: World) -> Seen:
        async with Fails(world, "GET /search", fault) as fails:
            told = await answer(world, "track", query="Copper Umbrella")
            tries = fails.hits
            again = await answer(world, "track", query="Tin Parade")
            more = fails.hits - tries
        wrong = [] if tries <= READS else [f"asked {tries} times for one lookup"]
        if wait_of(fault) > SHORT_WAIT_S and more:
            wrong.append("Spotify was asked although it said to wait")
        if "Copper Umbrella" in told or "Tin Parade" in again:
            wrong.append("it answered although Spotify didn't")
        if not wait_of(fault) and not REFERENCE.search(told):
            wrong.append("the member got no reference")
        await world.advance(seconds=wait_of(fault) + 61)
        if "Copper Umbrella" not in await answer(world, "track", query="Copper Umbrella"):
            wrong.append("it doesn't work again afterwards")
        return Seen(first(told), "nothing to keep", _times(tries), wrong)

    return Trouble("Spotify, a lookup", name, meet)


async def answer(world: World, command: str, **options: object) -> str:
    return (await (await actor(world, "ada").command(command, **options)).reply(ANSWER_S)).text


# Writes


def writing(name: str, fault: Mapping[str, Any]) -> Trouble:
    async def meet(world: World) -> Seen:
        target = await lent(world)
        track, later = world.spotify.release(2)
        linus = actor(world, "linus")
        await answer(world, "track", query=track.uri)  # so that it's known, and only the write can fail
        async with Fails(world, WRITE, fault, times=1):
            run = await linus.command("add", track=track.uri)
            told = (await run.reply(ANSWER_S)).text
            failed_at = world.clock.now()
        wrong = _said_nothing_was_kept(told)
        await pass_time(world, lambda: track.uri in target.uris, wait_of(fault))
        await (await linus.command("add", track=later.uri)).reply(ANSWER_S)
        await pass_time(world, lambda: later.uri in target.uris, 0)
        if target.uris != [track.uri, later.uri]:
            wrong.append(f"the playlist holds {len(target.uris)} entries instead of the two, in order")
        writes = world.spotify.calls_to(WRITE)
        if wait := wait_of(fault):
            wrong += _asked_too_early(writes, failed_at, wait)
        sent = len(writes) - 1  # the later one's
        if name in _WITH_EFFECT and sent > 1:
            wrong.append(f"sent {sent} times although it had happened")
        return Seen(first(told), "the contribution", _times(sent), wrong)

    return Trouble("Spotify, a write", name, meet)


def _said_nothing_was_kept(told: str) -> list[str]:
    return [f"the member was told: {first(told)}"] if "othing was added" in told else []


def _asked_too_early(writes: Sequence[Call], failed_at: Any, wait: int) -> list[str]:
    before = failed_at + timedelta(seconds=wait - 1)
    early = [call for call in writes[1:] if call.at < before]
    return ["Spotify was written to although it said to wait"] if early else []


async def lent(world: World) -> FakePlaylist:
    """An empty playlist that Ada has lent."""
    await world.link(actor(world, "ada"))
    made = await lend_new(world, actor(world, "ada"), "Our Tape")
    return world.spotify.playlist(made.playlist_id)


async def pass_time(world: World, done: Callable[[], bool], wait_s: float) -> None:
    """Until it's done, and then as long as something sent before could show late."""
    if wait_s:
        for _ in range(10):  # before it may go on, nothing must happen
            await world.advance(seconds=(wait_s - 1) / 10)
            await asyncio.sleep(PAUSE_S)
    for _ in range(STEPS):
        if done():
            break
        await world.advance(seconds=STEP_S)
        await asyncio.sleep(PAUSE_S)
    for _ in range(8):
        await world.advance(seconds=STEP_S)
        await asyncio.sleep(PAUSE_S)


# Tokens


def refreshing(name: str, fault: Mapping[str, Any]) -> Trouble:
    async def meet(world: World) -> Seen:
        await world.link(actor(world, "ada"))
        await world.advance(hours=2)
        async with Fails(world, "POST /api/token", fault) as fails:
            told = await answer(world, "playlists")
            tries = fails.hits
            await answer(world, "playlists")
            kept = await world.app.stores.accounts.of_member(actor(world, "ada").member.id)
        wrong = [] if kept is not None else ["the link was erased"]
        if "/link" in told:
            wrong.append("the member was asked to link again")
        await world.advance(seconds=wait_of(fault) + 61)
        if "Road Trip" not in await answer(world, "playlists"):
            wrong.append("it doesn't work again afterwards")
        return Seen(first(told), "the tokens", _times(tries), wrong)

    return Trouble("Spotify, a new token", name, meet)


# Discord


def discord(call: str, what: str, name: str, fault: Mapping[str, Any], *, times: int | None = 1) -> Trouble:
    async def meet(world: World) -> Seen:
        target = await lent(world)
        (track,) = world.spotify.release(1)
        linus = actor(world, "linus")
        before = len(world.discord.calls)
        world.discord.faults.add(DiscordFault(call, times=times, **fault))
        run = await linus.command("add", track=track.uri)
        try:
            told = first((await run.reply(5)).text)
        except Exception as nothing:  # noqa: BLE001 - that the member sees nothing is what the row says
            told = "nothing" if "no " in str(nothing) else str(nothing)
        await pass_time(world, lambda: track.uri in target.uris, 0)
        tries = sum(_is(one.method, one.path, call) for one in world.discord.calls[before:])
        world.discord.faults.clear()
        again = (await (await linus.command("add", track=track.uri)).reply(ANSWER_S)).text
        wrong = []
        kept = target.uris == [track.uri]
        if not kept:
            wrong.append(f"the track is in the playlist {target.uris.count(track.uri)} times")
        if told != "nothing" and "Added" not in told:
            wrong.append(f"the member read: {told}")
        if times == 1 and told == "nothing":
            wrong.append("one failure cost the member the answer")
        if told == "nothing" and "already" not in again and "Added" not in again:
            wrong.append(f"the repeated command isn't recognised: {first(again)}")
        return Seen(f"{told}; then, asked again: {first(again)}", "the contribution", _times(tries), wrong)

    return Trouble(what, name + ("" if times else ", always"), meet)


def _is(method: str, path: str, call: str) -> bool:
    return bool(re.fullmatch(call.replace("*", ".*"), f"{method} {path}"))


CALLBACK, ANSWERS, POSTS = "POST /interactions/*/callback", "PATCH /webhooks/*", "POST /channels/*/messages"
_DISCORD: Final[Mapping[str, Mapping[str, Any]]] = {
    "500": {"status": 500},
    "503": {"status": 503},
    "429": {"kind": "rate_limit"},
    "connection reset, without effect": {"kind": "reset_before"},
    "connection reset, with effect": {"kind": "reset_after"},
}


def cards(name: str, fault: Mapping[str, Any]) -> Trouble:
    """A message to a channel that nobody waits for: the card to decide on."""

    async def meet(world: World) -> Seen:
        await world.link(actor(world, "ada"))
        await make(actor(world, "ada"), mode="approval")
        (track,) = world.spotify.release(1)
        before = len(world.discord.calls)
        world.discord.faults.add(DiscordFault(POSTS, **fault))
        told = (await (await actor(world, "linus").command("add", track=track.uri)).reply(ANSWER_S)).text
        await pass_time(world, lambda: bool(_cards(world)), 0)
        for _ in range(STEPS):
            await world.advance(seconds=STEP_S)
        shown = len(_cards(world))
        tries = sum(_is(one.method, one.path, POSTS) for one in world.discord.calls[before:])
        wrong = [] if shown == 1 else [f"the card is in the channel {shown} times"]
        return Seen(first(told), "the proposal", _times(tries), wrong)

    return Trouble("Discord, a message to a channel", name, meet)


def _cards(world: World) -> list[Message]:
    public = (one for one in world.discord.messages if not one.ephemeral and not one.deleted)
    return [one for one in public if any(button.label == "Approve" for button in one.buttons())]


# The database


def database(name: str, commands: Sequence[str], *, away: bool = False) -> Trouble:
    """commands: of MongoDB's, whose next reply is lost though they took effect. away: it can't be reached at all."""

    async def meet(world: World) -> Seen:
        target = await lent(world)
        first_one, second = world.spotify.release(2)
        linus = actor(world, "linus")
        proxy = PROXIES[world.environment["MONGODB_URI"]]
        wrong: list[str] = []
        if away:
            await proxy.cut()
        for command in commands:
            proxy.lose_reply_to(command)
        told = (await (await linus.command("add", track=first_one.uri)).reply(ANSWER_S)).text
        if away:
            if await status(world, "GET", "/readyz") == 200:
                wrong.append("it called itself ready")
            if "database is unavailable" not in told:
                wrong.append(f"the member was told: {first(told)}")
            await proxy.mend()
            await _until_ready(world)
        for track in (first_one, second):
            await (await linus.command("add", track=track.uri)).reply(ANSWER_S)
        await pass_time(world, lambda: second.uri in target.uris, 0)
        if target.uris != [first_one.uri, second.uri]:
            wrong.append(f"the playlist holds {len(target.uris)} entries instead of the two, in order")
        return Seen(first(told), "what was stored before", "once by the driver, then asked again", wrong)

    return Trouble(DATABASE, name, meet)


PROXIES: Final[dict[str, Proxy]] = {}  # by the address the bot has


async def _until_ready(world: World) -> None:
    async with asyncio.timeout(ANSWER_S):
        while await status(world, "GET", "/readyz") != 200:
            await world.advance(seconds=STEP_S)
            await asyncio.sleep(PAUSE_S)


TROUBLES: Final = (
    *(reading(name, fault) for name, fault in _FAULTS.items()),
    *(writing(name, fault) for name, fault in _FAULTS.items()),
    *(refreshing(name, fault) for name, fault in _FAULTS.items() if name not in {"401", "403"}),
    *(
        discord(call, what, name, fault, times=times)
        for call, what in (
            (CALLBACK, "Discord, the first response"),
            (ANSWERS, "Discord, the answer after it"),
        )
        for name, fault in _DISCORD.items()
        for times in (1, None)
        if times or name == "503"
    ),
    *(cards(name, fault) for name, fault in _DISCORD.items()),
    database("away", (), away=True),
    *(
        database(f"the reply to a write is lost ({command})", (command,))
        for command in ("insert", "update", "findAndModify")
    ),
)


async def prove(*, short: bool) -> Section:
    rows, failures = [], []
    with ExitStack() as stack:
        chosen = TROUBLES
        if short:
            quick = [one for one in TROUBLES if one.name not in SLOW and one.service != DATABASE]
            chosen = tuple(quick[::IN_SHORT])
        server = None if short else stack.enter_context(mongo_server())
        for number, trouble in enumerate(chosen):
            async with AsyncExitStack() as within:
                settings: Mapping[str, str] = {}
                if trouble.service == DATABASE and server:
                    proxy = await within.enter_async_context(Proxy(server.database(f"faults-{number}")))
                    settings = on_mongodb(proxy.uri)
                    PROXIES[settings["MONGODB_URI"]] = proxy
                world = await within.enter_async_context(World(settings=settings))
                seen = await trouble.meet(world)
            rows.append((trouble.service, trouble.name, seen.told, seen.kept, seen.tries))
            failures += [f"{trouble.service}, {trouble.name}: {wrong}" for wrong in seen.wrong]
    return Section(
        "Each fault in a world of its own: while it lasts, a member uses the bot; then it's over, time passes, and they"
        " use it again. A write fails once; its contribution has to be in the playlist once, before a later one."
        " “Tried” is how often the other side was asked in all.",
        [
            f"{len(rows)} faults, {len(rows) - len({one.partition(': ')[0] for one in failures})} survived as promised"
        ],
        ("Service", "Fault", "The member reads", "Kept", "Tried"),
        rows,
        failures,
    )


def _times(tries: int) -> str:
    return {0: "nobody listened", 1: "once"}.get(tries, f"{tries} times")
