"""The bot starts and stops at bad moments, and makes the best of it."""

from __future__ import annotations

import asyncio
import logging

import discord
import pytest

from bot.__main__ import serve
from bot.settings import Settings
from bot.wiring import build
from sandbox.fake_discord.faults import Fault
from sandbox.world import World


async def test_between_connecting_and_ready(caplog: pytest.LogCaptureFixture) -> None:
    """Stopped while discord.py still counts its servers: exit 0, and none of its tasks is left to trip."""
    async with World(bot="none") as world:
        settings = Settings.from_env(world.environment)
        stop = asyncio.Event()
        before = asyncio.all_tasks()
        async with build(settings, guild_ready_timeout=0.1) as app:
            running = asyncio.create_task(serve(app, settings.discord_token, stop))
            await world.discord.wait_ready()
            assert not app.bot.is_ready()
            stop.set()
            assert await running == 0
        left = asyncio.all_tasks() - before
        assert left == set()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_commands_not_taken_for_a_moment() -> None:
    """When Discord has trouble while it is told about the commands, the next log-in tells it again."""
    async with World(bot="none") as world:
        settings = Settings.from_env(world.environment)
        world.discord.faults.add(Fault("PUT /applications/*/commands", status=503))
        async with build(settings) as app, app.bot:
            with pytest.raises(discord.DiscordServerError):
                await app.bot.login(settings.discord_token)
            assert world.discord.commands == []
            await app.bot.login(settings.discord_token)
            assert len(world.discord.commands) == len(app.bot.tree.get_commands())
