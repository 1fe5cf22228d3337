"""The demo from start to end: world, page, a tour where no window can be opened, and everything gone afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import browser
from sandbox.control import Control
from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.saving import WorldFileError
from sandbox.tour import Tour
from sandbox.world import World

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """tour None: only where no browser can show the page. world: the file `saved` was read from.

    language: of everybody's Discord; "" is English.
    """

    port: int
    tour: bool | None
    browser: bool
    extended: bool
    language: str = ""
    world: Path | None = None
    saved: bytes | None = None


async def run(options: Options) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print("Starting a simulated Discord, a simulated Spotify, and the real bot between them …", flush=True)
    try:
        world = World(
            bot="process", extended=options.extended, saved=options.saved, settings={"DROP_CHANNELS": "on"}
        )
        world.discord.gateway.privileged = Intent.MESSAGE_CONTENT  # so that drop channels can be tried
        if options.language:
            world.discord.speak(options.language)
        async with world:
            return await _serve(world, options, stop)
    except WorldFileError as error:
        print(f"{options.world}: {error}", file=sys.stderr)
        return os.EX_DATAERR


async def _serve(world: World, options: Options, stop: asyncio.Event) -> int:
    control = Control(world)
    try:
        await control.start(options.port)
    except OSError:
        print(
            f"Port {options.port} can't be used. Is another sandbox running? "
            'Use any free port: make demo ARGS="--port 0"',
            file=sys.stderr,
        )
        return 1
    try:
        await _until(stop, asyncio.create_task(_present(world, control, options)))
    finally:
        await control.close()
    print("\nStopped.")
    return 0


async def _until(stop: asyncio.Event, presenting: asyncio.Task[None]) -> None:
    stopping: asyncio.Task[Any] = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping, presenting}, return_when=asyncio.FIRST_COMPLETED)
    presenting.cancel()
    await asyncio.wait({presenting})
    if not stopping.done():
        stopping.cancel()
        presenting.result()


async def _present(world: World, control: Control, options: Options) -> None:
    opened = options.browser and await asyncio.to_thread(browser.show, control.url)
    tour = not opened and options.browser if options.tour is None else options.tour
    if tour:
        await Tour(world, lambda line: print(line, flush=True)).run()
    print(f"\nMixtape is here: {control.url}\n")
    print("The sandbox runs until you press Ctrl-C. docs/sandbox.md says what else it can do.")
    print(f"The bot's log: {world.log_path}", flush=True)
    await asyncio.Event().wait()
