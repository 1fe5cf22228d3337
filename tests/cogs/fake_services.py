"""Services that answer what a test tells them, and raise what it wants to see explained."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.services.accounts import AccountView, Erased, Stake
from bot.services.adding import Added, AlreadyIn, PlaylistChoice
from bot.services.catalogue import Shown
from bot.services.export_files import ExportFile
from bot.services.language_choice import LanguageChoice
from bot.services.linking import PLAYLIST_SCOPES, Begun, Linked
from bot.services.lookups import FoundTrack
from bot.services.notices import PrivateMessages
from bot.services.playlists import PlaylistPage
from bot.services.seats import SeatCount
from bot.services.shared.privacy.export_own import OwnCopy
from bot.spotify.models import Ref
from bot.stores import Account, Tokens
from tests.cogs.fake_shared import FakeGroup, FakeShared
from tests.cogs.samples import NOW, PLAYLIST_ID, TRACK_ID, playlist, playlists, track, tracks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.errors import BotError
    from bot.services.adding import Outcome
    from bot.spotify.errors import SpotifyError
    from bot.spotify.models import Playlist, Track
    from bot.stores.lists import SharedPlaylist


@dataclass
class Failing:
    """Raises `failure` from every call, as long as there is one, and remembers what was asked."""

    failure: Exception | None = None
    asked: list[object] = field(default_factory=list)

    shares: list[object] = field(default_factory=list)

    def ask(self, *what: object, share: object = None) -> None:
        self.asked.append(what)
        self.shares.append(share)
        if self.failure:
            raise self.failure


@dataclass
class FakeLookups(Failing):
    async def track(self, query: str, *, share: object) -> FoundTrack:
        self.ask(query, share=share)
        for match in tracks("Other", 4):
            if query == match.uri:
                return FoundTrack(match)
        return FoundTrack(track("Song"), tracks("Other", 4))

    async def suggest_tracks(self, text: str, member_id: int, *, share: object) -> tuple[Track, ...]:
        self.ask(text, member_id, share=share)
        return tracks(text, 10)


class FakeCatalogue:
    """Knows the tracks the lookups know."""

    def __init__(self, lookups: FakeLookups) -> None:
        self._lookups = lookups
        self._last: dict[str, Track] = {}

    async def named(self, query: str, _kind: str, *, share: object) -> tuple[Ref, tuple[Track, ...]]:
        found = await self._lookups.track(query, share=share)
        several = (found.track, *found.others)
        self._last = {one.id or "": one for one in several}
        return Ref("track", found.track.id or ""), several

    async def shown(self, ref: Ref, _number: int = 0, *, member_id: int, share: object) -> Shown:  # noqa: ARG002 - as the service has it
        return Shown(ref, self._last[ref.id])


@dataclass
class FakePlaylists(Failing):
    async def page(self, member_id: int, number: int, *, share: object) -> PlaylistPage:
        self.ask(member_id, number, share=share)
        return PlaylistPage(playlists(f"Mix {number}", 10), number, 3, 30, 0, "nobody")

    async def suggest(
        self,
        member_id: int,
        text: str,
        *,
        changeable: bool = True,  # noqa: ARG002 - as the service has it
        share: object,
    ) -> tuple[Playlist, ...]:
        self.ask(member_id, text, share=share)
        return playlists(text or "Mix", 25)


class FakeVisibility:
    async def is_allowed(self, member_id: int) -> bool:  # noqa: ARG002 - as the service has it
        return False


@dataclass
class FakeAdding(Failing):
    outcome: Outcome = field(default_factory=lambda: Added(track("Song"), playlist("Mix")))

    async def add(
        self, member_id: int, track: str, playlist: str, *, again: bool = False, share: object
    ) -> Outcome:
        self.ask(member_id, track, playlist, again, share=share)
        if again and isinstance(self.outcome, AlreadyIn):
            return Added(self.outcome.track, self.outcome.playlist)
        return self.outcome

    async def playlists_for(self, member_id: int, track_id: str, *, share: object) -> PlaylistChoice:
        self.ask(member_id, track_id, share=share)
        return PlaylistChoice(track("Song", track_id=track_id), (playlist("Mix"),))


@dataclass
class FakeAccounts(Failing):
    there: bool = True
    known: bool = True
    kept: bool = True
    complete: bool = True
    lent: tuple[SharedPlaylist, ...] = ()

    async def view(self, member_id: int, *, share: object) -> AccountView:
        self.ask(member_id, share=share)
        return AccountView("id", "Ada", None, PLAYLIST_SCOPES, NOW, NOW + timedelta(days=18), 18)

    async def export(self, member_id: int, *, most_bytes: int) -> OwnCopy:
        self.ask(member_id, most_bytes)
        return OwnCopy((ExportFile("mixtape-data.json", b'{"kept": true}'),), complete=self.complete)

    async def is_kept(self, member_id: int) -> bool:  # noqa: ARG002 - as the service has it
        return self.kept

    async def stake(self, member_id: int) -> Stake:
        self.ask("stake", member_id)
        return Stake(self.there, self.lent)

    async def unlink(self, member_id: int) -> Erased:
        self.ask("unlink", member_id)
        was, self.there = self.there, False
        return Erased(was)

    async def delete(self, member_id: int) -> Erased:
        self.ask("delete", member_id)
        was, self.there = self.there, False
        return Erased(was, known=self.known)


@dataclass
class FakeLinking(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.swept = asyncio.Event()
        self.open = True
        self.account: Account | None = None
        self.later = timedelta()
        self.end: Callable[[int, BotError | SpotifyError | None], None] = lambda _member_id, _why: None

    def on_end(self, told: Callable[[int, BotError | SpotifyError | None], None]) -> None:
        self.end = told

    def now(self) -> datetime:
        return NOW + self.later

    async def is_open(self, _member_id: int, _begun: Begun) -> bool:
        return self.open

    async def linked_since(self, _member_id: int, _begun: Begun) -> Account | None:
        return self.account

    async def sweep(self) -> int:
        self.swept.set()
        return 0

    async def begin(self, member_id: int, member_name: str, username: str, _scopes: frozenset[str]) -> Begun:
        self.ask(member_id, member_name, username)
        return Begun(
            "https://bot.example/link/abc",
            "https://accounts.spotify.com/authorize?state=x",
            NOW + timedelta(minutes=10),
            PLAYLIST_SCOPES,
        )

    async def confirm(self, member_id: int, code: str) -> Linked:
        self.ask(member_id, code)
        return self._linked(member_id)

    async def paste(self, member_id: int, address: str) -> Linked:
        self.ask(member_id, address)
        return self._linked(member_id)

    def _linked(self, member_id: int) -> Linked:
        account = Account(member_id, "id", "ada", PLAYLIST_SCOPES, NOW, Tokens("a", "r", NOW))
        return Linked(account, "Ada")


class FakeValues:
    """Small facts, kept for one test."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self._held.get(key)

    async def put(self, key: str, value: str) -> None:
        self._held[key] = value

    async def starting(self, prefix: str) -> dict[str, str]:
        return {key: value for key, value in sorted(self._held.items()) if key.startswith(prefix)}

    async def erase(self, key: str) -> None:
        self._held.pop(key, None)


class FakeGreeting:
    """These servers know the bot."""

    def is_new(self, joined_at: datetime) -> bool:  # noqa: ARG002 - as the service has it
        return False


class FakeSeats:
    """Two of five are taken, by others."""

    async def count(self, member_id: int | None = None) -> SeatCount:  # noqa: ARG002 - as the service has it
        return SeatCount(2, 5)


@dataclass
class FakeServices:
    linking: FakeLinking = field(default_factory=FakeLinking)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    lookups: FakeLookups = field(default_factory=FakeLookups)
    catalogue: FakeCatalogue = field(init=False)
    library: None = None  # tests/end_to_end/test_library.py has the real one
    playlists: FakePlaylists = field(default_factory=FakePlaylists)
    own_playlists: FakeGroup = field(default_factory=lambda: FakeGroup(visibility=FakeVisibility()))
    adding: FakeAdding = field(default_factory=FakeAdding)
    shared: FakeShared = field(default_factory=FakeShared)
    greeting: FakeGreeting = field(default_factory=FakeGreeting)
    seats: FakeSeats = field(default_factory=FakeSeats)
    status: None = None  # tests/end_to_end/test_status.py has the real one
    languages: LanguageChoice = field(default_factory=lambda: LanguageChoice(FakeValues()))
    private_messages: PrivateMessages = field(default_factory=lambda: PrivateMessages(FakeValues()))
    replies: None = None  # nothing is kept that a reply could promise
    consent_reminders: None = None  # tests/end_to_end/test_shared_consents.py has the real one
    now: Callable[[], datetime] = lambda: NOW

    def __post_init__(self) -> None:
        self.catalogue = FakeCatalogue(self.lookups)


SONG = f"spotify:track:{TRACK_ID}"
MIX = f"spotify:playlist:{PLAYLIST_ID}"


class FakeLeases:
    """Nobody else is there."""

    async def acquire(self, name: str, holder: str, now: datetime, until: datetime) -> bool:  # noqa: ARG002 - as the store has it
        return True

    async def renew(self, name: str, holder: str, until: datetime) -> bool:  # noqa: ARG002 - as the store has it
        return True

    async def release(self, name: str, holder: str) -> None:
        """Nothing to give back."""
