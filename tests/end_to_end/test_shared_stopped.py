"""Many tracks go in at once, and something comes in the way: nobody is told that nothing was added when some was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor as Who
from bot.services.shared.proposals.expand import many_in
from bot.services.shared.proposals.outcomes import Source
from bot.stores.contributions import QUEUE, Via
from sandbox.fake_spotify import Fault
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.world import World


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads."""
    return await lend(world, linked, world.spotify.known_playlists.empty)


@pytest.fixture
def album(world: World) -> str:
    return f"https://open.spotify.com/album/{world.spotify.known.album.id}"


async def pause(world: World, shared: SharedPlaylist) -> None:
    admin = world.app.services.shared.lifecycle.admin
    await admin.pause(Who(shared.owner_id), shared.guild_id, shared.list_id)


async def test_links(world: World, shared: SharedPlaylist, linus: Actor, album: str) -> None:
    """Paused between two links of a message: the first is told as kept, the rest as left, and why."""
    known = world.spotify.known.explicit
    text = f"{known.uri} {album}"
    asked = await (await linus.message_menu("Add to playlist", await linus.say(text))).reply()
    await world.restart_bot()  # so the album is looked up once more
    held = world.spotify.faults.add(Fault("GET /albums/*", "latency"))
    await linus.press(asked, f"Add to {shared.name}")
    await held.struck()
    await pause(world, shared)
    held.release()
    await world.discord.wait_for(
        lambda: asked.text if "I had to skip the rest" in asked.text else None, "outcome"
    )
    assert f"{known.name}](https://open.spotify.com/track/{known.id})** was accepted" in asked.text
    assert "I had to skip the rest: the playlist has been paused" in asked.text
    assert "nothing was" not in asked.text.lower()
    assert await world.app.stores.contributions.count(shared.list_id, QUEUE) == 1


async def test_album(world: World, shared: SharedPlaylist, linus: Actor, album: str) -> None:
    """A yes that a kill cut short, given again to a list that is paused by now: what was kept is not denied."""
    asked = await (await linus.command("add", track=album)).reply()
    services, ref = world.app.services.shared, many_in(album)
    assert ref is not None
    tracks = (await services.proposals.expander.read(ref, linus.member.id)).tracks[:2]
    source = Source(f"question {asked.id}", Via.COMMAND, linus.channel.id)
    world.spotify.faults.add(Fault("POST /playlists/*/items", "rate_limit", times=None, retry_after=600))
    await services.proposals.proposals.propose(
        Who(linus.member.id), shared.guild_id, shared.list_id, tracks, source
    )
    await pause(world, shared)
    (yes,) = [button.label for button in asked.buttons() if button.label.startswith("Add ")]
    await linus.press(asked, yes)
    await world.discord.wait_for(
        lambda: asked.text if "I had to skip the rest" in asked.text else None, "outcome"
    )
    assert "2 tracks accepted for" in asked.text
    assert "I had to skip the rest: the playlist has been paused" in asked.text
    assert await world.app.stores.contributions.count(shared.list_id, QUEUE) == 2


async def test_nothing_yet(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Paused before the first: nothing was kept, and the question can be answered once it is resumed."""
    known = world.spotify.known.explicit
    asked = await (await linus.message_menu("Add to playlist", await linus.say(known.uri))).reply()
    await pause(world, shared)
    told = await (await linus.press(asked, f"Add to {shared.name}")).reply()
    assert "is paused, so nothing was added or changed" in told.text
    await world.app.services.shared.lifecycle.admin.resume(
        Who(shared.owner_id), shared.guild_id, shared.list_id
    )
    await linus.press(asked, f"Add to {shared.name}")
    await world.discord.wait_for(lambda: "✅" in asked.text or None, "outcome")
    assert world.spotify.known_playlists.empty.uris == [known.uri]
