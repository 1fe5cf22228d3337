"""The history of a shared playlist: who, what, when, note, votes and decisions; and what looking for edits costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.lists import Mode, Roles
from tests.end_to_end.lending import add, make, spotify_shows
from tests.end_to_end.voting import propose, says
from tests.shared_records import lend

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_spotify.calls import Call
    from sandbox.world import World


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator."""
    return world.discord.actor("grace", channel="music")


@pytest.fixture
async def voting(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when members want it, or when grace says so."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    empty = world.spotify.known_playlists.empty
    return await lend(world, linked, empty, mode=Mode.VOTE, roles=Roles(curate=(curator.id,)))


@pytest.mark.usefixtures("voting")
async def test_votes_and_decisions(world: World, linus: Actor, grace: Actor) -> None:
    """What was voted in tells its note and votes, what was declined who did and why; a filter keeps to one member."""
    known = world.spotify.known
    card = await propose(world, linus, known.explicit.uri, note="for the *long* drive")
    for name in ("grace", "margaret", "hedy"):
        await (await world.discord.actor(name, channel="music").press(card, "Add it")).acknowledged()
    await says(world, card, "✅ Added: 3 👍, 0 👎")
    refused = await propose(world, linus, known.live.uri)
    form = await (await grace.press(refused, "Decline…")).modal()
    await grace.submit(form, {form.fields[0].custom_id: "too loud"})
    await says(world, refused, "Declined by")
    at = int(world.clock.now().timestamp())
    past = await (await linus.command("shared history")).reply()
    assert "was voted in · 👍 3 👎 0" in past.text
    assert f"<@{linus.member.id}> added" in past.text
    assert "“for the \\*long\\* drive”" in past.text
    assert f"<@{grace.member.id}> declined" in past.text
    assert "“too loud”" in past.text
    assert any(f"<t:{moment}:" in past.text for moment in range(at - 30, at + 1))
    hers = await (await linus.command("shared history", member=grace.member)).reply()
    assert "declined" in hers.text
    assert "was voted in" not in hers.text
    nothing = await (
        await linus.command("shared history", member=world.discord.actor("barbara").member)
    ).reply()
    assert "hasn't done anything here yet" in nothing.text


async def test_looking_costs_one_call(world: World, linked: Actor, linus: Actor) -> None:
    """The slow round asks for one version, ten minutes later for the next; items are read only where it differs."""
    for name in ("First", "Second"):
        await make(linked, name)
        await world.advance(minutes=1)
    world.spotify.known_playlists.own.add([world.spotify.known.live.uri])  # not lent: nobody's business
    before = len(looks(world))
    await world.advance(hours=7)
    await spotify_shows(world, lambda: len(looks(world)) == before + 1)
    await world.advance(minutes=11)
    await spotify_shows(world, lambda: len(looks(world)) == before + 2)
    first, second = (call.path.rpartition("/")[2] for call in looks(world)[before:])
    assert first != second
    assert not [call for call in world.spotify.calls if call.path.endswith("/items")]
    playlist = world.spotify.playlist(first)
    playlist.add([track.uri for track in world.spotify.release(120)])
    await world.advance(hours=7)
    await spotify_shows(world, lambda: len(reads(world)) == 2)
    assert all(call.path == f"/playlists/{first}/items" for call in reads(world))
    services = world.app.services.shared
    shared = await services.core.finder.find(world.discord.guild("Tape Heads").id, playlist.name)
    await services.reconciliation.drift.check(shared)  # when that is through, so is the slow round's look
    shown = await (await linus.command("shared show", list=playlist.name)).reply()
    assert "120 added" in shown.text


async def test_using_it_costs_one_call(world: World, linked: Actor, linus: Actor) -> None:
    """Who shows a list, or its history, has it looked at once in ten minutes, by its version."""
    await make(linked, "Our Tape")
    await add(linus, world.spotify.known.plain.uri)
    await world.advance(minutes=15)
    before = len(looks(world))
    for _ in range(3):
        await (await linus.command("shared history")).reply()
        await (await linus.command("shared show")).reply()
    assert len(looks(world)) == before + 1
    await world.advance(minutes=11)
    await (await linus.command("shared show")).reply()
    assert len(looks(world)) == before + 2


def looks(world: World) -> list[Call]:
    """Calls for a playlist itself."""
    return [call for call in world.spotify.calls_to("GET /playlists/*") if not call.path.endswith("/items")]


def reads(world: World) -> list[Call]:
    """Calls for its items, beyond the first page."""
    return [call for call in world.spotify.calls_to("GET /playlists/*/items") if call.query["limit"] == "50"]
