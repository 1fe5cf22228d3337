"""What the services tell the client about a call: how important it is, and whose share of the quota it uses up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.adding import Added, Adding
from bot.services.lookups import Lookups
from bot.services.playlists import Playlists
from bot.spotify.errors import SpotifyBudgetError, SpotifyOutcomeUnknownError
from bot.spotify.purpose import Part, Priority, Purpose
from tests.bot.link_desk import ADA, open_desk
from tests.bot.services.conftest import FakeClient, playlist, track

if TYPE_CHECKING:
    from pathlib import Path

    from bot.services.tokens import TokenKeeper
    from tests.bot.link_desk import Time

SHARE = (1, ADA)  # guild and member, as the cogs pass it
LOOKUP, SUGGESTION = Purpose(Priority.LOOKUP, SHARE), Purpose(Priority.SUGGESTION, SHARE)


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(tracks=[track(1, "Loop 1")], lists=[playlist(1, "Mix")])


@pytest.fixture
def lookups(keeper: TokenKeeper, client: Any, time: Time) -> Lookups:
    return Lookups(keeper, client, now=time.now, sleep=no_pause)


@pytest.fixture
def playlists(keeper: TokenKeeper, client: Any, time: Time) -> Playlists:
    return Playlists(keeper, client, now=time.now)


async def test_lookups(lookups: Lookups, client: FakeClient) -> None:
    """What a member asks for is a lookup; what is shown while typing, a suggestion."""
    await lookups.suggest_tracks("loop", ADA, share=SHARE)
    assert client.purposes == [SUGGESTION]
    client.purposes.clear()
    await lookups.track("loop 1", share=SHARE)
    assert client.purposes == [LOOKUP]


async def test_playlists(playlists: Playlists, client: FakeClient) -> None:
    """The same for playlists."""
    await playlists.suggest(ADA, "", share=SHARE)
    assert set(client.purposes) == {SUGGESTION}
    client.purposes.clear()
    await playlists.page(ADA, 0, share=SHARE)
    await playlists.find(ADA, "Mix", share=SHARE)
    assert set(client.purposes) == {LOOKUP}


async def test_adding(
    lookups: Lookups, playlists: Playlists, keeper: TokenKeeper, client: Any, time: Time
) -> None:
    """A write is one by itself; looking whether one came through after all is verification."""
    adding = Adding(keeper, client, lookups, playlists, now=time.now)
    client.fail["add_items"] = SpotifyOutcomeUnknownError()
    outcome = await adding.add(ADA, track(1).uri, "Mix", share=SHARE)
    assert isinstance(outcome, Added)
    assert outcome.verified
    assert client.purposes[-2:] == [Purpose(share=SHARE), Purpose(Priority.VERIFY, SHARE, Part.PERSONAL)]
    assert set(client.purposes[:-2]) == {LOOKUP}


async def test_linking(tmp_path: Path) -> None:
    """Asking whose consent it is counts as much as the exchange of its code: without it the consent is lost."""
    async with open_desk(tmp_path) as desk:
        await desk.digits()
        assert desk.spotify.purposes == [Purpose(Priority.REFRESH)]


@dataclass
class Scarce(FakeClient):
    """Refuses suggestions, as the quota does when most of the day's budget is used up; `begun`: one was asked for."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    priority: Priority | None = None

    def serving(self, purpose: Purpose) -> Scarce:
        return Scarce(self.tracks, self.lists, asked=self.asked, begun=self.begun, priority=purpose.priority)

    def _ask(self, name: str) -> None:
        super()._ask(name)
        self.begun.set()
        if self.priority is Priority.SUGGESTION:
            raise SpotifyBudgetError(datetime(2026, 11, 21, tzinfo=UTC))


async def test_refused_suggestions_show_nothing(keeper: TokenKeeper, time: Time) -> None:
    """Suggestions that the quota refuses are no error, and what is remembered is still suggested."""
    client: Any = Scarce([track(1, "Loop 1")], [playlist(1, "Mix")])
    lookups = Lookups(keeper, client, now=time.now, sleep=no_pause)
    playlists = Playlists(keeper, client, now=time.now)
    assert await lookups.suggest_tracks("loop", ADA) == ()
    assert await playlists.suggest(ADA, "") == ()
    await lookups.track("loop")
    await playlists.find(ADA, "Mix")
    assert len(await lookups.suggest_tracks("loop", ADA)) == 1
    assert len(await playlists.suggest(ADA, "")) == 1


async def test_lookup_is_not_refused_with_a_suggestion(keeper: TokenKeeper, time: Time) -> None:
    """Who looks up what somebody is just being suggested gets it, though the suggestion is refused."""
    client: Any = Scarce([track(1, "Loop 1")], [playlist(1, "Mix")])
    lookups = Lookups(keeper, client, now=time.now, sleep=no_pause)
    playlists = Playlists(keeper, client, now=time.now)
    asked = await asyncio.gather(
        lookups.searches._ask(
            "track", "loop", SUGGESTION
        ),  # without the pause, so that both ask at the same moment
        lookups.track("loop"),
        playlists.suggest(ADA, ""),
        playlists.changeable(ADA),
        return_exceptions=True,
    )
    assert isinstance(asked[0], SpotifyBudgetError)
    assert not isinstance(asked[1], BaseException)
    assert asked[2] == ()
    assert asked[3] == tuple(client.lists)
