"""Messages that carry their words elsewhere: forwarded ones, and those of other bots, made of components."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from sandbox.fake_discord import Actor, DriverError, FakeDiscord, Intent, Message
from tests.sandbox.fake_discord.conftest import Bot, Runner

LINK = "https://open.spotify.com/track/0123456789012345678901"
WORDS = [{"type": 17, "components": [{"type": 10, "content": f"**Now playing** {LINK}"}]}]
V2 = 1 << 15


class Reader(Bot):
    """Keeps what it hears, and has a menu for messages."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents)
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.tree.add_command(discord.app_commands.ContextMenu(name="Read", callback=self.read))

    async def read(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await self.heard.put(message)
        await interaction.response.send_message("read", ephemeral=True)

    async def on_message(self, message: discord.Message, /) -> None:
        await self.heard.put(message)


async def read(bot: Reader, actor: Actor, message: Message) -> discord.Message:
    """What the bot gets when a member uses its menu on a message."""
    await (await actor.message_menu("Read", message)).reply()
    return await asyncio.wait_for(bot.heard.get(), 5)


async def test_forward(fake: FakeDiscord, run: Runner) -> None:
    """A forwarded message is empty itself and carries the other one, as it was then, with where it stood."""
    bot = Reader()
    await run(bot)
    said = await fake.actor("ada", channel="general").say(f"listen: {LINK}")
    linus = fake.actor("linus")
    forwarded = await linus.forward(said)
    said.content = "edited since"
    assert (forwarded.content, forwarded.text) == ("", f"listen: {LINK}")
    heard = await read(bot, linus, forwarded)
    (snapshot,) = heard.message_snapshots
    assert (heard.content, snapshot.content, heard.flags.forwarded) == ("", f"listen: {LINK}", True)
    assert heard.reference is not None
    assert (heard.reference.type, heard.reference.message_id) == (
        discord.MessageReferenceType.forward,
        said.id,
    )
    again = await fake.actor("grace", guild="Tape Heads", channel="general").forward(forwarded)
    assert again.text == f"listen: {LINK}"
    assert fake.problems == []
    assert fake.flaws == []


async def test_who_may(fake: FakeDiscord, run: Runner) -> None:
    """One forwards what one sees to where one may write; private answers are not forwarded."""
    bot = Reader()
    await run(bot)
    hidden = await fake.actor("grace", channel="curators").say("between us")
    with pytest.raises(DriverError, match="cannot see"):
        await fake.actor("linus").forward(hidden)
    said = await fake.actor("ada").say("hello")
    with pytest.raises(DriverError, match="may not write"):
        await fake.actor("edsger").forward(said)
    private = await (await fake.actor("ada").message_menu("Read", said)).reply()
    with pytest.raises(DriverError, match="does not forward"):
        await fake.actor("ada").forward(private)


@pytest.mark.parametrize("granted", [True, False])
async def test_content_intent(fake: FakeDiscord, run: Runner, *, granted: bool) -> None:
    """Without the intent for contents a bot hears of a forwarded message, but not what it carries."""
    fake.gateway.privileged = Intent.MESSAGE_CONTENT
    intents = discord.Intents(guilds=True, messages=True, message_content=granted)
    bot = Reader(intents)
    await run(bot)
    said = await fake.actor("ada").say(LINK)
    await asyncio.wait_for(bot.heard.get(), 5)
    await fake.actor("linus").forward(said)
    heard = await asyncio.wait_for(bot.heard.get(), 5)
    assert [each.content for each in heard.message_snapshots] == [LINK if granted else ""]


async def test_made_of_components(fake: FakeDiscord, run: Runner) -> None:
    """Another bot's words can stand in components only; they are read, and forwarded, like others."""
    bot = Reader()
    await run(bot)
    ada = fake.actor("ada")
    message = fake.other_app_says(ada.channel, {"components": WORDS, "flags": V2})
    assert (message.content, LINK in message.text, message.author.bot) == ("", True, True)
    heard = await read(bot, ada, message)
    (box,) = heard.components
    assert isinstance(box, discord.Container)
    assert [getattr(each, "content", "") for each in box.children] == [f"**Now playing** {LINK}"]
    (snapshot,) = (await read(bot, ada, await ada.forward(message))).message_snapshots
    assert [type(each) for each in snapshot.components] == [discord.Container]
    with pytest.raises(DriverError, match="content"):
        fake.other_app_says(ada.channel, {"content": "both", "components": WORDS, "flags": V2})
    assert fake.problems == []
    assert fake.flaws == []
