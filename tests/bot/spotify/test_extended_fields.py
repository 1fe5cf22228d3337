"""What Spotify only sends to some apps: readable where it's sent, None where it isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.spotify import MemoryTokens, Spotify
from bot.spotify.models import Followers
from sandbox.clock import Clock
from sandbox.fake_spotify import FakeSpotify

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REDIRECT = "http://127.0.0.1:8080/callback"


@pytest.fixture(params=[True, False], ids=["extended", "development"])
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[FakeSpotify]:
    async with FakeSpotify(
        clock=Clock(),
        client_id="c11e47",
        client_secret="s",
        redirect_uris=[REDIRECT],
        extended=request.param,
    ) as made:
        yield made


@pytest.fixture
async def spotify(fake: FakeSpotify) -> AsyncIterator[Spotify]:
    async with Spotify(
        "c11e47", "s", redirect_uri=REDIRECT, api_url=fake.api_url, accounts_url=fake.accounts_url
    ) as opened:
        store = MemoryTokens()
        person = opened.session(store)
        asking = person.ask("user-read-private user-read-email")
        await person.finish(asking, await fake.consent(asking.url, "ada"))
        await opened.sign_in(store=store)
        yield opened


async def test_artist(spotify: Spotify, fake: FakeSpotify) -> None:
    """An artist's followers, popularity and genres."""
    artist = await spotify.artist(fake.known.artist.id)
    assert artist.genres == tuple(fake.known.artist.genres)
    if fake.switches.extended:
        assert artist.followers == Followers(1_000 + len(artist.name))
        assert artist.popularity == 30
    else:
        assert (artist.followers, artist.popularity) == (None, None)


async def test_track(spotify: Spotify, fake: FakeSpotify) -> None:
    """A track's popularity."""
    track = await spotify.track(fake.known.plain.id)
    assert track.popularity == (fake.known.plain.popularity if fake.switches.extended else None)


async def test_me(spotify: Spotify, fake: FakeSpotify) -> None:
    """One's own followers, email, country and product."""
    me = await spotify.me()
    found = (me.followers, me.email, me.country, me.product)
    if fake.switches.extended:
        assert found == (Followers(3), "ada@sandbox.example", "DE", "premium")
    else:
        assert found == (None, None, None, None)
