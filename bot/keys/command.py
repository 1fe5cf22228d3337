"""The subcommand: its arguments, what it prints, and the exit status."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot import env_file, logs
from bot.errors import StoreUnavailableError
from bot.keys.actions import ACTIONS, RefusedError
from bot.settings import SettingsError
from bot.system import EX_CONFIG, EX_OK, EX_UNAVAILABLE

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings

REFUSED: Final = 1
STATUS: Final = (
    "Exit status: 0 done, 1 refused (the reason is printed, and nothing was changed), 2 wrong argument, 69 database or "
    "file unavailable, 78 wrong setting."
)
LIST: Final = (
    "Shows a fingerprint of each key, never the key; which one seals what is stored from now on; and how much each of "
    "them has sealed. Changes nothing."
)
ADD: Final = (
    "Makes a new key and puts it into the key file. So far, it only opens: `rotate` lets it seal. Running bots read "
    "the file again by themselves."
)
ROTATE: Final = (
    "Makes the added key the first one, then seals everything that is stored with it, row by row, while the bot runs. "
    "If it's interrupted, run it again: it goes on where it was."
)
DROP: Final = (
    "Removes a key from the key file. Refused for the first key, for one that still seals something, and within 15 "
    "minutes of the last change of the file."
)


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    keys = commands.add_parser(
        "keys",
        help="list, add, rotate and drop the keys that encrypt tokens",
        description="Changes the keys that encrypt what members linked, while the bot runs: `add`, then `rotate`, then "
        "`drop` with the fingerprint of the old key. Nobody has to link again.",
        epilog=STATUS,
        allow_abbrev=False,
    )
    actions = keys.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, said in (("list", LIST), ("add", ADD), ("rotate", ROTATE), ("drop", DROP)):
        action = actions.add_parser(
            name,
            help=said.partition(". ")[0].rstrip(".").replace("%", "%%"),
            description=said,
            epilog=STATUS,
            allow_abbrev=False,
        )
        if name == "list":
            action.add_argument("--json", action="store_true", help="print it as JSON, for programs")
        if name == "drop":
            action.add_argument("fingerprint", help="of the key, as `list` shows it")
    keys.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    try:
        settings = env_file.load(Path(".env"), os.environ)
        logs.configure("CRITICAL", settings.secrets)
        logging.disable(logging.CRITICAL)  # what is worth knowing is printed
        asyncio.run(_act(settings, chosen))
    except SettingsError as wrong:
        return _failed(str(wrong), EX_CONFIG)
    except RefusedError as refused:
        return _failed(str(refused), REFUSED)
    except StoreUnavailableError as lost:
        return _failed(f"The database can't be used, so nothing more was changed: {lost}.", EX_UNAVAILABLE)
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}. The keys are as before.", EX_UNAVAILABLE)
    return EX_OK


async def _act(settings: Settings, chosen: argparse.Namespace) -> None:
    async for said in ACTIONS[chosen.action](settings, chosen):
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def _failed(said: str, status: int) -> int:
    sys.stderr.write(f"{said}\n")
    return status
