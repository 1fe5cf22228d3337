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
    """If nothing of a full page fits, Spotify is asked: it may know more than the ten it sent."""
    client.tracks = [track(number, f"Copper {number}") for number in range(11)]
    await names(searches, "copper")
    assert await names(searches, "copper 10") == ["Copper 10"]
    assert client.asked == ["search_tracks"] * 2


async def test_nothing_more(searches: Searches, client: FakeClient) -> None:
    """If Spotify sent less than a page, or nothing, there is nothing more for a longer text, and it isn't asked."""
    await names(searches, "copper")
    assert await names(searches, "copper sun") == []
    assert await names(searches, "xy") == []
    assert await names(searches, "xyz") == []
    assert client.asked == ["search_tracks"] * 2


async def test_found_for_another_reason(searches: Searches, client: FakeClient) -> None:
    """What Spotify found for a reason we don't see, here inside a word, tells nothing about a longer text."""
    assert await names(searches, "brel") == ["Copper Umbrella"]
    assert await names(searches, "brella") == ["Copper Umbrella"]
    assert client.asked == ["search_tracks"] * 2


async def test_taken_back(searches: Searches, client: FakeClient) -> None:
    """A slip that is deleted again, down to what is known, isn't asked about."""
    await names(searches, "copper")
    slip, back = await asyncio.gather(names(searches, "copperx"), names(searches, "copper"))
    assert (slip, len(back)) == ([], 3)
    assert client.asked == ["search_tracks"]


async def test_other_kinds_are_others(searches: Searches, client: FakeClient) -> None:
    """The answer to a search for tracks is none to one for albums."""
    await names(searches, "copper")
    with pytest.raises(AttributeError):  # the fake has no albums: it was asked
        await searches.find("album", "copper")
    assert client.asked == ["search_tracks"]
