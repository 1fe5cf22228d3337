"""When Spotify never says whether something went in: the list holds, curators are told once, look, and decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from bot.stores.lists import Mode, Roles
from cogs.notices import messenger_of
from cogs.ui.shared.parking import AGAIN, GIVE_UP
from sandbox.fake_spotify import Fault
from tests.end_to_end.voting import propose, says, stored
from tests.shared_records import consent_given, lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.catalogue import Track
    from sandbox.fake_spotify.faults import ArmedFault
    from sandbox.world import World

WRITES = "POST /playlists/*/items"
NEWS = "still hasn't confirmed"
STEP_S, STEPS = 16, 40  # much longer than three tries take


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator, who has never linked anything."""
    return world.discord.actor("grace", channel="music")


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    roles = Roles(curate=(curator.id,))
    return await lend(world, linked, world.spotify.known_playlists.empty, roles=roles)


def uris(world: World) -> list[str]:
    return world.spotify.known_playlists.empty.uris


def notices(world: World) -> list[Message]:
    """What everybody sees of it."""
    return [one for one in world.discord.messages if not one.ephemeral and NEWS in one.text]


async def until_parked(world: World, sent: ArmedFault) -> None:
    """sent: strikes when it is sent for the first time."""
    await sent.struck()
    (shared,) = await world.app.stores.lists.of_guild(world.discord.guild("Tape Heads").id)
    for _ in range(STEPS):
        await world.advance(seconds=STEP_S)
        await world.app.services.shared.outbox.dispatcher.work()
        if await world.app.stores.contributions.count(shared.list_id, {State.PARKED}):
            return
    raise AssertionError("nothing was parked")


async def add(member: Actor, track: Track) -> Message:
    return await (await member.command("add", track=track.uri)).reply()


async def park(world: World, member: Actor, track: Track) -> tuple[Message, Message]:
    """What the member was answered, and the notice for curators."""
    silent = world.spotify.faults.add(Fault(WRITES, "status", times=3))
    answer = await add(member, track)
    await until_parked(world, silent)
    return answer, await world.discord.wait_for(lambda: next(iter(notices(world)), None), "a notice")


async def test_tried_again(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """One notice, that pings nobody; what follows waits and says why; a curator's press puts all in, in order."""
    known = world.spotify.known
    answer, notice = await park(world, linus, known.plain)
    assert [button.label for button in notice.buttons()] == [AGAIN(), GIVE_UP()]
    assert "1 track" in notice.text
    assert not notice.pings.members
    await says(world, answer, f"{NEWS} ", "a curator can check")
    later = await add(grace, known.explicit)
    assert "Accepted for" in later.text
    assert "once a curator" in later.text
    refused = await (await linus.press(notice, AGAIN())).reply()
    assert refused.ephemeral
    assert "Only curators" in refused.text
    assert (await stored(world, shared, known.plain.uri)).state is State.PARKED
    assert uris(world) == []
    await world.advance(minutes=3)
    looked = await (await grace.press(notice, AGAIN())).reply()
    assert looked.ephemeral
    assert "Not in" in looked.text
    await says(world, answer, "Added to")
    await says(world, later, "Added to")
    await says(world, notice, f"Checked by <@{grace.member.id}>")
    assert notice.buttons() == []
    assert uris(world) == [known.plain.uri, known.explicit.uri]
    assert notices(world) == []
    assert "checked for" in (await (await linus.command("shared history")).reply()).text


async def test_found_after_a_restart(
    world: World, shared: SharedPlaylist, linus: Actor, grace: Actor
) -> None:
    """It went in much later: after a restart there is no second notice, the buttons work, and it is found."""
    track = world.spotify.known.plain
    silent = world.spotify.faults.add(Fault(WRITES, "reset_before", times=2))
    world.spotify.faults.add(Fault(WRITES, "late", late_s=300))
    await add(linus, track)
    await until_parked(world, silent)
    notice = await world.discord.wait_for(lambda: next(iter(notices(world)), None), "a notice")
    await world.restart_bot()
    await world.advance(minutes=6)
    services = world.app.services
    messenger = messenger_of(world.app.bot, services)
    await services.notifying.run(messenger.tell)
    assert notices(world) == [notice]
    looked = await (await grace.press(notice, GIVE_UP())).reply()
    assert "after all" in looked.text
    await says(world, notice, "after all")
    assert uris(world) == [track.uri]
    assert (await stored(world, shared, track.uri)).state is State.LANDED


async def test_given_up(world: World, linked: Actor, linus: Actor, grace: Actor) -> None:
    """The card says that a curator has to look, and then that it did not go in; it can be proposed again."""
    roles = Roles(curate=(world.discord.guild("Tape Heads").role("Curator").id,))
    target = world.spotify.known_playlists.empty
    await lend(world, linked, target, mode=Mode.APPROVAL, roles=roles)
    track = world.spotify.known.plain
    card = await propose(world, linus, track.uri)
    silent = world.spotify.faults.add(Fault(WRITES, "status", times=3))
    await grace.press(card, "Approve")
    await until_parked(world, silent)
    await says(world, card, "a curator needs to check")
    pending = await (await linus.command("shared pending")).reply()
    assert "a curator needs to check" in pending.text
    assert pending.buttons() == []
    pending = await (await grace.command("shared pending")).reply()
    looked = await (await grace.press(pending, GIVE_UP())).reply()
    assert "so dropped" in looked.text
    await says(world, card, "but Spotify rejected it")
    assert uris(world) == []
    await propose(world, linus, track.uri)
    nothing = await (await grace.press(pending, AGAIN())).reply()
    assert "Nothing left to check" in nothing.text


async def test_owner_gone(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """While the owner's consent has ended nobody can look: the curator is told whose turn it is; all is kept."""
    track = world.spotify.known.plain
    _, notice = await park(world, linus, track)
    await consent_given(world.app.stores, world.discord.actor("ada").member.id, days_ago=180)
    world.spotify.revoke("ada")
    told = await (await grace.press(notice, AGAIN())).reply()
    assert "the Spotify link of its owner has expired" in told.text
    assert (await stored(world, shared, track.uri)).state is State.PARKED
    await world.link(world.discord.actor("ada", channel="music"))
    await world.advance(minutes=1)
    await (await grace.press(notice, AGAIN())).reply()
    await says(world, notice, "Checked by")
    await world.advance(minutes=1)
    await world.app.services.shared.outbox.dispatcher.work()
    assert uris(world) == [track.uri]
