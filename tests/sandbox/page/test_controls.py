"""Everything a bot may send or ask for can be used on the page, also what our bot does not use yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.sandbox.page.screen import Demo

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.real_part]


async def test_buttons_and_menus(other_bot: Demo) -> None:
    """Buttons of all styles, a menu for several choices and one of people change the message in place."""
    screen = await other_bot.open()
    message = await screen.run("controls")
    await message.get_by_role("button", name="Count").click()
    await expect(message.locator(".content")).to_have_text("pressed 1 times(edited)")
    await expect(message.get_by_role("button", name="Count")).to_be_focused()
    await expect(message.get_by_role("button", name="Never")).to_be_disabled()
    await expect(message.get_by_role("link", name="Read")).to_have_attribute(
        "href", "https://example.org/read"
    )
    await message.get_by_role("button", name="A size").click()
    sizes = screen.page.get_by_role("listbox", name="A size")
    await expect(sizes.get_by_role("option", name="Large")).to_have_attribute("aria-selected", "true")
    await sizes.get_by_role("option", name="Small").click()
    await screen.page.keyboard.press("Escape")
    await expect(message).to_contain_text("chose l s")
    await message.get_by_role("button", name="A person").click()
    await screen.page.get_by_role("option", name="Grace").click()
    await expect(message).to_contain_text("chose grace")
    await message.get_by_role("button", name="Yes").click()
    await expect(screen.newest).to_contain_text("Only you can see this")
    await screen.newest.get_by_role("button", name="Dismiss message").click()
    await expect(screen.messages.filter(has_text="only to you")).to_have_count(0)


async def test_options(other_bot: Demo) -> None:
    """Required options, lengths, ranges and choices are checked before anything is sent; all kinds arrive."""
    screen = await other_bot.open()
    error = screen.page.locator("#composer-error")
    await screen.type_command("options")
    await screen.send()
    await expect(error).to_contain_text("text: This option is required")
    await screen.option("text").fill("a")
    await screen.send()
    await expect(error).to_contain_text("at least 2 characters")
    await screen.option("text").fill("abc")
    for name in ("number", "size", "flag", "whom", "file", "word"):
        await screen.page.get_by_role("button", name=f"+ {name}").click()
    await screen.option("number").fill("9")
    await screen.option("size").fill("huge")
    await screen.option("flag").fill("tr")
    await screen.offers.filter(has_text="True").click()
    await screen.send()
    await expect(error).to_contain_text("number: Must be at most 5")
    await screen.option("number").fill("4")
    await screen.send()
    await expect(error).to_contain_text("size: Choose one from the list")
    await screen.option("size").fill("med")
    await screen.page.keyboard.press("Enter")
    await expect(screen.option("size")).to_have_value("Medium")
    await screen.option("whom").fill("gra")
    await screen.page.keyboard.press("Enter")
    await screen.option("file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    await screen.option("word").fill("x")
    await screen.offers.filter(has_text="beta x").click()
    await screen.send()
    answer = await screen.answer("options")
    await expect(answer).to_contain_text("got abc 4 m True grace a.txt beta")


async def test_suggestions_are_debounced(other_bot: Demo) -> None:
    """Fast typing asks the bot once, for what stands there in the end."""
    assert other_bot.bot is not None
    screen = await other_bot.open()
    await screen.type_command("options", text="abc")
    await screen.page.get_by_role("button", name="+ word").click()
    await expect(screen.offers.first).to_have_text("alpha")
    await screen.option("word").press_sequentially("quick", delay=20)
    await expect(screen.offers.first).to_have_text("alpha quick")
    assert other_bot.bot.asked == ["", "quick"]


async def test_layout(other_bot: Demo) -> None:
    """Components V2: a container with sections, a button or artwork on their right, a menu, a picture, small print."""
    screen = await other_bot.open()
    message = await screen.run("layout")
    box = message.locator(".c-container")
    await expect(box).to_have_css("border-left-color", "rgb(51, 102, 204)")
    await expect(box.get_by_role("heading", name="A section")).to_be_visible()
    await expect(box.get_by_role("button", name="Beside")).to_have_accessible_description(
        "A section with words"
    )
    for beside in (box.get_by_role("button", name="Beside"), box.get_by_role("img", name="A cover")):
        words = await box.locator(".c-section-words", has_text="A section").bounding_box()
        place = await beside.bounding_box()
        assert words
        assert place
        assert place["x"] >= words["x"] + words["width"]
    await expect(box.get_by_role("img", name="A cover")).to_have_js_property("naturalWidth", 64)
    await expect(box.get_by_role("button", name="A size")).to_be_visible()
    await expect(box.get_by_text("with words")).to_have_css("font-size", "16px")
    await expect(box.get_by_role("img", name="A dot")).to_have_js_property("naturalWidth", 64)
    await expect(box.locator("hr.wide")).to_have_count(1)
    await expect(box.locator(".md-subtext").last).to_have_text("small print")


async def test_form(other_bot: Demo) -> None:
    """A form checks its fields, keeps the focus inside, sends all kinds, and gives the focus back."""
    screen = await other_bot.open()
    await screen.type_command("form")
    await screen.page.keyboard.press("Enter")
    dialog = screen.page.get_by_role("dialog", name="A form")
    await dialog.get_by_label("Words").fill("ab")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_contain_text("At least 3 characters")
    await expect(dialog.get_by_label("Words")).to_be_focused()
    for _ in range(12):
        await screen.page.keyboard.press("Tab")
        assert await screen.page.evaluate("!document.hasFocus() || !document.activeElement.closest('main')")
    await dialog.get_by_label("Words").fill("abc")
    await dialog.get_by_role("button", name="Size").click()
    await dialog.get_by_role("option", name="Small").click()
    await dialog.get_by_label("That").check()
    await dialog.get_by_label("Sure").check()
    await dialog.get_by_label("A file").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
    )
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_have_count(0)
    await expect(screen.newest).to_contain_text(re.compile(r"got abc s \S+ True \['a.txt'\]"))


async def test_form_of_choices(other_bot: Demo) -> None:
    """Radio buttons and boxes by keyboard alone, each group by its name; what is not touched stays as it was preset."""
    screen = await other_bot.open()
    await screen.type_command("choices")
    await screen.page.keyboard.press("Enter")
    dialog = screen.page.get_by_role("dialog", name="Choices")
    mode, versions = dialog.get_by_role("group", name="Mode"), dialog.get_by_role("group", name="Versions")
    await expect(mode).to_have_accessible_description("What happens when a member adds a track")
    await expect(mode.get_by_role("radio", name="Vote")).to_be_focused()
    press = screen.page.keyboard.press
    await press("ArrowDown")
    await expect(mode.get_by_role("radio", name="Approval")).to_be_checked()
    await press("Tab")
    await expect(versions.get_by_role("checkbox", name="Live")).to_be_focused()
    await press("Space")
    await press("Enter")
    await expect(dialog).to_contain_text("Choose one")
    await press("Tab")
    await press("Space")
    await press("Tab")
    await expect(dialog.get_by_role("checkbox", name="Reminders")).to_be_checked()
    await expect(dialog.get_by_role("checkbox", name="Reminders")).to_have_accessible_description(
        "By direct message"
    )
    await press("Enter")
    await expect(screen.newest).to_contain_text("got ['approval', True] ['remix']")


async def test_presets_stay(other_bot: Demo) -> None:
    """A form that is sent as it came changes nothing: role, channel and a member who has left stay chosen."""
    screen = await other_bot.open()
    await screen.type_command("presets")
    await screen.page.keyboard.press("Enter")
    dialog = screen.page.get_by_role("dialog", name="Who and where")
    for label in ("Curator", "#music", "Barbara"):
        await expect(dialog.get_by_role("button", name=label)).to_be_visible()
    await dialog.get_by_role("button", name="Submit").click()
    await expect(screen.newest).to_contain_text("kept Curator music barbara")


async def test_message_menu(other_bot: Demo) -> None:
    """The bot's entry in the menu of a message: by right-click, by the “…” button, and by keyboard."""
    screen = await other_bot.open()
    await screen.field.fill("four")
    await screen.page.keyboard.press("Enter")
    said = screen.messages.filter(has_text="four").first
    await said.click(button="right")
    await screen.page.get_by_role("menuitem", name="Count letters").click()
    await expect(screen.newest).to_contain_text("4 letters")
    await said.hover()
    await said.get_by_role("button", name="More").click()
    await expect(screen.page.get_by_role("menuitem", name="Count letters")).to_be_focused()
    await screen.page.keyboard.press("End")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.get_by_role("dialog")).to_contain_text('"content": "four"')


async def test_no_answer(other_bot: Demo) -> None:
    """A bot that does not answer in three seconds is said to have not responded."""
    other_bot.expected = ("504",)
    screen = await other_bot.open()
    await screen.type_command("silent")
    await screen.page.keyboard.press("Enter")
    await expect(screen.page.get_by_text("The application did not respond")).to_be_visible()
