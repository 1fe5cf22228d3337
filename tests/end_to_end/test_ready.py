"""Whether the bot says rightly that it can do its work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import ClientSession

if TYPE_CHECKING:
    import pytest

    from sandbox.world import World


async def status(world: World, path: str) -> int:
    async with ClientSession() as session, session.get(world.public_url + path) as answer:
        return answer.status


async def test_ready(world: World) -> None:
    """Ready means: online at Discord, and the database takes a write. The process is alive in any case."""
    assert await status(world, "/readyz") == 200
    world.app.bot.online = False
    assert await status(world, "/readyz") == 503
    world.app.bot.online = True
    database = world.app.stores.accounts._database  # type: ignore[attr-defined] # SQLite's, as if it were away
    database._closed = True
    assert await status(world, "/readyz") == 503
    assert await status(world, "/healthz") == 200
    database._closed = False
    assert await status(world, "/readyz") == 200


async def test_disk_full(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """On a full disk it is not ready, from the first moment until a write works, though it can read everything."""
    database = world.app.stores.accounts._database  # type: ignore[attr-defined] # SQLite's, to fill its disk
    await database.read("VACUUM")
    [(pages,)] = await database.read("PRAGMA page_count")
    await database.read(f"PRAGMA max_page_count = {pages}")
    assert await status(world, "/readyz") == 503
    assert await status(world, "/healthz") == 200
    assert await status(world, "/readyz") == 503
    await database.read("PRAGMA max_page_count = 100000")
    assert await status(world, "/readyz") == 200
    assert {record.name for record in caplog.records if record.levelname == "ERROR"} == {
        "bot.sqlite.database"
    }
    caplog.clear()


async def test_gateway_lost(world: World) -> None:
    """From the moment the connection to Discord is lost until it is back, the bot is not online."""
    lost = asyncio.create_task(world.app.bot.wait_for("disconnect"))
    back = asyncio.create_task(world.app.bot.wait_for("resumed"))
    await asyncio.sleep(0)
    world.discord.faults.drop_gateway()
    await lost
    await asyncio.sleep(0)  # our own listener comes after those who wait
    assert not world.app.bot.online
    await asyncio.wait_for(back, 10)
    await asyncio.sleep(0)
    assert world.app.bot.online
