"""The bot with all its commands, between a simulated Discord and services that do as they are told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import pytest

from bot.discord_bot import DiscordBot, use_discord_at
from bot.identifies import Identifies
from bot.services.leases import LeaseKeeper
from bot.wiring import EXTENSIONS
from sandbox.clock import Clock
from sandbox.fake_discord import FakeDiscord
from tests.cogs.fake_services import FakeLeases, FakeServices, FakeValues
from tests.cogs.samples import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.services import Services
    from sandbox.fake_discord import Actor

CLOCKWORK = "cogs.clockwork"  # these services have nothing that would ever be due


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
async def discord_world(services: FakeServices) -> AsyncIterator[FakeDiscord]:
    """The bot is online. Afterwards: it sent nothing that Discord would refuse."""
    async with FakeDiscord(clock=Clock()) as fake:
        use_discord_at(fake.api_url, fake.gateway_url)
        bot = DiscordBot(
            cast("Services", services),
            extension_names=[name for name in EXTENSIONS if name != CLOCKWORK],
            values=FakeValues(),
            identifies=Identifies(FakeValues(), LeaseKeeper(FakeLeases(), now=lambda: NOW), now=lambda: NOW),
            operator_ids={1},
            guild_ready_timeout=0.02,
        )
        running = asyncio.create_task(bot.start(fake.token))
        await fake.wait_ready()
        await bot.wait_until_ready()
        yield fake
        await bot.close()
        await running
        assert fake.problems == []


@pytest.fixture
def ada(discord_world: FakeDiscord) -> Actor:
    return discord_world.actor("ada", channel="music")


@pytest.fixture
def linus(discord_world: FakeDiscord) -> Actor:
    return discord_world.actor("linus", channel="music")
