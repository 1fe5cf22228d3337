"""Whose turn it is to write to a shared playlist: one writer at a time, across all processes of the bot."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from bot.services.shared.core.snapshots import remembered
from bot.shared_errors import ListBusyError
from bot.stores.journal import Journal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bot.services.leases import Lease, LeaseKeeper
    from bot.stores.journal import Journals

TURN: Final = timedelta(seconds=30)  # longer than a write to Spotify can take


class WriteLease:
    """A lease, and the journal as we know it: a writer that was overtaken finds another version there and must stop.

    Created for one turn: anything but reading is done inside `held`.
    """

    def __init__(
        self, list_id: str, leases: LeaseKeeper, journals: Journals, *, now: Callable[[], datetime]
    ) -> None:
        self.list_id = list_id
        self.journal = Journal(list_id)
        self.asked_by: int | None = None  # the member whose share is used; None: nobody in particular
        self._lease: Lease | None = None
        self._leases = leases
        self._journals = journals
        self._now = now

    @property
    def is_taken(self) -> bool:
        """It's our turn, as far as we know: what is read now is read in order to write."""
        return self._lease is not None

    @asynccontextmanager
    async def held(self, *, patience_s: float = 0) -> AsyncIterator[Self]:
        """The turn. Raises ListBusyError if it's someone else's, for longer than `patience_s`."""
        name = f"write:{self.list_id}"
        async with self._leases.held(name, TURN, patience_s=patience_s, taken=ListBusyError) as lease:
            self.journal = await self._journals.of(self.list_id)
            self._lease = lease
            try:
                yield self
            finally:
                self._lease = None

    async def stand(self) -> None:
        """Call this before each request to Spotify. Raises ListBusyError if the turn is over."""
        if self._lease is None:
            raise ListBusyError
        await self._lease.confirm()
        if (await self._journals.of(self.list_id)).version != self.journal.version:
            raise ListBusyError

    async def note(self, **changes: Any) -> Journal:  # noqa: ANN401 - fields of the journal, checked by `replace`
        """Store the journal with these changes. Raises ListBusyError if someone else wrote to it."""
        stored = await self._journals.swap(self.journal, replace(self.journal, **changes))
        if stored is None:
            raise ListBusyError
        self.journal = stored
        return stored

    async def note_write(self, version: str, total: int | None = None, **changes: Any) -> Journal:  # noqa: ANN401 - as above
        """`note` that the playlist was changed: what Spotify calls it now, and how long it is."""
        known = remembered(self.journal.snapshots, version)
        return await self.note(total=total, total_at=self._now(), snapshots=known, **changes)

    async def note_seen(self, version: str | None, **changes: Any) -> Journal:  # noqa: ANN401 - as above
        """`note` which version Spotify names, before a write. If it isn't ours, someone edited the playlist."""
        is_ours = not version or version in self.journal.snapshots
        return await self.note(seen=self.journal.seen if is_ours else version, **changes)
