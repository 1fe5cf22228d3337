"""A world with its chat page for each test, in a browser that all tests share."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest_asyncio

from sandbox.control import Control
from sandbox.world import World
from tests.browser import browser
from tests.sandbox.page.every_control import every_control
from tests.sandbox.page.screen import Demo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

__all__ = ["browser"]


@pytest_asyncio.fixture(loop_scope="session")
async def other_bot(browser: Browser) -> AsyncIterator[Demo]:
    """The same with a bot of the tests, which has one of every control."""
    async with opened(browser, World(bot="none")) as made, every_control(made.world.discord) as made.bot:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser) -> AsyncIterator[Demo]:
    """The sandbox as `make demo` starts it, with the real bot."""
    async with opened(browser, World()) as made:
        yield made


@asynccontextmanager
async def opened(browser: Browser, world: World) -> AsyncIterator[Demo]:
    """Afterwards no window has complained or asked for anything beyond this machine, and the bot broke no rule."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(world)
        control = Control(world)
        await control.start(0)
        stack.push_async_callback(control.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        made = Demo(world, control, browser, session, stack)
        yield made
        assert made.wrong() == []
        assert world.discord.problems == []
