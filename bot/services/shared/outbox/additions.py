"""Sends what was accepted to Spotify, up to 40 at once, each batch stored as being sent before it goes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.services.shared.playlist_access.playlist import REMEMBERED
from bot.shared_errors import ListBusyError
from bot.spotify.errors import (
    SpotifyError,
    SpotifyForbiddenError,
    SpotifyOutcomeUnknownError,
    SpotifyRequestError,
)
from bot.spotify.limits import PLAYLIST_LENGTH, SHOWS_AFTER
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.journal import Batch, Sent, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.batch import BatchOutcome
    from bot.services.shared.outbox.health import DeliveryHealth
    from bot.services.shared.outbox.turn import Turn
    from bot.stores.contributions import Contribution

BATCH: Final = 40  # so that one page of 50 shows all of it at the end of the playlist
KNOWN: Final = timedelta(minutes=10)  # how long we go by our own count of a playlist that others may edit


class BatchSizes:
    """How many to send at once: `most`, or fewer while one among the next ones is looked for that Spotify refuses.

    Halved with each refusal, so that of forty a single one is found after six, and the others land.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._suspects: dict[str, int] = {}  # so many at the head of the queue hold one that is refused

    def of(self, list_id: str) -> int:
        suspects = self._suspects.get(list_id, 0)
        return max(1, suspects // 2) if suspects else self._most

    def refused(self, list_id: str, sent: int) -> None:
        self._suspects[list_id] = sent

    def passed(self, list_id: str, sent: int) -> None:
        """So many are out of the way: they landed, or were rejected one by one."""
        left = self._suspects.pop(list_id, 0) - sent
        if left > 0:
            self._suspects[list_id] = left


class Additions:
    def __init__(
        self,
        ledger: ContributionLedger,
        batch_outcome: BatchOutcome,
        health: DeliveryHealth,
        schedule: Schedule,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._ledger = ledger
        self._batch_outcome = batch_outcome
        self._health = health
        self._schedule = schedule
        self._new_id = new_id
        self._now = now
        self._sizes = BatchSizes(BATCH)

    async def begin(self, turn: Turn, queued: Sequence[Contribution]) -> datetime | None:
        """Send the first of these, in their order. When to go on; None: when told to."""
        total = turn.journal.total if self._knows(turn) else await self._total(turn)
        if isinstance(total, datetime):
            return total
        batch_id = self._new_id()
        claimed = []
        for contribution in queued[: self._sizes.of(turn.list_id)]:
            mine = await self._ledger.transition(contribution, State.SENDING, batch_id=batch_id)
            if mine is None:
                break  # withdrawn at this moment
            claimed.append(mine)
        if not claimed:
            return self._now()
        uris = tuple(one.recording.uri for one in claimed)
        now = self._now()
        await turn.lease.note(batch=Batch(batch_id, Work.ADD, uris, Sent.SENDING, now, total_before=total))
        return await self.send(turn)

    async def again(self, turn: Turn, total: int | None) -> datetime | None:
        """Send the batch in the journal once more: it is surely not in the playlist, which has `total` items."""
        batch = turn.batch
        await turn.lease.note(
            batch=replace(
                batch,
                status=Sent.SENDING,
                sent_at=self._now(),
                absences=(),
                lost_at=None,
                total_before=total,
                attempts=batch.attempts + 1,
            )
        )
        return await self.send(turn)

    async def send(self, turn: Turn) -> datetime | None:
        """Send the batch that was just stored as being sent. When to go on; None: when told to."""
        batch = turn.batch
        try:
            snapshot = await turn.access.add(batch.uris)
        except SpotifyOutcomeUnknownError:
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            return self._now()
        except (StoreUnavailableError, ListBusyError):
            raise  # the journal cannot be written; whoever can goes on from what it says
        except (SpotifyError, BotError) as error:
            if not _is_refusal(error, batch):
                await self._batch_outcome.take_back(turn.lease)
                return await self._health.met(turn, error)
            if len(batch.uris) > 1:
                self._sizes.refused(turn.list_id, len(batch.uris))
                await self._batch_outcome.take_back(turn.lease)
                return self._now()
            await turn.lease.note(batch=replace(batch, status=Sent.REFUSED))
            return self._now()
        before = batch.total_before
        await turn.lease.note_write(
            None if before is None else before + len(batch.uris),
            batch=replace(batch, status=Sent.APPLIED),
            snapshots=(*turn.journal.snapshots, snapshot)[-REMEMBERED:],
            waiting_until=None,
        )
        return self._now()

    async def settle(self, turn: Turn) -> None:
        """The batch was applied or refused: everybody concerned learns it, and there is room for the next one."""
        batch = turn.batch
        await self._batch_outcome.settle(turn)
        await self._batch_outcome.forget(turn)
        self._sizes.passed(turn.list_id, len(batch.uris))
        await self._health.worked(turn)

    async def park(self, turn: Turn) -> None:
        """It was sent often enough. Should it be tried again, then in smaller parts: one of it may be to blame."""
        self._sizes.refused(turn.list_id, len(turn.batch.uris))
        await self._batch_outcome.park(turn)

    def _knows(self, turn: Turn) -> bool:
        """Whether our own count of the playlist is fresh."""
        at = turn.journal.total_at
        return turn.journal.total is not None and at is not None and timedelta() <= self._now() - at < KNOWN

    async def _total(self, turn: Turn) -> int | datetime | None:
        """How long the playlist is, as Spotify says; or when to ask again, where it may not show our latest write yet.

        By a number that is too great a batch would be looked for behind the place where it stands.
        """
        journal, now = turn.journal, self._now()
        playlist = await turn.access.playlist()
        again = journal.total_at + SHOWS_AFTER if journal.total_at is not None else now
        is_ours = bool(journal.snapshots) and playlist.snapshot_id == journal.snapshots[-1]
        if not is_ours and now < again <= now + SHOWS_AFTER:
            return again
        if not is_ours and journal.snapshots:
            await self._schedule.soon(turn.list_id, DueKind.LOOK)  # somebody edited it
        await turn.lease.note(
            total=playlist.item_count, total_at=now, seen=playlist.snapshot_id or turn.journal.seen
        )
        return playlist.item_count


def _is_refusal(error: Exception, batch: Batch) -> bool:
    """Whether Spotify takes offence at what was sent, and not at who sent it or where to."""
    if type(error) is SpotifyForbiddenError:
        return batch.total_before is not None and batch.total_before + len(batch.uris) > PLAYLIST_LENGTH
    return isinstance(error, SpotifyRequestError)
