"""The way of somebody new: look up, link, lend a playlist, add to it without Spotify, vote, see who added what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.sandbox.page.screen import DESK, PHONE

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.sandbox.page.screen import Demo, Screen

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]


def guide(screen: Screen) -> Locator:
    return screen.page.get_by_role("region", name="First steps")


async def send(screen: Screen, label: str, command: str, member: str) -> None:
    """One of the first steps: it types as a certain member, and the newcomer presses Enter."""
    await guide(screen).get_by_role("button", name=label).click()
    await expect(screen.page.locator("#act-as-button")).to_contain_text(member)
    await expect(screen.page.locator("#command-line")).to_contain_text(f"/{command}")
    await screen.page.keyboard.press("Enter")


async def step(screen: Screen, label: str, command: str, member: str) -> None:
    """The same, until it is answered in public."""
    await send(screen, label, command, member)
    # Not `screen.answer`: a card may follow the answer at once.
    answer = screen.messages.filter(has=screen.page.locator(".origin", has_text=f"/{command}")).last
    await expect(answer).to_be_visible()
    await expect(answer.locator(".thinking-words")).to_have_count(0)


async def vote(screen: Screen, label: str, member: str) -> None:
    """The step that only says what to press."""
    await guide(screen).get_by_role("button", name=label).click()
    await expect(screen.page.locator("#act-as-button")).to_contain_text(member)
    await screen.messages.get_by_role("button", name="Add it").click()


async def link(screen: Screen) -> None:
    """From the answer to /link through the two pages of the browser tab, and back with the six digits."""
    async with screen.page.context.expect_page() as opening:
        await screen.newest.get_by_role("link", name="Open the page").click()
    tab = await opening.value
    await tab.get_by_role("button", name="Continue").click()
    await tab.get_by_role("button", name="Agree").click()
    digits = "".join((await tab.locator(".code").inner_text()).split())
    await tab.close()
    await screen.newest.get_by_role("button", name="Enter the code").click()
    dialog = screen.page.get_by_role("dialog", name="Enter the code")
    await dialog.get_by_role("textbox").fill(digits)
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_have_count(0)


async def test_first_steps(demo: Demo) -> None:
    """The suggestions lead from a first look to a track that members voted in, and each only has to be sent."""
    screen = await demo.open("linus", guide=True)
    await expect(guide(screen).locator(".guide-step")).to_have_count(5)
    await step(screen, "Look up a track", "track", "Hedy")
    card = screen.newest
    await expect(card.get_by_role("link", name="Copper Umbrella")).to_be_visible()
    await expect(card.get_by_role("link", name="Open in Spotify")).to_have_attribute("target", "_blank")
    await expect(card.locator(".c-thumbnail img")).to_have_js_property("complete", value=True)
    await step(screen, "Link Ada's account", "link", "Ada")
    await link(screen)
    await expect(screen.newest).to_contain_text("is linked")
    await step(screen, "Lend a playlist", "shared create", "Ada")
    await screen.newest.get_by_role("button", name="Create and lend").click()
    await expect(screen.newest).to_contain_text(
        "Friday Mix is now shared here. Everyone can add to it with /add."
    )
    await step(screen, "Add without Spotify", "add", "Hedy")
    await expect(screen.newest).to_contain_text("Proposed by @Hedy for Friday Mix")
    await vote(screen, "Vote on it", "Grace")
    await vote(screen, "Vote on it as Linus", "Linus")
    await vote(screen, "Vote on it as Margaret", "Margaret")
    await expect(screen.messages.filter(has_text="Proposed by")).to_contain_text("✅ Added: 3 👍, 0 👎")
    await step(screen, "See who added what", "shared show", "Hedy")
    await expect(screen.newest).to_contain_text("“for the way home”")
    panel = screen.page.get_by_role("tabpanel", name="Spotify")
    await expect(panel.get_by_role("heading", name="Friday Mix")).to_be_visible()
    await expect(panel.get_by_role("listitem").filter(has_text="Copper Umbrella")).to_be_visible()
    await step(screen, "See what Mixtape stores", "account", "Ada")
    await expect(screen.newest).to_contain_text("Only you can see this")
    await expect(guide(screen).locator(".guide-step.done")).to_have_count(7)


def ticked(screen: Screen) -> Locator:
    return guide(screen).locator(".guide-step.done")


async def test_ticked_when_done(demo: Demo) -> None:
    """A step is ticked once it has worked: not by being chosen, and not by an answer that says it failed."""
    screen = await demo.open("linus", guide=True)
    demo.world.spotify.switches.failing = True
    await send(screen, "Look up a track", "track", "Hedy")
    await expect(screen.newest).to_contain_text("Spotify isn't responding properly")
    await guide(screen).get_by_role("button", name="Lend a playlist").click()
    await guide(screen).get_by_role("button", name="Link Ada's account").click()
    await expect(screen.page.locator("#command-line")).to_contain_text("/link")
    await expect(ticked(screen)).to_have_count(0)
    demo.world.spotify.switches.failing = False
    await step(screen, "Look up a track", "track", "Hedy")
    await expect(ticked(screen)).to_have_count(1)
    await expect(ticked(screen)).to_contain_text("Look up a track")
    await demo.world.link(demo.world.discord.actor("ada", channel="music"))  # whoever does it, and however
    await expect(ticked(screen)).to_have_count(2)
    await screen.page.reload()
    await expect(ticked(screen)).to_have_count(2)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_in_sight(demo: Demo, size: dict[str, int]) -> None:
    """What is suggested while one types covers no step, nor does the window grow for it."""
    screen = await demo.open("linus", guide=True, viewport=size)
    for typed in ("/", "/track "):
        await screen.field.fill(typed)
        await expect(screen.page.locator("#offers")).to_be_visible()
        offers = await screen.page.locator("#offers").bounding_box()
        steps = await guide(screen).bounding_box()
        line = await screen.page.locator(".composer-box").bounding_box()
        assert offers is not None
        assert steps is not None
        assert line is not None
        assert steps["y"] + steps["height"] <= offers["y"]
        assert steps["y"] >= 0
        assert line["y"] + line["height"] <= size["height"]


async def test_once(demo: Demo) -> None:
    """Who closed the first steps is not shown them again, but finds them in the menu."""
    screen = await demo.open(guide=True)
    await screen.page.get_by_role("button", name="Close the first steps").click()
    await screen.page.reload()
    await expect(screen.field).to_be_visible()
    await expect(guide(screen)).to_have_count(0)
    await screen.page.get_by_role("button", name="The sandbox").click()
    await screen.page.get_by_role("menuitem", name="Show the first steps").click()
    await expect(guide(screen)).to_be_visible()


async def test_look_round_first(demo: Demo) -> None:
    """Who wants to look round first gets a playlist under way, once, from the first steps or the menu."""
    demo.expected = ("400 (Bad Request)",)  # the second time
    screen = await demo.open("linus", guide=True)
    await guide(screen).get_by_role("button", name="a playlist already in use").click()
    card = screen.messages.filter(has_text="Proposed by")
    await expect(screen.page.locator("#toast")).to_contain_text("a vote under way in #music", timeout=15_000)
    await card.get_by_role("button", name="Add it").click()
    await expect(card).to_contain_text("2 👍, 0 👎")
    await expect(guide(screen)).not_to_contain_text("look round")
    await screen.page.get_by_role("button", name="The sandbox").click()
    await screen.page.get_by_role("menuitem", name="Add an example playlist").click()
    await expect(screen.page.locator("#toast")).to_contain_text("is there already")
