"""One list's turn to be written: first what is unsettled, then removals, then accepted ones, in order."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.services.leases import KeyedLocks
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.outbox.additions import Additions
from bot.services.shared.outbox.batch import AT_ONCE, BatchSender, Turn
from bot.services.shared.outbox.confirmation import ROUNDS, Confirmation, written
from bot.services.shared.outbox.fair_order import asker
from bot.services.shared.outbox.health import DeliveryHealth
from bot.services.shared.outbox.removals import Removals
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError
from bot.spotify.limits import SHOWS_AFTER
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.journal import Sent, Work
from bot.stores.lists import ListStatus

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.outbox.confirmation import Look
    from bot.services.shared.outbox.departures import Departures
    from bot.services.shared.outbox.fair_order import FairOrder
    from bot.services.shared.outbox.health import Backoff
    from bot.services.shared.playlist_access.playlist import LentPlaylists
    from bot.services.shared.playlist_access.write_lease import WriteLease
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

ANOTHERS: Final = timedelta(seconds=5)  # until asking again whether it's our turn


class TurnRunner:
    """new_id: for batches."""

    def __init__(
        self,
        stores: Stores,
        lent: LentPlaylists,
        ledger: ContributionLedger,
        pauses: Backoff,
        schedule: Schedule,
        *,
        order: FairOrder,
        departures: Departures,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._lists = stores.lists
        self._contributions = stores.contributions
        self._lent = lent
        self._ledger = ledger
        self._schedule = schedule
        self._order = order
        self._departures = departures
        self._now = now
        self._locks: KeyedLocks[str] = KeyedLocks()  # by list
        changes = SharedPlaylistChanges(stores.lists, schedule, now=now)
        self._health = DeliveryHealth(changes, lent.recovery, pauses, now=now)
        self._confirmation = Confirmation(stores.contributions, now=now)
        self._sender = BatchSender(stores.contributions, ledger, self._health, new_id=new_id, now=now)
        self._additions = Additions(
            ledger, self._sender, schedule, departures=departures, new_id=new_id, now=now
        )
        self._removals = Removals(stores.contributions, ledger, self._sender, new_id=new_id, now=now)

    async def write(self, list_id: str, enough: Callable[[], bool]) -> datetime | None:
        """Do everything that is due for the list, or until there was `enough`.

        When something is next due; None: when told to.
        """
        try:
            async with self.turn(list_id) as lease:
                while (shared := await self._lists.by_id(list_id)) is not None:
                    turn = Turn(shared, lease, self._lent.access(shared, lease))
                    due = await self._prepare(turn)
                    if turn.is_to_be_sent:
                        due = await self._sender.send(turn)
                    if due is None or due > self._now() or enough():
                        return due
        except ListBusyError:
            return self._now() + ANOTHERS
        return None

    @asynccontextmanager
    async def turn(self, list_id: str, *, patience_s: float = 0) -> AsyncIterator[WriteLease]:
        """Nobody else writes to the list meanwhile.

        Raises ListBusyError if another process does, and isn't done within `patience_s`.
        """
        async with (
            self._locks.of(list_id),
            self._lent.lease(list_id).held(patience_s=patience_s) as lease,
        ):
            batch = lease.journal.batch
            if batch is not None:
                mine = await self._contributions.of_batch(list_id, batch.batch_id)
                lease.asked_by = asker(mine[0]) if mine else None
            if batch is not None and batch.status is Sent.SENDING:  # whoever sent it never learned the answer
                await lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            await self._sender.mend(lease)
            yield lease

    async def settle(self, shared: SharedPlaylist, lease: WriteLease) -> bool:
        """Finish what is in the journal, if possible now. Whether it's empty."""
        turn = Turn(shared, lease, self._lent.access(shared, lease))
        while lease.journal.batch is not None:
            due = await self._prepare(turn, new=False)
            if turn.is_to_be_sent:
                due = await self._sender.send(turn)
            if due is None or due > self._now():
                break
        return lease.journal.batch is None

    async def take_back(self, lease: WriteLease) -> None:
        """Nobody can settle what is in the journal: additions are queued again."""
        await self._sender.take_back(lease)

    async def _prepare(self, turn: Turn, *, new: bool = True) -> datetime | None:
        """Do everything that must come before the next batch is sent, which is then in the journal, as SENDING.

        new: also start something new. When to continue; None: when told to.
        """
        batch = turn.journal.batch
        try:
            if batch is None:
                return await self._begin(turn) if new else None
            if batch.status is not Sent.UNKNOWN:
                await self._sender.settle(turn)
                if batch.work is Work.ADD and turn.shared.rules.most_items is not None:
                    await self._schedule.soon(turn.list_id, DueKind.ROUND)  # room may have to be made
                return self._now()
            _, until = await self._health.in_the_way(turn.shared, turn.journal, turn.access)
            return until or await self._look(turn)
        except (StoreUnavailableError, ListBusyError):
            raise
        except (SpotifyError, BotError) as error:  # from a check: nothing was sent
            return await self._health.met(turn.shared, turn.lease, error)

    async def _begin(self, turn: Turn) -> datetime | None:
        if turn.shared.status is not ListStatus.ACTIVE:
            return None
        queued: Sequence[Contribution] = ()
        later: datetime | None
        leaving, later = await self._order.leaving(turn.list_id, AT_ONCE[Work.REMOVE])
        if not leaving:
            queued, departs = await self._next_to_leave(turn.list_id)
            later = min((at for at in (later, departs) if at is not None), default=None)
        if not leaving and not queued:
            return later
        turn.lease.asked_by = asker((leaving or queued)[0])
        shared, until = await self._health.in_the_way(turn.shared, turn.journal, turn.access)
        if until is not None:
            return until
        turn = replace(turn, shared=shared)
        if leaving:
            return await self._removals.journal(turn, leaving)
        if await self._contributions.in_state(turn.list_id, {State.PARKED}, limit=1):
            return None  # nothing can overtake it; `DeadLetters` wakes the dispatcher
        return await self._additions.journal(turn, queued)

    async def _next_to_leave(self, list_id: str) -> tuple[Sequence[Contribution], datetime | None]:
        """What can be added now; or nothing, and when it can be, if anything waits."""
        queued, held_until = await self._order.together(list_id, AT_ONCE[Work.ADD])
        if not queued:
            return (), None
        due = await self._departures.due(list_id, queued, held_until)
        if due > self._now():
            return (), due
        return queued, None

    async def _look(self, turn: Turn) -> datetime | None:
        """Find out whether a batch is in the playlist if Spotify didn't say."""
        await self._confirmation.mend(turn)
        batch = turn.batch
        if turn.shared.status is ListStatus.CLOSED:  # nothing in it may be touched or read any more
            await self._sender.park(turn)
            return None
        if batch.work is Work.REMOVE:
            # needs no check: doing it twice is the same, once the first is certainly over
            due = (batch.lost_at or batch.sent_at) + SHOWS_AFTER
            return due if due > self._now() else await self._send_again(turn, turn.journal.total)
        due = await self._confirmation.due(turn)
        if due > self._now():
            return due
        look = await self._confirmation.of_additions(turn) if batch.work is Work.ADD else None
        if look.found if look else await self._removals.is_back(turn):
            return await self._was_found(turn, look)
        if await self._confirmation.note_absence(turn):
            return await self._send_again(turn, look.total if look else turn.journal.total)
        return await self._confirmation.due(turn)

    async def _was_found(self, turn: Turn, look: Look | None) -> datetime | None:
        batch = turn.batch
        if look is not None:
            await self._note_releases(turn, look)
        known = turn.journal.total
        total = look.total if look else known + len(batch.uris) if known is not None else None
        await turn.lease.note_write("", total, batch=replace(batch, status=Sent.APPLIED), waiting_until=None)
        return self._now()

    async def _note_releases(self, turn: Turn, look: Look) -> None:
        """Record which other releases Spotify stored instead of what was sent."""
        mine = await self._contributions.of_batch(turn.list_id, turn.batch.batch_id)
        as_sent = mine[::-1] if turn.batch.on_top else mine
        for contribution, item in zip(as_sent, look.found, strict=False):
            uri = written(contribution, item)
            if uri != contribution.written_uri:
                await self._ledger.transition(contribution, contribution.state, written_uri=uri)

    async def _send_again(self, turn: Turn, total: int | None) -> datetime | None:
        """It certainly isn't in the playlist. Three times are enough for new ones.

        What we took out ourselves, and must put back in place, is retried, less and less often.
        """
        batch = turn.batch
        if turn.shared.status is not ListStatus.ACTIVE:
            if batch.work is Work.ADD:
                await self._sender.take_back(turn.lease)
            return None
        if batch.work is Work.ADD and batch.attempts >= ROUNDS:
            await self._sender.park(turn)
        else:
            await self._sender.again(turn, total)
        return self._now()
