"""Drop channels: links that members write there are contributed; reactions tell, and nothing else is said."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot.errors import StoreUnavailableError
from bot.stores.contributions import Recording, State, Via
from bot.stores.lists import Duplicates, ListStatus, Mode, Roles, Rules, Settings
from sandbox.fake_discord import Member
from sandbox.fake_discord.gateway_sessions import Intent
from sandbox.fake_discord.uploads import Body
from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.shared_records import lend

if TYPE_CHECKING:
    from pathlib import Path

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message

WRITE = "POST /playlists/*/items"
TRACK = "https://open.spotify.com/intl-de/track/{}?si=x"


@pytest.fixture
def world(reading_world: World) -> World:
    """The bot is online and reads messages."""
    return reading_world


async def drop_list(world: World, owner: Actor, **changes: object) -> SharedPlaylist:
    """Ada's empty list, with #music as its drop channel."""
    settings = Settings(drop_channel_id=owner.channel.id)
    return await lend(world, owner, world.spotify.known_playlists.empty, settings=settings, **changes)


def uris(world: World) -> list[str]:
    return [entry.uri for entry in world.spotify.known_playlists.empty.items]


async def reacted(world: World, message: Message, *emojis: str) -> Message:
    return await world.discord.wait_for(
        lambda: message if [*message.reactions] == [*emojis] else None, f"{emojis} under {message.text!r}"
    )


async def test_every_link(world: World, linked: Actor, linus: Actor) -> None:
    """All links of a message go in, in its order, without a word; the records tell where they came from."""
    shared = await drop_list(world, linked)
    known = world.spotify.known
    before = len(world.discord.messages)
    text = (
        f"hear <{TRACK.format(known.explicit.id)}>, then {known.plain.uri}! {TRACK.format(known.explicit.id)}"
    )
    message = await reacted(world, await linus.say(text), "✅")
    assert uris(world) == [known.explicit.uri, known.plain.uri]
    assert len(world.discord.messages) == before + 1
    kept = await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, {State.LANDED}, 9)
    assert {(one.via, one.channel_id) for one in kept} == {(Via.DROP, linus.channel.id)}
    assert sorted(one.origin for one in kept) == [f"message {message.id}/0", f"message {message.id}/1"]


async def test_what_became_of_it(world: World, linked: Actor, linus: Actor) -> None:
    """Known, refused and what does not exist are told apart; several outcomes are several reactions."""
    known = world.spotify.known
    await drop_list(world, linked, rules=Rules(blocked_tracks=(known.acoustic.uri,)))
    await reacted(world, await linus.say(known.plain.uri), "✅")
    everything = " ".join(
        [known.plain.uri, known.acoustic.uri, known.explicit.uri, "spotify:track:" + "0" * 22]
    )
    await reacted(world, await linus.say(everything), "✅", "♻️", "⛔")
    await reacted(world, await linus.say(f"https://open.spotify.com/album/{'a' * 22}"), "⛔")
    assert uris(world) == [known.plain.uri, known.explicit.uri]


async def test_pending(world: World, linked: Actor, linus: Actor) -> None:
    """In a vote it is pending; no card is put into the drop channel."""
    shared = await drop_list(world, linked, mode=Mode.VOTE)
    before = len(world.discord.messages)
    await reacted(world, await linus.say(world.spotify.known.plain.uri), "🗳️")
    assert len(world.discord.messages) == before + 1
    (one,) = await world.app.stores.contributions.undecided(list_id=shared.list_id)
    assert one.state is State.PENDING


async def test_waits_for_spotify(world: World, linked: Actor, linus: Actor) -> None:
    """What is kept until Spotify goes on says so, and then that it is in."""
    await drop_list(world, linked)
    world.spotify.faults.add(Fault(match=WRITE, kind="status", status=429, retry_after=60))
    message = await reacted(world, await linus.say(world.spotify.known.plain.uri), "⏳")
    await world.advance(seconds=61)
    await world.discord.wait_for(
        lambda: message if not message.reactions["⏳"] and message.reactions.get("✅") else None, "✅"
    )
    assert uris(world) == [world.spotify.known.plain.uri]


async def test_trouble(world: World, linked: Actor, linus: Actor) -> None:
    """When Spotify does not say what a link is, nothing is kept, and the reaction says so."""
    shared = await drop_list(world, linked)
    world.spotify.faults.add(Fault(match="GET /tracks/*", times=None, kind="status", status=503))
    await reacted(world, await linus.say(world.spotify.known.plain.uri), "⚠️")
    assert await world.app.stores.contributions.latest_of(shared.list_id, linus.member.id, set(State)) == ()


class Unreadable:
    """The stored contributions, of which none can be read by its id."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return self._get if name == "get" else getattr(self._store, name)

    async def _get(self, *_: object) -> None:
        raise StoreUnavailableError


async def test_database_goes(world: World, linked: Actor, linus: Actor) -> None:
    """The database goes once a link is kept: the reaction says that it waits, and afterwards that it is in."""
    await drop_list(world, linked)
    dispatcher = world.app.services.shared.outbox.dispatcher
    stores = dispatcher._stores
    dispatcher._stores = replace(stores, contributions=cast("Any", Unreadable(stores.contributions)))
    message = await linus.say(world.spotify.known.plain.uri)
    await world.discord.wait_for(lambda: message if message.reactions.get("✅") else None, "✅")
    assert uris(world) == [world.spotify.known.plain.uri]


async def test_delivered_twice(world: World, linked: Actor, linus: Actor) -> None:
    """An event that Discord repeats is one contribution."""
    shared = await drop_list(world, linked)
    known = world.spotify.known
    message = await linus.say(known.plain.uri)
    world.discord.gateway.repeat("MESSAGE_CREATE")
    await reacted(world, await linus.say(known.explicit.uri), "✅")
    assert [*message.reactions] == ["✅"]
    assert uris(world) == [known.plain.uri, known.explicit.uri]
    found = await world.app.stores.contributions.alike(shared.list_id, [Recording(known.plain.uri)])
    assert len(found) == 1


async def test_order(world: World, linked: Actor, linus: Actor) -> None:
    """Messages written in a row go in as they were written."""
    await drop_list(world, linked, rules=Rules(duplicates=Duplicates.ALLOWED))
    tracks = list(world.spotify.catalogue.tracks.values())[200:212]
    messages = [await linus.say(track.uri) for track in tracks]
    await asyncio.gather(*(reacted(world, message, "✅") for message in messages))
    assert uris(world) == [track.uri for track in tracks]


async def test_ignored(world: World, linked: Actor, linus: Actor) -> None:
    """Other channels, edits, bots, webhooks, our own messages and messages without links are left alone."""
    await drop_list(world, linked)
    known, body = world.spotify.known, Body({"content": world.spotify.known.plain.uri})
    chat, guild = linus._place.chat, world.discord.guild("Tape Heads")
    jukebox = Member(world.discord.state.ids.next(), "jukebox", "Jukebox", bot=True)
    guild.members[jukebox] = []
    elsewhere = world.discord.actor("linus", channel="general")
    edited = await linus.say("no link here")
    run = await linus.command("track", query=known.acoustic.uri)
    await run.reply()
    left = [
        await elsewhere.say(known.plain.uri),
        edited,
        chat.post(linus.channel, jukebox, body),
        chat.post(linus.channel, linus.member, body, origin=run.interaction.origin),  # has a webhook's id
        await linus.say(f"https://open.spotify.com.evil.example/track/{known.plain.id}"),
    ]
    chat.edit(edited, body)
    await reacted(world, await linus.say(known.explicit.uri), "✅")
    assert [message.reactions for message in left] == [{}] * len(left)
    assert uris(world) == [known.explicit.uri]


async def test_deleted_meanwhile(world: World, linked: Actor, linus: Actor) -> None:
    """A message that is gone before its reaction breaks nothing: what was kept goes in, and the next one, too."""
    await drop_list(world, linked)
    known = world.spotify.known
    slow = world.spotify.faults.add(Fault(match="GET /tracks/*", kind="latency"))
    message = await linus.say(known.plain.uri)
    await slow.struck()
    linus._place.chat.delete(message)
    slow.release()
    await reacted(world, await linus.say(known.explicit.uri), "✅")
    assert uris(world) == [known.plain.uri, known.explicit.uri]
    assert message.reactions == {}


async def test_blocked_and_not_allowed(world: World, linked: Actor, linus: Actor) -> None:
    """Blocked members and those without the role are refused here as well; so is everything while it is paused."""
    shared = await drop_list(world, linked, rules=Rules(blocked_members=(linus.member.id,)))
    known, lists = world.spotify.known, world.app.stores.lists
    await reacted(world, await linus.say(known.plain.uri), "⛔")
    curator = world.discord.guild("Tape Heads").role("Curator").id
    shared = await lists.swap(shared, replace(shared, roles=Roles(add=(curator,)))) or shared
    hedy, grace = (world.discord.actor(name, channel="music") for name in ("hedy", "grace"))
    await reacted(world, await hedy.say(known.plain.uri), "⛔")
    await reacted(world, await grace.say(known.plain.uri), "✅")
    await lists.swap(shared, replace(shared, status=ListStatus.PAUSED))
    await reacted(world, await grace.say(known.explicit.uri), "⛔")
    assert uris(world) == [known.plain.uri]


@pytest.mark.parametrize("asked", ["on", "off"])
async def test_not_granted(openapi: Path | None, caplog: pytest.LogCaptureFixture, asked: str) -> None:
    """Without Discord's permission to read messages the bot says so once and runs on; switched off, it never asks."""
    caplog.set_level(logging.INFO)
    async with World(openapi=openapi, settings={"DROP_CHANNELS": asked}) as world:
        ada = world.discord.actor("ada", channel="music")
        assert "Copper" in (await (await ada.command("track", query="copper umbrella")).reply()).text
        assert all(
            Intent.MESSAGE_CONTENT not in one.intents for one in world.discord.gateway.sessions.values()
        )
    said = [record for record in caplog.records if "DROP_CHANNELS" in record.getMessage()]
    assert len(said) == (1 if asked == "on" else 0)
