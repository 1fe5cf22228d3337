"""Spotify's list compared with our records, and restored to an earlier version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.services.shared.reconciliation.correction import Corrections
from bot.services.shared.reconciliation.drift import DriftDetector
from bot.services.shared.reconciliation.playability import Playability
from bot.services.shared.reconciliation.restore import Restore
from bot.services.shared.reconciliation.titles import TitleGuard

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.playlist_access import AccessServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class ReconciliationServices:
    corrections: Corrections
    drift: DriftDetector
    titles: TitleGuard
    restore: Restore
    playability: Playability


def build_reconciliation(
    stores: Stores,
    core: CoreServices,
    access: AccessServices,
    outbox: OutboxServices,
    *,
    leases: LeaseKeeper,
    noted: Alarm,
    now: Callable[[], datetime],
) -> ReconciliationServices:
    """noted: set when there is something to send."""
    lent, dispatcher = access.lent, outbox.dispatcher
    corrections = Corrections(
        stores.contributions,
        core.ledger,
        stores.history,
        stores.snapshots,
        stores.notices,
        new_id=lambda: new_id(CONTRIBUTION),
        now=now,
        noted=noted,
    )
    titles = TitleGuard(stores.values, stores.notices, now=now, noted=noted)
    drift = DriftDetector(stores, lent, dispatcher, corrections, titles=titles, leases=leases, now=now)
    return ReconciliationServices(
        corrections=corrections,
        drift=drift,
        titles=titles,
        restore=Restore(stores, lent, dispatcher, drift, corrections, schedule=core.schedule, now=now),
        playability=Playability(stores, lent, leases=leases, now=now),
    )
