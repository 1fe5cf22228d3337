"""Tracks that some process has looked up lately, so that the others needn't ask Spotify for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class KnownTracks(Protocol):
    """Only where there are several processes: a single one remembers them itself."""

    async def get(self, key: str, now: datetime) -> bytes | None: ...

    async def put(self, key: str, track: bytes, now: datetime, until: datetime) -> None:
        """Replaces what was known. What has expired by `now` is erased."""
        ...
