"""Puts accepted contributions into batches of up to 40, each stored as being sent before it's sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.journal import Batch, Sent, Work
from bot.stores.lists import goes_on_top

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.batch import BatchSender, Turn
    from bot.services.shared.outbox.departures import Departures
    from bot.stores.contributions import Contribution

# How long our own count of a playlist is trusted, since others may edit it; and while requests are few.
KNOWN: Final = timedelta(minutes=10)
KNOWN_LONGER: Final = timedelta(hours=6)


class Additions:
    """new_id: for batches."""

    def __init__(
        self,
        ledger: ContributionLedger,
        sender: BatchSender,
        schedule: Schedule,
        *,
        departures: Departures,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._sender = sender
        self._schedule = schedule
        self._departures = departures
        self._new_id = new_id
        self._now = now

    async def journal(self, turn: Turn, queued: Sequence[Contribution]) -> datetime | None:
        """Journal the first of these, in order, for sending. When to continue; None: when told to."""
        total = turn.journal.total if self._knows(turn) else await self._total(turn)
        if isinstance(total, datetime):
            return total
        await self._departures.leave(turn.list_id, queued)
        batch_id, on_top = self._new_id(), goes_on_top(turn.shared)
        claimed = []
        for contribution in queued[: self._sender.size(turn.list_id, Work.ADD)]:
            mine = await self._ledger.transition(
                contribution, State.SENDING, batch_id=batch_id, on_top=on_top
            )
            if mine is None:
                break  # withdrawn at this moment
            claimed.append(mine)
        if claimed:
            uris, now = (
                tuple(one.recording.uri for one in (claimed[::-1] if on_top else claimed)),
                self._now(),
            )
            batch = Batch(batch_id, Work.ADD, uris, Sent.SENDING, now, total_before=total, on_top=on_top)
            await turn.lease.note(batch=batch)
        return self._now()

    def _knows(self, turn: Turn) -> bool:
        """Whether our own count of the playlist is fresh."""
        at = turn.journal.total_at
        known = KNOWN_LONGER if self._departures.are_apart else KNOWN
        return turn.journal.total is not None and at is not None and timedelta() <= self._now() - at < known

    async def _total(self, turn: Turn) -> int | datetime | None:
        """The playlist's length, according to Spotify; or when to ask again, if it may not show our latest write yet.

        If the number were too high, a batch would be looked for after its actual position.
        """
        journal, now = turn.journal, self._now()
        playlist = await turn.access.playlist()
        again = journal.total_at + SHOWS_AFTER if journal.total_at is not None else now
        is_ours = bool(journal.snapshots) and playlist.snapshot_id == journal.snapshots[-1]
        if not is_ours and now < again <= now + SHOWS_AFTER:
            return again
        if not is_ours and journal.snapshots:
            await self._schedule.soon(turn.list_id, DueKind.LOOK)  # someone edited it
        await turn.lease.note_seen(playlist.snapshot_id, total=playlist.item_count, total_at=now)
        return playlist.item_count
