"""What ends rounds, on the desk with all real parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.core.rotation_progress import RotationProgresses
from bot.services.shared.playlist_access.provisioning import Provisioning
from bot.services.shared.rounds.archive import Archive
from bot.services.shared.rounds.rotation_saga import RotationSaga
from bot.services.shared.rounds.rounds import Rounds
from bot.stores.contributions import INSIDE
from bot.stores.due import DueKind
from tests.bot.services.shared.due_desk import look_at_all
from tests.bot.services.shared.reconciliation.reconciliation_desk import CURATOR, TruthDesk
from tests.bot.services.shared.reconciliation.reconciliation_desk import make as make_truth

if TYPE_CHECKING:
    from bot.services.shared.rounds.rotation_saga import RoundOutcome
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.playlists import FakePlaylist
    from tests.bot.services.shared.outbox.outbox_desk import Desk

__all__ = ["CURATOR", "RoundsDesk", "make"]


@dataclass
class RoundsDesk:
    desk: Desk
    drift: TruthDesk
    rounds: Rounds
    records: RotationProgresses

    async def fresh(self, shared: SharedPlaylist) -> SharedPlaylist:
        found = await self.desk.stores.lists.by_id(shared.list_id)
        assert found is not None
        return found

    async def set(self, shared: SharedPlaylist, **changes: Any) -> SharedPlaylist:
        """Fields of the list, or of its settings or rules."""
        current = await self.fresh(shared)
        settings = {name: value for name, value in changes.items() if hasattr(current.settings, name)}
        rules = {name: value for name, value in changes.items() if hasattr(current.rules, name)}
        new = replace(
            current, settings=replace(current.settings, **settings), rules=replace(current.rules, **rules)
        )
        stored = await self.desk.stores.lists.swap(current, new)
        assert stored is not None
        return stored

    async def rotate(self, shared: SharedPlaylist) -> RoundOutcome:
        current = await self.fresh(shared)
        return await self.rounds.rotate(current, CURATOR, current.round_no)

    async def calm(self, *, hours: float = 3) -> None:
        """Until neither the rounds nor the writer have anything to do any more."""
        for _ in range(60):
            await self.work()
            await self.desk.calm(hours=hours)
            unfinished = [
                found
                for shared in await self.desk.stores.lists.open()
                if (found := await self.records.under_way(shared.list_id))
            ]
            if not unfinished:
                return
            await self.desk.wait_until(max(one.not_before for one in unfinished))
            self.desk.clock.advance(1)
        raise AssertionError("the round does not come to an end")

    async def work(self) -> None:
        """What is due now, in all lists."""
        await look_at_all(DueKind.ROUND, self.desk.stores, self.rounds.look_after, self.desk.clock.now)

    def start_again(self) -> None:
        """Another process goes on with the same database."""
        self.drift.start_again()
        again = make(self.desk, self.drift)
        self.rounds = again.rounds

    def at(self, playlist_id: str | None) -> FakePlaylist:
        assert playlist_id is not None
        return self.desk.spotify.playlist(playlist_id)

    async def archived(self, shared: SharedPlaylist) -> list[str]:
        return self.at((await self.fresh(shared)).archive_id).uris

    async def inside(self, shared: SharedPlaylist) -> list[str]:
        held = await self.desk.stores.contributions.in_state(shared.list_id, INSIDE, limit=20_000)
        return [one.uri for one in held]


def make(desk: Desk, drift: TruthDesk | None = None) -> RoundsDesk:
    drift = drift or make_truth(desk)
    stores, now = desk.stores, desk.clock.now
    changes = SharedPlaylistChanges(stores.lists, desk.schedule, now=now)
    records = RotationProgresses(stores.values)
    new_playlists = Provisioning(desk.keeper, desk.client, desk.lent(), stores.lists, stores.values)
    steps = RotationSaga(
        stores,
        drift.corrections,
        Archive(changes, new_playlists, records, now=now),
        new_playlists,
        records,
        changes=changes,
        ledger=desk.ledger,
        now=now,
    )
    return RoundsDesk(
        desk,
        drift,
        Rounds(stores, desk.dispatcher, drift.drift, steps, records, schedule=desk.schedule, now=now),
        records,
    )
