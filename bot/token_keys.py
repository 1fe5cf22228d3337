"""The keys at the start: their file is created the first time, and they must open what is in the database."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from bot.key_file import LOST, KeyFile
from bot.sealing import new_key
from bot.settings import SettingsError
from bot.system import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores import Accounts

log = logging.getLogger(__name__)


def load_or_make(file: KeyFile, *, database: Path | None = None) -> tuple[list[str], bool]:
    """The keys, newest first, and whether the file was just created.

    database: what the keys are for. If it exists without its key file, the keys were lost or used to be set in
    another way, and a new key would open nothing.
    Raises SettingsError then, and if the file can't be used, is open to other users or holds no usable key.
    """
    try:
        return _load_or_make(file, database)
    except OSError as error:
        problem = (
            f"DATA_DIR: {file.path} can't be read or created ({error.strerror}). "
            "It needs a folder this user owns."
        )
        raise SettingsError([problem]) from error


def load(path: Path) -> list[str]:
    """The keys, newest first; nothing is created. Raises SettingsError as `load_or_make` does, or FileNotFoundError."""
    try:
        return list(KeyFile(path).load().keys)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsError([f"TOKEN_KEYS: {path} can't be read ({error.strerror})."]) from error


async def check(accounts: Accounts, *, where: str, forget: bool) -> None:
    """Check that these are the keys the tokens in the database were encrypted with.

    where: the place the keys came from. forget: erase the accounts whose tokens they can't open.
    Raises SettingsError: without the right key, members would be asked to link again, and the tokens would be lost.
    """
    lost, there_are = await accounts.unreadable()
    if not lost:
        return
    if not forget:
        problem = (
            f"TOKEN_KEYS: the keys in {where} can't open the tokens of {len(lost)} of {there_are} linked accounts. "
            "Put back the key they were encrypted with, after the newer ones. If it's lost, start once with "
            "--forget-unreadable: this erases these links, so their members have to link again; everything else stays."
        )
        raise SettingsError([problem])
    for member_id in lost:
        await accounts.unlink(member_id)
    log.warning("erased %d of %d links because the keys can't open their tokens", len(lost), there_are)


def _load_or_make(file: KeyFile, database: Path | None) -> tuple[list[str], bool]:
    made, path = False, file.path
    if not path.exists():
        if database is not None and database.exists():
            raise SettingsError(
                [f"TOKEN_KEYS is not set and {path} is missing, but {database} exists. {LOST}"]
            )
        made = _make(path)
    return list(file.load().keys), made


def _make(path: Path) -> bool:
    """Write one new key. False if another process was faster; its file is used.

    The file only gets its name once it's complete, so that a crash leaves no empty key file behind.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{new_key()}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return False
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return True
