"""Whether the bot says rightly that it can do its work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import ClientSession

from sandbox.fake_discord.changes import PATIENCE_S

if TYPE_CHECKING:
    import pytest

    from sandbox.world import World


async def status(world: World, path: str) -> int:
    async with ClientSession() as session, session.get(world.public_url + path) as answer:
        return answer.status


async def test_ready(world: World) -> None:
    """Ready means: online at Discord, and the database takes a write. The process is alive in any case."""
    await world.app.bot.unload_extension(
        "cogs.clockwork"
    )  # what looks into the database unasked would complain
    assert await status(world, "/readyz") == 200
    world.app.bot.own_shards.up.clear()
    assert await status(world, "/readyz") == 503
    world.app.bot.own_shards.up.add(0)
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
    bot, seen, back = world.app.bot, list[tuple[str, bool]](), asyncio.Event()

    async def on_disconnect() -> None:
        seen.append(("lost", bot.online))

    async def on_resumed() -> None:
        seen.append(("back", bot.online))
        back.set()

    for listener in (on_disconnect, on_resumed):  # they come after the bot's own
        bot.add_listener(listener)
    assert bot.online
    world.discord.faults.drop_gateway()
    async with asyncio.timeout(PATIENCE_S):
        await back.wait()
    assert seen == [("lost", False), ("back", True)]
