"""Usable for everybody: narrow, dark, by keyboard, without barriers, and with a thousand messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.sandbox.page.screen import PHONE

if TYPE_CHECKING:
    from tests.sandbox.page.screen import Demo, Screen

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]
Scheme = Literal["light", "dark"]


async def barriers(screen: Screen, **options: object) -> list[str]:
    """What axe-core finds serious or critical, where it is."""
    results = await Axe().run(screen.page, options={"resultTypes": ["violations"], **options})
    return [
        f"{found['id']}: {', '.join(str(node['target']) for node in found['nodes'])}"
        for found in results.response["violations"]
        if found["impact"] in {"serious", "critical"}
    ]


async def busy(demo: Demo, scheme: Scheme) -> Screen:
    """A window with something of everything in it."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open(color_scheme=scheme, guide=True)
    await screen.run("track", query="Glasshouse Forecast")
    await demo.say({"content": "**b** `c` ||s|| <t:1792000000:R> @everyone\n-# small\n```\ncode\n```"})
    await screen.run("link")
    return screen


async def test_no_barriers(demo: Demo) -> None:
    """axe-core finds nothing serious: with a card, a private answer, a form, a menu, and in every panel."""
    screen = await busy(demo, "light")
    found = {"chat": await barriers(screen)}
    for name in ("Spotify", "Trouble", "Calls"):
        panel = await screen.panel(name)
        await expect(panel.locator("*").first).to_be_visible()
        found[name] = await barriers(screen)
    await screen.newest.get_by_role("button", name="Enter the code").click()
    await expect(screen.page.get_by_role("dialog")).to_be_visible()
    found["form"] = await barriers(screen)
    await screen.page.keyboard.press("Escape")
    await expect(screen.newest.get_by_role("button", name="Enter the code")).to_be_focused()
    await screen.field.fill("/")
    found["commands"] = await barriers(screen)
    await screen.page.locator("#act-as-button").click()
    found["act as"] = await barriers(screen)
    assert {where: what for where, what in found.items() if what} == {}


async def test_contrast_in_the_dark(demo: Demo) -> None:
    """Dark colours keep the contrast that WCAG AA asks for."""
    screen = await busy(demo, "dark")
    await screen.panel("Trouble")
    found = await barriers(screen, runOnly=["color-contrast"])
    await screen.field.fill("/")
    assert found + await barriers(screen, runOnly=["color-contrast"]) == []


async def test_colours(demo: Demo) -> None:
    """Light or dark as the system says, until the reader says otherwise, and then for good."""
    screen = await demo.open(color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = await screen.page.evaluate(background)
    await screen.page.get_by_role("button", name="Use light colours").click()
    assert await screen.page.evaluate(background) != dark
    await screen.page.reload()
    await expect(screen.page.get_by_role("button", name="Use dark colours")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_barriers_in_components(other_bot: Demo, scheme: Scheme) -> None:
    """axe-core finds nothing serious in Components V2, a form of radio buttons and boxes, and a quoted message."""
    screen = await other_bot.open(color_scheme=scheme)
    await screen.run("layout")
    card = other_bot.world.discord.messages[-1]
    await other_bot.say({"content": "see above", "message_reference": {"message_id": str(card.id)}})
    await expect(screen.newest.locator(".origin")).to_have_text(
        re.compile("Every control|A section with words")
    )
    found = {"chat": await barriers(screen)}
    await screen.type_command("choices")
    await screen.page.keyboard.press("Enter")
    dialog = screen.page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="Live").uncheck()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_contain_text("Choose one")
    found["form"] = await barriers(screen)
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("width", [320, 400])
async def test_narrow(demo: Demo, width: int) -> None:
    """On a phone everything is in reach, the sides slide in, and nothing is wider than the screen."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open(viewport={**PHONE, "width": width}, has_touch=True)
    await screen.run("track", query="Glasshouse Forecast")
    await screen.run("playlists")
    page = screen.page
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Members, Spotify, trouble").click()
    await expect(page.get_by_role("tab", name="Members")).to_be_focused()
    for name in ("Spotify", "Trouble", "Calls"):
        panel = await screen.panel(name)
        await expect(panel).to_be_in_viewport()
        assert await panel.evaluate("e => e.scrollWidth <= e.clientWidth"), name
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Members, Spotify, trouble")).to_be_focused()
    await page.get_by_role("button", name="Servers and channels").click()
    await page.get_by_role("button", name="general").first.click()
    await expect(page.locator("#chat-head h2")).to_have_text("general")
    await expect(page.get_by_role("navigation")).not_to_be_in_viewport()


async def test_keyboard(demo: Demo) -> None:
    """From a look to a card without a mouse: skip link, list of commands, options, and back out again."""
    screen = await demo.open()
    page = screen.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("/pl")
    await expect(screen.offers).to_contain_text(["/playlists"])
    await page.keyboard.press("Escape")
    await expect(screen.offers).to_have_count(0)
    await screen.field.fill("")
    await page.keyboard.type("/add ")
    await expect(screen.option("track")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="+ playlist")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(screen.option("playlist")).to_be_focused()
    await page.keyboard.press("Backspace")
    await expect(screen.option("playlist")).to_have_count(0)
    await expect(screen.option("track")).to_be_focused()
    await page.keyboard.press("Backspace")
    await expect(screen.field).to_have_value("/add")
    await screen.field.fill("")
    await page.keyboard.type("/track Tin Parade")
    await page.keyboard.press("Enter")
    await expect(await screen.answer("track")).to_contain_text("Tin Parade")
    await page.keyboard.press("ArrowUp")
    await expect(screen.option("query")).to_have_value("Tin Parade")


async def test_thousand_messages(demo: Demo) -> None:
    """A thousand messages: the newest at once, older ones page by page, and scrolling stays smooth."""
    say = demo.world.discord.actor("linus", channel="music").say
    for number in range(1000):
        await say(f"message {number:04} with **some** words in it")
    screen = await demo.open()
    await expect(screen.newest).to_contain_text("message 0999")
    await expect(screen.messages).to_have_count(50)
    scroller = screen.page.locator("#messages")
    while await screen.messages.count() < 1000:
        before = await screen.messages.count()
        await scroller.evaluate("e => e.scrollTo(0, 0)")
        await expect(screen.messages.nth(before)).to_be_attached(timeout=30_000)
    await expect(screen.page.get_by_text("The beginning of #music")).to_be_attached()
    texts = await screen.page.locator("#message-list .content").all_text_contents()
    assert [text[8:12] for text in texts] == [f"{number:04}" for number in range(1000)]
    assert await smooth(screen)
    await scroller.evaluate("e => new Promise(done => { e.onscroll = done; e.scrollTop = 3000; })")
    await demo.say({"content": "one more"})
    await screen.page.get_by_role("button", name="1 new message").click()
    await expect(screen.newest).to_be_in_viewport()


async def smooth(screen: Screen) -> bool:
    """Whether a frame of a thousand messages is little more than one of fifty, on this machine now."""
    for _ in range(5):
        many = await screen.page.evaluate(SCROLL)
        await screen.page.evaluate(HIDE_OLDER, True)  # noqa: FBT003 - its only argument
        few = await screen.page.evaluate(SCROLL)
        await screen.page.evaluate(HIDE_OLDER, False)  # noqa: FBT003 - likewise
        if many < 8 * max(few, 17):  # at best a frame takes a sixtieth of a second
            return True
    return False


HIDE_OLDER = (
    "yes => [...document.querySelectorAll('.message')].slice(0, -50).forEach(row => { row.hidden = yes })"
)

# Scrolls from the beginning to the end in steps of half a screen, and back up; answers the time between two frames that
# nine of ten keep (a busy machine may miss single ones).
SCROLL = """() => new Promise(resolve => {
  const box = document.querySelector('#messages');
  const times = [];
  box.scrollTop = 0;
  let steps = 0, last = 0;
  const step = now => {
    steps += 1;
    if (steps > 3 && steps <= 90) times.push(now - last);
    last = now;
    if (steps < 90) box.scrollTop += box.clientHeight / 2;
    else if (steps === 90) box.scrollTop = 3000;
    else if (steps > 93) return resolve(times.sort((a, b) => a - b)[Math.floor(times.length * .9)]);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
