"""/help: every command once, each where one looks for it, in the member's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cogs.help import TOPICS, by_topic, offered

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

MENTION = re.compile(r"</([^:>]+):(\d+)>")


async def topic(actor: Actor, shown: Message, key: str) -> Message:
    return await (await actor.choose(shown, key)).updated()


async def test_overview(world: World, linus: Actor) -> None:
    """Private, with every command of the bot exactly once, each a mention Discord can follow."""
    reply = await (await linus.command("help")).reply()
    assert reply.ephemeral
    ids = {command["name"]: command["id"] for command in world.discord.commands}
    mentioned = MENTION.findall(reply.text)
    assert [id_ for name, id_ in mentioned if str(ids[name.partition(" ")[0]]) != id_] == []
    commands = {name for name in offered(world.app.bot.tree) if name.islower()}
    assert sorted(name for name, _ in mentioned) == sorted(commands)
    assert "*Add to playlist*" in reply.text


async def test_topics(world: World, linus: Actor) -> None:
    """Each topic lists its commands with their descriptions, and the menu goes on to the others."""
    described = offered(world.app.bot.tree)
    reply = await (await linus.command("help")).reply()
    for key, names in by_topic(described).items():
        reply = await topic(linus, reply, key)
        assert [name for name, _ in MENTION.findall(reply.text)] == [n for n in names if n.islower()]
        assert [name for name in names if described[name] not in reply.text] == []
        (menu,) = reply.menus()
        assert len(menu.options) == len(TOPICS)


async def test_german(linus: Actor) -> None:
    """In the member's language, descriptions and the menu of messages included."""
    linus.member.locale = "de"
    try:
        reply = await (await linus.command("help")).reply()
        assert "Was möchtest du tun?" in reply.text
        assert "*Zu Playlist hinzufügen*" in reply.text
        assert "Zeigt deine Lieblingssongs" in (await topic(linus, reply, "mine")).text
    finally:
        linus.member.locale = "en-GB"


async def test_direct_message(world: World) -> None:
    """It works where no server is."""
    barbara = world.discord.actor("barbara", dm=True)
    assert "What would you like to do?" in (await (await barbara.command("help")).reply()).text


def test_no_topic() -> None:
    """A new command without a topic is noticed."""
    with pytest.raises(LookupError, match="brandnew"):
        by_topic(["brandnew"])
    assert by_topic(["playlist merge"])["mine"] == ["playlist merge"]
