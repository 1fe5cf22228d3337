"""The conversation: who sees what, pages, menus, and what one browser does showing in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from sandbox.lending import lend_new
from tests.sandbox.page.screen import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.async_api import Response

    from tests.sandbox.page.screen import Demo

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def test_paging(demo: Demo) -> None:
    """Next and Previous turn the page in the same message, by keyboard too, and nobody else sees it."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen, other = await demo.open(), await demo.open("linus")
    answer = await screen.run("playlists")
    await expect(answer).to_contain_text("page 1 of 3")
    await answer.get_by_role("button", name="Next").click()
    await expect(answer).to_contain_text("page 2 of 3")
    await expect(answer.get_by_role("button", name="Next")).to_be_focused()
    await screen.page.keyboard.press("Enter")
    await expect(answer).to_contain_text("page 3 of 3")
    await expect(answer.get_by_role("button", name="Next")).to_be_disabled()
    await answer.get_by_role("button", name="Previous").click()
    await expect(answer).to_contain_text("page 2 of 3")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(other.messages).to_have_count(0)


async def test_select(demo: Demo) -> None:
    """A choice from the menu under an answer shows the other track."""
    screen = await demo.open("grace")
    answer = await screen.run("track", query="Glasshouse Forecast")
    menu = answer.locator(".list-button.menu")
    await menu.focus()
    await screen.page.keyboard.press("ArrowDown")
    choice = screen.page.get_by_role("option").nth(1)
    wanted = await choice.locator(".option-detail").inner_text()
    await screen.page.keyboard.press("ArrowDown")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.get_by_role("listbox")).to_have_count(0)
    await expect(screen.newest.locator(".c-container")).to_contain_text(wanted.split(" · ")[0])


async def test_suggestions(demo: Demo) -> None:
    """What the bot suggests while one types is taken by arrow and Enter, and sent with a second Enter."""
    screen = await demo.open("margaret")
    await screen.type_command("track")
    await screen.option("query").press_sequentially("copper umb")
    await expect(screen.offers.first).to_contain_text("Copper Umbrella")
    await screen.page.keyboard.press("ArrowDown")
    await screen.page.keyboard.press("Enter")
    await expect(screen.option("query")).to_have_value("Copper Umbrella · Velmora Quist")
    await screen.page.keyboard.press("Enter")
    await expect(await screen.answer("track")).to_contain_text("Copper Umbrella")


async def test_two_browsers(demo: Demo) -> None:
    """What one writes and asks for is seen by the other at once; a private answer is not."""
    ada, grace = await demo.open("ada"), await demo.open("grace")
    await ada.field.fill("hello **there**")
    await ada.page.keyboard.press("Enter")
    await expect(grace.newest.locator("strong", has_text="there")).to_be_visible()
    await grace.run("track", query="Tin Parade")
    await expect(ada.newest).to_contain_text("Grace used /track")
    await ada.run("account")
    await expect(ada.newest).to_contain_text("Only you can see this")
    await expect(grace.newest).to_contain_text("Grace used /track")


async def test_act_as(demo: Demo) -> None:
    """Each person sees their own servers and channels, and may do what they may do."""
    screen = await demo.open("ada")
    places = screen.page.get_by_role("navigation", name="Servers and channels")
    await expect(places.get_by_role("button", name="curators")).to_be_visible()
    await screen.act_as("Edsger")
    await expect(places.get_by_role("button", name="curators")).to_have_count(0)
    await screen.field.fill("may I?")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.locator("#composer-error")).to_contain_text("do not have permission")
    await screen.act_as("Barbara")
    await expect(places.get_by_text("Tape Heads")).to_have_count(0)
    await expect(places.get_by_role("heading", name="Night Shift")).to_be_visible()
    await places.get_by_role("button", name="lounge").click()
    await expect(screen.page.get_by_placeholder("Message #lounge")).to_be_visible()
    await screen.field.fill("/")
    await expect(screen.page.locator("#offers")).to_contain_text("No bot offers commands here")


async def test_newest_in_sight(demo: Demo) -> None:
    """Whoever one acts as sees the newest message, also when it is tall and the messages before it are the same."""
    screen = await demo.open("linus", viewport=PHONE)
    for title in ("Copper Umbrella", "Tin Parade", "Rude Telegraph", "Glasshouse Forecast"):
        await screen.run("track", query=title)
    for name in ("Grace", "Linus", "Margaret"):
        async with screen.page.expect_event(
            "response", messages_fetched(times=2)
        ):  # at once, and as it listens
            await screen.act_as(name)
        await screen.page.evaluate(TWO_FRAMES)
        await expect(screen.newest.locator(".list-button.menu")).to_be_in_viewport(timeout=1000)


def messages_fetched(times: int) -> Callable[[Response], bool]:
    """Whether it is the so-manieth answer with the messages of a channel."""
    seen: list[str] = []

    def enough(response: Response) -> bool:
        seen.extend([response.url] if "/api/messages?" in response.url else [])
        return len(seen) == times

    return enough


async def test_unread(demo: Demo) -> None:
    """A channel where something was said meanwhile is marked until one goes there."""
    screen = await demo.open()
    await demo.say({"content": "over here"}, "general")
    general = screen.page.get_by_role("button", name="general, new messages")
    await general.click()
    await expect(screen.newest).to_contain_text("over here")
    await expect(general).to_have_count(0)


async def test_direct_message(demo: Demo) -> None:
    """Mixtape answers in a conversation of two as well."""
    screen = await demo.open("hedy", "/Mixtape")
    await expect(await screen.run("track", query="Tin Parade")).to_contain_text("Tin Parade")


async def test_deleted(demo: Demo) -> None:
    """A message that is deleted disappears."""
    screen = await demo.open()
    message = await demo.say({"content": "gone soon"})
    await expect(screen.newest).to_contain_text("gone soon")
    url = f"{demo.world.discord.api_url}/channels/{message.channel.id}/messages/{message.id}"
    headers = {"Authorization": f"Bot {demo.world.discord.token}"}
    async with demo.session.delete(url, headers=headers) as response:
        assert response.status == 204
    await expect(screen.messages).to_have_count(0)


async def test_message_menu(demo: Demo) -> None:
    """The bot's entry in a message's menu adds the links of that message, after one question."""
    discord, known = demo.world.discord, demo.world.spotify.known
    await demo.world.link(discord.actor("ada", channel="general"))
    await lend_new(demo.world, discord.actor("ada", channel="general"), "Friday Mix")
    screen = await demo.open("hedy")
    await screen.field.fill(f"these two: {known.plain.url} {known.twice.url}")
    await screen.page.keyboard.press("Enter")
    await screen.newest.click(button="right")
    await screen.page.get_by_role("menuitem", name="Add to playlist").click()
    question = screen.messages.filter(has_text="Add these to a playlist?")
    await expect(question).to_contain_text(known.plain.name)
    await expect(question).to_contain_text("Only you can see this")
    await question.get_by_role("button", name="Add to Friday Mix").click()
    spotify = await screen.panel("Spotify")
    await spotify.get_by_role("button", name="Friday Mix").click()
    await expect(spotify.locator(".item")).to_have_count(2)


async def test_message_menu_without_entries(demo: Demo) -> None:
    """Where the bot has no entries, as in a server that never invited it, the menu says so, and still copies the id."""
    place, permissions = "Elsewhere/lounge", ["clipboard-read", "clipboard-write"]
    screen = await demo.open("margaret", place, permissions=permissions)
    await screen.field.fill("look at me")
    await screen.page.keyboard.press("Enter")
    await screen.newest.click(button="right")
    await expect(screen.page.get_by_role("menu")).to_contain_text("no menu entries here")
    await screen.page.get_by_role("menuitem", name="Copy message ID").click()
    await expect(screen.page.locator("#toast")).to_contain_text("copied")
    message = demo.world.discord.messages[-1]
    assert await screen.page.evaluate("navigator.clipboard.readText()") == str(message.id)


async def test_files(demo: Demo) -> None:
    """A file in an answer has its name and size, and comes as a download."""
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open()
    account = await screen.run("account")
    await account.get_by_role("button", name="Export my data").click()
    file = screen.newest.locator("a.file")
    await expect(file).to_contain_text("bytes")
    async with screen.page.expect_download() as saving:
        await file.click()
    assert (await saving.value).suggested_filename.endswith(".json")


async def test_save_and_load(demo: Demo, tmp_path: Path) -> None:
    """A world saved to a file comes back with its messages, in the same window."""
    screen = await demo.open()
    await demo.say({"content": "remember me"})
    await screen.page.get_by_role("button", name="The sandbox").click()
    async with screen.page.expect_download() as saving:
        await screen.page.get_by_role("menuitem", name="Save the world").click()
    await (await saving.value).save_as(tmp_path / "world.json")
    await demo.say({"content": "forget me"})
    await expect(screen.newest).to_contain_text("forget me")
    await screen.page.get_by_role("button", name="The sandbox").click()
    async with screen.page.expect_file_chooser() as choosing:
        await screen.page.get_by_role("menuitem", name="Load a world").click()
    await (await choosing.value).set_files(tmp_path / "world.json")
    await expect(screen.messages).to_have_count(1)
    await expect(screen.newest).to_contain_text("remember me")
    await expect(await screen.run("track", query="Tin Parade")).to_contain_text("Tin Parade")


async def test_forward(demo: Demo) -> None:
    """A message is forwarded to another channel from its menu, and is drawn there as what it was."""
    screen = await demo.open("linus")
    await demo.say({"content": "**listen** to this"})
    await screen.newest.click(button="right")
    await screen.page.get_by_role("menuitem", name="Forward").click()
    await screen.page.get_by_role("menuitem", name="#general").first.click()
    await expect(screen.page.locator("#toast")).to_contain_text("Forwarded to #general")
    there = await demo.open("grace", "Tape Heads/general")
    await expect(there.newest.locator(".forwarded")).to_contain_text("listen to this")
    await expect(there.newest.locator(".forwarded strong")).to_have_text("listen")
