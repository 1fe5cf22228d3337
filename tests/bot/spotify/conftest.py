"""What the tests of the Spotify client share: a scripted server, a clock, and a transport that never really waits."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.spotify.client import SpotifyClient
from bot.spotify.limiter import Limiter
from bot.spotify.oauth import AppToken, OAuth, UserToken
from bot.spotify.scopes import Scope
from bot.spotify.transport import Transport, new_session
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify
from sandbox.ports import ReservedPort
from tests.bot.spotify.programs import Desk
from tests.bot.spotify.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    import aiohttp


@dataclass
class Time:
    """A clock that moves only when told to, or when somebody sleeps."""

    start: datetime = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    passed_s: float = 0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.passed_s)

    def seconds(self) -> float:
        return self.passed_s

    async def sleep(self, wait_s: float) -> None:
        self.slept.append(wait_s)
        self.passed_s += wait_s


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def limiter(clock: Time) -> Limiter:
    return Limiter(clock.now, clock=clock.seconds, sleep=clock.sleep)


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    async with Scripted() as scripted:
        yield scripted


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_session() as made:
        yield made


@pytest.fixture
def transport(session: aiohttp.ClientSession, limiter: Limiter, clock: Time) -> Transport:
    return Transport(
        session, limiter, sleep=clock.sleep, clock=clock.seconds, chance=lambda: 0.5, max_body=100_000
    )


@pytest.fixture
def client(transport: Transport, server: Scripted) -> SpotifyClient:
    return SpotifyClient(transport, api_url=f"{server.url}/v1", market="SE")


@pytest.fixture
def oauth(transport: Transport, server: Scripted, clock: Time) -> OAuth:
    return OAuth(
        transport,
        client_id="c11e47",
        client_secret="marker-client-secret",
        redirect_uri="https://tape.example/callback?x=1",
        now=clock.now,
        accounts_url=server.url,
    )


@pytest.fixture
def app_token(clock: Time) -> AppToken:
    return AppToken("marker-app-token", clock.now() + timedelta(hours=1))


@pytest.fixture
def user_token() -> UserToken:
    return UserToken("marker-user-token", frozenset(Scope))


@pytest.fixture
def sandbox_clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(sandbox_clock: Clock) -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=sandbox_clock,
        client_id="c11e47",
        client_secret="the-sandbox-keeps-no-secret",
        redirect_uris=["http://127.0.0.1/callback", "https://example.org/callback"],
    ) as made:
        yield made


@pytest.fixture
def port() -> Iterator[int]:
    with closing(ReservedPort()) as reserved:
        yield reserved.number


@pytest.fixture
def desk(tmp_path: Path, fake: FakeSpotify, port: int) -> Desk:
    return Desk(tmp_path, fake, port)
