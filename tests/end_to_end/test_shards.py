"""Two shards in one process: each has its half of the servers, and what one of them goes through is its own affair."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cogs.ui.actor import actor_now
from sandbox.fake_discord.changes import PATIENCE_S
from sandbox.lending import lend_new
from sandbox.world import BotStartError, World
from tests.end_to_end.lending import spotify_shows
from tests.end_to_end.test_ready import status
from tests.mongo_server.server import on_mongodb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox.fake_discord import Actor

EVEN, ODD = "Tape Heads", "Night Shift"


@pytest.fixture
async def world(openapi: Path | None, settings: dict[str, str]) -> AsyncIterator[World]:
    async with World(shards=2, openapi=openapi, settings=settings) as made:
        yield made
        assert made.discord.problems == []
        assert made.discord.flaws == []


def asked(world: World) -> dict[int, int]:
    """How many interactions each shard heard of."""
    sessions = world.discord.gateway.sessions.values()
    return {each.number: len(each.heard("INTERACTION_CREATE")) for each in sessions}


async def answered(actor: Actor) -> bool:
    return "**Discord**" in (await (await actor.command("status")).reply()).text


async def test_both_halves(world: World) -> None:
    """Members of both halves link, lend and add; direct messages reach shard 0."""
    ada = world.discord.actor("ada", guild=EVEN, channel="music")
    await world.link(ada)
    before = asked(world)
    for guild in (EVEN, ODD):
        actor = world.discord.actor("ada", guild=guild, channel="music")
        made = await lend_new(world, actor, f"Tape of {guild}")
        playlist = world.spotify.playlist(made.playlist_id)
        (track,) = world.spotify.release(1)
        await (await actor.command("add", track=track.uri, playlist=f"Tape of {guild}")).reply()
        await spotify_shows(world, lambda: bool(playlist.items))  # noqa: B023 - awaited here
        assert playlist.uris == [track.uri]
    assert all(after > before[shard] for shard, after in asked(world).items())
    even = asked(world)[0]
    assert await answered(world.discord.actor("ada", dm=True))
    assert asked(world)[0] == even + 1
    assert world.discord.gateway.identifies == 2
    trouble = [shared.trouble for shared in await world.app.stores.lists.open()]
    assert trouble == [None, None]


async def test_one_resumes(world: World) -> None:
    """While one shard is away the bot isn't ready; it resumes, and what was asked meanwhile is answered."""
    bot = world.app.bot
    seen = []

    async def on_shard_disconnect(shard: int) -> None:
        seen.append((shard, bot.online, bot.is_there(world.discord.guild(ODD).id)))

    bot.add_listener(on_shard_disconnect)
    assert await status(world, "/readyz") == 200
    back = asyncio.create_task(bot.wait_for("shard_resumed"))
    await asyncio.sleep(0)
    world.discord.faults.drop_gateway(shard=1)
    assert await answered(world.discord.actor("barbara", guild=ODD, channel="music"))
    assert await asyncio.wait_for(back, PATIENCE_S) == 1
    assert seen == [(1, False, None)]
    assert bot.online
    assert {each.number: each.resumed for each in world.discord.gateway.sessions.values()} == {0: 0, 1: 1}


async def test_one_starts_over(world: World) -> None:
    """A shard whose session is gone starts another; the other keeps its own, and nobody is told that the bot left."""
    bot = world.app.bot
    back = asyncio.create_task(bot.wait_for("shard_ready"))
    await asyncio.sleep(0)
    world.discord.faults.invalidate_session(resumable=False, shard=1)
    assert await asyncio.wait_for(back, PATIENCE_S) == 1
    assert world.discord.gateway.identifies == 3
    for guild, name in ((EVEN, "ada"), (ODD, "barbara")):
        assert await answered(world.discord.actor(name, guild=guild, channel="music"))


async def test_one_is_refused(world: World) -> None:
    """While one shard waits, as Discord refused it, the other resumes and answers."""
    bot, waits, goes_on = world.app.bot, asyncio.Event(), asyncio.Event()

    async def pause(_: float) -> None:
        waits.set()
        await goes_on.wait()

    bot._identifies._sleep = pause
    world.discord.faults.refuse_identifies()
    world.discord.faults.invalidate_session(resumable=False, shard=1)
    await asyncio.wait_for(waits.wait(), PATIENCE_S)
    back = asyncio.create_task(bot.wait_for("shard_resumed"))
    await asyncio.sleep(0)
    world.discord.faults.drop_gateway(shard=0)
    assert await asyncio.wait_for(back, PATIENCE_S) == 0
    assert await answered(world.discord.actor("ada", guild=EVEN, channel="music"))
    assert (bot.own_shards.up, bot.online) == ({0}, False)
    world.discord.faults.clear()
    begun = asyncio.create_task(bot.wait_for("shard_ready"))
    goes_on.set()
    assert await asyncio.wait_for(begun, PATIENCE_S) == 1
    assert bot.online


async def test_as_many_as_recommended(openapi: Path | None) -> None:
    """With SHARDS=auto it is as many as Discord recommends."""
    world = World(shards=3, openapi=openapi, settings={"SHARDS": "auto"})
    world.discord.gateway.shards = 3
    async with world:
        assert world.app.bot.own_shards.ids == (0, 1, 2)
        assert sorted(each.shard or () for each in world.discord.gateway.sessions.values()) == [
            (0, 3),
            (1, 3),
            (2, 3),
        ]


async def test_shown_to_the_operator(world: World) -> None:
    """/status tells whoever runs the bot how many shards are connected; nobody else."""
    ada, barbara = (
        world.discord.actor("ada", guild=EVEN, channel="music"),
        world.discord.actor("barbara", guild=ODD, channel="music"),
    )
    world.app.bot._operator_ids = frozenset({barbara.member.id})
    shown = (await (await barbara.command("status")).reply()).text
    assert "It's in 2 servers" in shown
    assert "**Shards** · 2 of 2 connected" in shown
    assert "Shards" not in (await (await ada.command("status")).reply()).text


async def test_one_after_the_other(openapi: Path | None) -> None:
    """Where Discord lets only one shard start at a time, none is refused: the second one waits for its turn."""
    world = World(bot="process", shards=2, openapi=openapi)
    world.discord.gateway.max_concurrency = 1
    async with world:
        assert world.discord.gateway.identifies == 2
        assert "trying again" not in world.log_path.read_text()


async def test_too_few(caplog: pytest.LogCaptureFixture) -> None:
    """A connection that would carry too many servers is refused; the bot stops and says which setting to change."""
    world = World()
    world.discord.gateway.most_guilds = 2
    with pytest.raises(BotStartError):
        async with world:
            pass
    assert "SHARDS: Discord refuses so few" in caplog.text
    assert world.discord.gateway.identifies == 1


@pytest.mark.real_part
async def test_servers_of_another_process(openapi: Path | None, mongo_uri: str) -> None:
    """A process knows what it has to of servers whose shard another one has, and of those that nobody is in."""
    async with World(processes=2, openapi=openapi, settings=on_mongodb(mongo_uri)) as world:
        bot, odd, nobody = world.app.bot, world.discord.guild(ODD), world.discord.elsewhere
        odd.locale = "de"
        barbara = world.discord.actor("barbara", guild=ODD).member
        assert bot.get_guild(odd.id) is None
        assert (bot.is_there(odd.id), bot.is_there(world.discord.guild(EVEN).id)) == (None, True)
        assert await bot.language_of(odd.id) == "de"
        assert await bot.is_member(odd.id, barbara.id)
        assert await bot.is_member(odd.id, world.discord.members["linus"].id) is False
        found = await actor_now(bot, odd.id, barbara.id)
        assert found is not None
        assert found.manages_guild
        assert await bot.server(nobody.id) is None
        assert world.discord.problems == []
        assert bot.mention_command("add").startswith("</add:")
