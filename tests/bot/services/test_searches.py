"""Suggestions while somebody types: what is known already is asked once, and only a pause asks Spotify."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.services.lookups import Lookups
from tests.bot.services.conftest import FakeClient, track

if TYPE_CHECKING:
    from bot.services.searches import Searches
    from bot.services.tokens import TokenKeeper
    from tests.bot.link_desk import Time

NAMES = ("Copper Umbrella", "Copper Kettle", "Café Copper", "Small Hours")


@pytest.fixture
def client() -> FakeClient:
    return FakeClient([track(number, name) for number, name in enumerate(NAMES)])


@pytest.fixture
def searches(keeper: TokenKeeper, client: FakeClient, time: Time) -> Searches:
    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    return Lookups(keeper, client, now=time.now, sleep=no_pause).searches  # type: ignore[arg-type] # the methods that are used


async def names(searches: Searches, text: str) -> list[str]:
    return [one.name for one in await searches.suggest("track", text, 1)]


@pytest.mark.parametrize(
    "text", ["copper k", "copper kettle", "COPPER  KETT", "kettle c", "copper fakes kett"]
)
async def test_known_beginning(searches: Searches, client: FakeClient, text: str) -> None:
    """What fits of the answer to the beginning is the answer, in whichever order and case the words come."""
    await names(searches, "copper")
    await names(searches, "kettle")
    asked = len(client.asked)
    assert await names(searches, text) == ["Copper Kettle"]
    assert len(client.asked) == asked


async def test_without_accents(searches: Searches, client: FakeClient) -> None:
    """Accents that are skipped while typing are no reason to ask again."""
    await names(searches, "copper")
    assert await names(searches, "copper cafe") == ["Café Copper"]
    assert client.asked == ["search_tracks"]


async def test_nothing_fits(searches: Searches, client: FakeClient) -> None:
    """If nothing known fits, Spotify is asked: it may know more than the ten it sent."""
    await names(searches, "copper")
    assert await names(searches, "copper sun") == []
    assert client.asked == ["search_tracks"] * 2


async def test_other_kinds_are_others(searches: Searches, client: FakeClient) -> None:
    """The answer to a search for tracks is none to one for albums."""
    await names(searches, "copper")
    with pytest.raises(AttributeError):  # the fake has no albums: it was asked
        await searches.find("album", "copper")
    assert client.asked == ["search_tracks"]
