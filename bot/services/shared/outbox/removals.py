"""Takes items out of the playlist, and puts back in their places the other copies that Spotify takes along."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.errors import BotError, StoreUnavailableError
from bot.services.shared.outbox.additions import BATCH, BatchSizes
from bot.services.shared.outbox.confirmation import placed
from bot.services.shared.outbox.copies import Plan, plan_of, whose
from bot.services.shared.playlist_access.playlist import REMEMBERED
from bot.shared_errors import ListBusyError
from bot.spotify.errors import SpotifyError, SpotifyOutcomeUnknownError, SpotifyRequestError
from bot.spotify.limits import LONGEST_PAGE, SHOWS_AFTER, WRITE_URIS
from bot.stores.contributions import INSIDE, State
from bot.stores.history import Happening
from bot.stores.journal import Batch, Sent, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.batch import BatchOutcome
    from bot.services.shared.outbox.health import DeliveryHealth
    from bot.services.shared.outbox.turn import Turn
    from bot.services.shared.playlist_access.playlist import Contents
    from bot.stores.contributions import Contribution, Contributions

log = logging.getLogger(__name__)

AROUND: Final = 20  # items looked at before the place where a copy was put back; others may have moved it


class Removals:
    def __init__(
        self,
        contributions: Contributions,
        ledger: ContributionLedger,
        batch_outcome: BatchOutcome,
        health: DeliveryHealth,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._contributions = contributions
        self._ledger = ledger
        self._batch_outcome = batch_outcome
        self._health = health
        self._new_id = new_id
        self._now = now
        self._sizes = BatchSizes(WRITE_URIS)

    async def begin(self, turn: Turn, leaving: Sequence[Contribution]) -> datetime | None:
        """Take the first of these out. When to go on; None: when told to."""
        some = leaving[: self._sizes.of(turn.list_id)]
        staying = await self._contributions.of_uris(turn.list_id, {one.uri for one in some}, INSIDE)
        going = {one.contribution_id for one in some}
        copied = {one.uri for one in staying if one.contribution_id not in going}
        alone = [one for one in some if one.uri not in copied]
        if alone:
            plan = Plan(tuple(dict.fromkeys(one.uri for one in alone)), total=_less(turn, len(alone)))
            return await self._remove(turn, alone, plan)
        contents = await turn.access.read_all()
        if (again := self._may_be_old(turn, contents)) is not None:
            return again
        plan = plan_of(contents.uris, some, staying)
        return await self._remove(turn, some, plan)

    async def again(self, turn: Turn) -> datetime | None:
        """Send a removal once more; doing it twice is the same as once."""
        batch = turn.batch
        await turn.lease.note(
            batch=replace(
                batch, status=Sent.SENDING, sent_at=self._now(), lost_at=None, attempts=batch.attempts + 1
            )
        )
        return await self._send(turn)

    async def _remove(self, turn: Turn, leaving: Sequence[Contribution], plan: Plan) -> datetime | None:
        batch_id = self._new_id()
        for one in leaving:
            await self._ledger.transition(one, State.LEAVING, batch_id=batch_id)
        batch = Batch(
            batch_id,
            Work.REMOVE,
            plan.uris,
            Sent.SENDING,
            self._now(),
            left=plan.left,
            left_places=plan.left_places,
        )
        await turn.lease.note(batch=batch, total=plan.total)
        return await self._send(turn)

    async def _send(self, turn: Turn) -> datetime | None:
        batch = turn.batch
        try:
            snapshot = await turn.access.remove(batch.uris) if batch.uris else ""
        except SpotifyOutcomeUnknownError:
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            return self._now()
        except (StoreUnavailableError, ListBusyError):
            raise
        except SpotifyRequestError as error:
            if len(batch.uris) == 1:
                await turn.lease.note(batch=replace(batch, status=Sent.REFUSED, left=(), left_places=()))
                return self._now()
            log.warning("list %s: Spotify refuses to remove: %s", turn.list_id, error.message)
            self._sizes.refused(turn.list_id, len(batch.uris))
            await turn.lease.note(batch=None, total=None)
            return self._now()
        except (SpotifyError, BotError) as error:
            if batch.attempts == 1:
                await turn.lease.note(batch=None, total=None)
            else:  # an earlier try may have taken effect, so the copies have to be put back whatever happens
                await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            return await self._health.met(turn, error)
        await turn.lease.note_write(
            turn.journal.total,
            batch=replace(batch, status=Sent.APPLIED),
            snapshots=_with(turn, snapshot),
            waiting_until=None,
        )
        return self._now()

    async def settle(self, turn: Turn) -> datetime | None:
        """The batch was applied or refused: everybody concerned learns it, and what is left is put back."""
        batch = turn.batch
        await self._batch_outcome.settle(turn)
        if batch.work is Work.REMOVE:
            self._sizes.passed(turn.list_id, len(batch.uris))
            await self._health.worked(turn)
        if not batch.left:
            await self._batch_outcome.forget(turn)
            return self._now()
        await turn.lease.note(batch=self._next_run(batch))
        return await self.put_back(turn)

    async def put_back_again(self, turn: Turn) -> datetime | None:
        """Put a run back once more: it is surely not in the playlist."""
        batch = turn.batch
        await turn.lease.note(
            batch=replace(
                batch,
                status=Sent.SENDING,
                sent_at=self._now(),
                absences=(),
                lost_at=None,
                attempts=batch.attempts + 1,
            )
        )
        return await self.put_back(turn)

    async def put_back(self, turn: Turn) -> datetime | None:
        batch = turn.batch
        try:
            snapshot = await turn.access.add(batch.uris, batch.places[0])
        except SpotifyOutcomeUnknownError:
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=self._now()))
            return self._now()
        except (StoreUnavailableError, ListBusyError):
            raise
        except SpotifyRequestError as error:
            return await self._put_back_refused(turn, error)
        except (SpotifyError, BotError) as error:
            # it had no effect, and stays in the journal: to be looked for, and sent when that is possible
            await turn.lease.note(batch=replace(batch, status=Sent.UNKNOWN, lost_at=batch.sent_at))
            return await self._health.met(turn, error)
        total = turn.journal.total
        await turn.lease.note_write(
            None if total is None else total + len(batch.uris),
            batch=replace(batch, status=Sent.APPLIED),
            snapshots=_with(turn, snapshot),
            waiting_until=None,
        )
        return self._now()

    async def is_back(self, turn: Turn) -> bool:
        """Whether the run stands near its place. All copies had been taken out, so one that is there was put back."""
        batch = turn.batch
        offset = max(0, batch.places[0] - AROUND)
        page = await turn.access.page(offset, LONGEST_PAGE)
        uris = [item.uri for item in placed(page.items, offset)]
        size = len(batch.uris)
        here = batch.places[0] - offset
        if tuple(uris[here : here + size]) == batch.uris:
            return True
        earlier = {uri for uri in batch.uris if uri in uris[:here]}
        return not earlier and any(uri in uris[here:] for uri in batch.uris)

    async def _refused(self, turn: Turn) -> datetime | None:
        """Spotify does not take a copy any more that it had before."""
        batch = turn.batch
        for one in whose(batch, await self._contributions.of_uris(turn.list_id, batch.uris)):
            if one.state is State.LANDED:
                await self._ledger.transition(one, State.REJECTED, Happening.REJECTED)
        await turn.lease.note(batch=replace(batch, status=Sent.REFUSED))
        return self._now()

    async def _put_back_refused(self, turn: Turn, error: SpotifyRequestError) -> datetime | None:
        batch = turn.batch
        log.warning("list %s: Spotify refuses to put back: %s", turn.list_id, error.message)
        if len(batch.uris) == 1:
            return await self._refused(turn)
        half = len(batch.uris) // 2
        smaller = replace(
            batch,
            batch_id=self._new_id(),
            uris=batch.uris[:half],
            places=batch.places[:half],
            left=(*batch.uris[half:], *batch.left),
            left_places=(*batch.places[half:], *batch.left_places),
            sent_at=self._now(),
        )
        await turn.lease.note(batch=smaller)
        return await self.put_back(turn)

    def _may_be_old(self, turn: Turn, contents: Contents) -> datetime | None:
        """When to read again, where Spotify may have shown the playlist as it was before our latest write.

        It surely has not where it names our own latest version, nor once SHOWS_AFTER is over.
        """
        journal = turn.journal
        named = bool(journal.snapshots) and contents.snapshot_id == journal.snapshots[-1]
        if named and journal.total in {None, len(contents.uris)}:
            return None
        again, now = journal.total_at + SHOWS_AFTER if journal.total_at else None, self._now()
        return again if again is not None and now < again <= now + SHOWS_AFTER else None

    def _next_run(self, batch: Batch) -> Batch:
        places = batch.left_places
        size = 1
        while size < min(len(places), BATCH) and places[size] == places[0] + size:
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


def _less(turn: Turn, count: int) -> int | None:
    total = turn.journal.total
    return None if total is None else max(0, total - count)


def _with(turn: Turn, snapshot: str) -> tuple[str, ...]:
    return (*turn.journal.snapshots, snapshot)[-REMEMBERED:] if snapshot else turn.journal.snapshots
