"""A machine whose clock is wrong by hours, leaps, or is set back, and the bot on it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from sandbox.clock import SharedClock
from sandbox.example import PLAYLIST, in_favour, is_open, make_example
from sandbox.world import World
from tests.end_to_end.lending import add
from tests.proving.report import Section
from tests.proving.tools import ROOT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from sandbox.fake_discord import Actor, Message

TITLE: Final = "A wrong clock"
FAKETIME: Final = "libfaketime.so.1"  # the one for several threads makes handing over to them slow
HOURS: Final = timedelta(hours=5)
FAR: Final = timedelta(days=200)  # every vote, round, link and consent would be over
WRONG: Final = ((-HOURS, "behind by 5 hours"), (HOURS, "ahead by 5 hours"))  # from the start
MOMENT_S: Final = 10.0
BELIEVED_S: Final = 65.0  # a minute, and a little for the bot to see it
START_S, STOP_S = 60, 10


class Clock(Protocol):
    """way: in words. command, settings: what starts a bot on it."""

    way: str

    def command(self) -> Sequence[str]: ...

    def settings(self) -> Mapping[str, str]: ...

    def set(self, off: timedelta) -> None: ...


class Faked:
    """The system's own clock, for one process: libfaketime, which has to be installed."""

    way = "libfaketime, which sets the clock for one process"

    def __init__(self, library: Path, folder: Path) -> None:
        self._library = library
        self._file = folder / "faketime"
        self.set(timedelta())

    def command(self) -> Sequence[str]:
        return ("-m", "bot")

    def settings(self) -> Mapping[str, str]:
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds until it looks at the file again
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # as on a machine whose clock is set
        }

    def set(self, off: timedelta) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{off.total_seconds():+.0f}")
        new.replace(self._file)


class Injected:
    """A clock handed to the bot instead of the machine's."""

    way = "a clock handed to the bot, as libfaketime isn't installed here, or takes too long"

    def __init__(self, folder: Path) -> None:
        self._clock = SharedClock(folder / "machine-clock")

    def command(self) -> Sequence[str]:
        return ("-m", "tests.proving.bot_with_clock", str(self._clock.path))

    def settings(self) -> Mapping[str, str]:
        return {}

    def set(self, off: timedelta) -> None:
        self._clock._move(off - self._clock.ahead)


def _clock(folder: Path, *, short: bool) -> Clock:
    """Short: the one that costs no time."""
    for library in [] if short else sorted(Path("/usr/lib").glob(f"*/faketime/{FAKETIME}")):
        return Faked(library, folder)
    return Injected(folder)


class Log:
    """What the bot has said so far."""

    def __init__(self) -> None:
        self.text = ""

    def count(self, words: str) -> int:
        return self.text.count(words)


@asynccontextmanager
async def _running(world: World, clock: Clock) -> AsyncIterator[Log]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *clock.command(),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **world.environment, **clock.settings()},
        cwd=world.directory,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    log = Log()
    reading = asyncio.create_task(_read(process, log))
    try:
        await world.discord.wait_ready(START_S)
        yield log
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_S):
            await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, log: Log) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        log.text += line.decode()


Found = list[tuple[str, str, str]]  # the clock, what is promised, what wasn't kept


async def prove(*, short: bool) -> Section:
    """Short: without what takes more than a minute, and without waiting."""
    found: Found = []
    tokens: list[str] = []
    async with World(bot="none") as world:
        clock = _clock(world.directory, short=short)
        await _while_it_runs(
            world, clock, found, tokens, moment_s=1 if short else MOMENT_S, lasting=not short
        )
    for off, name in WRONG[:1] if short else WRONG:
        async with World(bot="none") as world:
            clock = _clock(world.directory, short=short)
            clock.set(off)
            await _from_the_start(world, clock, found, tokens, name)
    return Section(
        f"By {clock.way}. A clock that leaps ahead is believed after a minute, so a leap that is over by then ends "
        "nothing. One that is set back is believed at once: something may then happen later than it should, but never "
        "earlier or twice.",
        [f"{len(found)} checks", *tokens],
        ("Clock", "Promised", "Kept"),
        [(clock_is, promised, problem or "yes") for clock_is, promised, problem in found],
        [f"{clock_is}: {promised}: {problem}" for clock_is, promised, problem in found if problem],
    )


async def _while_it_runs(
    world: World, clock: Clock, found: Found, tokens: list[str], *, moment_s: float, lasting: bool
) -> None:
    """A vote and a link are open while the clock leaps for a moment, is set back, and leaps again and again."""
    async with _running(world, clock) as log:
        ada = world.discord.actor("ada", channel="music")
        await _link_finished(world, ada, await _link_begun(ada))
        card = await make_example(world)
        linus = world.discord.actor("linus", channel="music")
        pasting = await _link_begun(linus)
        before = _token_calls(world)

        clock.set(FAR)
        told = await add(ada, world.spotify.known.original.uri, PLAYLIST)
        await asyncio.sleep(moment_s)
        ahead = "200 days ahead for a moment"
        found.append((ahead, "a member is answered", "" if told else "no answer"))
        clock.set(timedelta())
        found.append((ahead, "the vote goes on", "" if is_open(card) else card.text[:200]))
        found.append((ahead, "a vote counts", await _vote(world, card)))
        found.append(
            (ahead, "a link that was begun can be finished", await _link_finished(world, linus, pasting))
        )
        found.append(
            (ahead, "no consent is taken for ended", "" if log.count("consent ended") == 0 else "one was")
        )
        found.append((ahead, "there is a warning", "" if log.count("leapt ahead") else "none"))
        asked = _token_calls(world) - before - 1  # one for the link
        tokens.append(f"tokens asked for while the clock was 200 days ahead for a moment: {asked}")
        found.append((ahead, "no token is renewed because of it", "" if asked == 0 else f"{asked} were"))

        back, before = "set back by 5 hours", _token_calls(world)
        clock.set(-HOURS)
        world.spotify.expire_access_tokens()
        for _ in range(5):
            await (await ada.command("playlists")).reply()
        asked = _token_calls(world) - before
        tokens.append(
            f"tokens asked for by five commands after the clock was set back and the tokens had run out: {asked}"
        )
        found.append((back, "a token that ran out is renewed once", "" if asked == 1 else f"{asked} times"))
        found.append((back, "there is a warning", "" if log.count("was set back") else "none"))
        if lasting:
            await _lasting_leap(world, clock, card, found, log)


async def _lasting_leap(world: World, clock: Clock, card: Message, found: Found, log: Log) -> None:
    leaps, before = "leaping by 5 hours every second", _token_calls(world)
    for number in range(20):
        clock.set(HOURS if number % 2 else -HOURS)
        await (await world.discord.actor("ada", channel="music").command("playlists")).reply()
        await asyncio.sleep(1)
    asked = _token_calls(world) - before
    found.append((leaps, "no token is renewed again and again", "" if asked <= 1 else f"{asked} times"))
    found.append((leaps, "the vote goes on", "" if is_open(card) else card.text[:200]))
    lasts = "4 days ahead, and it lasts"
    clock.set(timedelta(days=4))
    await asyncio.sleep(1)
    found.append((lasts, "at first, nothing ends", "" if is_open(card) else card.text[:200]))
    try:
        await world.discord.wait_for(
            lambda: None if is_open(card) else True, "end of the vote", 2 * BELIEVED_S
        )
        ended = ""
    except AssertionError:
        ended = f"still open; {log.text[-300:]}"
    found.append((lasts, "after a minute it's believed, and the vote ends", ended))


async def _from_the_start(world: World, clock: Clock, found: Found, tokens: list[str], name: str) -> None:
    async with _running(world, clock) as log:
        ada = world.discord.actor("ada", channel="music")
        pasting = await _link_begun(ada)
        found.append((name, "a link works", await _link_finished(world, ada, pasting)))
        await (
            await ada.command("track", query="Copper Umbrella")
        ).reply()  # for which the app has a token of its own
        before = _token_calls(world)
        for _ in range(5):
            await (await ada.command("playlists")).reply()
        told = await add(ada, world.spotify.known.plain.uri, world.spotify.known_playlists.empty.name)
        asked = _token_calls(world) - before
        tokens.append(f"tokens asked for by six commands with the clock {name}: {asked}")
        found.append((name, "commands work", "" if "Added to" in told else told))
        found.append((name, "no token is renewed", "" if asked == 0 else f"{asked} were"))
        found.append(
            (name, "there is one warning", "" if log.count("Spotify's, so times") == 1 else log.text[-300:])
        )


def _token_calls(world: World) -> int:
    return len([call for call in world.spotify.calls if "/api/token" in str(call)])


async def _link_begun(actor: Actor) -> Message:
    return await (await actor.command("link")).reply()


async def _link_finished(world: World, actor: Actor, begun: Message) -> str:
    """By pasting; what went wrong."""
    authorize = next(button.url for button in begun.buttons() if button.url and "/authorize" in button.url)
    address = await world.spotify.consent(authorize, actor.member.username)
    modal = await (await actor.press(begun, "Paste the address")).modal()
    text = (await (await actor.submit(modal, {modal.fields[0].custom_id: address})).reply()).text
    return "" if "linked" in text.lower() else text


async def _vote(world: World, card: Message) -> str:
    voter = world.discord.actor("margaret", channel="music")
    version = card.version
    await (await voter.press(card, in_favour(card))).acknowledged()
    try:
        await world.discord.wait_for(lambda: card.version > version or None, "count that changed")
    except AssertionError as nothing:
        return str(nothing)[:200]
    return ""
