"""A gateway that begins no session: growing pauses, a count that outlives restarts, and an end in time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from bot.identifies import KEY
from sandbox.world import BotStartError, World

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor


async def test_refused_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    """The bot stops by itself with one clear line, and started again it begins no session at all."""
    async with World() as world:
        began = world.discord.gateway.identifies
        world.discord.faults.refuse_identifies()
        world.discord.faults.invalidate_session(resumable=False)
        running = world._running  # what ends by itself, which nobody asks it to in a world
        assert running
        async with asyncio.timeout(60):
            await asyncio.wait({running})
        assert world.discord.gateway.identifies == 104
        [line] = [record.getMessage() for record in caplog.records if "stopping:" in record.getMessage()]
        assert "104 Discord sessions" in line
        for words in (
            "trying again in 5 s",
            "trying again in 10 s",
            "trying again in 640 s",
            "trying again in 900 s",
        ):
            assert words in caplog.text
        await world.stop_bot()
        with pytest.raises(BotStartError):
            await world.start_bot()
        assert world.discord.gateway.identifies == 104
        world.discord.faults.clear()
        world.discord.gateway.identifies = 0
        await world.advance(days=1, seconds=1)
        await world.start_bot()
        assert world.discord.gateway.identifies == 1
    assert began == 1


async def test_shards_refused_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    """The sessions of all shards are counted together: 100, and 4 for each."""
    async with World(shards=2) as world:
        world.discord.faults.refuse_identifies()
        world.discord.faults.invalidate_session(resumable=False)
        running = world._running
        assert running
        async with asyncio.timeout(60):
            await asyncio.wait({running})
        [line] = [record.getMessage() for record in caplog.records if "stopping:" in record.getMessage()]
        assert "108 Discord sessions" in line
        assert world.discord.gateway.identifies in {
            107,
            108,
        }  # one shard may stop the other right before its last


async def test_session_lost(world: World, ada: Actor) -> None:
    """A session that Discord forgot is begun anew once, and counted; commands go on."""
    world.discord.faults.invalidate_session(resumable=False)
    await world.app.bot.wait_for("connect")
    assert "No Spotify account" in (await (await ada.command("account")).reply()).text
    assert world.discord.gateway.identifies == 2
    async with asyncio.timeout(10):
        while (held := json.loads(await world.app.stores.values.get(KEY) or ""))["unanswered_of"]:
            pass  # what was begun is noted just after members are answered again
    assert len(held["at"]) == 2


@pytest.mark.parametrize("code", [1000, 4000, 4009])
async def test_closed_instead(world: World, code: int) -> None:
    """A connection that ends is taken up again without a new session."""
    back = asyncio.create_task(world.app.bot.wait_for("resumed"))
    await asyncio.sleep(0)
    await world.discord.faults.close_gateway(code)
    await asyncio.wait_for(back, 30)
    assert world.discord.gateway.identifies == 1
