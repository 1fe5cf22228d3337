"""What a guild does with the playlists that were lent to it, one activity per module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.shared.contributing.contributing import Contributing
    from bot.services.shared.contributing.dropped import Following
    from bot.services.shared.contributing.expanding import Expanding
    from bot.services.shared.deciding.announcing import Announcing
    from bot.services.shared.deciding.deciding import Deciding
    from bot.services.shared.deciding.pending import PendingItems
    from bot.services.shared.finding import ListFinder
    from bot.services.shared.lending.handing_over import HandingOver
    from bot.services.shared.lending.lending import Lending
    from bot.services.shared.lending.letting_go import LettingGo
    from bot.services.shared.lending.managing import Managing
    from bot.services.shared.lending.ownership import Ownership
    from bot.services.shared.lending.standings import Standings
    from bot.services.shared.privacy.forgetting import Forgetting
    from bot.services.shared.privacy.own_data import OwnData
    from bot.services.shared.rounds.digests import Digests
    from bot.services.shared.rounds.rounds import Rounds
    from bot.services.shared.rules.blocking import Blocking
    from bot.services.shared.rules.book import RuleBook
    from bot.services.shared.rules.changing import RuleChanging
    from bot.services.shared.showing.drawing import Drawing
    from bot.services.shared.showing.exporting import Exporting
    from bot.services.shared.showing.showing import Showing
    from bot.services.shared.showing.stats import Stats
    from bot.services.shared.truth.big_changes import BigChanges
    from bot.services.shared.truth.past import Past
    from bot.services.shared.truth.restoring import Restoring
    from bot.services.shared.truth.truth import Truth
    from bot.services.shared.truth.undoing import Undoing
    from bot.services.shared.writing.parked_news import ParkedNews
    from bot.services.shared.writing.parking import Parking
    from bot.services.shared.writing.writer import Writer


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
