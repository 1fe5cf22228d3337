"""Votes about one shared playlist: the services over real stores, with a clock to set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.services.leases import LeaseKeeper
from bot.services.shared.ballots.cards import CardQueue
from bot.services.shared.ballots.decide import Decisions
from bot.services.shared.ballots.effects import Effects
from bot.services.shared.ballots.times import BallotTimes
from bot.services.shared.core.access import Actor
from bot.services.shared.core.ballot import ballot_for
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.queue import Queue
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.rules.check import RuleBook
from bot.stores.contributions import State
from bot.stores.due import DueKind
from bot.stores.lists import Mode, Roles
from tests.bot.services.shared.due_desk import look_at_all
from tests.shared_records import GUILD, a_list, contribution

if TYPE_CHECKING:
    from datetime import datetime

    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from tests.bot.link_desk import Time

OWNER, PROPOSER, CURATOR, BLOCKED = 7, 10, 11, 12
CURATORS = 99  # a role
VOTERS = range(20, 80)


class Desk:
    """As a process has it. `woken`: the lists the writer was told about."""

    def __init__(self, stores: Stores, time: Time) -> None:
        self.stores = stores
        self.time = time
        self.woken: list[str] = []
        self.ledger = ContributionLedger(stores.contributions, stores.votes, now=time.now)
        self.card_queue = CardQueue(
            stores.lists,
            stores.contributions,
            stores.likes,
            self.ledger,
            LeaseKeeper(stores.leases, now=time.now),
            now=time.now,
        )
        self.queue = Queue(
            stores.lists, stores.contributions, self.ledger, wake=self.woken.append, now=time.now
        )
        rules = RuleBook(stores.contributions, now=time.now)
        effects = Effects(
            stores.contributions,
            self.ledger,
            self.queue,
            rules,
            wake=self.woken.append,
            look_after=self._look_after,
            now=time.now,
        )
        schedule = Schedule(stores.due, stores.lists, stores.values, now=time.now)
        self.times = BallotTimes(stores.contributions, schedule, now=time.now)
        self.deciding = Decisions(
            stores.lists,
            stores.contributions,
            stores.votes,
            effects,
            self.card_queue,
            times=self.times,
            ledger=self.ledger,
            now=time.now,
        )
        self.due = schedule.lists(DueKind.BALLOT, self.deciding.look_after)

    async def expire(self) -> datetime | None:
        """What the clock does at the start, and when each list is due. When something is next due."""
        await self.deciding.recheck()
        return await look_at_all(DueKind.BALLOT, self.stores, self.deciding.look_after, self.time.now)

    async def _look_after(self, shared: SharedPlaylist) -> SharedPlaylist:
        """Its owner is there."""
        return shared

    async def lend(self, mode: Mode = Mode.VOTE, **changes: Any) -> SharedPlaylist:
        shared = a_list("playlist", owner_id=OWNER, account_id="account", mode=mode)
        return await self.stores.lists.create(
            replace(shared, roles=Roles(curate=(CURATORS,)), created_at=self.time.now(), **changes)
        )

    async def propose(self, shared: SharedPlaylist, number: int = 1) -> Contribution:
        now = self.time.now()
        waiting = contribution(
            shared,
            number,
            f"spotify:track:{number:022}",
            PROPOSER,
            state=State.PENDING,
            created_at=now,
            changed_at=now,
            ballot=ballot_for(shared, PROPOSER, now),
        )
        stored = await self.stores.contributions.add(replace(waiting, number=None))
        await self.times.opened(stored)
        return stored

    async def propose_together(self, shared: SharedPlaylist, many: int) -> list[Contribution]:
        """So many at once."""
        alone = [await self.propose(shared, number) for number in range(1, many + 1)]
        ids = tuple(one.contribution_id for one in alone)
        for one in alone:
            assert await self.stores.contributions.swap(one, replace(one, together=ids))
        return [await self.now(one) for one in alone]

    async def landed(self, shared: SharedPlaylist, number: int = 1) -> Contribution:
        now = self.time.now()
        return await self.stores.contributions.add(
            contribution(
                shared,
                number,
                f"spotify:track:{number:022}",
                PROPOSER,
                created_at=now,
                changed_at=now,
            )
        )

    async def change(self, shared: SharedPlaylist, **changes: Any) -> SharedPlaylist:
        current = await self.stores.lists.by_id(shared.list_id)
        assert current is not None
        stored = await self.stores.lists.swap(current, replace(current, **changes))
        assert stored is not None
        return stored

    async def move(self, held: Contribution, state: State) -> None:
        """As the writer does it."""
        current = await self.now(held)
        assert await self.stores.contributions.swap(current, replace(current, state=state))

    async def now(self, held: Contribution) -> Contribution:
        """As it is stored now."""
        current = await self.stores.contributions.get(GUILD, held.contribution_id)
        assert current is not None
        return current

    async def events(self, held: Contribution) -> list[Event]:
        """Oldest first."""
        page = await self.stores.history.page(held.list_id, limit=100)
        return [event for event in reversed(page.events) if event.contribution_id == held.contribution_id]

    async def vote(
        self, held: Contribution, member_id: int, *, yes: bool = True, ballot_no: int | None = None
    ) -> bool:
        """Whether the vote is another than before."""
        current = await self.now(held)
        number = ballot_no or (current.ballot.number if current.ballot else 1)
        _, is_new = await self.deciding.vote(Actor(member_id), GUILD, held.contribution_id, number, yes=yes)
        return is_new


def curator() -> Actor:
    return Actor(CURATOR, frozenset({CURATORS}))
