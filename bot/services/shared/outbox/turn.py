"""What one turn of writing works with: the list, whose turn it is, and the one playlist that may be touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.shared.playlist_access.playlist import PlaylistAccess
    from bot.services.shared.playlist_access.write_lease import WriteLease
    from bot.stores.journal import Batch, Journal
    from bot.stores.lists import SharedPlaylist


@dataclass(frozen=True, slots=True)
class Turn:
    shared: SharedPlaylist
    lease: WriteLease
    access: PlaylistAccess

    @property
    def list_id(self) -> str:
        return self.shared.list_id

    @property
    def journal(self) -> Journal:
        return self.lease.journal

    @property
    def batch(self) -> Batch:
        """The one in the journal, which must hold one."""
        batch = self.lease.journal.batch
        if batch is None:
            raise LookupError("the journal holds no batch")
        return batch
