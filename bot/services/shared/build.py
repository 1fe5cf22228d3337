"""Assembles the shared playlists: each package builds its own part from what those below it have built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.services.shared.ballots import build_ballots
from bot.services.shared.core import build_core
from bot.services.shared.history import build_history
from bot.services.shared.imports import build_imports
from bot.services.shared.lifecycle import build_lifecycle
from bot.services.shared.lifecycle.ownership import Ownership
from bot.services.shared.outbox import build_outbox
from bot.services.shared.playlist_access import build_access
from bot.services.shared.privacy import build_privacy
from bot.services.shared.proposals import build_proposals
from bot.services.shared.reconciliation import build_reconciliation
from bot.services.shared.reports import build_reports
from bot.services.shared.rounds import build_rounds
from bot.services.shared.rules import build_rules
from bot.services.shared.tidying import build_tidying
from bot.stores.due import DueKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared.lifecycle.absence import IsThere
    from bot.services.shared.lifecycle.ownership import IsMember
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.spotify.limiter import Limiter
    from bot.stores import Stores


def build_shared(
    stores: Stores,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    *,
    playlists: Playlists,
    leases: LeaseKeeper,
    is_member: IsMember,
    is_there: IsThere,
    limiter: Limiter,
    noted: Alarm,
    now: Callable[[], datetime],
) -> Shared:
    """is_there: whether the bot is in a server. noted: set when there is something to send."""
    core = build_core(stores, leases=leases, noted=noted, now=now)
    rules = build_rules(stores, core, keeper=keeper, client=client, lookups=lookups, now=now)
    access = build_access(stores, core, keeper=keeper, client=client, leases=leases, now=now)
    outbox = build_outbox(
        stores, core, access, held_until=limiter.held_until, used_part=limiter.used_part, now=now
    )
    reconciliation = build_reconciliation(stores, core, access, outbox, leases=leases, noted=noted, now=now)
    ownership = Ownership(
        stores,
        core.changes,
        outbox.queue,
        is_member,
        recovery=access.recovery,
        wake=outbox.dispatcher.wake,
        now=now,
    )
    ballots = build_ballots(
        stores, core, rules, outbox, leases=leases, look_after=ownership.looked_after, now=now
    )
    rounds = build_rounds(
        stores, core, access, outbox, reconciliation, lookups=lookups, leases=leases, noted=noted, now=now
    )
    lifecycle = build_lifecycle(
        stores,
        core,
        access,
        outbox,
        reconciliation,
        ballots=ballots,
        keeper=keeper,
        playlists=playlists,
        leases=leases,
        ownership=ownership,
        now=now,
    )
    proposals = build_proposals(
        stores,
        core,
        rules,
        outbox,
        ballots=ballots,
        lifecycle=lifecycle,
        keeper=keeper,
        client=client,
        lookups=lookups,
        leases=leases,
        now=now,
    )
    imports = build_imports(
        stores,
        core,
        proposals=proposals,
        lookups=lookups,
        leases=leases,
        limiter=limiter,
        noted=noted,
        now=now,
    )
    lists = core.schedule.lists

    def resting(own: Callable[[], datetime | None]) -> Callable[[], datetime | None]:
        """Slow looks yield to what members want while requests are few."""
        return lambda: max(filter(None, (own(), outbox.dispatcher.looks_rest_until())), default=None)

    return Shared(
        core=core,
        rules=rules,
        outbox=outbox,
        reconciliation=reconciliation,
        ballots=ballots,
        reports=build_reports(stores, access, keeper=keeper, client=client, lookups=lookups, now=now),
        rounds=rounds,
        lifecycle=lifecycle,
        privacy=build_privacy(stores, core, outbox, ballots),
        proposals=proposals,
        tidying=build_tidying(
            stores,
            core,
            access,
            outbox,
            reconciliation,
            keeper=keeper,
            lookups=lookups,
            leases=leases,
            now=now,
        ),
        imports=imports,
        history=build_history(stores, core, rules, outbox, proposals=proposals, lookups=lookups, now=now),
        due={
            DueKind.LOOK: lists(
                DueKind.LOOK, reconciliation.drift.look_after, resting(reconciliation.drift.rests_until)
            ),
            DueKind.RESTORE: lists(DueKind.RESTORE, reconciliation.restore.look_after),
            DueKind.RECHECK: lists(DueKind.RECHECK, outbox.dead_letters.after_restore),
            DueKind.BALLOT: lists(DueKind.BALLOT, ballots.decisions.look_after),
            DueKind.ROUND: lists(DueKind.ROUND, rounds.rounds.look_after),
            DueKind.DIGEST: lists(DueKind.DIGEST, rounds.digests.look_after),
            DueKind.PLAYABLE: lists(
                DueKind.PLAYABLE,
                reconciliation.playability.look_after,
                resting(reconciliation.playability.rests_until),
            ),
            DueKind.BEST: lists(DueKind.BEST, rounds.best.look_after),
            DueKind.YEAR: lists(DueKind.YEAR, rounds.recaps.look_after),
            DueKind.OWNER: lists(DueKind.OWNER, ownership.look_after),
            DueKind.ABSENCE: lists(
                DueKind.ABSENCE, lambda list_id: lifecycle.absence.look_after(list_id, is_there)
            ),
        },
    )
