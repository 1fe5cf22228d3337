"""When the owner unlinks, leaves or loses the playlist: what waits is kept and goes on, or ends after 30 days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor as Decisions
from bot.stores.contributions import State
from bot.stores.lists import Mode, Trouble
from cogs.ui.shared import landing
from sandbox.fake_discord import Fault
from sandbox.fake_spotify import Fault as SpotifyFault
from tests.end_to_end.lending import LONG_S, add, made_by, make, only_list, said

if TYPE_CHECKING:
    from bot.stores.contributions import Contribution
    from sandbox.fake_discord import Actor
    from sandbox.world import World


@pytest.fixture
async def grace(world: World) -> Actor:
    """Who lends; she can leave, as Ada cannot, who owns the server."""
    actor = world.discord.actor("grace", channel="music")
    await world.link(actor)
    await make(actor)
    return actor


async def latest(world: World, actor: Actor) -> Contribution:
    """The newest of a member's contributions, whatever became of it."""
    shared = await only_list(world)
    (one,) = await world.app.stores.contributions.latest_of(shared.list_id, actor.member.id, set(State))
    return one


async def landed(world: World, actor: Actor) -> State:
    await world.advance(seconds=6)  # by then the writer has looked again
    dispatcher = world.app.services.shared.outbox.dispatcher
    await dispatcher.work()
    return (await dispatcher.settled(await latest(world, actor), 5)).state


async def test_unlinked_and_linked_again(world: World, grace: Actor, linus: Actor) -> None:
    """Her own waiting tracks are erased at once, others' wait, and go in when she links the same account again."""
    known = world.spotify.known
    shared, stores = await only_list(world), world.app.stores
    await stores.lists.swap(shared, replace(shared, mode=Mode.APPROVAL))
    assert known.plain.name in await add(grace, known.plain.uri)
    assert known.explicit.name in await add(linus, known.explicit.uri)
    mine, others = await latest(world, grace), await latest(world, linus)
    unlinked = (await (await grace.command("unlink")).reply()).text
    assert "1 track from another member is pending" in unlinked
    assert "1 pending track of yours is erased" in unlinked
    erased = await stores.contributions.get(mine.guild_id, mine.contribution_id)
    assert erased is not None
    assert (erased.state, erased.recording.uri, erased.uri) == (State.WITHDRAWN, "", "")
    assert (await only_list(world)).trouble is Trouble.OWNER_UNLINKED
    assert f"<@{grace.member.id}> needs to </link:" in await said(linus, "list")
    curator = Decisions(grace.member.id)  # she still manages it
    await world.app.services.shared.ballots.decisions.approve(
        curator, others.guild_id, others.contribution_id, 1
    )
    await world.advance(days=29)
    await world.link(grace)
    assert await landed(world, linus) is State.LANDED
    assert (await only_list(world)).trouble is None
    (made,) = made_by(world, "grace", "Our Tape")
    assert [entry.uri for entry in made.items] == [known.explicit.uri]


async def test_thirty_days(world: World, grace: Actor, linus: Actor) -> None:
    """After 30 days without an owner nothing waits any more, and that is in the history."""
    await (await grace.command("unlink")).reply()
    assert "no longer linked to Spotify" in await add(linus, world.spotify.known.plain.uri)
    assert (await latest(world, linus)).state is State.QUEUED
    ownership = world.app.services.shared.lifecycle.ownership
    await world.advance(days=29)
    await ownership.look_after((await only_list(world)).list_id)
    assert (await latest(world, linus)).state is State.QUEUED
    letter = world.discord.next_message(world.discord.actor("linus", dm=True).channel)
    await world.advance(days=2)
    await ownership.look_after((await only_list(world)).list_id)
    assert (await latest(world, linus)).state is State.LAPSED
    assert "no owner for 30 days, so 1 track of yours didn't go in" in (await letter).text
    refused = await add(linus, world.spotify.known.explicit.uri)
    assert "has had no owner for 30 days, so nothing can be added" in refused
    assert (await latest(world, linus)).state is State.LAPSED


async def test_owner_left(world: World, grace: Actor, linus: Actor) -> None:
    """That the owner left the server is noticed on use; nothing is written until she is back."""
    known = world.spotify.known
    assert "Added to" in await add(linus, known.plain.uri)
    world.discord.leave("grace", "Tape Heads")
    await world.advance(minutes=11)
    assert "left this server" in await add(linus, known.explicit.uri)
    assert "left this server" in await said(linus, "list")
    guild = world.discord.guild("Tape Heads")
    guild.members[grace.member] = [guild.role("Regular")]
    await world.advance(minutes=11)
    assert "left this server" not in await said(linus, "list")
    assert await landed(world, linus) is State.LANDED


async def test_owner_left_before_the_decision(world: World, grace: Actor, linus: Actor) -> None:
    """A curator's word is use, too: it counts, and nothing is written to the playlist of somebody who left."""
    shared, known = await only_list(world), world.spotify.known.plain
    await world.app.stores.lists.swap(shared, replace(shared, mode=Mode.APPROVAL))
    await add(linus, known.uri)
    world.discord.leave(grace.member.username, "Tape Heads")
    await world.advance(minutes=11)
    held = await latest(world, linus)
    curator = Decisions(world.discord.actor("ada", channel="music").member.id, manages_guild=True)
    await world.app.services.shared.ballots.decisions.approve(
        curator, shared.guild_id, held.contribution_id, 1
    )
    assert (await only_list(world)).trouble is Trouble.OWNER_LEFT
    assert await landed(world, linus) is State.QUEUED
    (made,) = made_by(world, "grace", "Our Tape")
    assert made.uris == []


async def test_owner_left_before_undo(world: World, grace: Actor, linus: Actor) -> None:
    """Taking back is use as well: it waits, and the playlist of somebody who left stays as it is."""
    known = world.spotify.known.plain
    await add(linus, known.uri)
    world.discord.leave(grace.member.username, "Tape Heads")
    await world.advance(minutes=11)
    assert "left this server" in await said(linus, "undo")
    (made,) = made_by(world, "grace", "Our Tape")
    assert made.uris == [known.uri]


async def test_owner_left_before_a_big_change(world: World, grace: Actor, linus: Actor) -> None:
    """Restoring and ending a round are use, too: refused with the reason, and the playlist stays as it is."""
    known = world.spotify.known.plain
    await add(linus, known.uri)
    ada = world.discord.actor("ada", channel="music")
    version = await (await ada.command("shared restore", version="1")).reply()
    end = await (await ada.command("shared rotate")).reply()
    world.discord.leave(grace.member.username, "Tape Heads")
    await world.advance(minutes=11)
    for shown, button in ((version, "Restore"), (end, "End the round")):
        assert "left this server" in (await (await ada.press(shown, button)).reply()).text
    (made,) = made_by(world, "grace", "Our Tape")
    assert made.uris == [known.uri]


@pytest.mark.usefixtures("grace")
async def test_owner_left_is_noticed_daily(world: World) -> None:
    """Nobody uses the list, and it is noticed all the same, within a day."""
    world.discord.leave("grace", "Tape Heads")
    await world.advance(days=1)
    await world.app.services.shared.lifecycle.ownership.look_after((await only_list(world)).list_id)
    assert (await only_list(world)).trouble is Trouble.OWNER_LEFT


@pytest.mark.usefixtures("grace")
async def test_discord_does_not_say(world: World, linus: Actor) -> None:
    """Discord's trouble is not taken for a departure, and it is not asked again at once."""
    world.discord.leave("grace", "Tape Heads")
    await world.advance(minutes=11)
    world.discord.faults.add(Fault(match="GET /guilds/*/members/*", kind="status", status=403, times=None))
    before = len(asked(world))
    assert "left" not in await said(linus, "list")
    assert "left" not in await said(linus, "list")
    assert len(asked(world)) == before + 1


async def test_given_up_only_if_discord_says(world: World, grace: Actor, linus: Actor) -> None:
    """That the owner left, long ago, is asked once more before what waits is let go; no answer is none."""
    world.discord.leave("grace", "Tape Heads")
    await world.advance(minutes=11)
    assert "left this server" in await add(linus, world.spotify.known.plain.uri)
    fault = Fault(match="GET /guilds/*/members/*", kind="status", status=403, times=None)
    world.discord.faults.add(fault)
    await world.advance(days=31)
    ownership = world.app.services.shared.lifecycle.ownership
    await ownership.look_after((await only_list(world)).list_id)
    assert (await latest(world, linus)).state is State.QUEUED
    world.discord.faults.clear()
    await world.advance(minutes=11)
    await ownership.look_after((await only_list(world)).list_id)
    assert (await latest(world, linus)).state is State.LAPSED
    assert grace.member.id == (await only_list(world)).owner_id


async def test_left_in_trouble(world: World, grace: Actor, linus: Actor) -> None:
    """Who leaves while their consent is over has left all the same: what waits does not wait for ever."""
    shared = await only_list(world)
    ended = replace(shared, trouble=Trouble.CONSENT_ENDED, trouble_since=world.clock.now())
    await world.app.stores.lists.swap(shared, ended)
    world.discord.leave(grace.member.username, "Tape Heads")
    await world.advance(minutes=11)
    assert "left this server" in await said(linus, "list")


def asked(world: World) -> list[object]:
    return [call for call in world.discord.calls if "/members/" in call.path and call.method == "GET"]


async def test_not_the_askers_trouble(ada: Actor, grace: Actor) -> None:
    """To a manager without Spotify the owner's missing link is the owner's: they are not told to link."""
    menu = await (await ada.command("shared restore")).reply()
    ending = await (await ada.command("shared rotate")).reply()
    await (await grace.command("unlink")).reply()
    told = [await said(ada, "restore", version="1")]
    told.append((await (await ada.press(menu, "Save current version")).reply()).text)
    told.append((await (await ada.press(ending, "End the round")).message(2)).text)
    for text in told:
        assert "“Our Tape”: its owner unlinked Spotify" in text


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """/add waits for what came of it, also on a busy machine."""
    monkeypatch.setattr(landing, "SETTLE_S", LONG_S)


@pytest.mark.usefixtures("unhurried")
async def test_playlist_gone(world: World, grace: Actor, linus: Actor) -> None:
    """Spotify does not know the playlist any more: what is added is kept, and it is said why."""
    (made,) = made_by(world, "grace", "Our Tape")
    world.spotify.state.playlists.pop(made.id)
    kept = await add(linus, world.spotify.known.plain.uri)
    assert "Spotify can't find the playlist" in kept
    assert (await latest(world, linus)).state is State.QUEUED
    assert "Spotify can't find this playlist" in await said(grace, "list")
    offered = await (await grace.command("shared transfer", member="grace", list="Our Tape")).reply()
    await (await grace.press(offered, "Take it over")).updated()
    assert await landed(world, linus) is State.LANDED


@pytest.mark.parametrize(
    ("match", "status"), [("POST /playlists/*/items", 404), ("POST /playlists/*/items", 403)]
)
async def test_passing_refusal(world: World, grace: Actor, linus: Actor, match: str, status: int) -> None:
    """One refusal, and then all is well: nothing is called gone, what was added lands, nobody is without an owner."""
    world.spotify.faults.add(SpotifyFault(match=match, kind="status", status=status))
    said_first = await add(linus, world.spotify.known.plain.uri)
    assert "can't find" not in said_first
    assert await landed(world, linus) is State.LANDED
    assert (await only_list(world)).trouble is None
    await world.advance(days=31)
    assert "Added to" in await add(linus, world.spotify.known.explicit.uri)
    listed = await said(grace, "list")
    assert "Spotify can't" not in listed
    assert "Spotify doesn't" not in listed


@pytest.mark.usefixtures("unhurried")
async def test_refused_twice_and_well_again(world: World, grace: Actor, linus: Actor) -> None:
    """Refused twice it is in trouble; as soon as a member has it shown, or within the hour, that is over."""
    fault = world.spotify.faults.add(
        SpotifyFault(match="* /playlists/*", kind="status", status=404, times=None)
    )
    assert "Spotify can't find the playlist" in await add(linus, world.spotify.known.plain.uri)
    assert (await only_list(world)).trouble is Trouble.PLAYLIST_GONE
    await (await linus.command("shared undo", what=world.spotify.known.plain.uri, list="Our Tape")).reply()
    world.spotify.faults.disarm(fault)
    await (await grace.command("shared show")).reply()
    assert (await only_list(world)).trouble is None


async def test_gone_for_thirty_days(world: World, grace: Actor, linus: Actor) -> None:
    """A quiet list that Spotify refused for long has its owner all the while; the slow look finds that it is over."""
    shared = await only_list(world)
    gone = replace(shared, trouble=Trouble.PLAYLIST_GONE, trouble_since=world.clock.now())
    await world.app.stores.lists.swap(shared, gone)
    drift = world.app.services.shared.reconciliation.drift
    fault = world.spotify.faults.add(
        SpotifyFault(match="* /playlists/*", kind="status", status=404, times=None)
    )
    hours = 0
    while hours < 24 * 31:
        step = 1 if hours < 24 else 24
        hours += step
        await world.advance(hours=step)
        await drift.look_after(shared.list_id)
    refused = await add(linus, world.spotify.known.explicit.uri)
    assert "no owner" not in refused
    world.spotify.faults.disarm(fault)
    await world.advance(hours=25)
    await drift.look_after(shared.list_id)
    assert (await only_list(world)).trouble is None
    assert grace.member.id == (await only_list(world)).owner_id


async def test_linked_again_in_silence(world: World, grace: Actor, linus: Actor) -> None:
    """Nobody uses the list after its owner linked again: a month later it has an owner all the same."""
    await (await grace.command("unlink")).reply()
    await world.link(grace)
    await world.advance(days=31)
    assert "Added to" in await add(linus, world.spotify.known.plain.uri)
    assert (await only_list(world)).trouble is None
