"""Builds what works on shared playlists, as `bot/wiring.py` builds the rest."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.services.shared import Shared
from bot.services.shared.changing import ListChanges
from bot.services.shared.contributing.contributing import Contributing
from bot.services.shared.contributing.dropped import Following
from bot.services.shared.contributing.expanding import Expanding
from bot.services.shared.deciding.announcing import Announcing
from bot.services.shared.deciding.deciding import Deciding
from bot.services.shared.deciding.pending import PendingItems
from bot.services.shared.deciding.ruling import Ruling
from bot.services.shared.finding import ListFinder
from bot.services.shared.ids import CONTRIBUTION, new_id
from bot.services.shared.lending.copying import Copying
from bot.services.shared.lending.handing_over import HandingOver
from bot.services.shared.lending.lending import Lending
from bot.services.shared.lending.letting_go import LettingGo
from bot.services.shared.lending.managing import Managing
from bot.services.shared.lending.new_playlists import NewPlaylists
from bot.services.shared.lending.ownership import Ownership
from bot.services.shared.lending.standing_still import StandingStill
from bot.services.shared.lending.standings import Standings
from bot.services.shared.privacy.forgetting import Forgetting
from bot.services.shared.privacy.own_data import OwnData
from bot.services.shared.rounds.archiving import Archiving
from bot.services.shared.rounds.digests import Digests
from bot.services.shared.rounds.records import RoundRecords
from bot.services.shared.rounds.rounds import Rounds
from bot.services.shared.rounds.steps import RoundSteps
from bot.services.shared.rules.blocking import Blocking
from bot.services.shared.rules.book import RuleBook
from bot.services.shared.rules.changing import RuleChanging
from bot.services.shared.showing.drawing import Drawing
from bot.services.shared.showing.exporting import Exporting
from bot.services.shared.showing.showing import Showing
from bot.services.shared.showing.stats import Stats
from bot.services.shared.truth.big_changes import BigChanges
from bot.services.shared.truth.books import Books
from bot.services.shared.truth.past import Past
from bot.services.shared.truth.restoring import Restoring
from bot.services.shared.truth.truth import Truth
from bot.services.shared.truth.undoing import Undoing
from bot.services.shared.truth.unfinished import UnfinishedRestores
from bot.services.shared.writing.accepting import Accepting
from bot.services.shared.writing.bound_writer import Writers
from bot.services.shared.writing.parked_news import ParkedNews
from bot.services.shared.writing.parking import Parking
from bot.services.shared.writing.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.playlists import Playlists
    from bot.services.shared.lending.ownership import IsMember
    from bot.services.tokens import TokenKeeper
    from bot.spotify.client import SpotifyClient
    from bot.stores import Stores
    from bot.stores.contributions import Contribution


def build_shared(
    stores: Stores,
    keeper: TokenKeeper,
    client: SpotifyClient,
    lookups: Lookups,
    *,
    playlists: Playlists,
    is_member: IsMember,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
) -> Shared:
    holder = secrets.token_hex(8)
    finder = ListFinder(stores.lists, stores.values)
    changes = ListChanges(stores.lists, stores.history, now=now)
    rules = RuleBook(stores.contributions, now=now)
    writers = Writers(keeper, client, stores.lists, stores.leases, stores.journals, holder=holder, now=now)
    writer = Writer(stores, writers, new_id=lambda: new_id(CONTRIBUTION), now=now)
    announcing = Announcing(
        stores.lists, stores.contributions, stores.votes, stores.leases, now=now, holder=holder
    )

    def tell(let_go: Contribution) -> None:
        """To its card, and to whoever waits for it."""
        announcing.touch(let_go)
        writer.news.tell(let_go)

    letting_go = LettingGo(stores.contributions, touch=tell, now=now)
    ownership = Ownership(stores, changes, letting_go, is_member, wake=writer.wake, now=now)
    new_playlists = NewPlaylists(keeper, client, writers, stores.lists, stores.values)
    accepting = Accepting(stores.lists, stores.contributions, letting_go, wake=writer.wake, now=now)
    ruling = Ruling(
        stores.contributions,
        accepting,
        rules,
        now=now,
        wake=writer.wake,
        look_after=ownership.looked_after,
    )
    deciding = Deciding(stores.lists, stores.contributions, stores.votes, ruling, announcing, now=now)
    contributing = Contributing(
        finder,
        stores.contributions,
        rules,
        accepting,
        lookups,
        gathering=writer.gathering,
        ownership=ownership,
        announcing=announcing,
        news=writer.news,
        leases=stores.leases,
        holder=holder,
        now=now,
        sleep=sleep,
    )
    books = Books(
        stores.contributions,
        stores.history,
        stores.snapshots,
        new_id=lambda: new_id(CONTRIBUTION),
        now=now,
    )
    truth = Truth(stores, writers, writer, books, holder=holder, now=now)
    round_records = RoundRecords(stores.values)
    archiving = Archiving(stores.lists, new_playlists, round_records)
    round_steps = RoundSteps(stores, books, archiving, new_playlists, round_records, now=now)
    return Shared(
        finder=finder,
        lending=Lending(
            stores,
            keeper,
            playlists,
            writers=writers,
            new_playlists=new_playlists,
            changes=changes,
            now=now,
        ),
        handing_over=HandingOver(
            stores,
            keeper,
            finder,
            changes=changes,
            new_playlists=new_playlists,
            copying=Copying(new_playlists),
            truth=truth,
            writer=writer,
            now=now,
        ),
        managing=Managing(
            finder,
            changes,
            letting_go,
            StandingStill(stores.contributions, announcing, now=now),
            wake=writer.wake,
            now=now,
        ),
        ownership=ownership,
        letting_go=letting_go,
        standings=Standings(finder, stores.contributions, ownership),
        showing=Showing(stores.contributions, stores.journals, keeper, client, lookups, now=now),
        exporting=Exporting(stores.contributions, stores.history, stores.snapshots, now=now),
        stats=Stats(stores),
        drawing=Drawing(),
        rounds=Rounds(stores, writer, truth, round_steps, round_records, now=now),
        digests=Digests(stores, lookups, holder=holder, now=now),
        truth=truth,
        restoring=Restoring(stores, writers, writer, truth, books, now=now),
        undoing=Undoing(stores, accepting, contributing, rules, writer, now=now),
        big_changes=BigChanges(stores.history, stores.snapshots, now=now),
        past=Past(stores, lookups),
        rules=rules,
        rule_changing=RuleChanging(changes),
        blocking=Blocking(changes, keeper, client, lookups, now=now),
        writer=writer,
        parking=Parking(stores.lists, stores.contributions, stores.journals, writer, now=now),
        parked_news=ParkedNews(stores, writer, holder=holder, now=now),
        announcing=announcing,
        deciding=deciding,
        contributing=contributing,
        following=Following(stores.lists, stores.contributions),
        expanding=Expanding(keeper, client, now=now),
        pending=PendingItems(stores.contributions, announcing, writer),
        forgetting=Forgetting(
            stores, letting_go, announcing, round_records, UnfinishedRestores(stores.values)
        ),
        own_data=OwnData(stores),
    )
