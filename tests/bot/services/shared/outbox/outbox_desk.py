"""Writing with all its real parts: a database, the client, and the sandbox's Spotify, on a clock that stands."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import sqlite
from bot.sealing import Sealer, new_key
from bot.services.consents import Consents
from bot.services.leases import LeaseKeeper
from bot.services.linking import PLAYLIST_SCOPES
from bot.services.shared.core.ledger import ContributionLedger
from bot.services.shared.core.playlists import SharedPlaylistChanges
from bot.services.shared.core.queue import Queue
from bot.services.shared.core.schedule import Schedule
from bot.services.shared.outbox.confirmation import ROUNDS
from bot.services.shared.outbox.dead_letters import DeadLetters
from bot.services.shared.outbox.dispatcher import OutboxDispatcher
from bot.services.shared.playlist_access.playlist import LentPlaylists
from bot.services.shared.playlist_access.recovery import Recovery
from bot.services.tokens import TokenKeeper
from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import OAuth
from bot.spotify.transport import Transport, new_session
from bot.stores import Account, Tokens
from bot.stores.contributions import Contribution, Recording, State, Via
from bot.stores.lists import SharedPlaylist
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify, Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.spotify.purpose import Share
    from bot.stores import Stores
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.playlists import FakePlaylist

GUILD, OWNER, LINUS, MIRA = 10, 7, 21, 22
POSTS = "POST /playlists/*/items"
DELETES = "DELETE /playlists/*/items"


class StillClock(Clock):
    """Moves only when told to."""

    start = datetime(2026, 11, 20, 12, 0, 0, 500_000, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + self.ahead

    def seconds(self) -> float:
        return self.ahead.total_seconds()

    async def sleep(self, wait_s: float) -> None:
        self.advance(wait_s)
        await asyncio.sleep(0)


@dataclass
class Desk:
    clock: StillClock
    spotify: FakeSpotify
    stores: Stores
    keeper: TokenKeeper
    client: SpotifyClient
    ledger: ContributionLedger
    dispatcher: OutboxDispatcher
    queue: Queue
    parking: DeadLetters
    leases: LeaseKeeper
    schedule: Schedule
    limiter: Limiter
    held: dict[Share, datetime] = field(default_factory=dict)  # whose share is used up, and until when
    used_part: float = 0.0  # of the day's requests
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def lent(self) -> LentPlaylists:
        stores = self.stores
        return LentPlaylists(
            self.keeper,
            self.client,
            stores.lists,
            self.leases,
            stores.journals,
            recovery=recovery_of(stores, self.schedule, self.clock.now),
            now=self.clock.now,
        )

    def start_again(self, holder: str = "one") -> None:
        """Another process goes on with the same database."""
        numbers = count(1)
        self.leases = LeaseKeeper(self.stores.leases, now=self.clock.now)
        self.ledger = ContributionLedger(self.stores.contributions, self.stores.votes, now=self.clock.now)
        self.dispatcher = OutboxDispatcher(
            self.stores,
            self.lent(),
            self.ledger,
            self.schedule,
            held_until=self.held_until,
            used_part=lambda: self.used_part,
            new_id=lambda: f"{holder}-{self.clock.seconds()}-{next(numbers)}",
            now=self.clock.now,
        )
        self.queue = Queue(
            self.stores.lists,
            self.stores.contributions,
            self.ledger,
            wake=self.dispatcher.wake,
            now=self.clock.now,
        )
        self.parking = DeadLetters(
            self.stores.lists,
            self.stores.contributions,
            self.stores.journals,
            self.ledger,
            self.dispatcher,
            now=self.clock.now,
        )

    def held_until(self, share: Share) -> datetime | None:
        until = self.held.get(share)
        return until if until is not None and until > self.clock.now() else None

    async def link(self, person: str = "ada", account_id: str = "ada-account") -> None:
        """The owner agrees, again perhaps."""
        tokens = Tokens(
            self.spotify.user_token(person, PLAYLIST_SCOPES),
            self.spotify.refresh_token(person, PLAYLIST_SCOPES),
            self.clock.now() + timedelta(hours=1),
        )
        now = self.clock.now()
        spotify_id = self.spotify.people[person].id
        await self.stores.accounts.link(Account(OWNER, account_id, spotify_id, PLAYLIST_SCOPES, now, tokens))

    async def lend(self, name: str = "Tape", *tracks: Track) -> tuple[SharedPlaylist, FakePlaylist]:
        """A list for a playlist of Ada's that holds these tracks already; they count as found."""
        playlist = self.spotify.new_playlist("ada", name, [track.uri for track in tracks])
        shared = await self.stores.lists.create(
            SharedPlaylist(
                f"list{next(self._numbers):04d}",
                GUILD,
                playlist.id,
                name,
                OWNER,
                "ada-account",
                self.clock.now(),
            )
        )
        for track in tracks:
            one = self.proposal(shared, track, None)
            number = await self.stores.contributions.next_number(shared.list_id)
            await self.stores.contributions.add_all([_landed(one, number)])
        return shared, playlist

    def proposal(self, shared: SharedPlaylist, track: Track | str, member_id: int | None) -> Contribution:
        number = next(self._numbers)
        now = self.clock.now()
        recording = (
            Recording(track)
            if isinstance(track, str)
            else Recording(track.uri, track.isrc, (), 180_000, track.name)
        )
        return Contribution(
            contribution_id=f"c{number:011d}",
            origin=f"interaction {number}/0",
            list_id=shared.list_id,
            guild_id=GUILD,
            member_id=member_id,
            via=Via.COMMAND,
            recording=recording,
            state=State.PENDING,
            created_at=now,
            changed_at=now,
        )

    async def contribute(
        self, shared: SharedPlaylist, *tracks: Track | str, member_id: int = LINUS
    ) -> list[Contribution]:
        accepted = []
        for track in tracks:
            stored = await self.queue.enqueue(self.proposal(shared, track, member_id), "open")
            accepted.append(stored)
        return accepted

    async def state(self, contribution: Contribution) -> State:
        return (await self.read(contribution)).state

    async def read(self, contribution: Contribution) -> Contribution:
        found = await self.stores.contributions.get(GUILD, contribution.contribution_id)
        assert found is not None
        return found

    async def leave(self, contribution: Contribution) -> None:
        """Somebody wants it out."""
        current = await self.read(contribution)
        assert await self.stores.contributions.swap(current, replace(current, state=State.LEAVING))
        self.dispatcher.wake(contribution.list_id)

    async def calm(self, *, hours: float = 3) -> None:
        """Work whenever something is due, for as long as there is something, `hours` at most."""
        end = self.clock.now() + timedelta(hours=hours)
        while True:
            due = await self.dispatcher.work()
            if not self.dispatcher.busy or due is None or due > end:
                return
            await self.wait_until(max(due, self.clock.now() + timedelta(milliseconds=1)))

    async def park(self, shared: SharedPlaylist, *tracks: Track | str) -> list[Contribution]:
        """Contributions of which Spotify never says what became of them, while they do not go in."""
        accepted = await self.contribute(shared, *tracks)
        self.spotify.faults.add(Fault(POSTS, "status", times=ROUNDS))
        await self.calm()
        return [await self.read(one) for one in accepted]

    async def change(self, shared: SharedPlaylist, **changes: Any) -> SharedPlaylist:
        """Fields of the list, as it is now."""
        current = await self.stores.lists.by_id(shared.list_id)
        assert current is not None
        changed = await self.stores.lists.swap(current, replace(current, **changes))
        assert changed is not None
        return changed

    async def killed_in(self, match: str, *, takes_effect: bool = True) -> bool:
        """Kill the writer in the middle of a request, which has its effect all the same or not. False: none was made.

        Another process has to go on.
        """
        held = self.spotify.faults.add(Fault(match, "latency"))
        broken = None if takes_effect else self.spotify.faults.add(Fault(match, "reset_before"))
        answered = asyncio.Event()
        working, struck = asyncio.create_task(self.dispatcher.work()), asyncio.create_task(held.struck())
        await asyncio.wait({working, struck}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, struck):
            task.cancel()
        await asyncio.gather(working, struck, return_exceptions=True)
        self.spotify.listeners.append(answered.set)
        self.spotify.faults.disarm(held, *([broken] if broken and not held.hits else []))
        if held.hits:
            await answered.wait()
        self.spotify.listeners.remove(answered.set)
        return bool(held.hits)

    async def wait_until(self, moment: datetime) -> None:
        """Time passes, and what happens late happens at its time."""
        while (late := self.spotify.faults.next_late) is not None and late <= moment:
            self.clock.advance(max(late - self.clock.now(), timedelta()))
            await self.spotify.faults.come_due()
        self.clock.advance(max(moment - self.clock.now(), timedelta()))

    def posts(self) -> int:
        return len(self.spotify.calls_to(POSTS))


def recovery_of(stores: Stores, schedule: Schedule, now: Callable[[], datetime]) -> Recovery:
    changes = SharedPlaylistChanges(stores.lists, schedule, now=now)
    return Recovery(changes, stores.accounts, stores.contributions)


def _landed(contribution: Contribution, number: int) -> Contribution:
    return replace(contribution, state=State.LANDED, number=number, via=Via.SPOTIFY)


@asynccontextmanager
async def open_desk(opened: Path | AbstractAsyncContextManager[Stores]) -> AsyncIterator[Desk]:
    """opened: where an SQLite file is to be, or stores of another kind."""
    clock = StillClock()
    if isinstance(opened, Path):
        opened = sqlite.open_stores(opened, Sealer([new_key()]))
    async with AsyncExitStack() as stack:
        spotify = await stack.enter_async_context(
            FakeSpotify(
                clock=clock, client_id="c11e47", client_secret="s3", redirect_uris=["http://127.0.0.1:1/"]
            )
        )
        stores = await stack.enter_async_context(opened)
        session = await stack.enter_async_context(new_session())
        limiter = Limiter(clock.now, budget=10**6, clock=clock.seconds, sleep=clock.sleep)
        transport = Transport(session, limiter, sleep=clock.sleep, clock=clock.seconds)
        client = SpotifyClient(transport, api_url=spotify.api_url)
        oauth = OAuth(
            transport,
            client_id=spotify.client_id,
            client_secret=spotify.client_secret,
            redirect_uri="http://127.0.0.1:1/",
            accounts_url=spotify.accounts_url,
            now=clock.now,
        )
        leases = LeaseKeeper(stores.leases, now=clock.now)
        keeper = TokenKeeper(
            stores.accounts,
            leases,
            oauth,
            Consents(stores.values, stores.accounts, now=clock.now),
            now=clock.now,
            sleep=clock.sleep,
        )
        schedule = Schedule(stores.due, stores.lists, stores.values, now=clock.now)
        desk = Desk(clock, spotify, stores, keeper, client, None, None, None, None, leases, schedule, limiter)  # type: ignore[arg-type] # set below
        desk.start_again()
        await desk.link()
        yield desk
