"""Reactions: a bot puts them under messages and takes its own away, where it may, and an event can come twice."""

import discord
import pytest

from sandbox.fake_discord import FakeDiscord, Intent
from sandbox.fake_discord.people import Permission
from tests.sandbox.fake_discord.conftest import Runner
from tests.sandbox.fake_discord.test_chat import Chatty, channel_of


async def test_put_and_taken_away(fake: FakeDiscord, run: Runner) -> None:
    """Each emoji counts once per member, in the order they came; those who look see the change."""
    bot = Chatty()
    await run(bot)
    said = await fake.actor("ada", channel="general").say("a song")
    edit = fake.next_edit(said)
    message = (await channel_of(bot, fake, "general")).get_partial_message(said.id)
    for emoji in ("🗳️", "✅", "✅"):
        await message.add_reaction(emoji)
    assert (await edit).version == 2
    assert [(each["emoji"], each["count"]) for each in said.as_json()["reactions"]] == [("🗳️", 1), ("✅", 1)]
    assert bot.user is not None
    await message.remove_reaction("🗳️", bot.user)
    assert [each["emoji"] for each in said.as_json()["reactions"]] == ["✅"]
    assert fake.problems == []


async def test_not_everywhere(fake: FakeDiscord, run: Runner) -> None:
    """It takes the permission, the message, and an emoji."""
    bot = Chatty()
    await run(bot)
    said = await fake.actor("ada", channel="general").say("a song")
    channel = await channel_of(bot, fake, "general")
    with pytest.raises(discord.HTTPException, match="10014"):
        await channel.get_partial_message(said.id).add_reaction("tick")
    with pytest.raises(discord.NotFound, match="10008"):
        await channel.get_partial_message(said.id + 1).add_reaction("✅")
    for role in fake.guilds[0].roles:
        role.permissions &= ~Permission.ADD_REACTIONS
    with pytest.raises(discord.Forbidden, match="50013"):
        await channel.get_partial_message(said.id).add_reaction("✅")


async def test_event_that_comes_twice(fake: FakeDiscord, run: Runner) -> None:
    """The latest event of a name can be told once more."""
    fake.gateway.privileged = Intent.MESSAGE_CONTENT
    bot = Chatty(discord.Intents(guilds=True, guild_messages=True, message_content=True))
    await run(bot)
    await fake.actor("ada", channel="general").say("a song")
    fake.gateway.repeat("MESSAGE_CREATE")
    assert [await bot.heard.get(), await bot.heard.get()] == ["ada: a song", "ada: a song"]
