"""What a reaction in a drop channel says at first is not always the end: it is kept right, after a restart as well."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreUnavailableError
from bot.services.shared.core.access import Actor as Who
from bot.services.shared.proposals.propose import Proposals
from bot.stores.lists import Mode, Settings
from cogs.drop import DropCog
from sandbox.fake_discord import Fault as DiscordFault
from sandbox.fake_spotify import Fault
from tests.end_to_end.voting import stored
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

WRITE = "POST /playlists/*/items"


@pytest.fixture
def world(reading_world: World) -> World:
    """The bot is online and reads messages."""
    return reading_world


async def drop_list(world: World, owner: Actor, mode: Mode = Mode.OPEN) -> SharedPlaylist:
    """Ada's empty list, with #music as its drop channel."""
    settings = Settings(drop_channel_id=owner.channel.id)
    return await lend(world, owner, world.spotify.known_playlists.empty, settings=settings, mode=mode)


async def shows(world: World, message: Message, *emojis: str) -> None:
    """As soon as these and no others are under it."""
    await world.discord.wait_for(
        lambda: {one for one, who in message.reactions.items() if who} == {*emojis} or None,
        f"{emojis} under {message.text!r}",
    )


class Away(Proposals):
    """Whose notes about drop channels cannot be read while it is away."""

    def __init__(self, real: Proposals) -> None:
        self.is_away = False
        self.propose = real.propose  # type: ignore[method-assign] # all the rest is real
        self.track = real.track  # type: ignore[method-assign] # the same
        self._real = real

    async def drop_target(self, guild_id: int, channel_id: int) -> SharedPlaylist | None:
        if self.is_away:
            raise StoreUnavailableError
        return await self._real.drop_target(guild_id, channel_id)


async def test_waits_over_a_restart(world: World, linked: Actor, linus: Actor) -> None:
    """A ⏳ of before a restart becomes what it should; while another link of the message waits, it stays as well."""
    shared = await drop_list(world, linked)
    known = world.spotify.known
    world.spotify.faults.add(Fault(match=WRITE, kind="status", status=429, retry_after=600))
    message = await linus.say(f"{known.plain.uri} {known.explicit.uri}")
    await shows(world, message, "⏳")
    await world.restart_bot()
    first = await stored(world, shared, known.plain.uri)
    contributing = world.app.services.shared.proposals.proposals
    await contributing.withdraw(Who(linus.member.id), shared.guild_id, first.contribution_id)
    await shows(world, message, "⏳", "⛔")
    await world.advance(seconds=601)
    await shows(world, message, "⛔", "✅")
    assert [entry.uri for entry in world.spotify.known_playlists.empty.items] == [known.explicit.uri]


@pytest.mark.parametrize("restarted", [False, True])
async def test_decided(world: World, linked: Actor, linus: Actor, *, restarted: bool) -> None:
    """A 🗳️ becomes what the curator decided."""
    shared = await drop_list(world, linked, Mode.APPROVAL)
    known = world.spotify.known
    taken, turned_down = [await linus.say(track.uri) for track in (known.plain, known.explicit)]
    await shows(world, taken, "🗳️")
    await shows(world, turned_down, "🗳️")
    if restarted:
        await world.restart_bot()
    deciding, curator = world.app.services.shared.ballots.decisions, Who(linked.member.id)
    one, other = [await stored(world, shared, track.uri) for track in (known.plain, known.explicit)]
    await deciding.approve(curator, shared.guild_id, one.contribution_id, 1)
    await deciding.decline(curator, shared.guild_id, other.contribution_id, 1)
    await shows(world, taken, "✅")
    await shows(world, turned_down, "⛔")


async def test_busy(world: World, linked: Actor, linus: Actor) -> None:
    """While others are busy with the list nothing is kept, and the reaction says that it can be tried again."""
    shared = await drop_list(world, linked)
    now = world.clock.now()
    name = f"propose:{shared.list_id}"
    assert await world.app.stores.leases.acquire(name, "another", now, now + timedelta(hours=1))
    await shows(world, await linus.say(world.spotify.known.plain.uri), "⚠️")


async def test_without_our_notes(world: World, linked: Actor, linus: Actor) -> None:
    """Where the database fails in a drop channel, the reaction says so; elsewhere nobody is bothered with it."""
    await drop_list(world, linked)
    shared, known = world.app.services.shared, world.spotify.known
    away = Away(shared.proposals.proposals)
    await world.app.bot.remove_cog(DropCog.__name__)
    cog = DropCog(
        world.app.bot,
        world.app.services.lookups,
        away,
        shared.outbox.dispatcher,
        shared.proposals.drop_channel,
    )
    await world.app.bot.add_cog(cog)
    await shows(world, await linus.say(known.plain.uri), "✅")
    away.is_away = True
    elsewhere = await world.discord.actor("linus", channel="general").say(known.explicit.uri)
    await shows(world, await linus.say(known.explicit.uri), "⚠️")
    assert elsewhere.reactions == {}


@pytest.mark.parametrize("status", [403, 404])
async def test_refused_once(world: World, linked: Actor, linus: Actor, status: int) -> None:
    """Discord refuses the new reaction once, and then no more: it is there all the same."""
    shared = await drop_list(world, linked, Mode.APPROVAL)
    track = world.spotify.known.plain
    message = await linus.say(track.uri)
    await shows(world, message, "🗳️")
    refusal = DiscordFault(match="PUT /channels/*/messages/*/reactions/*", kind="status", status=status)
    world.discord.faults.add(refusal)
    one = await stored(world, shared, track.uri)
    await world.app.services.shared.ballots.decisions.approve(
        Who(linked.member.id), shared.guild_id, one.contribution_id, 1
    )
    await shows(world, message, "✅")
