"""Whose turn it is to write to a shared playlist: one writer at a time, over all processes of the bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.services.shared.core.snapshots import remembered
from bot.shared_errors import ListBusyError
from bot.stores.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.stores.journal import Journals
    from bot.stores.process import Leases

TURN: Final = timedelta(seconds=30)  # longer than a write to Spotify can take; extended before each


class WriteLease:
    """A lease, and the journal as we know it: who was overtaken finds another version there and may do nothing more.

    Made for one turn: `take`, then anything, then `leave`. holder: names the writer, not the process alone.
    """

    def __init__(
        self, list_id: str, leases: Leases, journals: Journals, *, holder: str, now: Callable[[], datetime]
    ) -> None:
        self.list_id = list_id
        self.journal = Journal(list_id)
        self._taken = False
        self._leases = leases
        self._journals = journals
        self._holder = holder
        self._now = now

    @property
    def is_taken(self) -> bool:
        """It is our turn, as far as we know: what is read now is read in order to write."""
        return self._taken

    async def take(self) -> bool:
        """Begin the turn. False: it is somebody else's."""
        if not await self._extend():
            return False
        self.journal = await self._journals.of(self.list_id)
        self._taken = True
        return True

    async def stand(self) -> None:
        """To be called before each request to Spotify. Raises ListBusyError when the turn is over."""
        if not self._taken or not await self._extend():
            raise ListBusyError
        if (await self._journals.of(self.list_id)).version != self.journal.version:
            raise ListBusyError

    async def note(self, **changes: Any) -> Journal:  # noqa: ANN401 - fields of the journal, checked by `replace`
        """Store the journal with these changes. Raises ListBusyError when somebody else wrote to it."""
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
        """`note` which version Spotify names, before a write. If it is not ours, somebody edited the playlist."""
        is_ours = not version or version in self.journal.snapshots
        return await self.note(seen=self.journal.seen if is_ours else version, **changes)

    async def leave(self) -> None:
        self._taken = False
        await self._leases.release(self._lease, self._holder)

    async def _extend(self) -> bool:
        now = self._now()
        return await self._leases.acquire(self._lease, self._holder, now, now + TURN)

    @property
    def _lease(self) -> str:
        return f"write:{self.list_id}"
