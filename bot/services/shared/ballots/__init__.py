"""Approval and votes: who voted how, when it's decided, and which cards show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.ballots.cards import CardQueue
from bot.services.shared.ballots.decide import Decisions
from bot.services.shared.ballots.effects import Effects
from bot.services.shared.ballots.pause_ballots import PauseBallots
from bot.services.shared.ballots.pending import PendingItems
from bot.services.shared.ballots.times import BallotTimes
from bot.services.shared.ballots.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.shared.ballots.effects import LookAfter
    from bot.services.shared.core import CoreServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.rules import RuleServices
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class BallotServices:
    card_queue: CardQueue
    decisions: Decisions
    pause: PauseBallots
    pending: PendingItems
    times: BallotTimes
    together: Together


def build_ballots(
    stores: Stores,
    core: CoreServices,
    rules: RuleServices,
    outbox: OutboxServices,
    *,
    leases: LeaseKeeper,
    look_after: LookAfter,
    now: Callable[[], datetime],
) -> BallotServices:
    """look_after: checks for a list's owner."""
    contributions, ledger, dispatcher = stores.contributions, core.ledger, outbox.dispatcher
    card_queue = CardQueue(stores.lists, contributions, stores.likes, ledger, leases, now=now)
    core.likes.watch(card_queue.liked)
    effects = Effects(
        contributions,
        ledger,
        outbox.queue,
        rules.book,
        wake=dispatcher.wake,
        look_after=look_after,
        now=now,
    )
    times = BallotTimes(contributions, core.schedule, now=now)
    decisions = Decisions(
        stores.lists, contributions, stores.votes, effects, card_queue, times=times, ledger=ledger, now=now
    )
    return BallotServices(
        card_queue=card_queue,
        decisions=decisions,
        pause=PauseBallots(contributions, ledger, card_queue, now=now),
        pending=PendingItems(contributions, ledger, card_queue, dispatcher),
        times=times,
        together=Together(contributions, decisions),
    )
