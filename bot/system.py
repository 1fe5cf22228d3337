"""What differs between operating systems: exit statuses, signals, and who can read a file. Windows lacks some of it."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# As sysexits.h has them; Python only knows them where the system does.
EX_OK: Final = 0
EX_UNAVAILABLE: Final = 69
EX_CONFIG: Final = 78

HAS_MODES: Final = os.name == "posix"  # elsewhere, the folder decides who can read a file


def open_to_others(mode: int) -> bool:
    """Whether other users can read or change a file or folder with this mode. Never where modes say nothing."""
    return HAS_MODES and bool(stat.S_IMODE(mode) & 0o077)


def make_private(descriptor: int) -> None:
    """Close an open file to other users."""
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, 0o600)


def keep_access(descriptor: int, facts: os.stat_result) -> None:
    """Give an open file the group and the mode of another one."""
    if hasattr(os, "fchown"):
        os.fchown(descriptor, -1, facts.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(facts.st_mode))


def is_ours(facts: os.stat_result) -> bool:
    """Whether a file belongs to this process's user. Where users have no numbers, nobody asks."""
    return not hasattr(os, "geteuid") or facts.st_uid == os.geteuid()


def sync_folder(folder: Path) -> None:
    """So that a new name in it survives a power cut. Windows can't, and needn't."""
    if HAS_MODES:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def on_stop(told: Callable[[], None]) -> None:
    """Call this in the running loop when the process is told to stop: Ctrl-C, SIGTERM, on Windows also Ctrl-Break."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, told)
        except NotImplementedError:  # the loops of Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(told))
