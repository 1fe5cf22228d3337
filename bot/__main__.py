"""python -m bot: reads the settings, starts the bot and its callback server, and runs until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot import env_file, logs
from bot.errors import BotError, IdentifiesUsedUpError, StoreUnavailableError
from bot.settings import SettingsError
from bot.wiring import build

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.settings import Settings
    from bot.wiring import App

log = logging.getLogger("bot")

LONGEST_PAUSE_S = 60
FINISH_S = 3  # for commands under way
LAST_S = (
    7  # after being told to stop: what hangs now (a server, a name look-up in a thread) would hang for ever
)
# What a log-in can meet that passes by itself, besides answers. discord.py does not wrap broken connections and JSON.
PASSING = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    json.JSONDecodeError,
    discord.RateLimited,
    StoreUnavailableError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _read(arguments)
    try:
        settings = env_file.load(Path(".env"), os.environ)
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return os.EX_CONFIG
    logs.configure(settings.log_level, settings.secrets)
    return asyncio.run(run(settings, forget_unreadable=chosen.forget_unreadable))


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Ends with status 2 on an argument that means nothing, and with 0 after --help."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Runs Mixtape until SIGTERM or Ctrl-C. Its settings are environment variables, or lines of the "
        "file .env in the folder it is started in; .env.example has a line on each, docs/operating.md has more.",
        epilog="Exit status: 0 told to stop, 2 an argument is wrong, 69 something needed is away (start again after "
        "a pause), 78 a setting is wrong.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--forget-unreadable",
        action="store_true",
        help="erase the links whose Spotify tokens the keys do not open, and go on: their members link again",
    )
    return parser.parse_args(arguments)


async def run(settings: Settings, **options: Any) -> int:  # noqa: ANN401 - handed on to `build`, which names them
    """Run until SIGINT or SIGTERM and answer the exit status. `options` as for `wiring.build`."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told_to_stop() -> None:
        stop.set()
        last_resort = threading.Timer(LAST_S, _leave)
        last_resort.daemon = True
        last_resort.start()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop)
    try:
        async with build(settings, **options) as app:
            return await serve(app, settings.discord_token, stop)
    except SettingsError as wrong:
        log.error("cannot start: %s", wrong)  # noqa: TRY400 - the sentence says it all
        return os.EX_CONFIG
    except BotError as refused:
        log.error("cannot start: %s", refused)  # noqa: TRY400 - likewise
        return os.EX_UNAVAILABLE


def _leave() -> None:
    """What the databases acknowledged is safe; waiting longer would only end in a SIGKILL."""
    log.warning("something hangs: ending without waiting for it")
    os._exit(os.EX_OK)


async def serve(app: App, discord_token: str, stop: asyncio.Event) -> int:
    """Serve Discord and the callback address until `stop` is set. Then: gateway first, then what it relies on."""
    try:
        await app.web.start()
    except OSError as error:
        problem = (
            "WEB_HOST, WEB_PORT: cannot listen there. "
            "Another program has that port, or the address is not one of this machine."
        )
        raise SettingsError([problem]) from error
    try:
        async with app.bot:
            connection = asyncio.create_task(stay_connected(app.bot, discord_token))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            # cancelled first and closed then: the other way round Discord shows the bot online for another minute
            connection.cancel()
            await asyncio.wait({connection})
            await app.bot.finish_work(FINISH_S)
            return _status(connection)
    finally:
        await app.web.close()


async def stay_connected(
    bot: discord.Client, token: str, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Log in, waiting out Discord's or the network's trouble; discord.py itself retries only once it was connected."""
    pause_s = 1.0
    while True:
        try:
            await bot.login(token)
            break
        except Exception as trouble:
            if not _passes(trouble):
                raise
            if isinstance(trouble, discord.RateLimited):
                pause_s = max(pause_s, trouble.retry_after)
            log.warning(
                "could not log in to Discord (%s); next try in %.0f s", type(trouble).__name__, pause_s
            )
            await sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
    await bot.connect(reconnect=True)


def _passes(trouble: Exception) -> bool:
    if isinstance(trouble, discord.HTTPException):
        return trouble.status == 429 or trouble.status >= 500
    return isinstance(trouble, PASSING)


def _status(connection: asyncio.Task[None]) -> int:
    if connection.cancelled():
        return 0
    failure = connection.exception()
    match failure:
        case None:
            return 0
        case discord.LoginFailure():
            log.error("DISCORD_TOKEN: Discord refuses it; copy the bot's token again, or reset it there")
            return os.EX_CONFIG
        case IdentifiesUsedUpError():
            log.error("the bot stops: %s", failure)
            return os.EX_CONFIG
        case discord.ConnectionClosed(code=4004):
            log.error(
                "DISCORD_TOKEN: Discord no longer accepts it; copy the bot's token again, or reset it there"
            )
            return os.EX_CONFIG
        case _:
            log.error("the connection to Discord ended", exc_info=failure)
            return os.EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
