"""The file with the keys that encrypt tokens: its text, reading it again when it has changed, replacing it whole."""

from __future__ import annotations

import glob
import logging
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from bot.environment import FERNET_KEY
from bot.settings import SettingsError
from bot.system import keep_access, open_to_others, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

HEADER: Final = "# The first key seals, all of them open. Managed by: python -m bot keys"
NEXT: Final = "# next"
FORMER: Final = "# former"
FORMER_LINE: Final = re.compile(rf"^{FORMER}\b.*: ([A-Za-z0-9_-]{{43}}=)\s*$")
LOST: Final = "Put the keys back, or remove the database: members then have to link their accounts again."


@dataclass(frozen=True, slots=True)
class KeyList:
    """keys: the first seals, all of them open. next: the one of them that `keys rotate` makes the first.

    former: of keys that were dropped, what their hashes were made with; it opens nothing.
    """

    keys: tuple[str, ...] = field(repr=False)
    next: str | None = field(default=None, repr=False)
    former: tuple[str, ...] = field(default=(), repr=False)


def parsed(text: str) -> KeyList | None:
    """Keys are separated by commas or line breaks; None if there are none, or something else is between them."""
    keys, former, upcoming, marked = [], [], None, False
    for line in text.splitlines():
        if line.strip().startswith("#"):
            marked = line.strip().startswith(NEXT)
            former += FORMER_LINE.findall(line)
            continue
        for key in re.split(r"[,\s]+", line.strip()):
            if key:
                keys.append(key)
                upcoming, marked = (key if marked else upcoming), False
    if not keys or not all(map(FERNET_KEY.fullmatch, keys)):
        return None
    return KeyList(tuple(keys), upcoming, tuple(former))


def text_of(held: KeyList) -> str:
    """As a key file has them."""
    lines = [HEADER]
    for key in held.keys:
        lines += [f"{NEXT}: only opens until python -m bot keys rotate"] * (key == held.next) + [key]
    lines += [
        f"{FORMER}, opens nothing, but recognises what members had deleted: {one}" for one in held.former
    ]
    return "\n".join(lines) + "\n"


class KeyFile:
    """private: whether it must be closed to other users."""

    def __init__(self, path: Path, *, private: bool = True) -> None:
        self.path = path
        self._private = private
        self.former: tuple[str, ...] = ()  # as `KeyList` has them, when it was last read
        self._read: tuple[int, int, int] | None = None  # what it looked like then

    def load(self) -> KeyList:
        """Raises FileNotFoundError, other OSErrors, and SettingsError if it's open to others or holds no usable key."""
        with self.path.open(encoding="utf-8", errors="replace") as file:
            facts = os.fstat(file.fileno())
            self._read = _looks(facts)
            text = file.read()
        if self._private and open_to_others(facts.st_mode):
            raise SettingsError(
                [f"TOKEN_KEYS: {self.path} is open to other users. Run: chmod 600 {self.path}"]
            )
        if text.startswith("\ufeff"):
            raise SettingsError(
                [f"TOKEN_KEYS: {self.path} starts with a byte order mark. Save it as UTF-8 without one."]
            )
        held = parsed(text)
        if held is None:
            raise SettingsError([f"TOKEN_KEYS: {self.path} must have one key per line. {LOST}"])
        self.former = held.former
        return held

    def changed(self) -> tuple[str, ...] | None:
        """Its keys, if it isn't what was last read. One that can't be used is reported once, and nothing changes."""
        try:
            if _looks(self.path.stat()) == self._read:
                return None
            held = self.load()
        except OSError as error:
            if self._read is not None:
                log.error("%s can't be read (%s); going on with the keys it had", self.path, error.strerror)  # noqa: TRY400 - the sentence says it all
            self._read = None
            return None
        except SettingsError as wrong:
            log.error("going on with the keys the file had: %s", wrong.problems[0])  # noqa: TRY400 - likewise
            return None
        log.info("read %s again: %d keys", self.path, len(held.keys))
        return held.keys

    def replace(self, held: KeyList) -> None:
        """Whole or not at all, whenever the process ends; a private one only its owner can read. Raises OSError.

        Only within `alone`: drafts that a killed process left are removed.
        """
        facts = self.path.stat()
        for left in self.path.parent.glob(f"{glob.escape(self.path.name)}.[0-9]*"):
            left.unlink(missing_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                if not self._private:  # whoever could read it still can
                    keep_access(descriptor, facts)
                file.write(text_of(held))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(self.path.parent)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process is changing it; none will until the end. Raises OSError.

        The lock is a file beside it: Windows wouldn't let anyone read or replace a locked one.
        """
        lock = FileLock(self.path.with_name(f"{self.path.name}.lock"), mode=0o600, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def _looks(facts: os.stat_result) -> tuple[int, int, int]:
    return facts.st_ino, facts.st_mtime_ns, facts.st_size
