"""Cards of the real bot as the page draws them: how high they are, with ordinary and with the longest titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.stores.lists import Mode
from sandbox.example import vote_card
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Message
    from tests.sandbox.page.screen import Demo, Screen

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]
DESK = {"width": 1280, "height": 900}
HIGHEST_PX = 300
NAME = "A mixtape for " + "us " * 20


async def shown(demo: Demo, track: str, note: str) -> tuple[Screen, Message]:
    """A window with the card of what Hedy proposed; one vote is in."""
    ada = demo.world.discord.actor("ada", channel="general")
    await demo.world.link(ada)
    await lend(
        demo.world,
        ada,
        demo.world.spotify.known_playlists.empty,
        mode=Mode.VOTE,
        name=NAME,
    )
    hedy, grace = (demo.world.discord.actor(name, channel="music") for name in ("hedy", "grace"))
    screen = await demo.open("linus", viewport=DESK)
    await (await hedy.command("add", track=track, note=note)).reply()
    card = await demo.world.discord.wait_for(lambda: vote_card(demo.world), "card")
    await (await grace.press(card, card.buttons()[0].custom_id or "")).acknowledged()
    await demo.world.advance(seconds=2)
    await demo.world.discord.wait_for(lambda: card.edited_at, "vote on the card")
    return screen, card


@pytest.mark.parametrize("which", ["plain", "together", "long", "hostile"])
async def test_vote_card(demo: Demo, which: str) -> None:
    """A card to vote on is at most 300 px high at 1280 px, its text of 16 px; the longest titles, too."""
    track = getattr(demo.world.spotify.known, which)
    screen, card = await shown(demo, track.uri, "for the way home")
    row = screen.page.locator(f'article[data-id="{card.id}"] .components')
    await expect(row.locator("img").first).to_have_js_property("complete", value=True)
    box = await row.bounding_box()
    assert box
    assert 100 < box["height"] <= HIGHEST_PX
    await expect(row.locator(".c-text p").nth(1)).to_have_css("font-size", "16px")
    assert await screen.page.evaluate("document.documentElement.scrollWidth") <= DESK["width"]
