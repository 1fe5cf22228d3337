"""A world and the interface before it, with and without the bot."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.control import Control
from sandbox.world import World
from tests.sandbox.control.interface import Interface

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BEAT_S = 0.05


@asynccontextmanager
async def _served(world: World) -> AsyncIterator[Interface]:
    async with world, aiohttp.ClientSession() as session:
        control = Control(world, beat_s=BEAT_S)
        await control.start(0)
        try:
            yield Interface(world, control, session)
        finally:
            await control.close()


@pytest.fixture
async def interface() -> AsyncIterator[Interface]:
    """With the bot in this process."""
    async with _served(World()) as served:
        yield served


@pytest.fixture
async def quiet() -> AsyncIterator[Interface]:
    """Without the bot, for what needs none."""
    async with _served(World(bot="none")) as served:
        yield served
