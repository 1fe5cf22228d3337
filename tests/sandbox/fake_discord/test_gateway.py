"""The gateway: who may connect, what a bot is told, and what happens when the connection breaks."""

import asyncio
import logging
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.fake_discord import FakeDiscord, Fault
from tests.sandbox.fake_discord.conftest import Bot, Runner, running


class Watcher(Bot):
    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        super().__init__(intents, **options)
        self.events: asyncio.Queue[str] = asyncio.Queue()

        @self.tree.command(description="Ping")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong")

    async def on_resumed(self) -> None:
        await self.events.put("resumed")

    async def on_ready(self) -> None:
        await self.events.put("ready")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.events.put(f"joined {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.events.put(f"left {guild.name}")

    async def told(self, event: str) -> None:
        async with asyncio.timeout(5):
            while await self.events.get() != event:
                pass


async def answers(fake: FakeDiscord) -> bool:
    return (await (await fake.actor("ada").command("ping")).reply()).content == "pong"


async def test_what_a_bot_knows(fake: FakeDiscord, run: Runner) -> None:
    """The guilds intent brings guilds, channels and roles, and of the members only the bot itself."""
    bot = Watcher()
    await run(bot)
    await bot.told("ready")
    assert sorted(guild.name for guild in bot.guilds) == ["Night Shift", "Tape Heads"]
    guild = bot.get_guild(fake.guilds[0].id)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == [
        "general",
        "music",
        "announcements",
        "curators",
    ]
    assert [role.name for role in guild.roles] == ["@everyone", "Regular", "Curator", "Mixtape"]
    assert list(guild.members) == [guild.me]
    assert guild.owner_id == fake.members["ada"].id
    assert not guild.text_channels[2].permissions_for(guild.me).send_messages


@pytest.mark.parametrize("code", [1000, 4000, 4009, None])
async def test_resume_after_a_close(fake: FakeDiscord, run: Runner, code: int | None) -> None:
    """After a close or a broken connection the bot resumes, and gets what happened meanwhile."""
    bot = Watcher()
    await run(bot)
    if code is None:
        fake.faults.drop_gateway()
    else:
        await fake.faults.close_gateway(code)
    meanwhile = await fake.actor("ada").command("ping")
    await bot.told("resumed")
    assert (await meanwhile.reply()).content == "pong"
    assert await answers(fake)


@pytest.mark.parametrize("fault", ["op 7", "op 9"])
async def test_resume_on_request(fake: FakeDiscord, run: Runner, fault: str) -> None:
    """Asked to reconnect, or told that the session is invalid but resumable, the bot resumes at once."""
    bot = Watcher()
    await run(bot)
    if fault == "op 7":
        fake.faults.ask_to_reconnect()
    else:
        fake.faults.invalidate_session(resumable=True)
    await bot.told("resumed")
    assert await answers(fake)


@pytest.mark.parametrize("refused_on_resume", [True, False])
async def test_new_session(fake: FakeDiscord, run: Runner, *, refused_on_resume: bool) -> None:
    """A session that is gone is begun anew."""
    bot = Watcher()
    await run(bot)
    await bot.told("ready")
    if refused_on_resume:
        fake.faults.forget_sessions()
        fake.faults.drop_gateway()
    else:
        fake.faults.invalidate_session(resumable=False)
    await bot.told("ready")
    fake.faults.clear()
    assert await answers(fake)


async def test_heartbeats(fake: FakeDiscord, run: Runner) -> None:
    """Heartbeats are asked for, sent and acknowledged while commands go on."""
    fake.gateway.heartbeat_ms = 50
    bot = Watcher()
    await run(bot)
    fake.faults.ask_for_heartbeat()
    assert await answers(fake)


@pytest.mark.usefixtures("redirected")
async def test_wrong_token(fake: FakeDiscord) -> None:
    """A wrong token is refused at login."""
    bot = Watcher()
    with pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()
    assert [str(call) for call in fake.calls] == ["GET /users/@me -> 401"]


@pytest.mark.usefixtures("redirected")
async def test_privileged_intents(fake: FakeDiscord) -> None:
    """Intents that the developer portal does not grant end the connection with 4014."""
    bot = Watcher(discord.Intents(guilds=True, members=True))
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(fake.token)
    await bot.close()


async def test_guilds_come_and_go(fake: FakeDiscord, run: Runner) -> None:
    """An invitation and an expulsion reach the bot."""
    bot = Watcher()
    await run(bot)
    fake.invite(fake.elsewhere)
    await bot.told("joined Elsewhere")
    fake.expel(fake.guilds[0])
    await bot.told("left Tape Heads")
    assert sorted(guild.name for guild in bot.guilds) == ["Elsewhere", "Night Shift"]


async def test_in_turn(fake: FakeDiscord, run: Runner) -> None:
    """Or both know all servers, and each member's press goes to one of them, in turn."""
    fake.gateway.expects, fake.gateway.in_turn = 2, True
    bots = Watcher(), Watcher()
    for bot in bots:
        await run(bot)
        await bot.told("ready")
    assert [len(bot.guilds) for bot in bots] == [2, 2]
    for _ in range(4):
        assert await answers(fake)
    assert [len(each.heard("INTERACTION_CREATE")) for each in fake.gateway.sessions.values()] == [2, 2]


@pytest.mark.usefixtures("redirected")
async def test_clean_goodbye(fake: FakeDiscord) -> None:
    """A bot that is stopped properly says so with 1000, and its session is forgotten."""
    async with running(fake, Watcher()):
        assert len(fake.gateway.sessions) == 1
    await fake.wait_for(lambda: fake.gateway.closings or None, "a closing")
    assert fake.gateway.closings == [1000]
    assert fake.gateway.sessions == {}


async def test_rest_faults(fake: FakeDiscord, run: Runner, caplog: pytest.LogCaptureFixture) -> None:
    """Calls fail as told: limited ones are repeated by the library, others reach the bot, before or after effect."""
    bot = Watcher()
    await run(bot)
    channel = bot.get_channel(fake.guilds[0].channel("music").id)
    assert isinstance(channel, discord.TextChannel)
    posting = "POST /channels/*/messages"
    with caplog.at_level(logging.CRITICAL, "discord"):
        fake.faults.add(Fault(posting, "rate_limit", times=2, retry_after=0.01))
        await channel.send("through")
    fake.faults.add(Fault(posting, "rate_limit", via=False))
    with pytest.raises(discord.HTTPException, match="429"):
        await channel.send("banned")
    fake.faults.add(Fault(posting, status=503))
    with pytest.raises(discord.DiscordServerError):
        await channel.send("down")
    fake.faults.add(Fault(posting, "reset_before"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("lost")
    fake.faults.add(Fault(posting, "reset_after"))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await channel.send("arrived")
    assert [each.content for each in fake.actor("ada").messages()] == ["through", "arrived"]
    assert fake.problems == []
