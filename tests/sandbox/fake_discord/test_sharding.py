"""Shards: each server belongs to one of them, whoever connects says which it is, and not too many at once.

Source: docs.discord.com/developers/events/gateway (sharding)
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from discord.ext import commands

from tests.sandbox.fake_discord.conftest import Bot, Caller, Runner

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import discord

    from sandbox.clock import Clock
    from sandbox.fake_discord import FakeDiscord

EVEN, ODD = "Tape Heads", "Night Shift"  # their shards, where there are two


class Sharded(Bot, commands.AutoShardedBot):
    """As discord.py does it by itself: every shard in one process, or those it is given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

        @self.tree.command(description="Ping")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong")


class Socket:
    """A connection by hand."""

    def __init__(self, fake: FakeDiscord, session: aiohttp.ClientSession) -> None:
        self._fake = fake
        self._session = session

    async def identify(self, *shard: object) -> tuple[int | str, Any]:
        """What comes of it: ("READY", …), (9, …), or the close code."""
        socket = await self._session.ws_connect(f"{self._fake.gateway_url}?v=10&encoding=json")
        await socket.receive()  # hello
        data = {"token": self._fake.token, "intents": 1} | ({"shard": list(shard)} if shard else {})
        await socket.send_str(json.dumps({"op": 2, "d": data}))
        frame = await socket.receive()
        if frame.type is aiohttp.WSMsgType.CLOSE:
            return frame.data, None
        answer = json.loads(frame.data)
        return answer.get("t") or answer["op"], answer["d"]


@pytest.fixture
async def socket(fake: FakeDiscord) -> AsyncIterator[Socket]:
    async with aiohttp.ClientSession() as session:
        yield Socket(fake, session)


def asked(fake: FakeDiscord) -> dict[int, int]:
    """How many interactions each shard heard of."""
    return {each.number: len(each.heard("INTERACTION_CREATE")) for each in fake.gateway.sessions.values()}


async def test_every_shard(fake: FakeDiscord, run: Runner) -> None:
    """discord.py asks how many shards there should be, and each hears of its own servers and nothing else."""
    fake.gateway.shards = fake.gateway.expects = 2
    bot = Sharded()
    await run(bot)
    assert {guild.name: guild.shard_id for guild in bot.guilds} == {EVEN: 0, ODD: 1}
    heard = {each.number: each.heard("GUILD_CREATE") for each in fake.gateway.sessions.values()}
    assert {number: [one["name"] for one in told] for number, told in heard.items()} == {0: [EVEN], 1: [ODD]}
    assert all(each["id"] == str(guild.id) for guild in fake.guilds for each in heard[(guild.id >> 22) % 2])


async def test_who_is_asked(fake: FakeDiscord, run: Runner) -> None:
    """What members do reaches the shard of their server; direct messages and groups reach shard 0."""
    fake.gateway.expects = 2
    await run(Sharded(shard_count=2))
    barbara = fake.actor("barbara", guild=ODD)
    await (await barbara.command("ping")).reply()
    assert asked(fake) == {0: 0, 1: 1}
    for actor in (fake.actor("barbara", dm=True), fake.actor("ada", guild=EVEN)):
        await (await actor.command("ping")).reply()
    assert asked(fake) == {0: 2, 1: 1}


async def test_some_shards(fake: FakeDiscord, run: Runner) -> None:
    """A process can have some of the shards; of the rest it hears nothing."""
    fake.gateway.expects = 1
    bot = Sharded(shard_ids=[1], shard_count=2)
    await run(bot)
    assert [guild.name for guild in bot.guilds] == [ODD]
    await fake.actor("ada", guild=EVEN).command("ping")
    assert asked(fake) == {1: 0}


async def test_one_resumes(fake: FakeDiscord, run: Runner) -> None:
    """One shard loses its connection and resumes; the other hears nothing of that."""
    fake.gateway.expects = 2
    bot = Sharded(shard_count=2)
    await run(bot)
    back = asyncio.create_task(bot.wait_for("shard_resumed"))
    await asyncio.sleep(0)
    fake.faults.drop_gateway(shard=1)
    meanwhile = await fake.actor("barbara", guild=ODD).command("ping")
    assert (await meanwhile.reply()).content == "pong"
    assert await back == 1
    assert {each.number: each.resumed for each in fake.gateway.sessions.values()} == {0: 0, 1: 1}


@pytest.mark.parametrize("shard", [(2, 2), (-1, 2), (0, 0), (1,), ("0", "2")])
async def test_no_such_shard(socket: Socket, shard: tuple[object, ...]) -> None:
    """A shard that can't exist is refused."""
    assert (await socket.identify(*shard))[0] == 4010


async def test_too_many_servers(fake: FakeDiscord, socket: Socket) -> None:
    """A session with too many servers has to be split, whether it names a shard or not."""
    fake.gateway.most_guilds = 2
    assert (await socket.identify())[0] == 4011
    assert (await socket.identify(0, 1))[0] == 4011
    assert (await socket.identify(0, 2))[0] == "READY"


async def test_not_all_at_once(fake: FakeDiscord, clock: Clock, socket: Socket) -> None:
    """Shards of one bucket leave five seconds between them; of others they know nothing."""
    fake.gateway.identify_every_s, fake.gateway.max_concurrency = 5, 2
    assert (await socket.identify(0, 4))[0] == "READY"
    assert (await socket.identify(1, 4))[0] == "READY"
    assert await socket.identify(2, 4) == (9, False)
    clock.advance(timedelta(seconds=5))
    assert (await socket.identify(2, 4))[0] == "READY"
    assert [each.number for each in fake.gateway.sessions.values()] == [0, 1, 2]


async def test_what_is_left(fake: FakeDiscord, socket: Socket, call: Caller) -> None:
    """Each session that is asked for counts, and more than all of them cost the token."""
    fake.gateway.shards, fake.gateway.max_concurrency, fake.gateway.most_identifies = 4, 2, 3
    for shard in ((0, 4), (9, 4), (1, 4)):
        await socket.identify(*shard)
    status, said = await call("GET", "/gateway/bot")
    limit = said["session_start_limit"]
    assert (status, said["shards"], limit["max_concurrency"]) == (200, 4, 2)
    assert (limit["total"], limit["remaining"]) == (3, 0)
    assert (await socket.identify(2, 4))[0] == 4004
    assert len(fake.problems) == 1
