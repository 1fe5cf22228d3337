"""The demo shows the pictures of /shared stats as pictures, and tells what they show to those who do not see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from sandbox.lending import lend_new

if TYPE_CHECKING:
    from tests.sandbox.page.screen import Demo

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]

PATIENCE_MS = 60_000  # they are drawn


async def test_pictures(demo: Demo) -> None:
    """Each picture is there and has a text with its figures; the figures can be read beside them."""
    world = demo.world
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    await lend_new(world, ada, "Our Tape")
    await (await ada.command("add", track=world.spotify.known.plain.uri, playlist="Our Tape")).reply()
    screen = await demo.open()
    await screen.type_command("shared stats")
    await screen.send()
    shown = screen.messages.filter(has_text="Our Tape in numbers").last
    await expect(shown.locator("img[alt*='Our Tape']")).to_have_count(3, timeout=PATIENCE_MS)
    who = shown.get_by_role("img", name=re.compile("Bars that show .* 1. Ada: 1 track"))
    await expect(who).to_be_visible()
    await expect(who).to_have_js_property("naturalWidth", 1200)
    await expect(shown).to_contain_text("Ada: 1 track (100 %)")
    await expect(shown.get_by_role("button", name="Hide my name")).to_be_visible()
