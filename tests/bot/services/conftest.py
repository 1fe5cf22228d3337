"""Real SQLite stores, a clock to set, and a Spotify that says what a test tells it to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot import mongo, sqlite
from bot.sealing import Sealer, new_key
from bot.services.consents import Consents
from bot.services.leases import LeaseKeeper
from bot.services.linking import PLAYLIST_SCOPES
from bot.services.tokens import TokenKeeper
from bot.spotify.errors import SpotifyGrantError
from bot.spotify.models import Album, Artist, Count, Page, Person, Playlist, PlaylistItem, Ref, Track
from bot.spotify.oauth import AppToken, Grant, UserToken
from bot.spotify.purpose import Priority, Purpose
from bot.stores import Account, Stores, Tokens
from tests.bot.link_desk import ADA, Desk, Time, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from pathlib import Path


@dataclass
class FakeOAuth:
    """Counts what it is asked and gives numbered tokens; `refusal` is raised instead, `rotate` gives refresh tokens.

    refuses: refresh tokens whose consent it says is over.
    """

    time: Time
    refreshed: list[str] = field(default_factory=list)
    app_tokens: int = 0
    refusal: Exception | None = None
    rotate: bool = False
    refuses: set[str] = field(default_factory=set)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def refresh(self, refresh_token: str) -> Grant:
        self.refreshed.append(refresh_token)
        self.asked.set()
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        if refresh_token in self.refuses:
            raise SpotifyGrantError(status=400)
        number = len(self.refreshed)
        rotated = f"refresh-{number}" if self.rotate else None
        return Grant(f"access-{number}", rotated, self.time.now() + timedelta(hours=1), None)

    async def app_token(self) -> AppToken:
        self.app_tokens += 1
        await asyncio.sleep(0)
        if self.refusal:
            raise self.refusal
        return AppToken(f"app-{self.app_tokens}", self.time.now() + timedelta(hours=1))


@dataclass
class FakeShortLinks:
    """known: where each leads."""

    known: dict[str, Ref] = field(default_factory=dict)

    async def lookup(self, url: str, purpose: Purpose) -> Ref | None:
        assert purpose.priority is not Priority.SUGGESTION  # not with every key press
        return self.known.get(url)


@dataclass
class FakeClient:
    """Spotify's catalogue and one member's playlists in memory. `fail` is raised by the method of that name."""

    tracks: list[Track] = field(default_factory=list)
    lists: list[Playlist] = field(default_factory=list)
    contents: dict[str, list[Track]] = field(default_factory=dict)
    entries: list[PlaylistItem] = field(default_factory=list)  # in place of `contents`, where there are some
    fail: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    takes_effect: bool = True
    hidden: int = 0  # entries Spotify leaves out of each page
    short_links: FakeShortLinks = field(default_factory=FakeShortLinks)
    purpose: Purpose = field(default_factory=Purpose)
    null: tuple[int, ...] = ()  # places of entries that are null
    hangs: bool = False  # no list of playlists, no track, no search ever comes

    purposes: list[Purpose] = field(default_factory=list)

    def serving(self, purpose: Purpose) -> FakeClient:
        self.purposes.append(purpose)
        self.purpose = purpose
        return self

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.fail:
            raise self.fail[name]

    async def _wait(self, name: str) -> None:
        self._ask(name)
        await asyncio.sleep(3600 if self.hangs else 0)

    async def search_tracks(self, token: AppToken, query: str, *, limit: int = 10) -> Page[Track]:
        assert isinstance(token, AppToken)
        await self._wait("search_tracks")
        found = tuple(track for track in self.tracks if query in track.name.casefold())
        return Page(items=found[:limit], total=len(found))

    async def track(self, token: AppToken, track_id: str) -> Track:
        assert isinstance(token, AppToken)
        await self._wait("track")
        return next(track for track in self.tracks if track.id == track_id)

    async def my_playlists(self, token: UserToken, *, limit: int, offset: int) -> Page[Playlist]:
        assert isinstance(token, UserToken)
        await self._wait("my_playlists")
        more = "more" if offset + limit < len(self.lists) else None
        return Page(
            items=tuple(self.lists[offset : offset + limit]), total=len(self.lists), offset=offset, next=more
        )

    async def playlist(self, token: UserToken, playlist_id: str) -> Playlist:
        assert isinstance(token, UserToken)
        self._ask("playlist")
        return next(playlist for playlist in self.lists if playlist.id == playlist_id)

    async def playlist_items(
        self, token: UserToken, playlist_id: str, *, limit: int, offset: int
    ) -> Page[PlaylistItem]:
        assert isinstance(token, UserToken)
        self._ask("playlist_items")
        items = self.contents.get(playlist_id, [])
        if self.entries:
            return Page(items=tuple(self.entries[offset : offset + limit]), total=len(self.entries))
        page = tuple(PlaylistItem(item=track) for track in items[offset : offset + limit])
        gaps = tuple(place - offset for place in self.null if offset <= place < offset + limit)
        kept = tuple(item for place, item in enumerate(page) if place not in gaps)
        return Page(items=kept, total=len(items), offset=offset, skipped=self.hidden + len(gaps), gaps=gaps)

    async def add_items(self, token: UserToken, playlist_id: str, uris: Sequence[str]) -> str:
        assert isinstance(token, UserToken)
        if self.takes_effect:
            items = self.contents.setdefault(playlist_id, [])
            items += [next(track for track in self.tracks if track.uri == uri) for uri in uris]
        self._ask("add_items")
        return f"snapshot-{len(self.asked)}"


def track(number: int, name: str = "") -> Track:
    key = f"{number:022d}"
    return Track(
        uri=f"spotify:track:{key}",
        id=key,
        name=name or f"Song {number}",
        artists=(Artist(name="The Fakes"),),
        album=Album(name="Loopback"),
    )


def playlist(number: int, name: str, *, owner: str = "ada", items: int = 0, **more: Any) -> Playlist:
    return Playlist(
        id=f"{number:022d}",
        name=name,
        owner=Person(id=owner),
        items=Count(items),
        snapshot_id=f"first-{number}",
        **more,
    )


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with sqlite.open_stores(tmp_path / "mixtape.sqlite3", Sealer([new_key()])) as opened:
        yield opened


@pytest.fixture
def oauth(time: Time) -> FakeOAuth:
    return FakeOAuth(time)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def account(time: Time) -> Account:
    tokens = Tokens("access-0", "refresh-0", time.now() + timedelta(hours=1))
    return Account(ADA, "ada-account", "ada", PLAYLIST_SCOPES, time.now(), tokens)


@pytest.fixture
async def keeper(stores: Stores, oauth: FakeOAuth, time: Time, account: Account) -> TokenKeeper:
    await stores.accounts.link(account)
    return make_keeper(stores, oauth, time)


def make_keeper(
    stores: Stores,
    oauth: FakeOAuth,
    time: Time,
    ended: Callable[[Account], Awaitable[None]] | None = None,
    *,
    restored: Callable[[Account], Awaitable[None]] | None = None,
    consents: Consents | None = None,
) -> TokenKeeper:
    """As each process has one."""

    async def wait(_: float) -> None:
        time.pass_by(seconds=1)
        await asyncio.sleep(0)

    return TokenKeeper(
        stores.accounts,
        LeaseKeeper(stores.leases, now=time.now),
        oauth,  # type: ignore[arg-type] # the two methods that are used
        consents or Consents(stores.values, stores.accounts, now=time.now),
        now=time.now,
        sleep=wait,
        ended=ended,
        restored=restored,
    )


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.real_part)])
async def each_stores(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stores]:
    """On each database in turn."""
    sealer = Sealer([new_key()])
    if request.param == "mongo":
        opened = mongo.open_stores(request.getfixturevalue("mongo_uri"), sealer)
    else:
        opened = sqlite.open_stores(tmp_path / "each.sqlite3", sealer)
    async with opened as stores:
        yield stores
