"""The subcommands: their arguments, what they say, and their exit status."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import env_file, logs
from bot.backup import databases
from bot.backup.file import BackupError
from bot.backup.restore import check, restore
from bot.backup.save import save
from bot.errors import BotError, StoreUnavailableError
from bot.sealing import Sealer, new_key
from bot.settings import SettingsError
from bot.steady_time import wall_clock
from bot.storage import key_file, keys_place, open_beside
from bot.stores.backup import LAST_BACKUP
from bot.system import EX_CONFIG, EX_OK, EX_UNAVAILABLE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.backup.restore import Checked
    from bot.settings import Settings

STATUS = (
    "Exit status: 0 done, 69 something it needs is unavailable, or it was refused (nothing was changed), 78 wrong "
    "setting."
)


def add_to(commands: argparse._SubParsersAction[Any]) -> None:
    saving = commands.add_parser(
        "backup",
        help="save everything in the database as one file",
        description="Saves everything in the database as one private file, while the bot runs or not. The format is "
        "the same for SQLite and MongoDB. Tokens stay encrypted, and the keys aren't in it: back them up separately.",
        epilog=STATUS,
        allow_abbrev=False,
    )
    saving.add_argument("file", type=Path, metavar="FILE", help="a file that doesn't exist yet")
    saving.set_defaults(run=lambda chosen: _run(lambda settings: _save(settings, chosen.file)))
    restoring = commands.add_parser(
        "restore",
        help="put a backup into the database",
        description="Puts a backup into the database of the settings, whichever of the two it was made from. The file "
        "is checked as a whole before anything is changed. The bot must not be running.",
        epilog=STATUS,
        allow_abbrev=False,
    )
    restoring.add_argument("file", type=Path, metavar="FILE", help="a file made by backup")
    restoring.add_argument(
        "--replace",
        action="store_true",
        help="replace what is in the database; without it, it has to be empty",
    )
    restoring.add_argument(
        "--forget-unreadable",
        action="store_true",
        help="leave out links whose Spotify tokens the keys can't open; these members have to link again",
    )
    restoring.set_defaults(run=lambda chosen: _run(lambda settings: _restore(settings, chosen)))


def _run(work: Callable[[Settings], Awaitable[str]]) -> int:
    async def done() -> str:
        return await work(settings)

    try:
        settings = env_file.load(Path(".env"), os.environ)
        logs.configure(settings.log_level, settings.secrets, form=settings.log_format)
        said = asyncio.run(done())
    except SettingsError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return EX_CONFIG
    except BotError as refused:
        sys.stderr.write(f"Not done: {refused}.\n")
        return EX_UNAVAILABLE
    sys.stdout.write(f"{said}\n")
    return EX_OK


async def _save(settings: Settings, path: Path) -> str:
    began = wall_clock()  # what is deleted from now on counts as deleted afterwards
    async with databases.source(settings) as source:
        saved = await save(source, path, now=began)
        moment = (
            "as of one moment"
            if source.one_moment
            else "one part after the other, since this server can't show one moment: what changed meanwhile may be in "
            "it or not"
        )
    remembered = await _remember(settings, began)
    count = sum(saved.counts.values())
    return (
        f"Saved {_counted(count, 'record')} of {databases.name(settings)} to {path} ({saved.size / 1e6:.1f} MB), "
        f"{moment}.\n"
        f"The keys aren't in it. Back up {keys_place(settings)} too, in another place.{remembered}"
    )


async def _remember(settings: Settings, at: datetime) -> str:
    """For the doctor. What to say if that fails: the backup is complete all the same."""
    try:
        async with open_beside(settings, Sealer([new_key()])) as beside:  # nothing that is sealed is read
            await beside.stores.values.put(LAST_BACKUP, at.isoformat())
    except StoreUnavailableError:
        return "\nThe database couldn't be written to, so `doctor` won't count this backup."
    return ""


async def _restore(settings: Settings, chosen: argparse.Namespace) -> str:
    checked = check(chosen.file, _sealer(settings))
    if checked.locked and not chosen.forget_unreadable:
        raise BackupError(
            f"the keys in {keys_place(settings)} can't open the tokens of {len(checked.locked)} of {checked.accounts} "
            "linked accounts in the backup. Nothing was changed. Put back the key they were encrypted with, after the "
            "newer ones. If it's lost, add --forget-unreadable: these members then have to link again"
        )
    async with databases.target(settings) as target:
        await restore(checked, target, now=wall_clock(), replace=chosen.replace)
    return _restored(settings, checked)


def _restored(settings: Settings, checked: Checked) -> str:
    header, links = checked.header, checked.accounts - len(checked.locked)
    left_out = f" Left out: {_counted(len(checked.locked), 'link')}." if checked.locked else ""
    return (
        f"Restored {databases.name(settings)} as it was at {header.made_at:%Y-%m-%d %H:%M} UTC ({header.source}): "
        f"{_counted(checked.lists, 'shared playlist')}, {_counted(checked.contributions, 'contribution')}, "
        f"{_counted(links, 'link')}.{left_out}\n"
        "Now start the bot. It first compares every shared playlist with Spotify, and adds nothing twice."
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _sealer(settings: Settings) -> Sealer | None:
    """With the keys there are. None: there are none, and none are made."""
    file = key_file(settings)
    if file is None:
        return Sealer(settings.token_keys or ())
    try:
        return Sealer(file.load().keys)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError([f"TOKEN_KEYS: {file.path} can't be read ({error.strerror})."]) from error
