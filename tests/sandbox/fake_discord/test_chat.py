"""Messages outside interactions: channels, direct messages, files, pings, and what a bot hears of them."""

import asyncio
import io

import discord
import pytest

from sandbox.fake_discord import DriverError, FakeDiscord, Intent, NothingCameError
from tests.sandbox.fake_discord.conftest import Bot, Runner


async def channel_of(bot: Bot, fake: FakeDiscord, name: str) -> discord.TextChannel:
    channel = bot.get_channel(fake.guilds[0].channel(name).id)
    assert isinstance(channel, discord.TextChannel)
    return channel


class Chatty(Bot):
    """Has something to sync, so that it counts as ready."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents)
        self.heard: asyncio.Queue[str] = asyncio.Queue()

        @self.tree.command(description="Nothing")
        async def nothing(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("nothing")

    async def on_message(self, message: discord.Message, /) -> None:
        await self.heard.put(f"{message.author.name}: {message.content}")


async def test_channel_messages(fake: FakeDiscord, run: Runner) -> None:
    """A bot posts, edits and deletes in a channel, and each can be awaited."""
    bot = Chatty()
    await run(bot)
    place = fake.guilds[0].channel("general")
    coming = fake.next_message(place)
    sent = await (await channel_of(bot, fake, "general")).send("drop a song")
    message = await coming
    assert (message.id, message.content) == (sent.id, "drop a song")
    edit = fake.next_edit(message)
    await sent.edit(content="thanks", embed=discord.Embed(title="A song", description="by somebody"))
    assert (await edit).text == "thanks\nA song\nby somebody"
    await sent.delete()
    assert await fake.gone(message)
    assert fake.actor("ada", channel="general").messages() == []
    with pytest.raises(NothingCameError, match=r"no edit of .* within 0.01 s"):
        await fake.next_edit(message, 0.01)
    assert fake.problems == []


async def test_no_access(fake: FakeDiscord, run: Runner) -> None:
    """Where the bot may not write or look it is told so; strangers' messages are not its to edit."""
    bot = Chatty()
    await run(bot)
    with pytest.raises(discord.Forbidden, match="50013"):
        await (await channel_of(bot, fake, "announcements")).send("news")
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.get_partial_messageable(fake.elsewhere.channels[0].id).send("hello")
    with pytest.raises(discord.NotFound, match="10003"):
        await bot.get_partial_messageable(1).send("hello")
    said = await fake.actor("ada").say("mine")
    partial = (await channel_of(bot, fake, "music")).get_partial_message(said.id)
    with pytest.raises(discord.Forbidden, match="50005"):
        await partial.edit(content="yours")
    with pytest.raises(DriverError, match="may not write"):
        await fake.actor("edsger").say("hello?")


async def test_same_nonce(fake: FakeDiscord, run: Runner) -> None:
    """A message sent twice with one nonce is one message, for a few minutes; another nonce is another message."""
    bot = Chatty()
    await run(bot)
    channel = await channel_of(bot, fake, "music")
    first = await channel.send("hello", nonce="a1")
    assert (await channel.send("hello again", nonce="a1")).id == first.id
    assert (await channel.send("hello", nonce="a2")).id != first.id
    fake.clock.advance(300)
    assert (await channel.send("hello", nonce="a1")).id != first.id
    assert fake.problems == []


async def test_direct_messages(fake: FakeDiscord, run: Runner) -> None:
    """A bot writes to a person, unless that person wants none."""
    bot = Chatty()
    await run(bot)
    ada = fake.actor("ada", dm=True)
    user = await bot.fetch_user(fake.members["ada"].id)
    await user.send("your consent ends in 7 days")
    assert [each.content for each in ada.messages()] == ["your consent ends in 7 days"]
    assert fake.actor("grace", dm=True).messages() == []
    fake.members["ada"].accepts_dms = False
    with pytest.raises(discord.Forbidden, match="50007"):
        await user.send("again")
    assert fake.problems == []


async def test_files(fake: FakeDiscord, run: Runner) -> None:
    """Files arrive, can be shown in embeds, downloaded again, and only those an edit lists stay."""
    bot = Chatty()
    await run(bot)
    channel = await channel_of(bot, fake, "music")
    embed = discord.Embed(title="Cover").set_thumbnail(url="attachment://cover.png")
    files = [discord.File(io.BytesIO(b"png"), "cover.png"), discord.File(io.BytesIO(b"{}"), "export.json")]
    coming = fake.next_message(channel=fake.guilds[0].channel("music"))
    sent = await channel.send(embed=embed, files=files)
    message = await coming
    assert [each.filename for each in message.attachments] == ["cover.png", "export.json"]
    assert message.embeds[0]["thumbnail"]["url"] == message.attachments[0].url
    assert await sent.attachments[1].read() == b"{}"
    await sent.edit(attachments=[sent.attachments[0], discord.File(io.BytesIO(b"a;b"), "export.csv")])
    assert [each.filename for each in message.attachments] == ["cover.png", "export.csv"]
    with pytest.raises(discord.HTTPException, match=r"no file 'other\.png'"):
        await channel.send(embed=discord.Embed(title="x").set_image(url="attachment://other.png"))
    assert len(fake.problems) == 1


async def test_pings(fake: FakeDiscord, run: Runner) -> None:
    """Mentions ping only whom allowed_mentions lets them, and never from an embed or from code."""
    bot = Chatty()
    await run(bot)
    channel = await channel_of(bot, fake, "music")
    grace = fake.members["grace"]
    text = f"{grace.mention} @everyone <@&{fake.guilds[0].role('Curator').id}>"

    async def pinged(
        content: str, allowed: discord.AllowedMentions, embed: discord.Embed = discord.utils.MISSING
    ) -> list[str]:
        coming = fake.next_message(fake.guilds[0].channel("music"))
        await channel.send(content, allowed_mentions=allowed, embed=embed)
        return (await coming).pings.names()

    nobody, everybody = discord.AllowedMentions.none(), discord.AllowedMentions.all()
    assert await pinged(text, nobody) == []
    assert await pinged(text, discord.AllowedMentions(users=True, everyone=False, roles=False)) == ["@grace"]
    assert await pinged(text, everybody) == ["@grace"]  # this bot may not ping everyone or roles
    assert await pinged(f"`{grace.mention}`", everybody) == []
    assert await pinged("card", everybody, embed=discord.Embed(description=grace.mention)) == []


async def test_intents_decide(fake: FakeDiscord, run: Runner) -> None:
    """With the guilds intent alone a bot hears no message; with messages no content; with all of it everything."""
    deaf, half = Chatty(), Chatty(discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
    fake.gateway.privileged = Intent.MESSAGE_CONTENT
    full = Chatty(discord.Intents(guilds=True, guild_messages=True, message_content=True))
    for bot in (deaf, half, full):
        await run(bot)
    await fake.actor("ada").say("hello all")
    await fake.actor("ada").say(f"hello {fake.bot_user.mention}")
    await fake.actor("ada", dm=True).say("hello you")
    mention = f"ada: hello {fake.bot_user.mention}"
    assert [await half.heard.get() for _ in range(3)] == ["ada: ", mention, "ada: hello you"]
    assert [await full.heard.get() for _ in range(2)] == ["ada: hello all", mention]
    assert deaf.heard.empty()
