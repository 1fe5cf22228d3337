"""The chat page in a browser window, used as a person uses it: by what it says, not by how it is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playwright.async_api import expect

from tests.browser import watched_page

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    import aiohttp
    from playwright.async_api import Browser, Locator, Page

    from sandbox.control import Control
    from sandbox.fake_discord import Message
    from sandbox.world import World
    from tests.browser import WatchedPage
    from tests.sandbox.page.every_control import EveryControl

DESK = {"width": 1360, "height": 850}
PHONE = {"width": 400, "height": 800}


class Screen:
    """One window. `watched` knows what went wrong in it."""

    def __init__(self, watched: WatchedPage) -> None:
        self.watched = watched
        self.page: Page = watched.page

    @property
    def messages(self) -> Locator:
        return self.page.locator("#message-list article.message")

    @property
    def newest(self) -> Locator:
        return self.messages.last

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#composer-text")

    @property
    def offers(self) -> Locator:
        """What the list above the composer holds."""
        return self.page.locator("#offers").get_by_role("option")

    def option(self, name: str) -> Locator:
        """The field of one option of the command being typed."""
        return self.page.locator("#command-line").get_by_label(name, exact=True)

    async def type_command(self, name: str, /, **options: str) -> None:
        """Type it, as far as Enter."""
        await self.field.fill("")
        await self.field.press_sequentially(f"/{name}")
        await expect(self.offers.first).to_contain_text(f"/{name}")
        await self.page.keyboard.press("Enter")
        for option, text in options.items():
            if not await self.option(option).count():
                await self.page.get_by_role("button", name=f"+ {option}", exact=True).click()
            await self.option(option).fill(text)

    async def run(self, name: str, /, **options: str) -> Locator:
        """Send a command and wait for the answer under it."""
        await self.type_command(name, **options)
        await self.send()
        return await self.answer(name)

    async def send(self) -> None:
        """Enter, with nothing chosen in the list."""
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def answer(self, name: str) -> Locator:
        """The newest message, once it answers the command and is complete."""
        newest = self.newest
        await expect(newest.locator(".origin")).to_contain_text(f"/{name}")
        await expect(newest.locator(".thinking-words")).to_have_count(0)
        return newest

    async def panel(self, name: str) -> Locator:
        tab = self.page.get_by_role("tab", name=name)
        await tab.click()
        return self.page.get_by_role("tabpanel", name=name)

    async def act_as(self, name: str) -> None:
        button = self.page.locator("#act-as-button")
        await button.click()
        await self.page.get_by_role("option", name=name).first.click()
        await expect(button).to_contain_text(name)


@dataclass
class Demo:
    """A world, its page, and the windows opened on it."""

    world: World
    control: Control
    browser: Browser
    session: aiohttp.ClientSession
    _stack: AsyncExitStack
    screens: list[Screen] = field(default_factory=list)
    bot: EveryControl | None = None
    expected: tuple[str, ...] = ()  # parts of console messages that belong to a test's trouble

    async def open(
        self, member: str = "ada", place: str = "Tape Heads/music", *, guide: bool = False, **context: Any
    ) -> Screen:
        """A window of its own, with its own cookies and memory. context: as for Playwright's `new_context`."""
        context = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Berlin", **context}
        watched = await self._stack.enter_async_context(watched_page(self.browser, **context))
        screen = Screen(watched)
        self.screens.append(screen)
        watched.page.set_default_timeout(8000)
        if not guide:
            await watched.page.add_init_script("localStorage.setItem('guide', 'closed')")
        guild, _, channel = place.partition("/")
        address = "/".join(quote(part, safe="") for part in (member, guild, channel))
        await watched.page.goto(f"{self.control.url}/#{address}")
        await expect(watched.page.locator("#chat-head h2")).to_have_text(channel)
        await expect(watched.page.locator("html")).to_have_attribute("data-listening", "true")
        return screen

    async def say(self, body: dict[str, Any], channel: str = "music") -> Message:
        """A message of the bot in Tape Heads, as Discord would take it from any bot."""
        place = self.world.discord.guild("Tape Heads").channel(channel)
        path = f"/channels/{place.id}/messages"
        await self.call(path, body)
        return self.world.discord.messages[-1]

    async def call(self, path: str, body: dict[str, Any]) -> None:
        async with self.session.post(
            f"{self.world.discord.api_url}{path}",
            json=body,
            headers={"Authorization": f"Bot {self.world.discord.token}"},
        ) as response:
            assert response.status == 200, await response.text()

    def wrong(self) -> list[str]:
        """What a window complained about, or asked for beyond this machine."""
        found = [error for screen in self.screens for error in screen.watched.errors]
        found = [error for error in found if not any(part in error for part in self.expected)]
        return found + [address for screen in self.screens for address in screen.watched.foreign]
