"""What members contribute: links, tracks, albums and playlists, stored before anything says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.shared.proposals.already import AlreadyThere
from bot.services.shared.proposals.clean import CleanReleases
from bot.services.shared.proposals.drop_channel import DropChannel
from bot.services.shared.proposals.expand import Expander
from bot.services.shared.proposals.propose import Proposals

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.shared.ballots import BallotServices
    from bot.services.shared.core import CoreServices
    from bot.services.shared.lifecycle import LifecycleServices
    from bot.services.shared.outbox import OutboxServices
    from bot.services.shared.rules import RuleServices
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores


@dataclass(frozen=True, slots=True)
class ProposalServices:
    proposals: Proposals
    drop_channel: DropChannel
    expander: Expander
    clean: CleanReleases
    already: AlreadyThere


def build_proposals(
    stores: Stores,
    core: CoreServices,
    rules: RuleServices,
    outbox: OutboxServices,
    *,
    ballots: BallotServices,
    lifecycle: LifecycleServices,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    leases: LeaseKeeper,
    now: Callable[[], datetime],
) -> ProposalServices:
    proposals = Proposals(
        core.finder,
        stores.contributions,
        rules.book,
        outbox.queue,
        lookups,
        debounce=outbox.dispatcher.debounce,
        ledger=core.ledger,
        ownership=lifecycle.ownership,
        card_queue=ballots.card_queue,
        ballot_times=ballots.times,
        leases=leases,
        taking_back=core.taking_back,
        now=now,
    )
    return ProposalServices(
        proposals=proposals,
        drop_channel=DropChannel(stores.lists, stores.contributions),
        expander=Expander(keeper, client, now=now),
        clean=CleanReleases(lookups, proposals),
        already=AlreadyThere(stores.contributions),
    )
