"""A shared playlist's rounds, its archive, its best, the digest, and a look back on rounds and years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.rounds.archive import Archive
from bot.services.shared.rounds.best import BestLists
from bot.services.shared.rounds.digest import ListDigests
from bot.services.shared.rounds.recap import Recaps
from bot.services.shared.rounds.rotation_saga import RotationSaga
from bot.services.shared.rounds.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.playlist_access import AccessServices
    from bot.services.shared.reconciliation import ReconciliationServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class RoundServices:
    rounds: Rounds
    digests: ListDigests
    best: BestLists
    recaps: Recaps


def build_rounds(
    stores: Stores,
    core: CoreServices,
    access: AccessServices,
    outbox: OutboxServices,
    reconciliation: ReconciliationServices,
    *,
    lookups: Lookups,
    leases: LeaseKeeper,
    noted: Alarm,
    now: Callable[[], datetime],
) -> RoundServices:
    """noted: set when there is something to send."""
    saga = RotationSaga(
        stores,
        reconciliation.corrections,
        Archive(core.changes, access.provisioning, core.rotations, now=now),
        access.provisioning,
        core.rotations,
        changes=core.changes,
        ledger=core.ledger,
        now=now,
    )
    return RoundServices(
        rounds=Rounds(
            stores,
            outbox.dispatcher,
            reconciliation.drift,
            saga,
            core.rotations,
            schedule=core.schedule,
            now=now,
        ),
        digests=ListDigests(stores, lookups, leases, now=now, noted=noted),
        best=BestLists(
            stores,
            outbox.dispatcher,
            access.provisioning,
            changes=core.changes,
            schedule=core.schedule,
            noted=noted,
            now=now,
        ),
        recaps=Recaps(stores, noted=noted, now=now),
    )
