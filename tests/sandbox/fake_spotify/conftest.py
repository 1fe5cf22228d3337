"""A fresh fake Spotify for each test, and somebody to talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify
from tests.sandbox.fake_spotify.api import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Api

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def spotify(clock: Clock) -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=clock, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, redirect_uris=[REDIRECT_URI]
    ) as fake:
        yield fake


@pytest.fixture
async def api(spotify: FakeSpotify) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(spotify, session)
