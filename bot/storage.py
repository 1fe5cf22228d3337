"""Where the settings say the data is: the database, and the keys that its tokens are sealed with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot import token_keys
from bot.key_file import KeyFile
from bot.sealing import Sealer
from bot.system import open_to_others

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.settings import Settings
    from bot.stores import Stores
    from bot.stores.beside import Beside

log = logging.getLogger(__name__)

DATABASE: Final = "mixtape.sqlite3"
KEY_FILE: Final = "token.keys"


def key_file(settings: Settings) -> KeyFile | None:
    """Where the keys are; None: in the environment."""
    if settings.token_keys_file is not None:
        return KeyFile(settings.token_keys_file, private=False)  # Docker and systemd decide who can read it
    return None if settings.token_keys else KeyFile(settings.data_dir / KEY_FILE)


def keys_place(settings: Settings) -> str:
    """The same, in words."""
    file = key_file(settings)
    return "TOKEN_KEYS" if file is None else str(file.path)


def make_sealer(settings: Settings) -> Sealer:
    """Its file is looked at before each use, so that keys can be changed while the bot runs."""
    file = key_file(settings)
    if file is None:
        return Sealer(settings.token_keys or ())
    if settings.token_keys_file is not None:
        return Sealer(file.load().keys, changed=file.changed, former=lambda: file.former)
    keys, made = token_keys.load_or_make(file, database=settings.data_dir / DATABASE)
    if made:
        log.info(
            "created the key that encrypts tokens: %s. Back it up separately from the database", file.path
        )
    return Sealer(keys, changed=file.changed, former=lambda: file.former)


def open_stores(settings: Settings, sealer: Sealer) -> AbstractAsyncContextManager[Stores]:
    if settings.mongodb_uri:
        from bot import mongo  # noqa: PLC0415 - Motor costs memory that SQLite users need not pay

        return mongo.open_stores(settings.mongodb_uri, sealer, settings.shard_plan)
    from bot import sqlite  # noqa: PLC0415 - the same in reverse

    folder = settings.data_dir
    if folder.is_dir() and open_to_others(folder.stat().st_mode):
        log.warning("DATA_DIR: %s is open to other users. Run: chmod 700 %s", folder, folder)
    return sqlite.open_stores(settings.data_dir / DATABASE, sealer)


def open_beside(settings: Settings, sealer: Sealer) -> AbstractAsyncContextManager[Beside]:
    """The database while the bot may be using it, for commands that don't take the instance lock."""
    if settings.mongodb_uri:
        from bot import mongo  # noqa: PLC0415 - as above

        return mongo.open_beside(settings.mongodb_uri, sealer)
    from bot import sqlite  # noqa: PLC0415 - as above

    return sqlite.open_beside(settings.data_dir / DATABASE, sealer)
