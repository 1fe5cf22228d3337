"""A member's playlists: pages, suggestions, names."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.errors import NotLinkedError, PlaylistNotFoundError
from bot.services.playlists import Playlists
from bot.spotify.errors import SpotifyUnavailableError
from tests.bot.link_desk import ADA
from tests.bot.services.conftest import playlist

if TYPE_CHECKING:
    from bot.services.tokens import TokenKeeper
    from bot.stores import Stores
    from tests.bot.link_desk import Time
    from tests.bot.services.conftest import FakeClient


@pytest.fixture
def playlists(keeper: TokenKeeper, client: FakeClient, time: Time) -> Playlists:
    client.lists = [playlist(number, f"List {number:02}") for number in range(23)]
    return Playlists(keeper, client, now=time.now)  # type: ignore[arg-type] # the methods that are used


async def test_pages_of_ten(playlists: Playlists, client: FakeClient) -> None:
    """Ten lists a page, one call each; a page past the end shows the last one."""
    first = await playlists.page(ADA, 0)
    assert (len(first.playlists), first.number, first.pages, first.total) == (10, 0, 3, 23)
    assert client.asked == ["my_playlists"]
    last = await playlists.page(ADA, 99)
    assert (len(last.playlists), last.number) == (3, 2)


async def test_no_playlists(playlists: Playlists, client: FakeClient) -> None:
    """Without playlists there is one empty page."""
    client.lists = []
    page = await playlists.page(ADA, 0)
    assert (page.playlists, page.number, page.pages, page.total) == ((), 0, 1, 0)


async def test_suggestions_cost_one_read_a_minute(
    playlists: Playlists, client: FakeClient, time: Time
) -> None:
    """Every key press is answered from memory for a minute."""
    for text in ("", "l", "li", "list 1"):
        await playlists.suggest(ADA, text)
    assert client.asked == ["my_playlists"]
    time.pass_by(minutes=2)
    await playlists.suggest(ADA, "li")
    assert len(client.asked) == 2


async def test_suggestions_hold_only_what_can_be_changed(playlists: Playlists, client: FakeClient) -> None:
    """Lists of others are not suggested unless they are collaborative; what begins with the text comes first."""
    client.lists = [
        playlist(1, "My road"),
        playlist(2, "Road", owner="bob"),
        playlist(3, "Road trip", owner="bob", collaborative=True),
    ]
    assert [found.name for found in await playlists.suggest(ADA, "road")] == ["Road trip", "My road"]


async def test_trouble_gives_no_suggestions(playlists: Playlists, client: FakeClient) -> None:
    """Suggestions never fail: not linked or Spotify away just means none."""
    assert await playlists.suggest(8, "") == ()
    client.fail["my_playlists"] = SpotifyUnavailableError()
    assert await playlists.suggest(ADA, "") == ()


async def test_page_of_a_stranger(playlists: Playlists) -> None:
    """A member without an account is told so."""
    with pytest.raises(NotLinkedError):
        await playlists.page(8, 0)


async def test_another_account(playlists: Playlists, client: FakeClient, stores: Stores) -> None:
    """Who has just linked another Spotify account is not shown the lists of the former one."""
    await playlists.suggest(ADA, "list")
    held = await stores.accounts.of_member(ADA)
    assert held is not None
    await stores.accounts.link(replace(held, account_id="other-account", spotify_id="other"))
    client.lists = [playlist(1, "Other list", owner="other")]
    assert await playlists.suggest(ADA, "list") == tuple(client.lists)


async def test_impatient(keeper: TokenKeeper, client: FakeClient, time: Time) -> None:
    """Suggestions that Spotify takes too long for are none, in time for Discord."""
    client.hangs = True
    playlists = Playlists(keeper, client, now=time.now, patience_s=0.01)  # type: ignore[arg-type] # as above
    async with asyncio.timeout(1):
        assert await playlists.suggest(ADA, "list") == ()


async def test_suggestions_reach_beyond_the_first_fifty(playlists: Playlists, client: FakeClient) -> None:
    """All of a member's lists are read, page by page, until Spotify says that there is no more."""
    client.lists = [playlist(number, f"List {number:03}") for number in range(120)]
    assert await playlists.suggest(ADA, "list 119") == (client.lists[119],)
    assert client.asked == ["my_playlists"] * 3


async def test_new_list_is_found_at_once(playlists: Playlists, client: FakeClient) -> None:
    """A list made after the last reading is found by name all the same; a wrong name costs one more reading."""
    await playlists.suggest(ADA, "")
    client.lists.append(playlist(99, "Brand new"))
    [found] = await playlists.find(ADA, "brand new")
    assert found.name == "Brand new"
    client.asked.clear()
    with pytest.raises(PlaylistNotFoundError):
        await playlists.find(ADA, "no such list")
    assert client.asked == ["my_playlists"]
