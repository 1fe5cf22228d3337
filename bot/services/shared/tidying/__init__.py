"""What curators do to a whole playlist where its owner lets them: remove, sort, dedupe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.tidying.appearance import Appearance
from bot.services.shared.tidying.tidy import Tidy
from bot.services.shared.tidying.unavailable import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.playlist_access import AccessServices
    from bot.services.shared.reconciliation import ReconciliationServices
    from bot.services.tokens import TokenKeeper
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class TidyingServices:
    tidy: Tidy
    unavailable: Unavailable
    appearance: Appearance


def build_tidying(
    stores: Stores,
    core: CoreServices,
    access: AccessServices,
    outbox: OutboxServices,
    reconciliation: ReconciliationServices,
    *,
    keeper: TokenKeeper,
    lookups: Lookups,
    leases: LeaseKeeper,
    now: Callable[[], datetime],
) -> TidyingServices:
    tidy = Tidy(
        stores,
        access.lent,
        outbox.dispatcher,
        reconciliation.drift,
        reconciliation.restore,
        granting=core.granting,
        likes=core.likes,
        lookups=lookups,
        leases=leases,
        now=now,
    )
    return TidyingServices(
        tidy=tidy,
        unavailable=Unavailable(stores, tidy, reconciliation.playability, lookups),
        appearance=Appearance(
            stores,
            keeper,
            access.lent,
            outbox.dispatcher,
            reconciliation.titles,
            granting=core.granting,
            leases=leases,
            now=now,
        ),
    )
