"""The key file beside the SQLite database: made on the first start, read on every other one."""

from __future__ import annotations

import logging
import os
import stat
from typing import TYPE_CHECKING

from bot.environment import FERNET_KEY
from bot.sealing import new_key
from bot.settings import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores import Accounts

log = logging.getLogger(__name__)

_LOST = "Put the keys back, or remove the database: members then link their accounts again."


def load_or_make(path: Path, *, database: Path | None = None) -> tuple[list[str], bool]:
    """The keys, newest first, and whether the file was made just now.

    database: what the keys are for. If it is there and its key file is not, then the keys were lost or set in
    another way before, and a new key would open nothing.
    Raises SettingsError then, and if the file cannot be used, is open to other users or holds no usable key.
    """
    try:
        return _load_or_make(path, database)
    except OSError as error:
        problem = (
            f"DATA_DIR: {path} cannot be read or made ({error.strerror}). It needs a folder this user owns."
        )
        raise SettingsError([problem]) from error


async def check(accounts: Accounts, *, where: str, forget: bool) -> None:
    """Whether the keys are those the tokens in the database were sealed with.

    where: in which the keys are. forget: erase the accounts whose tokens they do not open.
    Raises SettingsError: without the right key members would be told to link again, and the tokens be lost.
    """
    lost, there_are = await accounts.unreadable()
    if not lost:
        return
    if not forget:
        problem = (
            f"TOKEN_KEYS: the keys in {where} do not open the tokens of {len(lost)} of {there_are} linked accounts. "
            "Put the key they were sealed with back, behind the newer ones. If it is lost, start once with "
            "the option --forget-unreadable: it erases these links, their members link again, and everything else "
            "stays."
        )
        raise SettingsError([problem])
    for member_id in lost:
        await accounts.unlink(member_id)
    log.warning("erased %d of %d links, whose tokens the keys do not open", len(lost), there_are)


def _load_or_make(path: Path, database: Path | None) -> tuple[list[str], bool]:
    made = False
    if not path.exists():
        if database is not None and database.exists():
            raise SettingsError(
                [f"TOKEN_KEYS is not set and {path} is missing, but {database} exists. {_LOST}"]
            )
        made = _make(path)
    return _load(path), made


def _make(path: Path) -> bool:
    """Write one new key. False if another process was faster; its file counts.

    The file gets its name only when it is complete, so that a crash leaves no empty key file behind.
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def _load(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        lines = [line.strip() for line in file]
    if mode & 0o077:
        raise SettingsError([f"TOKEN_KEYS: {path} is open to other users. Run: chmod 600 {path}"])
    if lines and lines[0].startswith("\ufeff"):
        raise SettingsError(
            [f"TOKEN_KEYS: {path} begins with a byte order mark. Save it as UTF-8 without one."]
        )
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys or not all(FERNET_KEY.fullmatch(key) for key in keys):
        raise SettingsError([f"TOKEN_KEYS: {path} does not hold one key in each line. {_LOST}"])
    return keys
