"""The demo shows the picture of /shared stats as a picture, and tells what it shows to those who do not see it."""

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


async def test_picture(demo: Demo) -> None:
    """The picture is there and has a text with its figures; the figures can be read beside it."""
    world = demo.world
    ada = world.discord.actor("ada", channel="music")
    await world.link(ada)
    await lend_new(world, ada, "Our Tape")
    for track in world.spotify.release(5):
        await (await ada.command("add", track=track.uri, playlist="Our Tape")).reply()
    screen = await demo.open()
    await screen.type_command("shared stats")
    await screen.send()
    shown = screen.messages.filter(has_text="Our Tape in numbers").last
    await expect(shown.locator("img[alt*='Our Tape']")).to_have_count(1, timeout=PATIENCE_MS)
    picture = shown.get_by_role("img", name=re.compile("Bars that show .* 1. Ada: 5 tracks"))
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", value=True)
    assert 900 < await picture.evaluate("image => image.naturalWidth") <= 1000
    await expect(shown).to_contain_text("Ada: 5 tracks (100%)")
    await expect(shown.get_by_role("button", name="Hide my name")).to_be_visible()
