"""What happened in a shared playlist, page by page, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.history.timeline import Timeline
from bot.services.shared.history.undo import BigChanges, Undo

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.proposals import ProposalServices
    from bot.services.shared.rules import RuleServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class HistoryServices:
    timeline: Timeline
    undo: Undo
    big_changes: BigChanges


def build_history(
    stores: Stores,
    core: CoreServices,
    rules: RuleServices,
    outbox: OutboxServices,
    *,
    proposals: ProposalServices,
    lookups: Lookups,
    now: Callable[[], datetime],
) -> HistoryServices:
    return HistoryServices(
        timeline=Timeline(stores, lookups),
        undo=Undo(
            stores,
            outbox.queue,
            proposals.proposals,
            rules.book,
            outbox.dispatcher,
            ledger=core.ledger,
            taking_back=core.taking_back,
            now=now,
        ),
        big_changes=BigChanges(stores.history, stores.snapshots, now=now),
    )
