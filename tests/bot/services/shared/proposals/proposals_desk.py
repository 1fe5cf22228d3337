"""Contributing on real stores, with nobody who writes: what its tests share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from bot.services.leases import LeaseKeeper
from bot.services.shared.ballots.cards import CardQueue
from bot.services.shared.ballots.pause_ballots import PauseBallots
from bot.services.shared.ballots.times import BallotTimes
from bot.services.shared.core.access import Actor
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.playlists import ListFinder, SharedPlaylistChanges
from bot.services.shared.core.queue import Queue
from bot.services.shared.core.repeats import TakingBack
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.lifecycle.manage import ListAdmin
from bot.services.shared.lifecycle.ownership import Ownership
from bot.services.shared.outbox.debounce import Debounce
from bot.services.shared.playlist_access.recovery import Recovery
from bot.services.shared.proposals.outcomes import Source
from bot.services.shared.proposals.propose import Proposals
from bot.services.shared.rules.check import RuleBook
from bot.services.shared.rules.matching import recording
from bot.stores.contributions import Via
from bot.stores.lists import Duplicates, Rules
from tests.bot.services.conftest import track
from tests.shared_records import GUILD, NOW, a_list

if TYPE_CHECKING:
    from datetime import datetime

    from bot.services.lookups import Lookups
    from bot.services.shared.proposals.outcomes import Outcome
    from bot.spotify.models import Track
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

ADA, BOB = Actor(1), Actor(2)
FREE = Rules(duplicates=Duplicates.ALLOWED, never_again=False)


class KnownTracks:
    """Knows every track by its number. together: whether writing was put off while one was looked up."""

    def __init__(self, debounce: Debounce) -> None:
        self._debounce = debounce
        self.together: list[bool] = []

    async def by_key(self, track_id: str, *, share: object) -> Track:
        assert share
        self.together.append(self._debounce.worth_waiting())
        return track(int(track_id))

    async def candidates(self, query: str, *, share: object) -> tuple[Track, ...]:
        return (await self.by_key(query, share=share),)


@dataclass
class Bench:
    """Contributing on real stores, with nobody who writes, as one process does it."""

    stores: Stores
    owner_is_there: bool = True
    time: datetime = NOW
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores = self.stores
        self.debounce = Debounce(now=self.now, over=lambda: None)
        self.known = KnownTracks(self.debounce)
        self.together: list[bool] = []
        leases = LeaseKeeper(stores.leases, now=self.now, sleep=lambda _: asyncio.sleep(0))
        self.ledger = ContributionLedger(stores.contributions, stores.votes, now=self.now)
        card_queue = CardQueue(
            stores.lists, stores.contributions, stores.likes, self.ledger, leases, now=self.now
        )
        schedule = Schedule(stores.due, stores.lists, stores.values, now=self.now)
        changes = SharedPlaylistChanges(stores.lists, schedule, now=self.now)
        self.queue = Queue(stores.lists, stores.contributions, self.ledger, wake=self._wake, now=self.now)
        self.ownership = Ownership(
            stores,
            changes,
            self.queue,
            self.is_member,
            recovery=Recovery(changes, stores.accounts, stores.contributions),
            wake=self.woken.append,
            now=self.now,
        )
        self.contributing = Proposals(
            ListFinder(stores.lists, stores.values),
            stores.contributions,
            RuleBook(stores.contributions, now=self.now),
            self.queue,
            cast("Lookups", self.known),
            debounce=self.debounce,
            ledger=self.ledger,
            ownership=self.ownership,
            card_queue=card_queue,
            ballot_times=BallotTimes(stores.contributions, schedule, now=self.now),
            leases=leases,
            taking_back=TakingBack(stores.contributions, stores.history, leases, now=self.now),
            now=self.now,
        )
        self.pause_ballots = PauseBallots(stores.contributions, self.ledger, card_queue, now=self.now)
        self.admin = ListAdmin(
            ListFinder(stores.lists, stores.values),
            changes,
            self.queue,
            self.pause_ballots,
            wake=self.woken.append,
            now=self.now,
        )

    def _wake(self, list_id: str) -> None:
        self.woken.append(list_id)
        self.together.append(self.debounce.worth_waiting())

    def now(self) -> datetime:
        return self.time

    async def is_member(self, _guild_id: int, _member_id: int) -> bool:
        return self.owner_is_there

    async def lend(self, **changes: object) -> SharedPlaylist:
        shared = a_list("p" * 22, owner_id=99, account_id="owner")
        return await self.stores.lists.create(replace(shared, **changes))  # type: ignore[arg-type] # its fields

    async def add(
        self, origin: int, *numbers: int, actor: Actor = ADA, **more: object
    ) -> tuple[Outcome, ...]:
        source = Source(f"interaction {origin}", Via.COMMAND, 7, "a note")
        return await self.contributing.propose(
            actor,
            GUILD,
            "list0001",
            [track(number) for number in numbers or (1,)],
            replace(source, **more),  # type: ignore[arg-type] # its fields
        )

    async def kept(self, *numbers: int) -> list[Contribution]:
        return [
            one
            for number in numbers or (1,)
            for one in await self.stores.contributions.alike("list0001", [recording(track(number))])
        ]
