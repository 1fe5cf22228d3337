"""What is on this machine: the settings, their file, the data folder and the keys."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from bot import env_file, token_keys
from bot.doctor.findings import not_checked, ok, problem, warning
from bot.settings import SettingsError
from bot.storage import DATABASE, KEY_FILE
from bot.system import HAS_MODES, open_to_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bot.doctor.findings import Finding
    from bot.settings import Settings

SETTINGS: Final = "Settings"
ENV_FILE: Final = ".env"
FOLDER: Final = "Data folder"
SPACE: Final = "Free space"
KEYS: Final = "Keys"
MB: Final = 1_000_000
LITTLE_MB, TOO_LITTLE_MB = 500, 50


def look_at_settings(path: Path, environment: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """None if the bot wouldn't start with them."""
    try:
        settings = env_file.load(path, environment)
    except SettingsError as wrong:
        exposed = [each for each in wrong.problems if "is open to other users" in each]
        found = [_of_env_file(path, exposed)]
        found += [_of_setting(each) for each in wrong.problems if each not in exposed]
        return None, found
    return settings, [_of_env_file(path, []), ok(SETTINGS, "all are there and valid")]


def _of_env_file(path: Path, exposed: list[str]) -> Finding:
    if exposed:
        return problem(
            ENV_FILE, "other users of this machine can read the secrets in it", f"chmod 600 {path}"
        )
    if not path.exists():
        return ok(ENV_FILE, "there is none here, so all settings come from the environment")
    if open_to_others(path.stat().st_mode):
        return ok(ENV_FILE, "others can read it, but it holds no secrets")
    return ok(ENV_FILE, "only its owner can read it" if HAS_MODES else "it's there")


def _of_setting(wrong: str) -> Finding:
    said, _, step = wrong.partition(". ")
    return problem(SETTINGS, said.removesuffix("."), step or "Correct it; docs/operating.md has the details.")


def look_at_folder(
    folder: Path, *, free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
) -> Iterator[Finding]:
    """free: bytes left where the folder is."""
    if not folder.exists():
        yield not_checked(FOLDER, f"{folder} isn't there yet; the bot creates it when it first starts")
        return
    if not folder.is_dir():
        yield problem(FOLDER, f"{folder} isn't a folder", "Set DATA_DIR to a folder, or remove the file.")
        return
    facts = folder.stat()
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield problem(
            FOLDER,
            f"this user can't write to {folder}",
            f"Run this as the bot's user, or: chown -R USER {folder}",
        )
    elif open_to_others(facts.st_mode):
        yield warning(FOLDER, f"{folder} is open to other users", f"chmod 700 {folder}")
    else:
        yield ok(FOLDER, f"{folder} is {'private and ' if HAS_MODES else ''}writable")
    left = free(folder) // MB
    if left < TOO_LITTLE_MB:
        yield problem(SPACE, f"{left:,} MB left", "Free some space: soon nothing can be saved any more.")
    elif left < LITTLE_MB:
        yield warning(SPACE, f"{left:,} MB left", "Free some space before it runs out.")
    else:
        yield ok(SPACE, f"{left:,} MB left")


def look_at_keys(settings: Settings) -> tuple[list[str] | None, Finding]:
    """None if there are none that can be used."""
    if settings.token_keys:
        return list(settings.token_keys), ok(KEYS, f"{_counted(len(settings.token_keys))} in TOKEN_KEYS")
    path = settings.data_dir / KEY_FILE
    try:
        keys = token_keys.load(path)
    except FileNotFoundError:
        if (settings.data_dir / DATABASE).exists():
            return None, problem(
                KEYS,
                f"{path} is missing, but there is a database",
                "Put the key file back, or set TOKEN_KEYS. Without the keys, every member has to link again.",
            )
        return None, not_checked(KEYS, f"{path} isn't there yet; the bot creates it when it first starts")
    except SettingsError as wrong:
        said, _, step = wrong.problems[0].removeprefix("TOKEN_KEYS: ").partition(". ")
        return None, problem(KEYS, said, step)
    return keys, ok(KEYS, f"{_counted(len(keys))} in {path}, which is private")


def _counted(keys: int) -> str:
    return f"{keys} key{'s' * (keys != 1)}"
