"""The bot is removed from a server: owners are told, nothing is lost for 30 days, then the lists are closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import ListStatus, Trouble
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, made_by, make, only_list

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.guilds import Guild
    from sandbox.world import World


@pytest.fixture
async def tape(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's list in Tape Heads, with the music channel for its cards."""
    await make(linked)
    shared = await only_list(world)
    settings = replace(shared.settings, cards_channel_id=linked.channel.id)
    stored = await world.app.stores.lists.swap(shared, replace(shared, settings=settings))
    assert stored is not None
    return stored


@pytest.fixture
def guild(world: World) -> Guild:
    return world.discord.guild("Tape Heads")


async def now(world: World, shared: SharedPlaylist) -> SharedPlaylist:
    current = await world.app.stores.lists.by_id(shared.list_id)
    assert current is not None
    return current


async def becomes(world: World, shared: SharedPlaylist, trouble: Trouble | None) -> SharedPlaylist:
    """The list, as soon as it is in this trouble, or in none."""
    for _ in range(200):
        current = await now(world, shared)
        if current.trouble is trouble:
            return current
        await world.advance(seconds=1)
        await world.app.stores.ping()
    raise AssertionError(f"still {current.trouble}")


async def test_removed_and_added_again(
    world: World, linked: Actor, linus: Actor, tape: SharedPlaylist, guild: Guild
) -> None:
    """The owner is told, what was accepted waits, unwritten; added again within 30 days all goes on, and says so."""
    known = world.spotify.known.plain
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=60))
    await add(linus, known.uri)
    dm = world.discord.actor("ada", dm=True).channel
    letter = world.discord.next_message(dm)
    roles = guild.members[world.discord.bot_user]
    world.discord.expel(guild)
    await world.advance(seconds=3)
    text = (await letter).text
    assert "removed from a server, so nothing goes into **Our Tape**" in text
    await becomes(world, tape, Trouble.BOT_REMOVED)
    await world.advance(days=29)
    await world.app.services.shared.outbox.dispatcher.work()
    (made,) = made_by(world, "ada", "Our Tape")
    assert made.uris == []
    letter, card = world.discord.next_message(dm), world.discord.next_message(linked.channel)
    world.discord.invite(guild)
    guild.members[world.discord.bot_user] = roles
    await becomes(world, tape, None)
    await world.advance(seconds=15)
    for message in (letter, card):
        assert "I'm back in the server" in (await message).text
    assert "Added to" in await add(linus, world.spotify.known.explicit.uri)
    assert made.uris == [known.uri, world.spotify.known.explicit.uri]


async def test_closed_after_thirty_days(
    world: World, linus: Actor, tape: SharedPlaylist, guild: Guild
) -> None:
    """After 30 days it is closed, the owner is told, what waited lapses, and the playlist can be lent elsewhere."""
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", retry_after=60))
    await add(linus, world.spotify.known.plain.uri)
    world.discord.expel(guild)
    away = await becomes(world, tape, Trouble.BOT_REMOVED)
    assert away.status is ListStatus.ACTIVE
    dm = world.discord.actor("ada", dm=True).channel
    letter = world.discord.next_message(dm)
    await world.advance(seconds=3)
    assert "removed" in (await letter).text
    letter = world.discord.next_message(dm)
    await world.advance(days=30, minutes=1)
    assert "sharing **Our Tape** has ended there" in (await letter).text
    closed = await now(world, tape)
    assert closed.status is ListStatus.CLOSED
    (one,) = await world.app.stores.contributions.latest_of(tape.list_id, linus.member.id, set(State))
    assert one.state is State.LAPSED
    (made,) = made_by(world, "ada", "Our Tape")
    assert made.uris == []


async def test_while_the_bot_was_offline(world: World, tape: SharedPlaylist, guild: Guild) -> None:
    """Removed, or added again, while it did not run: noticed at the next start; the 30 days outlive restarts."""
    await world.stop_bot()
    world.discord.expel(guild)
    await world.start_bot()
    away = await becomes(world, tape, Trouble.BOT_REMOVED)
    await world.restart_bot()
    assert (await now(world, tape)).trouble_since == away.trouble_since
    await world.stop_bot()
    await world.advance(days=31)
    world.discord.invite(guild)
    await world.start_bot()
    back = await becomes(world, tape, None)
    assert back.status is ListStatus.ACTIVE
    await world.stop_bot()
    world.discord.expel(guild)
    await world.start_bot()
    await becomes(world, tape, Trouble.BOT_REMOVED)
    await world.stop_bot()
    await world.advance(days=31)
    await world.start_bot()
    while (await now(world, tape)).status is not ListStatus.CLOSED:
        await world.advance(seconds=1)


async def test_down_is_not_removed(world: World, linus: Actor, tape: SharedPlaylist, guild: Guild) -> None:
    """A server that is down at Discord is not one the bot was removed from."""
    world.discord.gateway.tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild)
    await world.advance(days=31)
    await world.app.services.shared.lifecycle.absence.compare(world.app.bot.is_there)
    assert (await now(world, tape)).trouble is None
    world.discord.invite(guild)
    assert "Added to" in await add(linus, world.spotify.known.plain.uri)
    assert (await now(world, tape)).trouble is None


async def test_other_servers(world: World, tape: SharedPlaylist) -> None:
    """What is shared in another server goes on."""
    world.discord.expel(world.discord.guild("Night Shift"))
    await world.advance(seconds=3)
    await world.app.services.shared.lifecycle.absence.compare(world.app.bot.is_there)
    assert (await now(world, tape)).trouble is None
