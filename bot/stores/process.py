"""What the processes of one bot share: leases, small facts, and the account of requests to Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Leases(Protocol):
    """Who may do a thing now, over all processes. On SQLite a new process starts with no leases held."""

    async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take the lease if nobody holds it or it has run out; the holder may extend its own."""
        ...

    async def renew(self, name: str, holder: str, until: datetime) -> bool:
        """Extend a lease of `holder`'s. False: somebody else has taken it since, or it was given back."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give the lease back, if `holder` has it."""
        ...


class KeyValues(Protocol):
    """Small facts that outlive a restart, such as which commands Discord knows."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...


class QuotaLedger(Protocol):
    """What all processes together have asked of Spotify, and until when Spotify told any of them to wait."""

    async def exchange(
        self, spent: Mapping[int, int], blocked_until: datetime | None, oldest: int, /
    ) -> tuple[Mapping[int, int], datetime | None]:
        """Add requests to the common account, keep the latest block, and answer both as they are now.

        spent: by quarter of an hour, counted from 1970. Quarters before `oldest` are forgotten.
        """
        ...
