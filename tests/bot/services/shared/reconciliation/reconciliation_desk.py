"""What compares, restores and takes back, on the desk with all real parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bot.services.shared.core.access import Actor
from bot.services.shared.core.facts import Facts
from bot.services.shared.core.repeats import TakingBack
from bot.services.shared.history.undo import Undo
from bot.services.shared.lifecycle.import_items import ItemImport
from bot.services.shared.reconciliation.correction import Corrections
from bot.services.shared.reconciliation.drift import DriftDetector, Look
from bot.services.shared.reconciliation.restore import Restore
from bot.services.shared.reconciliation.restore_saga import Outcome
from bot.services.shared.reconciliation.titles import TitleGuard
from bot.services.shared.rules.check import RuleBook
from bot.stores.contributions import INSIDE
from bot.stores.due import DueKind
from tests.bot.services.shared.due_desk import look_at_all
from tests.bot.services.shared.outbox.outbox_desk import GUILD, LINUS, OWNER, Desk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.playlists import FakePlaylist

CURATOR = Actor(OWNER, manages_guild=True)
MEMBER = Actor(LINUS)


@dataclass
class TruthDesk:
    desk: Desk
    drift: DriftDetector
    restoring: Restore
    undoing: Undo
    corrections: Corrections

    async def adopt(self, uris: Sequence[str], name: str = "Tape") -> tuple[SharedPlaylist, FakePlaylist]:
        """A playlist of Ada's with all of this in it, lent as /shared adopt does it."""
        shared, playlist = await self.desk.lend(name)
        playlist.add(tuple(uris))
        return shared, playlist

    async def record(self, shared: SharedPlaylist) -> None:
        """As it is when it is lent."""
        contents = await self.desk.lent().access(shared).read_all()
        await ItemImport(self.desk.stores, now=self.desk.clock.now).record(shared, contents)

    async def adopted(self, uris: Sequence[str]) -> tuple[SharedPlaylist, FakePlaylist]:
        shared, playlist = await self.adopt(uris)
        await self.record(shared)
        return shared, playlist

    async def checked_at(self, shared: SharedPlaylist) -> datetime | None:
        """When it was compared with Spotify last."""
        look = await Facts(self.desk.stores.values, "truth", Look).get(shared.list_id)
        return look.checked_at if look else None

    async def events(self, shared: SharedPlaylist, limit: int = 50) -> list[Event]:
        """Newest first."""
        return list((await self.desk.stores.history.page(shared.list_id, limit=limit)).events)

    async def told(self, shared: SharedPlaylist) -> list[str]:
        return [str(event.happening) for event in await self.events(shared)]

    async def inside(self, shared: SharedPlaylist) -> list[Contribution]:
        return list(await self.desk.stores.contributions.in_state(shared.list_id, INSIDE, limit=20_000))

    async def restored(self, shared: SharedPlaylist, number: int, seen: str = "") -> Outcome:
        """By a curator."""
        outcome = await self.restoring.restore(shared, CURATOR, number, seen=seen)
        assert isinstance(outcome, Outcome)
        return outcome

    async def work(self) -> datetime | None:
        """What is due of restores, in all lists. When something is next due."""
        stores, now = self.desk.stores, self.desk.clock.now
        await look_at_all(DueKind.RESTORE, stores, self.restoring.look_after, now)
        return await stores.due.next(DueKind.RESTORE)

    async def slow_round(self) -> None:
        """What the clock does about lists that nobody uses."""
        await self.desk.schedule.complete()
        await self.desk.schedule.lists(DueKind.LOOK, self.drift.look_after, self.drift.rests_until).run()

    def start_again(self) -> None:
        """Another process goes on with the same database."""
        self.desk.start_again("two")
        again = make(self.desk)
        self.drift, self.restoring, self.undoing, self.corrections = (
            again.drift,
            again.restoring,
            again.undoing,
            again.corrections,
        )


def make(desk: Desk) -> TruthDesk:
    stores, now = desk.stores, desk.clock.now
    numbers = count(1)
    prefix = f"{desk.clock.seconds():.0f}"
    corrections = Corrections(
        stores.contributions,
        desk.ledger,
        stores.history,
        stores.snapshots,
        stores.notices,
        new_id=lambda: f"f{prefix}x{next(numbers)}"[:12],
        now=now,
    )
    lent = desk.lent()
    titles = TitleGuard(stores.values, stores.notices, now=now)
    drift = DriftDetector(
        stores, lent, desk.dispatcher, corrections, titles=titles, leases=desk.leases, now=now
    )
    return TruthDesk(
        desk,
        drift,
        Restore(stores, lent, desk.dispatcher, drift, corrections, schedule=desk.schedule, now=now),
        Undo(
            stores,
            desk.queue,
            None,  # type: ignore[arg-type] # for what waits only
            RuleBook(stores.contributions, now=now),
            desk.dispatcher,
            ledger=desk.ledger,
            taking_back=TakingBack(stores.contributions, stores.history, desk.leases, now=now),
            now=now,
        ),
        corrections,
    )


__all__ = ["CURATOR", "GUILD", "LINUS", "MEMBER", "OWNER", "TruthDesk", "make"]
