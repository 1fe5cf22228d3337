"""Files that members bring into a shared playlist: read, matched with Spotify, and proposed like anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.bulk_budget import BulkBudget
from bot.services.shared.imports.matching import TrackMatcher
from bot.services.shared.imports.settle import PartSettler
from bot.services.shared.imports.work import ListImports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.core import CoreServices
    from bot.services.shared.proposals import ProposalServices
    from bot.spotify.limiter import Limiter
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class ImportServices:
    imports: ListImports


def build_imports(
    stores: Stores,
    core: CoreServices,
    *,
    proposals: ProposalServices,
    lookups: Lookups,
    leases: LeaseKeeper,
    limiter: Limiter,
    noted: Alarm,
    now: Callable[[], datetime],
) -> ImportServices:
    return ImportServices(
        imports=ListImports(
            stores,
            core.finder,
            proposals.proposals,
            PartSettler(stores.contributions, proposals.proposals, TrackMatcher(lookups)),
            leases=leases,
            budget=BulkBudget(limiter, now),
            noted=noted,
            now=now,
        )
    )
