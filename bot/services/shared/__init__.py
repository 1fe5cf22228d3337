"""What a guild does with the playlists that were lent to it, one activity per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.services.clock import DueLists
    from bot.services.shared.ballots.cards import CardQueue
    from bot.services.shared.ballots.decide import Decisions
    from bot.services.shared.ballots.pending import PendingItems
    from bot.services.shared.ballots.together import Together
    from bot.services.shared.core.playlists import ListFinder
    from bot.services.shared.core.queue import Queue
    from bot.services.shared.core.schedule import Schedule
    from bot.services.shared.history.timeline import Timeline
    from bot.services.shared.history.undo import BigChanges, Undo
    from bot.services.shared.lifecycle.lend import Lend
    from bot.services.shared.lifecycle.manage import ListAdmin
    from bot.services.shared.lifecycle.overview import ListOverview
    from bot.services.shared.lifecycle.ownership import Ownership
    from bot.services.shared.lifecycle.transfer import Transfer
    from bot.services.shared.outbox.dead_letters import DeadLetters
    from bot.services.shared.outbox.dispatcher import OutboxDispatcher
    from bot.services.shared.privacy.export_own import OwnData
    from bot.services.shared.privacy.forget import Forgetting
    from bot.services.shared.proposals.drop_channel import DropChannel
    from bot.services.shared.proposals.expand import Expander
    from bot.services.shared.proposals.propose import Proposals
    from bot.services.shared.reconciliation.drift import DriftDetector
    from bot.services.shared.reconciliation.restore import Restore
    from bot.services.shared.reports.charts import Charts
    from bot.services.shared.reports.export import Exporter
    from bot.services.shared.reports.page import ListPages
    from bot.services.shared.reports.stats import Stats
    from bot.services.shared.rounds.digest import ListDigests
    from bot.services.shared.rounds.rounds import Rounds
    from bot.services.shared.rules.blocking import Blocking
    from bot.services.shared.rules.check import RuleBook
    from bot.services.shared.rules.values import ListRules
    from bot.stores.due import DueKind


@dataclass(frozen=True, slots=True)
class Shared:
    """Built in `bot/services/shared/build.py`. A guild's lists are found by the guild's id, never without it."""

    finder: ListFinder
    schedule: Schedule
    due: Mapping[DueKind, DueLists]
    lending: Lend
    handing_over: Transfer
    managing: ListAdmin
    ownership: Ownership
    queue: Queue
    standings: ListOverview
    showing: ListPages
    exporting: Exporter
    stats: Stats
    drawing: Charts
    rounds: Rounds
    digests: ListDigests
    drift: DriftDetector
    restoring: Restore
    undoing: Undo
    big_changes: BigChanges
    past: Timeline
    rules: RuleBook
    rule_changing: ListRules
    blocking: Blocking
    dispatcher: OutboxDispatcher
    parking: DeadLetters
    card_queue: CardQueue
    deciding: Decisions
    together: Together
    contributing: Proposals
    following: DropChannel
    expanding: Expander
    pending: PendingItems
    forgetting: Forgetting
    own_data: OwnData
