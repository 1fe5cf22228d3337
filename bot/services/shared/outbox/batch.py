"""Sends the journalled batch, once, and records the outcome: in the journal first, then one by one.

Each step can be repeated: after a kill at any point, the next turn continues where this one stopped.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.services.shared.outbox.copies import whose
from bot.services.shared.outbox.health import SECOND_LOOK
from bot.services.shared.playlist_access.halving import Halving, is_refusal
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError, SpotifyOutcomeUnknownError
from bot.spotify.limits import WRITE_URIS
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.journal import Batch, Sent, Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.health import DeliveryHealth
    from bot.services.shared.playlist_access.playlist import Change, PlaylistAccess
    from bot.services.shared.playlist_access.write_lease import WriteLease
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.journal import Journal
    from bot.stores.lists import SharedPlaylist

log = logging.getLogger(__name__)

MANY: Final = 1_000
IN_ONE_LOOK: Final = 40  # so that one page of 50 at the end of the playlist shows all of it
AT_ONCE: Final = {Work.ADD: IN_ONE_LOOK, Work.PUT_BACK: IN_ONE_LOOK, Work.REMOVE: WRITE_URIS}


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of writing works with: the list, whose turn it is, and the one playlist it may touch."""

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

    @property
    def is_to_be_sent(self) -> bool:
        """Anything an earlier turn was sending is UNKNOWN by now; so this was just journalled, and not sent yet."""
        batch = self.lease.journal.batch
        return batch is not None and batch.status is Sent.SENDING


@dataclass(frozen=True, slots=True)
class _Alone:
    """Spotify refused this one, sent on its own; it may be a passing fault, so it's sent once more."""

    work: Work
    uri: str
    again_at: datetime


class BatchSender:
    """new_id: for batches."""

    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        health: DeliveryHealth,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._health = health
        self._new_id = new_id
        self._now = now
        self._halvings: dict[tuple[str, Work], Halving] = {}
        self._alone: dict[str, _Alone] = {}  # by list

    def size(self, list_id: str, work: Work) -> int:
        """How many to put into the next batch: fewer while searching for one that Spotify refuses."""
        return self._halving(list_id, work).size

    async def send(self, turn: Turn) -> datetime | None:
        """Send the batch that was just journalled. When to continue; None: when told to."""
        batch = turn.batch
        try:
            version = await _request(turn.access, batch)
        except SpotifyOutcomeUnknownError:
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            return self._now()
        except (StoreUnavailableError, ListBusyError):
            raise  # the journal can't be written; the next turn continues from what it says
        except (SpotifyError, BotError) as error:
            if is_refusal(error, _length_after(turn) if batch.work is Work.ADD else None):
                return await self._refused(turn, error)
            await self._not_sent(turn)
            return await self._health.met(turn.shared, turn.lease, error)
        applied = replace(batch, status=Sent.APPLIED)
        await turn.lease.note_write(version, _length_after(turn), batch=applied, waiting_until=None)
        return self._now()

    async def again(self, turn: Turn, total: int | None) -> None:
        """Journal the batch for sending once more: it certainly isn't in the playlist, which has `total` items."""
        batch = replace(
            turn.batch,
            status=Sent.SENDING,
            sent_at=self._now(),
            lost_at=None,
            absences=(),
            total_before=total,
            attempts=turn.batch.attempts + 1,
        )
        await turn.lease.note(batch=batch, total=total)

    async def settle(self, turn: Turn) -> None:
        """The batch was applied or refused: its contributions record that; any copies to put back are journalled."""
        batch = turn.batch
        for contribution in await self._contributions.of_batch(turn.list_id, batch.batch_id):
            match batch.work, contribution.state:
                case Work.ADD, State.SENDING | State.PARKED:  # parked: a kill came before it was removed
                    await self._came(contribution, batch)
                case Work.REMOVE, State.LEAVING:
                    await self._left(contribution, batch)
        if batch.status is Sent.APPLIED:
            self._halving(turn.list_id, batch.work).landed(len(batch.uris))
            self._alone.pop(turn.list_id, None)
        elif batch.work is Work.PUT_BACK and batch.uris:
            await self._did_not_come_back(turn)
        await self._health.worked(turn.shared)
        left = self._next_run(turn.list_id, batch) if batch.left else None
        await turn.lease.note(batch=left)  # None: there is room for the next one

    async def park(self, turn: Turn) -> None:
        """Nobody can say what became of it, and it was tried often enough: curators have to decide.

        If it's tried again, then in smaller parts: one item may be to blame.
        """
        batch = turn.batch
        self._halving(turn.list_id, batch.work).refused(len(batch.uris))
        for contribution in await self._contributions.of_batch(turn.list_id, batch.batch_id):
            if contribution.state is State.SENDING:
                await self._ledger.transition(contribution, State.PARKED, Happening.PARKED)
        await turn.lease.note(batch=None, total=None)  # it may still arrive later, unnoticed

    async def take_back(self, lease: WriteLease) -> None:
        """A batch that certainly had no effect: its contributions are queued again, in order."""
        await lease.note(
            batch=None
        )  # first: otherwise it could be sent again both from there and from the queue
        await self.mend(lease)

    async def mend(self, lease: WriteLease) -> None:
        """Anything marked as being sent but in no batch wasn't sent: it's queued again."""
        batch_id = lease.journal.batch.batch_id if lease.journal.batch else None
        sending = await self._contributions.in_state(lease.list_id, {State.SENDING}, limit=MANY)
        for contribution in sending:
            if contribution.batch_id != batch_id:
                await self._ledger.transition(contribution, State.QUEUED, batch_id=None)

    async def _refused(self, turn: Turn, error: Exception) -> datetime | None:
        """Spotify did nothing, because of something in it. A single one is refused for good after two refusals; of
        several, a part is next. When to continue.
        """
        batch = turn.batch
        log.warning("list %s: Spotify refuses to %s %d: %s", turn.list_id, batch.work, len(batch.uris), error)
        if len(batch.uris) == 1:
            again = self._second_try(turn.list_id, batch)
            if again is not None:
                return await self._try_alone(turn, again)
        self._halving(turn.list_id, batch.work).refused(len(batch.uris))
        if len(batch.uris) == 1:
            stays = batch.work is Work.REMOVE  # and so do its copies, which needn't be put back
            left, places = ((), ()) if stays else (batch.left, batch.left_places)
            await turn.lease.note(batch=replace(batch, status=Sent.REFUSED, left=left, left_places=places))
            return self._now()
        match batch.work:
            case Work.ADD:
                await self.take_back(turn.lease)
            case Work.REMOVE:
                await turn.lease.note(batch=None, total=None)
            case Work.PUT_BACK:
                left, places = (*batch.uris, *batch.left), (*batch.places, *batch.left_places)
                nothing = replace(
                    batch, status=Sent.REFUSED, uris=(), places=(), left=left, left_places=places
                )
                await turn.lease.note(batch=nothing)
        return self._now()

    def _second_try(self, list_id: str, batch: Batch) -> datetime | None:
        """When to send the single refused one once more; None: it was, and is refused for good.

        If it was one of several that were refused before, the second try can follow at once.
        """
        now, before = self._now(), self._alone.get(list_id)
        if before is None or (before.work, before.uri) != (batch.work, batch.uris[0]):
            is_last_of_many = self._halving(list_id, batch.work).is_searching
            before = _Alone(batch.work, batch.uris[0], now if is_last_of_many else now + SECOND_LOOK)
            self._alone[list_id] = before
            return before.again_at
        if now < before.again_at <= now + SECOND_LOOK:
            return before.again_at
        del self._alone[list_id]
        return None

    async def _try_alone(self, turn: Turn, again: datetime) -> datetime:
        batch = turn.batch
        match batch.work:
            case Work.ADD:
                await self.take_back(turn.lease)
            case Work.REMOVE:
                await turn.lease.note(batch=None, total=None)
            case Work.PUT_BACK:  # nothing else can come before it, so it stays in the journal
                await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=batch.sent_at))
        return again

    async def _not_sent(self, turn: Turn) -> None:
        """It can't be written now. What has to be put back in any case stays in the journal."""
        batch = turn.batch
        if batch.work is Work.ADD:
            await self.take_back(turn.lease)
        elif batch.work is Work.REMOVE and batch.attempts == 1:
            await turn.lease.note(batch=None, total=None)
        else:  # for a removal, an earlier try may have taken effect
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=batch.sent_at))

    async def _came(self, contribution: Contribution, batch: Batch) -> None:
        if batch.status is Sent.APPLIED:
            await self._ledger.transition(contribution, State.LANDED, Happening.LANDED)
        else:
            await self._ledger.transition(contribution, State.REJECTED, Happening.REJECTED)

    async def _left(self, contribution: Contribution, batch: Batch) -> None:
        why = {"why": str(contribution.leave)} if contribution.leave else None
        if batch.status is Sent.APPLIED:
            await self._ledger.transition(contribution, State.REMOVED, Happening.REMOVED, why)
        else:  # Spotify won't take it out, so it's still in
            await self._ledger.transition(contribution, State.LANDED, Happening.REJECTED, why, leave=None)

    async def _did_not_come_back(self, turn: Turn) -> None:
        """Spotify no longer accepts a copy it had before. Said once, even after a kill."""
        batch = turn.batch
        if await self._contributions.of_batch(turn.list_id, batch.batch_id):
            return
        for one in whose(batch, await self._contributions.of_uris(turn.list_id, batch.uris)):
            if one.state is State.LANDED:
                await self._ledger.transition(
                    one, State.REJECTED, Happening.REJECTED, batch_id=batch.batch_id
                )

    def _next_run(self, list_id: str, batch: Batch) -> Batch:
        """The first consecutive copies, to be put back together."""
        places, most = batch.left_places, self.size(list_id, Work.PUT_BACK)
        size = 1
        while size < min(len(places), most) and places[size] == places[0] + size:
            size += 1
        return Batch(
            self._new_id(),
            Work.PUT_BACK,
            batch.left[:size],
            Sent.SENDING,
            self._now(),
            places=places[:size],
            left=batch.left[size:],
            left_places=places[size:],
        )

    def _halving(self, list_id: str, work: Work) -> Halving:
        return self._halvings.setdefault((list_id, work), Halving(AT_ONCE[work]))


def _request(access: PlaylistAccess, batch: Batch) -> Change:
    match batch.work:
        case Work.ADD:
            return access.add(batch.uris, 0 if batch.on_top else None)
        case Work.REMOVE:
            return access.remove(batch.uris)
        case Work.PUT_BACK:
            return access.add(batch.uris, batch.places[0])


def _length_after(turn: Turn) -> int | None:
    """The playlist's length once the batch is applied. For a removal, the journal already has it."""
    total = turn.journal.total
    return total if total is None or turn.batch.work is Work.REMOVE else total + len(turn.batch.uris)
