"""What compares, restores and takes back, on the desk with all real parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from bot.services.shared.lending.recording_found import RecordingFound
from bot.services.shared.people import Actor
from bot.services.shared.rules.book import RuleBook
from bot.services.shared.truth.books import Books
from bot.services.shared.truth.bringing_back import Outcome
from bot.services.shared.truth.restoring import Restoring
from bot.services.shared.truth.truth import Truth
from bot.services.shared.truth.undoing import Undoing
from bot.stores.contributions import INSIDE
from tests.bot.services.shared.writing.writing_desk import GUILD, LINUS, OWNER, Desk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.stores.contributions import Contribution
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_spotify.playlists import FakePlaylist

CURATOR = Actor(OWNER, manages_guild=True)
MEMBER = Actor(LINUS)


@dataclass
class TruthDesk:
    desk: Desk
    truth: Truth
    restoring: Restoring
    undoing: Undoing
    books: Books

    async def adopt(self, uris: Sequence[str], name: str = "Tape") -> tuple[SharedPlaylist, FakePlaylist]:
        """A playlist of Ada's with all of this in it, lent as /shared adopt does it."""
        shared, playlist = await self.desk.lend(name)
        playlist.add(tuple(uris))
        return shared, playlist

    async def record(self, shared: SharedPlaylist) -> None:
        """As it is when it is lent."""
        contents = await self.desk.writers().bound(shared).read_all()
        await RecordingFound(self.desk.stores, now=self.desk.clock.now).record(shared, contents)

    async def adopted(self, uris: Sequence[str]) -> tuple[SharedPlaylist, FakePlaylist]:
        shared, playlist = await self.adopt(uris)
        await self.record(shared)
        return shared, playlist

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

    def start_again(self) -> None:
        """Another process goes on with the same database."""
        self.desk.start_again("two")
        again = make(self.desk)
        self.truth, self.restoring, self.undoing, self.books = (
            again.truth,
            again.restoring,
            again.undoing,
            again.books,
        )


def make(desk: Desk) -> TruthDesk:
    stores, now = desk.stores, desk.clock.now
    numbers = count(1)
    prefix = f"{desk.clock.seconds():.0f}"
    books = Books(
        stores.contributions,
        stores.history,
        stores.snapshots,
        new_id=lambda: f"f{prefix}x{next(numbers)}"[:12],
        now=now,
    )
    writers = desk.writers("truth")
    truth = Truth(stores, writers, desk.writer, books, holder="truth", now=now)
    return TruthDesk(
        desk,
        truth,
        Restoring(stores, writers, desk.writer, truth, books, now=now),
        Undoing(stores, desk.accepting, None, RuleBook(stores.contributions, now=now), desk.writer, now=now),  # type: ignore[arg-type] # for what waits only
        books,
    )


__all__ = ["CURATOR", "GUILD", "LINUS", "MEMBER", "OWNER", "TruthDesk", "make"]
