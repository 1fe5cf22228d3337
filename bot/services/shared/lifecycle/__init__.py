"""Lending, managing, transferring and closing a playlist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.lifecycle.absence import Absence
from bot.services.shared.lifecycle.lend import Lend
from bot.services.shared.lifecycle.lending_limits import LendingLimits
from bot.services.shared.lifecycle.manage import ListAdmin
from bot.services.shared.lifecycle.overview import ListOverview
from bot.services.shared.lifecycle.transfer import Transfer
from bot.services.shared.playlist_access.provisioning import PlaylistFiller

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.playlists import Playlists
    from bot.services.shared.ballots import BallotServices
    from bot.services.shared.core import CoreServices
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.playlist_access import AccessServices
    from bot.services.shared.reconciliation import ReconciliationServices
    from bot.services.tokens import TokenKeeper
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class LifecycleServices:
    lend: Lend
    limits: LendingLimits
    transfer: Transfer
    admin: ListAdmin
    ownership: Ownership
    overview: ListOverview
    absence: Absence


def build_lifecycle(
    stores: Stores,
    core: CoreServices,
    access: AccessServices,
    outbox: OutboxServices,
    reconciliation: ReconciliationServices,
    *,
    ballots: BallotServices,
    keeper: TokenKeeper,
    playlists: Playlists,
    leases: LeaseKeeper,
    ownership: Ownership,
    now: Callable[[], datetime],
) -> LifecycleServices:
    """ownership: built before the ballots, which ask it for a list's owner."""
    provisioning, dispatcher = access.provisioning, outbox.dispatcher
    limits = LendingLimits(core.finder, stores.values, leases)
    return LifecycleServices(
        lend=Lend(
            stores,
            keeper,
            playlists,
            lent=access.lent,
            new_playlists=provisioning,
            limits=limits,
            changes=core.changes,
            schedule=core.schedule,
            leases=leases,
            now=now,
        ),
        limits=limits,
        transfer=Transfer(
            stores,
            keeper,
            core.finder,
            limits=limits,
            changes=core.changes,
            new_playlists=provisioning,
            copying=PlaylistFiller(provisioning, now=now),
            drift=reconciliation.drift,
            dispatcher=dispatcher,
            leases=leases,
            now=now,
        ),
        admin=ListAdmin(
            core.finder, core.changes, outbox.queue, ballots.pause, wake=dispatcher.wake, now=now
        ),
        ownership=ownership,
        overview=ListOverview(core.finder, stores.lists, stores.contributions, ownership),
        absence=Absence(
            stores.lists, core.changes, outbox.queue, core.schedule, wake=dispatcher.wake, now=now
        ),
    )
