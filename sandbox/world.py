"""The whole loopback world: a Discord, a Spotify, a clock that can be moved, and the real bot between them."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from discord.gateway import KeepAliveHandler

from bot.__main__ import serve
from bot.identifies import TURN_S
from bot.services.linking import LinkWay
from bot.settings import Settings
from bot.wiring import build
from cogs import clockwork
from cogs.link import ENTER
from sandbox import saving
from sandbox.bot_data import BotData
from sandbox.clock import SharedClock
from sandbox.fake_discord import FakeDiscord
from sandbox.fake_spotify import FakeSpotify
from sandbox.ports import ReservedPort
from sandbox.visitor import Visitor, consent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from types import TracebackType

    from bot.wiring import App
    from sandbox.fake_discord import Actor

START_S, STOP_S = 60, 10
WAKES_S = 0.01  # a bot in this process has noticed by then that the clock was moved
_NO_START = "the bot does not start with what is in this file"


class BusyError(Exception):
    """The bot is just being restarted."""


class BotStartError(Exception):
    """The bot ended before it was online. The text holds the end of its log."""


class World:
    """`async with World() as world`: everything is up and the bot is online; afterwards nothing is left.

    bot: "here" runs it inside this process (tests), "process" in one of its own (the demo), "none" not at all.
    shards: over how many connections to Discord the servers are dealt out.
    processes: how many share the shards, of which there are at least as many; of bot="here" all but the first are
    in processes of their own. Each has a folder for its data and a port; `settings` must name a database they share.
    With SHARD_GROUPS among them, each takes a group that is free; else it is told its shards.
    program: the module that a process of the bot runs.
    settings: environment variables on top of those that point the bot at this world.
    saved: a world that was saved as a file, to go on in. Raises WorldFileError when it cannot be read.
    """

    def __init__(
        self,
        *,
        bot: str = "here",
        shards: int = 1,
        processes: int = 1,
        program: str = "sandbox.bot_process",
        extended: bool = False,
        ways: Collection[LinkWay] = (LinkWay.PAGE, LinkWay.PASTE),
        settings: Mapping[str, str] | None = None,
        openapi: Path | None = None,
        saved: bytes | None = None,
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="mixtape-sandbox-"))
        self.clock = SharedClock(self.directory / "clock")
        self._web_ports = [ReservedPort() for _ in range(processes)]
        self.public_url = f"http://127.0.0.1:{self._web_ports[0].number}"
        self.discord = FakeDiscord(
            clock=self.clock, token=f"sandbox-{secrets.token_hex(16)}", openapi=openapi
        )
        self._shards = shards if "SHARD_GROUPS" in (settings or {}) else max(shards, processes)
        self.discord.gateway.expects = self._shards
        self.discord.gateway.max_concurrency = self._shards  # so that they need not wait for each other
        if bot == "here":
            self.discord.gateway.identify_every_s = 0  # waiting costs it no time
        self.spotify = FakeSpotify(
            clock=self.clock,
            client_id=secrets.token_hex(16),
            client_secret=secrets.token_hex(16),
            redirect_uris=[f"{self.public_url}/callback"],
            extended=extended,
        )
        self._mode = bot
        self._program = program
        self._ways = frozenset(ways)
        self._settings = dict(settings or {})
        self._saved = saved
        self._changing = False
        self.run = _new_run()
        self._stop: asyncio.Event | None = None
        self._running: asyncio.Task[None] | None = None
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._app: App | None = None

    @property
    def app(self) -> App:
        """The bot's own objects, with bot="here"."""
        if self._app is None:
            raise LookupError("the bot does not run inside this process")
        return self._app

    @property
    def bot_data(self) -> BotData:
        """What the bot keeps on disk."""
        return BotData(Path(self.environment["DATA_DIR"]))

    @property
    def _parts(self) -> saving.Parts:
        return saving.Parts(self.clock, self.discord, self.spotify, self.bot_data, self.public_url)

    @property
    def bot_pid(self) -> int:
        """The process the bot runs in; of several the first."""
        return next((each.pid for each in self._processes.values()), os.getpid())

    @property
    def log_path(self) -> Path:
        """Where the log of a bot in a process of its own, or in several, goes."""
        return self.directory / "bot.log"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that point a bot at this world."""
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
            "SPOTIFY_CLIENT_ID": self.spotify.client_id,
            "SPOTIFY_CLIENT_SECRET": self.spotify.client_secret,
            "SPOTIFY_REDIRECT_URI": f"{self.public_url}/callback",
            "SPOTIFY_API_URL": self.spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": self.spotify.accounts_url,
            "SPOTIFY_OEMBED_URL": self.spotify.oembed_url,
            "SPOTIFY_MARKET": "SE",
            "WEB_HOST": "127.0.0.1",
            "WEB_PORT": str(self._web_ports[0].number),
            "DATA_DIR": str(self.directory / "data"),
            "SHARDS": str(self._shards),
            "LOG_LEVEL": "INFO",
        } | self._settings

    async def __aenter__(self) -> Self:
        await self.discord.start()
        await self.spotify.start()
        try:
            if self._saved is not None:
                saving.read(self._parts, self._saved).put_into(self._parts)
            await self.start_bot()
        except BotStartError as error:
            await self.close()
            if self._saved is None:
                raise
            raise saving.WorldFileError(f"{_NO_START}: {error}") from error
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        try:
            await self.stop_bot()
        finally:
            await self.spotify.close()
            await self.discord.close()
            for port in self._web_ports:
                port.close()
            shutil.rmtree(self.directory, ignore_errors=True)

    async def start_bot(self) -> None:
        """Start the bot, or those of its processes that do not run, and wait until Discord shows it online."""
        if self._mode == "none":
            return
        if self._mode == "here" and (self._running is None or self._running.done()):
            self._stop = asyncio.Event()
            self._running = asyncio.create_task(self._run_here(self._stop))
            await self._online([0], self._running)
            if self._app is not None:
                await self._app.bot.wait_until_ready()
        here = [0] if self._mode == "here" else []
        for number in range(len(here), len(self._web_ports)):  # one by one: the first one syncs the commands
            if number not in self._processes:
                if number and self.discord.gateway.in_turn:  # one shard's sessions, which Discord wants apart
                    await self.advance(seconds=TURN_S)
                self._processes[number] = await self._spawn(number)
                running = asyncio.create_task(self._processes[number].wait())
                await self._online([*here, *self._processes], running)

    async def _online(self, processes: Collection[int], running: asyncio.Task[Any]) -> None:
        """Wait until these are, unless the latest of them ends before. Raises BotStartError."""
        sessions = sum(len(self._shards_of(number)) for number in processes)
        ready = asyncio.create_task(self.discord.wait_ready(START_S, sessions))
        async with asyncio.timeout(START_S):
            await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            raise BotStartError(f"the bot ended before it was online\n{_reason(running)}{self._log_tail()}")
        await ready

    def _shards_of(self, number: int) -> list[int]:
        """Those of this process."""
        if self.discord.gateway.in_turn:
            return [0]
        if groups := int(
            self._settings.get("SHARD_GROUPS", 0)
        ):  # it takes what is free; the others are spare
            return [*range(self._shards)][: self._shards // groups] if number < groups else []
        return [*range(number, self._shards, len(self._web_ports))]

    def _environment_of(self, number: int) -> dict[str, str]:
        """The settings of one of several processes."""
        variables = self.environment
        if number:
            variables["WEB_PORT"] = str(self._web_ports[number].number)
            variables["DATA_DIR"] = str(self.directory / f"data-{number}")
        if self.discord.gateway.in_turn:
            variables["SHARDS"] = "1"
        elif len(self._web_ports) > 1 and "SHARD_GROUPS" not in self._settings:
            variables["SHARD_IDS"] = ",".join(map(str, self._shards_of(number)))
        return variables

    async def _spawn(self, number: int) -> asyncio.subprocess.Process:
        with self.log_path.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._program,
                str(self.clock.path),
                *sorted(self._ways),
                env=_surroundings() | self._environment_of(number),
                stdin=asyncio.subprocess.PIPE,  # closes when we are killed, which the bot notices
                stderr=log,
                start_new_session=True,  # Ctrl-C goes to the sandbox, which stops its bot itself
            )

    async def stop_bot(self) -> int:
        """Ask the bot to end as SIGTERM does, and answer its exit status; of several processes the highest."""
        processes, self._processes = [*self._processes.values()], {}
        running, self._running = self._running, None
        if running is not None and self._stop is not None:
            self._stop.set()
        try:
            return await _ended(processes)
        finally:
            try:
                if running is not None:
                    await running
                    _end_heartbeats()
            finally:
                self._app = None

    async def kill_bot(self, number: int = 0) -> None:
        """End a bot in a process of its own as kill -9 does, and wait until Discord has noticed.

        number: of several processes, from 0 in the order in which they were started.
        """
        process = self._process(number)
        process.kill()
        await self.bot_ended(number)

    async def bot_ended(self, number: int = 0) -> None:
        """Wait until a bot in a process of its own has ended, and Discord has noticed."""
        await self._process(number).wait()
        del self._processes[number]
        left = len(self._processes)
        await self.discord.wait_for(lambda: self.discord.gateway.online <= left or None, "end of the bot")

    def _process(self, number: int) -> asyncio.subprocess.Process:
        try:
            return self._processes[number]
        except KeyError:
            raise LookupError("the bot does not run in a process of its own") from None

    async def restart_bot(self) -> None:
        with self._alone():
            await self.stop_bot()
            await self.start_bot()

    async def save(self) -> bytes:
        """Everything there is now, as a file. The bot goes on meanwhile."""
        return await saving.save(self._parts)

    async def load(self, saved: bytes) -> None:
        """Go on in another world, with the bot's data of then. Raises WorldFileError; then the former one goes on."""
        with self._alone():
            loaded, former = saving.read(self._parts, saved), await self.save()
            await self.stop_bot()
            try:
                await self._go_on_in(loaded)
            except Exception as error:  # whatever the file did to us, nobody is left without a world
                with suppress(Exception):
                    await self.stop_bot()
                await self._go_on_in(saving.read(self._parts, former))
                raise saving.WorldFileError(f"{_NO_START}, so the former world goes on: {error}") from error

    async def _go_on_in(self, loaded: saving.Loaded) -> None:
        loaded.put_into(self._parts)
        self.run = _new_run()
        await self.start_bot()

    def must_be_idle(self) -> None:
        """Raise BusyError while the bot is being restarted."""
        if self._changing:
            raise BusyError("the bot is being restarted; wait until it is online")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.must_be_idle()
        self._changing = True
        try:
            yield
        finally:
            self._changing = False

    async def advance(self, **time: float) -> None:
        """Move the clock: `await world.advance(days=3)`."""
        self.clock.advance(timedelta(**time))
        if self._app is not None:
            clockwork.wake(self._app.bot)

    async def rest(self) -> None:
        """Until the bot, with bot="here", has done what was due when the clock was moved."""
        clock = clockwork.clock_of(self.app.bot)
        await asyncio.sleep(WAKES_S)
        while clock is not None and clock.busy:  # noqa: ASYNC110 - nobody is told when the last one is done
            await asyncio.sleep(WAKES_S)

    async def _run_here(self, stop: asyncio.Event) -> None:
        settings = Settings.from_env(self._environment_of(0))
        async with build(
            settings,
            now=self.clock.now,
            sleep=_no_pause,
            link_ways=self._ways,
            guild_ready_timeout=0.01,
        ) as self._app:
            await serve(self._app, settings.discord_token, stop)

    def title_of(self, uri: str) -> str:
        """What the track, episode or local file behind a URI is called."""
        catalogue = self.spotify.catalogue
        found = catalogue.tracks.get(uri.rpartition(":")[2])
        return found.name if found else uri

    def _log_tail(self) -> str:
        return self.log_path.read_text()[-2000:] if self.log_path.exists() else ""

    async def link(self, actor: Actor, person: str | None = None) -> None:
        """Link the member to `person` at Spotify (by default the one of the same name), as a member does it."""
        run = await actor.command("link")
        reply = await run.reply()
        address = next(button.url for button in reply.buttons() if button.url and "/link/" in button.url)
        async with Visitor() as visitor:
            code = (await consent(visitor, address, person or actor.member.username)).digits
        opened = await actor.press(reply, ENTER.custom_id())
        modal = await opened.modal()
        confirmed = await actor.submit(modal, {modal.fields[0].custom_id: code})
        await confirmed.reply()


async def _ended(processes: Collection[asyncio.subprocess.Process]) -> int:
    """Terminate them. The highest exit status; 0 if there are none."""
    for process in processes:
        if process.returncode is None:
            process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            return max([await process.wait() for process in processes], default=0)
    except TimeoutError:
        for process in processes:
            if process.returncode is None:
                process.kill()
            await process.wait()
        raise


def _reason(ended: asyncio.Task[Any]) -> str:
    """What the bot died of, when it ran inside this process."""
    failure = ended.exception() if ended.done() and not ended.cancelled() else None
    return str(failure) if failure else ""


def _new_run() -> str:
    return secrets.token_hex(4)


def _end_heartbeats() -> None:
    """Stop those of connections that the bot gave up before they were ready: discord.py forgets their threads.

    A bot in a process of its own takes them along; here they would go on, and fail once the loop is closed.
    """
    loop = asyncio.get_running_loop()
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler) and thread.ws.loop is loop:
            thread.stop()


def _surroundings() -> dict[str, str]:
    """Our environment without the operator's settings: a bot in the sandbox touches no real one's data."""
    settings = {field.name.upper() for field in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in settings}


async def _no_pause(_: float) -> None:
    """Waiting between two tries costs a test no time."""
    await asyncio.sleep(0)
