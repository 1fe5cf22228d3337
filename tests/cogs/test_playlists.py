"""/playlists as a member sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.spotify.errors import SpotifyUnavailableError

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from tests.cogs.fake_services import FakeServices


async def test_paging(ada: Actor) -> None:
    """The same private message turns its pages; the buttons at the ends cannot be pressed."""
    first = await (await ada.command("playlists")).reply()
    assert first.ephemeral
    assert [button.disabled for button in first.buttons()] == [True, False]
    second = await (await ada.press(first, "Next")).updated()
    assert second.id == first.id
    assert "page 2 of 3" in second.text
    third = await (await ada.press(second, "Next")).updated()
    assert [button.disabled for button in third.buttons()] == [False, True]


async def test_failing_page(ada: Actor, services: FakeServices) -> None:
    """A page that cannot be shown leaves the one before standing."""
    first = await (await ada.command("playlists")).reply()
    services.playlists.failure = SpotifyUnavailableError()
    told = await (await ada.press(first, "Next")).reply()
    assert told.ephemeral
    assert "Spotify isn't responding" in told.text
    assert "page 1 of 3" in first.text


async def test_privacy_is_not_promised(ada: Actor) -> None:
    """What Spotify calls public is explained as it is: anyone who has the link can open the others, too."""
    reply = await (await ada.command("playlists")).reply()
    assert "anyone with the link can open it" in reply.text
