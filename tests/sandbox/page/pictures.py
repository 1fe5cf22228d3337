"""python -m tests.sandbox.page.pictures: what the docs show of the chat page, drawn anew into docs/pictures."""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import aiohttp
from playwright.async_api import async_playwright, expect

from sandbox.control import Control
from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.world import World
from tests.browser import ARGUMENTS
from tests.sandbox.page.screen import PHONE, Demo
from tests.sandbox.page.shared_pictures import CUTS, WINDOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from playwright.async_api import Browser

    from tests.sandbox.page.screen import Screen

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
DESK = {"width": 1120, "height": 720}
Make: TypeAlias = "Callable[[Demo, dict[str, Any]], Awaitable[Screen]]"
VIEWS: list[tuple[str, Make, dict[str, Any]]] = []


def view(name: str, **context: Any) -> Callable[[Make], Make]:
    """Marks what leads to one of the pictures. context: of the window, as for Playwright's `new_context`."""

    def mark(make: Make) -> Make:
        VIEWS.append((name, make, {"viewport": DESK, "color_scheme": "light"} | context))
        return make

    return mark


@view("first-visit")
async def first_visit(demo: Demo, context: dict[str, Any]) -> Screen:
    return await demo.open(guide=True, **context)


@view("track")
async def track(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("linus", **context)
    await screen.field.fill("what was that song, the one with the **umbrella**?")
    await screen.page.keyboard.press("Enter")
    await screen.act_as("Grace")
    await screen.run("track", query="Copper Umbrella")
    await screen.run("track", query="Glasshouse Forecast")
    return screen


@view("commands", color_scheme="dark")
async def commands(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("grace", **context)
    await screen.panel("Calls")
    await screen.field.press_sequentially("/")
    return screen


@view("suggestions")
async def suggestions(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("margaret", **context)
    await screen.type_command("track")
    await screen.option("query").press_sequentially("copper")
    await expect(screen.offers.first).to_contain_text("Copper")
    await screen.page.keyboard.press("ArrowDown")
    return screen


@view("link", viewport={"width": 960, "height": 720})
async def link(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("ada", **context)
    await screen.run("link")
    return screen


@view("form", color_scheme="dark")
async def form(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("ada", **context)
    await screen.newest.get_by_role("button", name="Enter the code").click()
    await screen.page.get_by_role("dialog").get_by_role("textbox").fill("482 913")
    return screen


@view("playlists", color_scheme="dark")
async def playlists(demo: Demo, context: dict[str, Any]) -> Screen:
    await demo.world.link(demo.world.discord.actor("ada", channel="general"))
    screen = await demo.open("ada", **context)
    answer = await screen.run("playlists")
    await answer.get_by_role("button", name="Next").click()
    await expect(answer).to_contain_text("page 2")
    return screen


@view("spotify")
async def spotify(demo: Demo, context: dict[str, Any]) -> Screen:
    known = demo.world.spotify.known_playlists
    blank = known.empty
    blank.add(known.private.uris[:6])
    screen = await demo.open("ada", **context)
    panel = await screen.panel("Spotify")
    await panel.get_by_role("button", name=blank.name).click()
    await screen.run("add", track="Copper Umbrella", playlist=blank.name)
    await expect(panel.locator(".item.new")).to_have_count(1)
    return screen


@view("album", viewport={"width": 1120, "height": 860})
async def album(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("linus", **context)
    await screen.run("album", query="Small Hours Atlas")
    return screen


@view("lookups", viewport={"width": 1120, "height": 1400})
async def lookups(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("grace", **context)
    await screen.run("artist", query="Velmora Quist")
    await screen.run("episode", query="On Borrowed Ladders")
    await screen.run("search", query="copper")
    return screen


@view("podcast", viewport={"width": 1120, "height": 1000}, color_scheme="dark")
async def podcast(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("hedy", **context)
    await screen.run("show", query="Harbour Weather")
    return screen


@view("help", viewport={"width": 1120, "height": 1150})
async def help_(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("hedy", "Tape Heads/general", **context)
    await screen.run("help")
    return screen


@view("status")
async def status(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("ada", "Tape Heads/general", **context)
    await screen.run("status")
    return screen


@view("own-playlist", viewport={"width": 1120, "height": 900})
async def own_playlist(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("ada", "Tape Heads/general", **context)
    await screen.run("playlist view", playlist="Road Trip")
    await screen.run("playlist sort", playlist="Road Trip", by="Title")
    return screen


@view("phone", viewport=PHONE)
async def phone(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("hedy", "Tape Heads/general", **context)
    await screen.run("track", query="Copper Umbrella")
    return screen


@view("trouble")
async def trouble(demo: Demo, context: dict[str, Any]) -> Screen:
    screen = await demo.open("grace", **context)
    panel = await screen.panel("Trouble")
    await panel.get_by_role("button", name="1 hour", exact=True).click()
    await expect(panel).to_contain_text("Refuses with 429")
    await screen.type_command("track", query="Something new")
    await screen.send()
    await expect(screen.newest).to_contain_text("limiting")
    return screen


async def main() -> int:
    executable = shutil.which("chromium")
    if executable is None:
        print("There is no browser here. The package to install is chromium.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS])
        async with opened(browser, World()) as demo:
            for name, make, context in VIEWS:
                seen = await make(demo, context | STILL)
                await seen.page.screenshot(path=file_of(name), animations="disabled")
        world = World(settings={"DROP_CHANNELS": "on"})
        world.discord.gateway.privileged = Intent.MESSAGE_CONTENT
        async with opened(browser, world) as demo:
            screen: Screen | None = None
            last = ""
            for name, member, lead in CUTS:
                if screen is None or member != last:
                    screen = await demo.open(member, viewport=WINDOW, color_scheme="light", **STILL)
                found, last = await lead(demo, screen), member
                await screen.page.mouse.move(0, 0)
                await found.scroll_into_view_if_needed()
                await found.screenshot(path=file_of(name), animations="disabled")
        await browser.close()
    return 0


def file_of(name: str) -> Path:
    print(f"docs/pictures/{name}.png")
    return FOLDER / f"{name}.png"


@asynccontextmanager
async def opened(browser: Browser, world: World) -> AsyncIterator[Demo]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(world)
        control = Control(world)
        await control.start(0)
        stack.push_async_callback(control.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        windows = await stack.enter_async_context(AsyncExitStack())
        yield Demo(world, control, browser, session, windows)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
