"""python -m bot: reads the settings, starts the bot and its callback server, and runs until stopped."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot import VERSION, env_file, logs
from bot.backup import command as backup
from bot.doctor import command as doctor
from bot.errors import BotError, IdentifiesUsedUpError, StoreUnavailableError
from bot.keys import command as keys
from bot.settings import SettingsError
from bot.shard_groups import LEASE
from bot.system import EX_CONFIG, EX_OK, EX_UNAVAILABLE, on_stop
from bot.wiring import build

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.settings import Settings
    from bot.web.metrics_server import MetricsServer
    from bot.web.server import WebServer
    from bot.wiring import App

log = logging.getLogger("bot")

LONGEST_PAUSE_S = 60
FINISH_S = 3  # for commands in progress
LAST_S = 7  # after the signal to stop: whatever still hangs (a server, a DNS lookup in a thread) would hang forever
# Temporary failures of a login, apart from error statuses. discord.py doesn't wrap broken connections and bad JSON.
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
    if chosen.run is not None:
        status: int = chosen.run(chosen)
        return status
    try:
        settings = env_file.load(Path(".env"), os.environ)
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return EX_CONFIG
    logs.configure(settings.log_level, settings.secrets, form=settings.log_format)
    return asyncio.run(run(settings, forget_unreadable=chosen.forget_unreadable))


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Exits with status 2 on an unknown argument, and with 0 after --help and --version."""
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Runs Mixtape until SIGTERM or Ctrl-C. Settings are environment variables or lines in the file "
        ".env in the current folder; .env.example has a line on each, docs/operating.md has the details.",
        epilog="Exit status: 0 stopped as requested, 2 wrong argument, 69 something it needs is unavailable (restart "
        "after a pause), 78 wrong setting.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Mixtape {VERSION}")
    parser.add_argument(
        "--forget-unreadable",
        action="store_true",
        help="erase links whose Spotify tokens the keys can't open, and continue; these members have to link again",
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", description="Without one, the bot runs. Each has its own --help."
    )
    doctor.add_to(commands)
    backup.add_to(commands)
    keys.add_to(commands)
    return parser.parse_args(arguments)


async def run(settings: Settings, **options: Any) -> int:  # noqa: ANN401 - handed on to `build`, which names them
    """Run until SIGINT or SIGTERM and return the exit status. `options` as for `wiring.build`."""
    stop = asyncio.Event()

    def told_to_stop() -> None:
        stop.set()
        last_resort = threading.Timer(LAST_S, _leave)
        last_resort.daemon = True
        last_resort.start()

    on_stop(told_to_stop)
    try:
        async with build(settings, **options) as app:
            return await serve(app, settings.discord_token, stop)
    except SettingsError as wrong:
        log.error("can't start: %s", wrong)  # noqa: TRY400 - the sentence says it all
        return EX_CONFIG
    except BotError as refused:
        log.error("can't start: %s", refused)  # noqa: TRY400 - likewise
        return EX_UNAVAILABLE


def _leave() -> None:
    """Everything the database acknowledged is safe; waiting longer would only end in a SIGKILL."""
    log.warning("something hangs; exiting without waiting for it")
    os._exit(EX_OK)


async def serve(app: App, discord_token: str, stop: asyncio.Event) -> int:
    """Serve Discord and the callback address until `stop` is set, then close the gateway first and the rest after."""
    await _listen(app.web, "WEB_HOST, WEB_PORT")
    try:
        if app.metrics is not None:
            await _listen(app.metrics, "METRICS_HOST, METRICS_PORT")
        async with app.bot:
            app.services.shared.reports.charts.warm()
            connection = asyncio.create_task(_connect(app, discord_token))
            stopping = asyncio.create_task(stop.wait())
            losing = asyncio.create_task(app.shard_groups.lost.wait())
            await asyncio.wait({connection, stopping, losing}, return_when=asyncio.FIRST_COMPLETED)
            is_lost = losing.done()
            stopping.cancel()
            losing.cancel()
            # cancel first, then close: in the opposite order, Discord shows the bot online for another minute
            connection.cancel()
            await asyncio.wait({connection})
            await app.bot.finish_work(FINISH_S)
            await app.shard_groups.give_back()
            return _lost() if is_lost else _status(connection)
    finally:
        if app.metrics is not None:
            await app.metrics.close()
        await app.web.close()


async def _listen(server: WebServer | MetricsServer, settings: str) -> None:
    try:
        await server.start()
    except OSError as error:
        problem = (
            f"{settings}: can't listen there. "
            "Another program is using the port, or the address doesn't belong to this machine."
        )
        raise SettingsError([problem]) from error


async def _connect(app: App, discord_token: str) -> None:
    """As soon as there are shards for this process."""
    await app.shard_groups.take()
    await stay_connected(app.bot, discord_token)


async def stay_connected(
    bot: discord.Client, token: str, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Log in, retrying through Discord or network problems; discord.py only retries once it has been connected."""
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
                "could not log in to Discord (%s); trying again in %.0f s", type(trouble).__name__, pause_s
            )
            await sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
    await bot.connect(reconnect=True)


def _passes(trouble: Exception) -> bool:
    if isinstance(trouble, discord.HTTPException):
        return trouble.status == 429 or trouble.status >= 500
    return isinstance(trouble, PASSING)


def _lost() -> int:
    log.error(
        "stopping: the database didn't hear from this process for %d s, and another one has its shards now. "
        "Nothing is lost; started again, it takes the next ones that are free",
        LEASE.total_seconds(),
    )
    return EX_UNAVAILABLE


def _status(connection: asyncio.Task[None]) -> int:
    if connection.cancelled():
        return 0
    failure = connection.exception()
    match failure:
        case None:
            return 0
        case discord.LoginFailure():
            log.error(
                "DISCORD_TOKEN: Discord rejects it; copy the bot's token again, or reset it in the portal"
            )
        case IdentifiesUsedUpError():
            log.error("stopping: %s", failure)
        case discord.ConnectionClosed(code=4004):
            log.error(
                "DISCORD_TOKEN: Discord no longer accepts it; copy the bot's token again, or reset it in the portal"
            )
        case discord.ConnectionClosed(code=4011):
            log.error(
                "SHARDS: Discord refuses so few, as the bot is in too many servers; set more, or auto (docs/scaling.md)"
            )
        case _:
            log.error("the connection to Discord ended", exc_info=failure)
            return EX_UNAVAILABLE
    return EX_CONFIG


if __name__ == "__main__":
    sys.exit(main())
