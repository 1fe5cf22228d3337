"""Builds what works on shared playlists, as `bot/wiring.py` builds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.services.shared.ballots.cards import CardQueue
from bot.services.shared.ballots.decide import Decisions
from bot.services.shared.ballots.effects import Effects
from bot.services.shared.ballots.pause_ballots import PauseBallots
from bot.services.shared.ballots.pending import PendingItems
from bot.services.shared.ballots.together import Together
from bot.services.shared.core.ids import CONTRIBUTION, new_id
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.playlists import ListFinder, SharedPlaylistChanges
from bot.services.shared.core.queue import Queue
from bot.services.shared.core.rotation_progress import RotationProgresses
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.history.timeline import Timeline
from bot.services.shared.history.undo import BigChanges, Undo
from bot.services.shared.lifecycle.lend import Lend
from bot.services.shared.lifecycle.lending_limits import LendingLimits
from bot.services.shared.lifecycle.manage import ListAdmin
from bot.services.shared.lifecycle.overview import ListOverview
from bot.services.shared.lifecycle.ownership import Ownership
from bot.services.shared.lifecycle.transfer import Transfer
from bot.services.shared.outbox.dead_letters import DeadLetters
from bot.services.shared.outbox.dispatcher import OutboxDispatcher
from bot.services.shared.playlist_access.playlist import LentPlaylists
from bot.services.shared.playlist_access.provisioning import PlaylistFiller, Provisioning
from bot.services.shared.privacy.export_own import OwnData
from bot.services.shared.privacy.forget import Forgetting
from bot.services.shared.proposals.drop_channel import DropChannel
from bot.services.shared.proposals.expand import Expander
from bot.services.shared.proposals.propose import Proposals
from bot.services.shared.reconciliation.correction import Corrections
from bot.services.shared.reconciliation.drift import DriftDetector
from bot.services.shared.reconciliation.restore import Restore
from bot.services.shared.reconciliation.restore_saga import restore_progresses
from bot.services.shared.reports.charts import Charts
from bot.services.shared.reports.export import Exporter
from bot.services.shared.reports.page import ListPages
from bot.services.shared.reports.stats import Stats
from bot.services.shared.rounds.archive import Archive
from bot.services.shared.rounds.digest import ListDigests
from bot.services.shared.rounds.rotation_saga import RotationSaga
from bot.services.shared.rounds.rounds import Rounds
from bot.services.shared.rules.blocking import Blocking
from bot.services.shared.rules.check import RuleBook
from bot.services.shared.rules.values import ListRules
from bot.stores.due import DueKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.services.clock import Alarm
    from bot.services.leases import LeaseKeeper
    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared.lifecycle.ownership import IsMember
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
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
    noted: Alarm,
    now: Callable[[], datetime],
) -> Shared:
    """noted: is set when there is something to tell somebody."""
    finder = ListFinder(stores.lists, stores.values)
    limits = LendingLimits(finder, stores.values, leases)
    schedule = Schedule(stores.due, stores.lists, now=now, noted=noted)
    changes = SharedPlaylistChanges(stores.lists, schedule, now=now)
    rules = RuleBook(stores.contributions, now=now)
    lent = LentPlaylists(keeper, client, stores.lists, leases, stores.journals, now=now)
    ledger = ContributionLedger(stores.contributions, stores.votes, now=now, noted=noted)
    dispatcher = OutboxDispatcher(
        stores, lent, ledger, schedule, new_id=lambda: new_id(CONTRIBUTION), now=now
    )
    card_queue = CardQueue(stores.lists, stores.contributions, ledger, leases, now=now)
    queue = Queue(stores.lists, stores.contributions, ledger, wake=dispatcher.wake, now=now)
    ownership = Ownership(stores, changes, queue, is_member, wake=dispatcher.wake, now=now)
    new_playlists = Provisioning(keeper, client, lent, stores.lists, stores.values)
    effects = Effects(
        stores.contributions,
        ledger,
        queue,
        rules,
        wake=dispatcher.wake,
        look_after=ownership.looked_after,
        now=now,
    )
    deciding = Decisions(
        stores.lists, stores.contributions, stores.votes, effects, card_queue, ledger=ledger, now=now
    )
    contributing = Proposals(
        finder,
        stores.contributions,
        rules,
        queue,
        lookups,
        debounce=dispatcher.debounce,
        ledger=ledger,
        ownership=ownership,
        card_queue=card_queue,
        leases=leases,
        now=now,
    )
    corrections = Corrections(
        stores.contributions,
        ledger,
        stores.history,
        stores.snapshots,
        stores.notices,
        new_id=lambda: new_id(CONTRIBUTION),
        now=now,
        noted=noted,
    )
    drift = DriftDetector(stores, lent, dispatcher, corrections, leases=leases, now=now)
    round_records = RotationProgresses(stores.values)
    archiving = Archive(changes, new_playlists, round_records)
    round_steps = RotationSaga(
        stores,
        corrections,
        archiving,
        new_playlists,
        round_records,
        changes=changes,
        ledger=ledger,
        now=now,
    )
    rounds = Rounds(stores, dispatcher, drift, round_steps, round_records, schedule=schedule, now=now)
    restoring = Restore(stores, lent, dispatcher, drift, corrections, schedule=schedule, now=now)
    digests = ListDigests(stores, lookups, leases, now=now, noted=noted)
    return Shared(
        finder=finder,
        schedule=schedule,
        due={
            DueKind.LOOK: schedule.lists(DueKind.LOOK, drift.look_after, drift.rests_until),
            DueKind.RESTORE: schedule.lists(DueKind.RESTORE, restoring.look_after),
            DueKind.ROUND: schedule.lists(DueKind.ROUND, rounds.look_after),
            DueKind.DIGEST: schedule.lists(DueKind.DIGEST, digests.look_after),
            DueKind.OWNER: schedule.lists(DueKind.OWNER, ownership.look_after),
        },
        lending=Lend(
            stores,
            keeper,
            playlists,
            lent=lent,
            new_playlists=new_playlists,
            limits=limits,
            changes=changes,
            schedule=schedule,
            leases=leases,
            now=now,
        ),
        handing_over=Transfer(
            stores,
            keeper,
            finder,
            limits=limits,
            changes=changes,
            new_playlists=new_playlists,
            copying=PlaylistFiller(new_playlists, now=now),
            drift=drift,
            dispatcher=dispatcher,
            leases=leases,
            now=now,
        ),
        managing=ListAdmin(
            finder,
            changes,
            queue,
            PauseBallots(stores.contributions, ledger, card_queue, now=now),
            wake=dispatcher.wake,
            now=now,
        ),
        ownership=ownership,
        queue=queue,
        standings=ListOverview(finder, stores.contributions, ownership),
        showing=ListPages(stores.contributions, stores.journals, keeper, client, lookups, now=now),
        exporting=Exporter(stores.contributions, stores.history, stores.snapshots, now=now),
        stats=Stats(stores),
        drawing=Charts(),
        rounds=rounds,
        digests=digests,
        drift=drift,
        restoring=restoring,
        undoing=Undo(stores, queue, contributing, rules, dispatcher, ledger=ledger, now=now),
        big_changes=BigChanges(stores.history, stores.snapshots, now=now),
        past=Timeline(stores, lookups),
        rules=rules,
        rule_changing=ListRules(changes),
        blocking=Blocking(changes, keeper, client, lookups, now=now),
        dispatcher=dispatcher,
        parking=DeadLetters(stores.lists, stores.contributions, stores.journals, ledger, dispatcher, now=now),
        card_queue=card_queue,
        deciding=deciding,
        together=Together(stores.contributions, deciding),
        contributing=contributing,
        following=DropChannel(stores.lists, stores.contributions),
        expanding=Expander(keeper, client, now=now),
        pending=PendingItems(stores.contributions, ledger, card_queue, dispatcher),
        forgetting=Forgetting(
            stores,
            queue,
            card_queue,
            round_records,
            restore_progresses(stores.values),
            changes=changes,
        ),
        own_data=OwnData(stores),
    )
