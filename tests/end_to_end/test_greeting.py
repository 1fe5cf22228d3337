"""A server's managers get one hint when the bot is added: in the server's language, where it may write, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.fake_discord.guilds import Overwrite
from sandbox.fake_discord.people import Permission
from tests.end_to_end.voting import says

if TYPE_CHECKING:
    from sandbox.fake_discord.guilds import Channel, Guild
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World


@pytest.fixture
def guild(world: World) -> Guild:
    return world.discord.guild("Tape Heads")


def hints(world: World) -> list[Message]:
    return [one for one in world.discord.messages if one.text.startswith("👋")]


async def added(world: World, guild: Guild) -> None:
    """The bot is removed, and added again with its role."""
    roles = guild.members[world.discord.bot_user]
    world.discord.expel(guild)
    guild.members[world.discord.bot_user] = roles
    world.discord.invite(guild)


async def hinted(world: World, channel: Channel) -> Message:
    return await world.discord.wait_for(
        lambda: next((one for one in hints(world) if one.channel is channel), None), "a hint"
    )


async def settled(world: World, guild: Guild) -> None:
    """Whatever was to be said about the server has been said."""
    bot = world.app.bot
    await world.discord.wait_for(lambda: bot.get_guild(guild.id), "the bot is there")
    cog = bot.get_cog("GreetingCog")
    assert cog is not None
    await cog.on_shard_ready(0)  # type: ignore[attr-defined] # loading the extension makes its class anew
    await world.advance(seconds=15)
    await world.app.stores.ping()


async def test_first_writable(world: World, guild: Guild) -> None:
    """Without a channel for system messages, in the first channel the bot may write in, with two commands to click."""
    general = guild.channel("general")
    general.overwrites.append(Overwrite(guild.everyone, deny=Permission.VIEW_CHANNEL))
    await added(world, guild)
    hint = await hinted(world, guild.channel("music"))
    assert not hint.ephemeral
    assert "</shared create:" in hint.text
    assert "</help:" in hint.text
    assert not hint.pings.everyone
    assert len(hints(world)) == 1


async def test_system_channel(world: World, guild: Guild) -> None:
    """In the channel for system messages, if there is one."""
    guild.system_channel = guild.channel("music")
    await added(world, guild)
    await hinted(world, guild.channel("music"))


async def test_in_the_servers_language(world: World, guild: Guild) -> None:
    """A German server gets it in German."""
    guild.locale = "de"
    await added(world, guild)
    hint = await hinted(world, guild.channel("general"))
    await says(world, hint, "Wenn du diesen Server verwaltest")


async def test_once(world: World, guild: Guild) -> None:
    """Not again after a restart, nor when it is removed and added again within 90 days; after that, it is."""
    await added(world, guild)
    await hinted(world, guild.channel("general"))
    await world.restart_bot()
    await settled(world, guild)
    assert len(hints(world)) == 1
    await world.advance(days=60)
    await added(world, guild)
    await settled(world, guild)
    assert len(hints(world)) == 1
    await world.advance(days=60)
    await added(world, guild)
    await settled(world, guild)
    await world.discord.wait_for(lambda: len(hints(world)) == 2 or None, "a second hint")


async def test_while_offline(world: World, guild: Guild) -> None:
    """Added while the bot did not run, it says so at the next start."""
    await world.stop_bot()
    await added(world, guild)
    await world.start_bot()
    await hinted(world, guild.channel("general"))


async def test_back_from_an_outage(world: World, guild: Guild) -> None:
    """A server that was only down is not greeted, and neither are those that have known the bot for long."""
    world.discord.gateway.tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild)
    payload = guild.payload(seen_by=world.discord.bot_user)
    world.discord.gateway.tell("GUILD_CREATE", payload | {"unavailable": False}, guild)
    world.discord.gateway.tell("GUILD_CREATE", payload, guild)  # as Discord says it of a new one
    await settled(world, guild)
    assert hints(world) == []


async def test_nowhere_to_write(world: World, guild: Guild) -> None:
    """Where it may write nowhere, it stays silent, and nothing fails."""
    world.discord.expel(guild)
    world.discord.invite(guild)  # with no role that may write
    await settled(world, guild)
    assert hints(world) == []
