"""Writes down what became of a batch: in the journal first, then contribution by contribution, then it is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.journal import Sent, Work

if TYPE_CHECKING:
    from bot.services.shared.core.ledger import ContributionLedger
    from bot.services.shared.outbox.turn import Turn
    from bot.services.shared.playlist_access.write_lease import WriteLease
    from bot.stores.contributions import Contribution, Contributions
    from bot.stores.journal import Batch

MANY: Final = 1_000


class BatchOutcome:
    """Each step may be done again: after a kill at any point the next turn goes on where this one stopped."""

    def __init__(self, contributions: Contributions, ledger: ContributionLedger) -> None:
        self._contributions = contributions
        self._ledger = ledger

    async def settle(self, turn: Turn) -> None:
        """The contributions of a batch that is APPLIED or REFUSED say so. The batch stays in the journal."""
        batch = turn.batch
        for contribution in await self._contributions.of_batch(turn.list_id, batch.batch_id):
            match batch.work, contribution.state:
                case Work.ADD, State.SENDING | State.PARKED:  # parked: a kill came before it was forgotten
                    await self._came(contribution, batch)
                case Work.REMOVE, State.LEAVING:
                    await self._left(contribution, batch)

    async def forget(self, turn: Turn) -> None:
        """Make room for the next batch."""
        await turn.lease.note(batch=None)

    async def park(self, turn: Turn) -> None:
        """Nobody can say what became of it, and it has been tried often enough: for the curators to decide."""
        batch = turn.batch
        for contribution in await self._contributions.of_batch(turn.list_id, batch.batch_id):
            if contribution.state is State.SENDING:
                await self._ledger.transition(contribution, State.PARKED, Happening.PARKED)
        await turn.lease.note(batch=None, total=None)  # it may come later, unseen by us

    async def take_back(self, lease: WriteLease) -> None:
        """A batch that surely had no effect: what was in it waits again, in its order."""
        await lease.note(batch=None)  # first: or it could be sent again from there and from the queue
        await self.mend(lease)

    async def mend(self, lease: WriteLease) -> None:
        """What says that it is being sent, but is in no batch, was not sent: it waits again."""
        batch_id = lease.journal.batch.batch_id if lease.journal.batch else None
        sending = await self._contributions.in_state(lease.list_id, {State.SENDING}, limit=MANY)
        for contribution in sending:
            if contribution.batch_id != batch_id:
                await self._ledger.transition(contribution, State.QUEUED, batch_id=None)

    async def _came(self, contribution: Contribution, batch: Batch) -> None:
        if batch.status is Sent.APPLIED:
            await self._ledger.transition(contribution, State.LANDED, Happening.LANDED)
        else:
            await self._ledger.transition(contribution, State.REJECTED, Happening.REJECTED)

    async def _left(self, contribution: Contribution, batch: Batch) -> None:
        why = {"why": str(contribution.leave)} if contribution.leave else None
        if batch.status is Sent.APPLIED:
            await self._ledger.transition(contribution, State.REMOVED, Happening.REMOVED, why)
        else:  # Spotify will not take it out; so it is still in
            await self._ledger.transition(contribution, State.LANDED, Happening.REJECTED, why, leave=None)
