"""The subcommand: its arguments, all checks in their order, and the exit status."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot import logs
from bot.doctor.clocks import look_at_clock
from bot.doctor.discord_side import DiscordSide
from bot.doctor.findings import as_json, as_text, exit_status, not_checked, ok
from bot.doctor.last_backup import look_at_backup
from bot.doctor.own_data import look_at_data
from bot.doctor.own_machine import look_at_folder, look_at_keys, look_at_settings
from bot.doctor.public_address import look_at_public_address
from bot.doctor.spotify_side import spotify_side
from bot.doctor.web_access import web_access
from bot.outgoing import Outgoing
from bot.steady_time import wall_clock

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from bot.doctor.findings import Finding
    from bot.settings import Settings

PROXY: Final = "Proxy"
REST: Final = "Everything else"


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    doctor = commands.add_parser(
        "doctor",
        help="check the settings and everything the bot needs, and say what to do",
        description="Checks settings, data folder, database, keys, clock, addresses, Discord and Spotify, and says for "
        "each what is wrong and what to do. It can run while the bot runs, and changes nothing. No secrets are shown.",
        epilog="Exit status: 0 no problem (there may be warnings), 1 at least one problem.",
        allow_abbrev=False,
    )
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON, for programs")
    doctor.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    path = Path(".env")
    settings, findings = look_at_settings(path, os.environ)
    secrets = settings.secrets if settings else ()
    logs.configure("CRITICAL", secrets)
    logging.disable(logging.CRITICAL)  # what is worth knowing is in the findings
    if settings is None:
        findings.append(not_checked(REST, "the settings come first"))
    else:
        findings += asyncio.run(examine(settings))
    hide = logs.HidingFormatter(secrets).hide
    sys.stdout.write((as_json if chosen.json else as_text)(findings, hide) + "\n")
    return exit_status(findings)


async def examine(settings: Settings, *, now: Callable[[], datetime] = wall_clock) -> list[Finding]:
    """Everything that needs valid settings."""
    found = [] if settings.mongodb_uri else [*look_at_folder(settings.data_dir)]
    keys, finding = look_at_keys(settings)
    found.append(finding)
    outgoing = Outgoing(settings.https_proxy, settings.no_proxy)
    async with AsyncExitStack() as stack:
        stores, several = await stack.enter_async_context(look_at_data(settings, keys))
        found += several
        found.append(await look_at_backup(stores, now()))
        web = await stack.enter_async_context(web_access(outgoing))
        spotify = await stack.enter_async_context(spotify_side(web, settings, stores, outgoing, now=now))
        discord = DiscordSide(web, settings, stores)
        found.append(_proxy(settings))
        from_discord, finding = await discord.first()
        found += [finding, look_at_clock("Discord", from_discord, now()), await discord.gateway()]
        found += [finding async for finding in discord.rest(from_discord)]
        from_spotify, finding = await spotify.first()
        found += [finding, look_at_clock("Spotify", from_spotify, now())]
        found += [finding async for finding in spotify.rest(from_spotify)]
        found.append(await look_at_public_address(web, settings))
    return found


def _proxy(settings: Settings) -> Finding:
    if settings.https_proxy is None:
        return ok(PROXY, "none is set, so connections are direct")
    parts = urlsplit(settings.https_proxy)
    return ok(PROXY, f"connections go through {parts.hostname}:{parts.port or 80}")
