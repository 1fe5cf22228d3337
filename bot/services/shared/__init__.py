"""What a guild does with the playlists lent to it, one activity per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.services.clock import DueLists
    from bot.services.shared.ballots import BallotServices
    from bot.services.shared.core import CoreServices
    from bot.services.shared.history import HistoryServices
    from bot.services.shared.imports import ImportServices
    from bot.services.shared.lifecycle import LifecycleServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.privacy import PrivacyServices
    from bot.services.shared.proposals import ProposalServices
    from bot.services.shared.reconciliation import ReconciliationServices
    from bot.services.shared.reports import ReportServices
    from bot.services.shared.rounds import RoundServices
    from bot.services.shared.rules import RuleServices
    from bot.services.shared.tidying import TidyingServices
    from bot.stores.due import DueKind


@dataclass(frozen=True, slots=True)
class Shared:
    """One group per package, each built next to its modules. A guild's lists are found by its ID, never without it.

    due: the chores for what falls due for a list, by kind.
    """

    core: CoreServices
    rules: RuleServices
    outbox: OutboxServices
    reconciliation: ReconciliationServices
    ballots: BallotServices
    reports: ReportServices
    rounds: RoundServices
    lifecycle: LifecycleServices
    privacy: PrivacyServices
    proposals: ProposalServices
    imports: ImportServices
    history: HistoryServices
    tidying: TidyingServices
    due: Mapping[DueKind, DueLists]
