"""/shared create, adopt, list, pause, resume, close: from the owner's yes to giving it back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import YES_NEW, YES_OLD, add, adopt, made_by, make, only_list, said
from tests.end_to_end.voting import propose, says

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World


async def test_create(world: World, linked: Actor) -> None:
    """Nothing is made before the owner has read what members will be able to do and said yes."""
    asked = await (
        await linked.command("shared create", name="Our Tape", description="Together", mode="vote")
    ).reply()
    assert asked.ephemeral
    for words in (
        "Every member",
        "Curators",
        "Managers",
        "once 👍 lead by 3",
        "5 votes",
        "I only change this playlist",
        "link",
    ):
        assert words in asked.text
    assert made_by(world, "ada", "Our Tape") == []
    done = await (await linked.press(asked, YES_NEW)).updated()
    (made,) = made_by(world, "ada", "Our Tape")
    assert made.description == "Together"
    assert "Our Tape" in done.text
    assert "show on your Spotify profile" in done.text
    grace = world.discord.actor("grace", channel="music")
    assert "Our Tape" in await said(grace, "list")


async def test_cancel(world: World, linked: Actor) -> None:
    """A no makes nothing, and the same question cannot be answered with yes afterwards."""
    asked = await (await linked.command("shared create", name="Our Tape")).reply()
    await (await linked.press(asked, "Cancel")).updated()
    assert "No shared playlist here yet" in await said(linked, "list")
    assert made_by(world, "ada", "Our Tape") == []


async def test_yes_after_a_restart(world: World, linked: Actor) -> None:
    """The question outlives a restart of the bot, and a second press of the same yes makes nothing more."""
    asked = await (await linked.command("shared create", name="Our Tape")).reply()
    await world.restart_bot()
    first, second = await linked.press(asked, YES_NEW), await linked.press(asked, YES_NEW)
    await first.updated()
    await second.reply()
    assert len(made_by(world, "ada", "Our Tape")) == 1


@pytest.mark.parametrize(
    "query", ["{name}", "https://open.spotify.com/playlist/{id}", "spotify:playlist:{id}"]
)
async def test_adopt(world: World, linked: Actor, query: str) -> None:
    """One of the owner's playlists is lent with all that is in it, under a name of the server's own."""
    messy = world.spotify.known_playlists.messy
    done = await adopt(linked, query.format(name=messy.name, id=messy.id), name="Old Stuff")
    assert "1 local file. It stays, but I can't add or move it." in done.text
    assert "Old Stuff" in done.text
    shown = await (await linked.command("shared show")).reply()
    assert world.spotify.known.plain.name in shown.text
    snapshot = await world.app.stores.snapshots.latest((await only_list(world)).list_id)
    assert snapshot is not None
    assert snapshot.info.reason == "lent"
    assert len(snapshot.uris) == len(messy.items)
    assert any("local" in uri for uri in snapshot.uris)


async def test_adopt_asks_which(world: World, linked: Actor) -> None:
    """A part of names that fits several lists gives a menu; the promise follows the choice."""
    own = world.spotify.known_playlists.own
    asked = await (await linked.command("shared adopt", playlist="a")).reply()
    promise = await (await linked.choose(asked, own.id)).updated()
    assert own.name in promise.text
    done = await (await linked.press(promise, YES_OLD)).updated()
    assert own.name in done.text


async def test_adopt_of_others(world: World, linked: Actor) -> None:
    """What somebody else owns cannot be lent, even where the member may add to it."""
    lists = world.spotify.known_playlists
    for playlist in (lists.followed, lists.graces_collaborative):
        text = await said(linked, "adopt", playlist=f"spotify:playlist:{playlist.id}")
        assert "only its owner" in text
    assert "No shared playlist here yet" in await said(linked, "list")


async def test_suggestions_of_mine(world: World, linked: Actor) -> None:
    """One's own playlists are suggested to lend."""
    offered = await linked.suggest("shared adopt", "playlist", "road")
    assert [choice.value for choice in offered] == [
        f"spotify:playlist:{world.spotify.known_playlists.own.id}"
    ]


async def test_names_and_playlists_are_lent_once(world: World, linked: Actor) -> None:
    """A name is taken whatever its case; a playlist is lent once, and another server is not told where."""
    own, empty = world.spotify.known_playlists.own, world.spotify.known_playlists.empty
    await adopt(linked, own.name)
    assert "already has" in await said(linked, "create", name="ROAD trip")
    elsewhere = world.discord.actor("ada", guild="Night Shift")
    text = await said(elsewhere, "adopt", playlist=own.name)
    assert "already lent" in text
    assert "Tape Heads" not in text
    await adopt(elsewhere, empty.name, name="Road Trip")


async def test_name_taken_meanwhile(world: World, linked: Actor) -> None:
    """Two owners are asked about the same name: the first yes has it, and for the second nothing is made."""
    grace = world.discord.actor("grace", channel="music")
    await world.link(grace)
    asked = await (await grace.command("shared create", name="our tape")).reply()
    await make(linked)
    refused = await grace.press(asked, YES_NEW)
    assert "already has" in (await refused.message(2)).text
    assert made_by(world, "grace", "our tape") == []
    for name in ("OUR  TAPE", "ＯＵＲ tape"):  # noqa: RUF001 - looks the same
        assert "already has" in await said(grace, "create", name=name)
    mine = world.spotify.known_playlists.graces_private.name
    assert "already has" in await said(grace, "adopt", playlist=mine, name="Our Tape")


async def test_archive_is_not_lent(world: World, linked: Actor) -> None:
    """What takes up the tracks that leave a list belongs to it: it cannot be lent once more, to whatever server."""
    own = world.spotify.known_playlists.own
    await make(linked)
    shared = await only_list(world)
    await world.app.stores.lists.swap(shared, replace(shared, archive_id=own.id))
    elsewhere = world.discord.actor("ada", guild="Night Shift")
    assert "already lent" in await said(elsewhere, "adopt", playlist=own.name)


async def test_one_default(linked: Actor) -> None:
    """One list at most is the default; when it is closed, none is, or the only one left."""
    await make(linked, "Our Tape")
    await make(linked, "Other")
    assert "Pending in Our Tape" in await said(linked, "pending")
    for name in ("Our Tape", "Other"):
        shown = await (await linked.command("shared settings", list=name)).reply()
        await (await linked.choose(shown, "default")).updated()
    listed = (await said(linked, "list")).splitlines()
    (name,) = [above for above, line in pairwise(listed) if line.endswith(" · default")]
    assert "Other" in name
    assert "Pending in Other" in await said(linked, "pending")
    asked = await (await linked.command("shared close")).reply()
    await (await linked.press(asked, "Close it")).updated()
    assert "Pending in Our Tape" in await said(linked, "pending", list=" ＯＵＲ tape")  # noqa: RUF001 - as typed elsewhere
    assert "Pending in Our Tape" in await said(linked, "pending")


async def test_not_linked(ada: Actor) -> None:
    """Without a link nothing can be lent."""
    assert "link" in await said(ada, "create", name="Our Tape")
    assert "link" in await said(ada, "adopt", playlist="Road Trip")


async def test_pause_and_resume(world: World, linked: Actor) -> None:
    """While it is paused nothing is accepted; only managers pause and resume."""
    await make(linked)
    stranger = world.discord.actor("margaret", channel="music")
    assert "Only managers" in await said(stranger, "pause", list="Our Tape")
    assert "paused" in await said(linked, "pause", list="Our Tape")
    track = world.spotify.known.plain
    assert "paused" in await add(stranger, track.uri)
    assert "Paused" in await said(stranger, "list")
    assert "is open again" in await said(linked, "resume", list="Our Tape")
    assert "Added to" in await add(stranger, track.uri)
    (made,) = made_by(world, "ada", "Our Tape")
    assert [entry.uri for entry in made.items] == [track.uri]


async def test_close(world: World, linked: Actor) -> None:
    """Closing says first what it ends; then the playlist is the owner's alone again, and its name is free."""
    await make(linked, mode="approval")
    margaret = world.discord.actor("margaret", channel="music")
    await add(margaret, world.spotify.known.plain.uri)
    assert "Only managers" in await said(margaret, "close", list="Our Tape")
    settings = await (await linked.command("shared settings")).reply()
    (suggested,) = await margaret.suggest("add", "playlist", "Our Tape")
    asked = await (await linked.command("shared close", list="Our Tape")).reply()
    assert "1 track" in asked.text
    closed = await (await linked.press(asked, "Close it")).updated()
    assert "1 track" in closed.text
    assert "No shared playlist here yet" in await said(margaret, "list")
    assert not closed.buttons()
    late = await (await linked.choose(settings, "mode")).reply()
    assert "“Our Tape” is closed: its owner has it back" in late.text
    refused = await add(margaret, world.spotify.known.explicit.uri, str(suggested.value))
    assert "“Our Tape” is closed: its owner has it back" in refused
    await make(linked)


async def test_closed_while_spotify_pauses(world: World, linked: Actor) -> None:
    """What was accepted and waits for Spotify ends with the list, and the answer that said it is kept says so."""
    await make(linked)
    margaret = world.discord.actor("margaret", channel="music")
    world.spotify.faults.add(
        Fault(match="POST /playlists/*/items", kind="status", status=429, retry_after=600)
    )
    kept = await (await margaret.command("add", track=world.spotify.known.plain.uri)).reply()
    assert "Accepted for" in kept.text
    asked = await (await linked.command("shared close")).reply()
    await (await linked.press(asked, "Close it")).updated()
    await world.discord.wait_for(lambda: "so it wasn't added" in kept.text or None, "the truth")
    (made,) = made_by(world, "ada", "Our Tape")
    assert list(made.items) == []


async def test_close_is_told(world: World, linked: Actor) -> None:
    """Those whose tracks waited are told once, however many; who closed it knows."""
    await make(linked, mode="approval")
    margaret = world.discord.actor("margaret", channel="music")
    known = world.spotify.known
    card = await propose(world, margaret, known.plain.uri, playlist="Our Tape")
    await add(margaret, known.explicit.uri)
    await add(linked, known.acoustic.uri)
    letter = world.discord.next_message(world.discord.actor("margaret", dm=True).channel)
    asked = await (await linked.command("shared close", list="Our Tape")).reply()
    await (await linked.press(asked, "Close it")).updated()
    told = await letter
    assert "**Our Tape** was closed, so 2 tracks of yours didn't go in." in told.text
    await says(world, card, "⌛ Expired: the playlist was closed first")
    assert [message for message in world.discord.messages if "was closed, so" in message.text] == [told]


async def test_paused_twice(linked: Actor) -> None:
    """Pausing what is paused, or resuming what is not, is said to whoever tried, and to nobody else."""
    await make(linked)
    for command, words in (
        ("resume", "isn't paused"),
        ("pause", "is paused"),
        ("pause", "is already paused"),
    ):
        told = await (await linked.command(f"shared {command}", list="Our Tape")).reply()
        assert words in told.text
        assert told.ephemeral is (words != "is paused")
