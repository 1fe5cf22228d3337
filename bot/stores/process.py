"""What a bot's processes share: leases, small facts, and the count of requests to Spotify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    # A bucket (a quarter of an hour, counted from 1970, and a kind of request), a server and a member; 0: none.
    Row: TypeAlias = tuple[int, str, int, int]
    # Until when Spotify told us to wait, and whether that is because a quota is used up.
    Block: TypeAlias = tuple[datetime, bool]


class Leases(Protocol):
    """Who may do something right now, across all processes. On SQLite, a new process starts with no leases held."""

    async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take the lease if nobody holds it or it has expired; the holder can extend its own."""
        ...

    async def renew(self, name: str, holder: str, until: datetime) -> bool:
        """Extend a lease that `holder` has. False: someone else has taken it since, or it was released."""
        ...

    async def release(self, name: str, holder: str) -> None:
        """Release the lease, if `holder` has it."""
        ...


class KeyValues(Protocol):
    """Small facts that survive a restart, such as which commands Discord knows."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...

    async def starting(self, prefix: str) -> Mapping[str, str]:
        """All whose key begins with this, which isn't empty, by key."""
        ...

    async def erase(self, key: str) -> None:
        """Does nothing if it isn't there."""
        ...


class QuotaLedger(Protocol):
    """What all processes together requested from Spotify, for whom, and how long Spotify told any of them to wait."""

    async def exchange(
        self, spent: Mapping[Row, int], blocks: Mapping[str, Block], /, *, since: int, oldest: int
    ) -> tuple[Mapping[Row, int], Mapping[str, Block]]:
        """Add requests to the rows of the ledger, keep each bucket's longest block, and return both as they are now.

        since: the first quarter whose rows are returned. Rows of quarters before `oldest` are erased.
        """
        ...

    async def forget_member(self, member_id: int) -> None:
        """Move the member's rows to nobody (0) in the same servers; what was spent still counts."""
        ...
