"""Where your own program keeps someone's tokens: in memory, or in a file only its user can read."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from bot.spotify.errors import SpotifySetupError

if TYPE_CHECKING:
    from filelock import BaseFileLock


class KeptTokens(Struct, frozen=True):
    """What a session needs to continue after a restart. Printing it shows no secret."""

    access: str
    refresh: str
    expires_at: datetime  # of the access token
    scopes: frozenset[str]

    def __repr__(self) -> str:
        return f"KeptTokens(expires_at={self.expires_at!r}, scopes={sorted(self.scopes)!r})"


class TokenStore(Protocol):
    """One person's tokens. `since`: what the caller last saw there; None for nothing.

    Several programs can share a store: if someone else changed it first, the caller is told, and nothing is lost.
    """

    async def load(self) -> KeptTokens | None:
        """What is stored; None for nothing."""
        ...

    async def save(self, tokens: KeptTokens, *, since: KeptTokens | None) -> bool:
        """Store them if `since` is still there; returns whether it was."""
        ...

    async def delete(self, *, since: KeptTokens) -> bool:
        """Delete them if `since` is still there; returns whether it was."""
        ...


class MemoryTokens:
    """Gone when the program ends."""

    def __init__(self, tokens: KeptTokens | None = None) -> None:
        self._tokens = tokens

    async def load(self) -> KeptTokens | None:
        """What is stored; None for nothing."""
        return self._tokens

    async def save(self, tokens: KeptTokens, *, since: KeptTokens | None) -> bool:
        """Store them if `since` is still there; returns whether it was."""
        if self._tokens != since:
            return False
        self._tokens = tokens
        return True

    async def delete(self, *, since: KeptTokens) -> bool:
        """Delete them if `since` is still there; returns whether it was."""
        if self._tokens != since:
            return False
        self._tokens = None
        return True


class FileTokens:
    """A file with mode 0600, replaced in one step: it holds the old tokens or the new ones, never half of them.

    The tokens aren't encrypted. A file that can't be read as tokens counts as empty, so the person authorizes again.
    Beside it is a lock file, since several programs can use it. Needs filelock: without it, SpotifySetupError.
    Windows has no such modes; there, the folder decides who can read it.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)

    async def load(self) -> KeptTokens | None:
        """What is stored; None for nothing."""
        return await asyncio.to_thread(self._load)

    async def save(self, tokens: KeptTokens, *, since: KeptTokens | None) -> bool:
        """Store them if `since` is still there; returns whether it was."""
        return await asyncio.to_thread(self._exchange, tokens, since)

    async def delete(self, *, since: KeptTokens) -> bool:
        """Delete them if `since` is still there; returns whether it was."""
        return await asyncio.to_thread(self._exchange, None, since)

    def _load(self) -> KeptTokens | None:
        lock = self._lock()
        if not self._path.exists():
            return None
        with lock:  # on Windows, a file that is being read can't be replaced
            return self._read()

    def _read(self) -> KeptTokens | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=KeptTokens)
        except (FileNotFoundError, msgspec.MsgspecError, UnicodeError, RecursionError):
            return None

    def _exchange(self, tokens: KeptTokens | None, since: KeptTokens | None) -> bool:
        lock = self._lock()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with lock:
            if self._read() != since:
                return False
            if tokens is None:
                self._path.unlink(missing_ok=True)
            else:
                self._write(msgspec.json.encode(tokens))
        return True

    def _lock(self) -> BaseFileLock:
        """Keeps other programs from changing the file between our check and our change."""
        try:
            from filelock import FileLock  # noqa: PLC0415 - an extra, which only this class needs
        except ImportError:
            raise SpotifySetupError(
                "keeping tokens in a file needs filelock (pip install filelock). Or keep them in MemoryTokens()."
            ) from None
        return FileLock(self._path.with_name(f"{self._path.name}.lock"), mode=0o600)

    def _write(self, content: bytes) -> None:
        new = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        made = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(made, "wb") as file:  # noqa: PTH123 - by its descriptor, which carries the mode
                file.write(content)
                file.flush()
                os.fsync(made)
            new.replace(self._path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
