"""A fake Discord with a real discord.py bot on it, one of each per test."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.ext import commands
from yarl import URL

from sandbox.clock import Clock
from sandbox.fake_discord import FakeDiscord, Run

OPENAPI = os.environ.get("MIXTAPE_DISCORD_OPENAPI")


class Bot(commands.Bot):
    """A bot as ours is built: guilds intent only, mentions off by default, and no pauses meant for the real Discord."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(
            command_prefix=[],
            intents=intents or discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.01,
            allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=discord.app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            **options,
        )

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Five seconds at the real Discord."""


Runner = Callable[[Bot], Awaitable[None]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeDiscord]:
    """A running fake; at the end nothing may be wrong with its own answers."""
    async with FakeDiscord(clock=clock, openapi=Path(OPENAPI) if OPENAPI else None) as fake:
        fake.gateway.identify_every_s = 0  # the bots here do not wait
        yield fake
        assert fake.flaws == []


@pytest.fixture
def redirected(fake: FakeDiscord) -> Iterator[FakeDiscord]:
    """discord.py's two base addresses point at the fake, as the bot's settings do it, and are put back."""
    route, gateway = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, gateway.DEFAULT_GATEWAY
    route.BASE, gateway.DEFAULT_GATEWAY = fake.api_url, URL(fake.gateway_url)
    try:
        yield fake
    finally:
        route.BASE, gateway.DEFAULT_GATEWAY = before


@asynccontextmanager
async def running(fake: FakeDiscord, bot: Bot) -> AsyncIterator[None]:
    """The bot logged in and ready; when its task ends early, that is the failure to show."""
    task = asyncio.create_task(bot.start(fake.token))
    ready = asyncio.create_task(fake.wait_ready())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        await ready
        await bot.wait_until_ready()
        yield
    finally:
        ready.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError, discord.DiscordException):
            await task
        await bot.close()


@pytest.fixture
async def run(redirected: FakeDiscord, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Runner]:
    """Start bots; they are stopped before the fake is.

    What discord.py only logs, such as a failing callback, fails the test.
    """
    async with AsyncExitStack() as stack:

        async def start(bot: Bot) -> None:
            await stack.enter_async_context(running(redirected, bot))

        yield start
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert [message for message in errors if "reconnect" not in message] == []


class Caller:
    """Calls the fake's REST API by hand, where discord.py would be too polite."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self._fake = fake
        self._session = session

    async def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """The status and the decoded answer."""
        headers = {"Authorization": f"Bot {self._fake.token}"}
        url = f"{self._fake.api_url}{path}"
        async with self._session.request(method, url, json=body, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def callback(self, asked: Run, kind: int, **data: object) -> tuple[int, Any]:
        one = asked.interaction
        path = f"/interactions/{one.id}/{one.token}/callback?with_response=1"
        return await self("POST", path, {"type": kind, "data": data} if data else {"type": kind})

    async def webhook(self, asked: Run, method: str, tail: str = "", **data: object) -> tuple[int, Any]:
        path = f"/webhooks/{self._fake.application_id}/{asked.interaction.token}{tail}"
        return await self(method, path, data if method in {"POST", "PATCH"} else None)


@pytest.fixture
async def call(fake: FakeDiscord) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(fake, session)
