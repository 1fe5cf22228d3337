"""Three processes for two shards: two have one each, and the third waits until it can take one over."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.shard_groups import LEASE
from sandbox.world import World
from tests.end_to_end.test_two_processes import CROWDED_S
from tests.mongo_server.server import on_mongodb

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOST = "another one has its shards now"
EVEN, ODD = "Tape Heads", "Night Shift"

pytestmark = pytest.mark.real_part


@pytest.fixture
async def world(openapi: Path | None, mongo_uri: str) -> AsyncIterator[World]:
    settings = on_mongodb(mongo_uri) | {"SHARD_GROUPS": "2"}
    world = World(bot="process", shards=2, processes=3, openapi=openapi, settings=settings)
    world.discord.state.answer_within_s = CROWDED_S
    async with world:
        yield world
        assert world.discord.problems == []
        assert world.discord.flaws == []
        said = world.log_path.read_text()
    assert [line for line in said.splitlines() if " ERROR " in line and LOST not in line] == []


async def answers(world: World, name: str, guild: str) -> bool:
    actor = world.discord.actor(name, guild=guild, channel="music")
    return "**Discord**" in (await (await actor.command("status")).reply(CROWDED_S)).text


async def online(world: World) -> None:
    await world.discord.wait_for(lambda: world.discord.gateway.ready or None, "both shards", CROWDED_S)


async def test_taken_over(world: World) -> None:
    """One is killed: after its lease, the third has its shard; the other session goes on. It comes back as spare."""
    gateway = world.discord.gateway
    assert {each.shard for each in gateway.sessions.values()} == {(0, 2), (1, 2)}
    assert (
        sum(call.method == "PUT" for call in world.discord.calls) == 1
    )  # of the commands, by the one with shard 0
    kept = next(each for each in gateway.sessions.values() if each.number == 1)
    await world.kill_bot(0)
    world.clock.advance(LEASE + timedelta(seconds=1))
    await online(world)
    assert await answers(world, "ada", EVEN)
    assert await answers(world, "barbara", ODD)
    assert (gateway.sessions[kept.id], kept.resumed, gateway.identifies) == (kept, 0, 3)
    await world.start_bot()
    assert gateway.identifies == 3


async def test_given_back(world: World) -> None:
    """One is stopped: its shard is taken at once, without any time passing."""
    first = world._processes[0]
    first.terminate()
    assert await first.wait() == 0
    await online(world)
    assert await answers(world, "ada", EVEN)
    assert world.discord.gateway.identifies == 3


async def test_not_heard_from(world: World) -> None:
    """One hangs longer than its lease: another takes its shard, and when it goes on, it stops and says why."""
    hung, gateway = world._processes[0], world.discord.gateway
    hung.send_signal(signal.SIGSTOP)
    world.clock.advance(LEASE + timedelta(seconds=1))
    await world.discord.wait_for(lambda: gateway.identifies == 3 or None, "another session", CROWDED_S)
    hung.send_signal(signal.SIGCONT)
    assert await hung.wait() == os.EX_UNAVAILABLE
    assert LOST in world.log_path.read_text()
    await world.discord.wait_for(lambda: gateway.online == 2 or None, "one session of each shard", CROWDED_S)
    assert await answers(world, "ada", EVEN)
