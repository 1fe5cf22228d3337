"""What a guild does with the playlists that were lent to it, one activity per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.shared.announcing import Announcing
    from bot.services.shared.big_changes import BigChanges
    from bot.services.shared.blocking import Blocking
    from bot.services.shared.contributing import Contributing
    from bot.services.shared.deciding import Deciding
    from bot.services.shared.digests import Digests
    from bot.services.shared.dropped import Following
    from bot.services.shared.expanding import Expanding
    from bot.services.shared.exporting import Exporting
    from bot.services.shared.finding import ListFinder
    from bot.services.shared.forgetting import Forgetting
    from bot.services.shared.handing_over import HandingOver
    from bot.services.shared.lending import Lending
    from bot.services.shared.letting_go import LettingGo
    from bot.services.shared.managing import Managing
    from bot.services.shared.own_data import OwnData
    from bot.services.shared.ownership import Ownership
    from bot.services.shared.parked_news import ParkedNews
    from bot.services.shared.parking import Parking
    from bot.services.shared.past import Past
    from bot.services.shared.pending import PendingItems
    from bot.services.shared.restoring import Restoring
    from bot.services.shared.rounds import Rounds
    from bot.services.shared.rule_changing import RuleChanging
    from bot.services.shared.rules import RuleBook
    from bot.services.shared.showing import Showing
    from bot.services.shared.standings import Standings
    from bot.services.shared.stats import Stats
    from bot.services.shared.stats_drawing import Drawing
    from bot.services.shared.truth import Truth
    from bot.services.shared.undoing import Undoing
    from bot.services.shared.writing import Writer


@dataclass(frozen=True, slots=True)
class Shared:
    """Built in `bot/wiring_shared.py`. A guild's lists are found by the guild's id, never without it."""

    finder: ListFinder
    lending: Lending
    handing_over: HandingOver
    managing: Managing
    ownership: Ownership
    letting_go: LettingGo
    standings: Standings
    showing: Showing
    exporting: Exporting
    stats: Stats
    drawing: Drawing
    rounds: Rounds
    digests: Digests
    truth: Truth
    restoring: Restoring
    undoing: Undoing
    big_changes: BigChanges
    past: Past
    rules: RuleBook
    rule_changing: RuleChanging
    blocking: Blocking
    writer: Writer
    parking: Parking
    parked_news: ParkedNews
    announcing: Announcing
    deciding: Deciding
    contributing: Contributing
    following: Following
    expanding: Expanding
    pending: PendingItems
    forgetting: Forgetting
    own_data: OwnData
