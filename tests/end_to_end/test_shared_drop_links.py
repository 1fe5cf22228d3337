"""Drop channels: every Spotify link gets a reaction, however it is written, and whatever it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.lists import Settings
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

ID = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.fixture
def world(reading_world: World) -> World:
    """The bot is online and reads messages."""
    return reading_world


@pytest.fixture
async def linus(world: World, linked: Actor, linus: Actor) -> Actor:
    """In #music, the drop channel of Ada's empty list."""
    settings = Settings(drop_channel_id=linked.channel.id)
    await lend(world, linked, world.spotify.known_playlists.empty, settings=settings)
    return linus


async def reacted(world: World, message: Message, *emojis: str) -> None:
    await world.discord.wait_for(
        lambda: message if [*message.reactions] == [*emojis] else None, f"{emojis} under {message.text!r}"
    )


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def test_however_written(world: World, linus: Actor) -> None:
    """Punctuation of any script, blanks nobody sees and markdown behind a link do not hide it."""
    known = world.spotify.known
    tracks = [known.plain, known.explicit, known.live, known.twice]
    texts = ["{}。", "「{}」", "{}\u200b", "[song]({})"]
    for text, track in zip(texts, tracks, strict=True):
        link = f"https://open.spotify.com/track/{track.id}"
        await reacted(world, await linus.say(text.format(link)), "✅")
    assert uris(world) == [track.uri for track in tracks]


@pytest.mark.parametrize(
    ("text", "reaction"),
    [
        (f"https://open.spotify.com/artist/{ID}", "⛔"),
        (f"https://open.spotify.com/episode/{ID}?si=1", "⛔"),
        (f"spotify:show:{ID}", "⛔"),
        (f"https://open.spotify.com/track/{ID[:-1]}", "⛔"),
        (f"https://open.spotify.com/track/{ID}x", "⛔"),
        ("https://open.spotify.com/user/ada", "⛔"),
        ("https://spotify.link/nowhere", "⚠️"),
    ],
)
async def test_unusable(world: World, linus: Actor, text: str, reaction: str) -> None:
    """A link that cannot go in is refused with a reaction, and not passed over."""
    await reacted(world, await linus.say(text), reaction)
    assert uris(world) == []


async def test_short_link(world: World, linus: Actor) -> None:
    """A short link stands for the track it leads to."""
    known = world.spotify.known.plain
    await reacted(world, await linus.say(f"hear {world.spotify.short_link(known.uri)}!"), "✅")
    assert uris(world) == [known.uri]


async def test_beside_a_good_one(world: World, linus: Actor) -> None:
    """Beside a track that goes in the other link gets its reaction, too."""
    known = world.spotify.known.plain
    await reacted(world, await linus.say(f"https://open.spotify.com/artist/{ID} {known.uri}"), "✅", "⛔")
    assert uris(world) == [known.uri]


async def test_forwarded(world: World, linked: Actor, linus: Actor) -> None:
    """What is forwarded into the channel is read: a message, and an app's card."""
    known = world.spotify.known
    general = world.discord.actor("linus", channel="general")
    said = await general.say(f"hear {known.plain.uri}")
    await reacted(world, await linus.forward(said), "✅")
    card = await (
        await world.discord.actor("ada", channel="general").command("track", query=known.live.uri)
    ).reply()
    await reacted(world, await linus.forward(card), "✅")
    assert uris(world) == [known.plain.uri, known.live.uri]
    assert linked.member is not linus.member


@pytest.mark.parametrize(
    "text", ["hello", "spotify:hm: great", "https://video.example/watch?v=1", "open.spotify.com"]
)
async def test_no_link(world: World, linus: Actor, text: str) -> None:
    """Chatter without a link gets none."""
    message = await linus.say(text)
    await reacted(world, await linus.say(world.spotify.known.plain.uri), "✅")
    assert message.reactions == {}
