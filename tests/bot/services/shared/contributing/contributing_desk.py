"""Contributing on real stores, with nobody who writes: what its tests share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from bot.services.shared.changing import ListChanges
from bot.services.shared.contributing.contributing import Contributing
from bot.services.shared.contributing.outcomes import Source
from bot.services.shared.deciding.announcing import Announcing
from bot.services.shared.finding import ListFinder
from bot.services.shared.lending.letting_go import LettingGo
from bot.services.shared.lending.managing import Managing
from bot.services.shared.lending.ownership import Ownership
from bot.services.shared.lending.standing_still import StandingStill
from bot.services.shared.people import Actor
from bot.services.shared.rules.book import RuleBook
from bot.services.shared.rules.matching import recording
from bot.services.shared.writing.accepting import Accepting
from bot.services.shared.writing.gathering import Gathering
from bot.services.shared.writing.marking import Marking
from bot.stores.contributions import Via
from bot.stores.lists import Duplicates, Rules
from tests.bot.services.conftest import track
from tests.shared_records import GUILD, NOW, a_list

if TYPE_CHECKING:
    from bot.services.lookups import Lookups
    from bot.services.shared.contributing.outcomes import Outcome
    from bot.spotify.models import Track
    from bot.stores import Stores
    from bot.stores.contributions import Contribution
    from bot.stores.lists import SharedPlaylist

ADA, BOB = Actor(1), Actor(2)
FREE = Rules(duplicates=Duplicates.ALLOWED, never_again=False)


class KnownTracks:
    """Knows every track by its number. together: whether writing was put off while one was looked up."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self.together: list[bool] = []

    async def by_id(self, track_id: str, *, share: object) -> Track:
        assert share
        self.together.append(self._gathering.worth_waiting())
        return track(int(track_id))

    async def candidates(self, query: str, *, share: object) -> tuple[Track, ...]:
        return (await self.by_id(query, share=share),)


@dataclass
class Bench:
    """Contributing on real stores, with nobody who writes."""

    stores: Stores
    holder: str = "one"
    owner_is_there: bool = True
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores = self.stores
        self.gathering = Gathering(now=lambda: NOW, over=lambda: None)
        self.known = KnownTracks(self.gathering)
        self.together: list[bool] = []
        self.marking = Marking(stores.contributions, now=lambda: NOW)
        announcing = Announcing(
            stores.lists,
            stores.contributions,
            stores.votes,
            stores.leases,
            now=lambda: NOW,
            holder=self.holder,
        )
        changes = ListChanges(stores.lists, stores.history, now=lambda: NOW)
        letting_go = LettingGo(stores.contributions, touch=announcing.touch, now=lambda: NOW)
        self.ownership = Ownership(
            stores,
            changes,
            letting_go,
            self.is_member,
            wake=self.woken.append,
            now=lambda: NOW,
        )
        self.accepting = Accepting(
            stores.lists, stores.contributions, letting_go, wake=self._wake, now=lambda: NOW
        )
        self.contributing = Contributing(
            ListFinder(stores.lists, stores.values),
            stores.contributions,
            RuleBook(stores.contributions, now=lambda: NOW),
            self.accepting,
            cast("Lookups", self.known),
            gathering=self.gathering,
            ownership=self.ownership,
            announcing=announcing,
            news=self.marking.news,
            leases=stores.leases,
            holder=self.holder,
            now=lambda: NOW,
            sleep=lambda _: asyncio.sleep(0),
        )

        self.managing = Managing(
            ListFinder(stores.lists, stores.values),
            changes,
            letting_go,
            StandingStill(stores.contributions, announcing, now=lambda: NOW),
            wake=self.woken.append,
            now=lambda: NOW,
        )

    def _wake(self, list_id: str) -> None:
        self.woken.append(list_id)
        self.together.append(self.gathering.worth_waiting())

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
