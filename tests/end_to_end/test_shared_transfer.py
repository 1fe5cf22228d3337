"""/shared transfer: offered, taken over by the new owner alone, with all that is in it and all that waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.stores.contributions import State
from sandbox.fake_spotify import Fault
from sandbox.world import World
from tests.end_to_end.lending import add, adopt, made_by, make, only_list, said

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.fake_discord import Actor, Member, Message
    from sandbox.fake_spotify.faults import Kind

YES, NO = "Take it over", "Decline"
WRITE = "POST /playlists/*/items"

pytestmark = pytest.mark.two_processes


@pytest.fixture
async def grace(world: World) -> Actor:
    """Somebody else who is on the app's user list, and linked."""
    actor = world.discord.actor("grace", channel="music")
    await world.link(actor)
    return actor


async def offer(actor: Actor, to: str | Member, playlist: str) -> Message:
    return await (await actor.command("shared transfer", member=to, list=playlist)).reply()


@pytest.mark.two_processes(halves=True)
async def test_taken_over(world: World, linked: Actor, grace: Actor) -> None:
    """Everything that can be copied is, in order; local files are told; what is added goes into the new one."""
    messy = world.spotify.known_playlists.messy
    await adopt(linked, messy.name)
    before = list(messy.items)
    offered = await offer(linked, "grace", messy.name)
    assert not offered.ephemeral
    assert not offered.pings.members
    for words in ("in order", "any other playlist of yours", "Only <@"):
        assert words in offered.text
    done = await (await grace.press(offered, YES)).updated()
    assert "1 local file" in done.text
    (copied,) = made_by(world, "grace", messy.name)
    assert "1 track couldn't" in done.text  # withdrawn by its label
    wanted = [entry.uri for entry in before if not entry.uri.startswith("spotify:local:")]
    del wanted[1]
    assert [entry.uri for entry in copied.items] == wanted
    assert messy.items == before
    shared = await only_list(world)
    assert (shared.owner_id, shared.playlist_id) == (grace.member.id, copied.id)
    past = await said(linked, "history", list=messy.name)
    assert f"<@{linked.member.id}> lent" in past
    assert f"<@{grace.member.id}>" in past
    track = world.spotify.known.explicit
    assert "Added to" in await add(linked, track.uri, messy.name)
    assert copied.items[-1].uri == track.uri
    assert messy.items == before


async def test_only_the_new_owner(world: World, linked: Actor, grace: Actor) -> None:
    """Nobody else can say yes; who was offered it can say no, and then nobody can say yes any more."""
    await make(linked)
    offered = await offer(linked, "grace", "Our Tape")
    linus = world.discord.actor("linus", channel="music")
    assert "somebody else" in (await (await linus.press(offered, YES)).reply()).text
    assert "somebody else" in (await (await linus.press(offered, NO)).reply()).text
    assert "somebody else" in (await (await linked.press(offered, YES)).reply()).text
    await (await grace.press(offered, NO)).updated()
    assert (await only_list(world)).owner_id == linked.member.id
    assert made_by(world, "grace", "Our Tape") == []


async def test_only_managers_offer(world: World, linked: Actor) -> None:
    """A member who does not manage the list cannot offer it, and a bot cannot get it."""
    await make(linked)
    linus = world.discord.actor("linus", channel="music")
    assert "Only managers" in (await offer(linus, "linus", "Our Tape")).text
    assert "A bot" in (await offer(linked, world.discord.bot_user, "Our Tape")).text
    assert "already own" in (await offer(linked, "ada", "Our Tape")).text


async def test_not_linked(world: World, linked: Actor) -> None:
    """To somebody who is not linked nothing is offered: only the manager reads what they need, and nobody is named."""
    await make(linked)
    told = await offer(linked, "grace", "Our Tape")
    assert told.ephemeral
    assert "haven't linked Spotify yet" in told.text
    assert "/link" in told.text
    public = [message for message in world.discord.messages if not message.ephemeral and not message.deleted]
    assert not any("<@" in message.text for message in public)


async def test_new_owner_links_first(world: World, linked: Actor, grace: Actor) -> None:
    """Without a link the yes changes nothing, and counts once there is one."""
    await make(linked)
    offered = await offer(linked, "grace", "Our Tape")
    await grace.command("unlink")
    await world.discord.wait_for(lambda: "unlinked" in grace.messages()[-1].text or None, "unlinked")
    assert "link" in (await (await grace.press(offered, YES)).reply()).text
    await world.link(grace)
    await world.restart_bot()
    await (await grace.press(offered, YES)).updated()
    assert (await only_list(world)).owner_id == grace.member.id


def promises(message: Message) -> bool:
    """Whether it still offers something."""
    labels = {button.label for button in message.buttons()}
    return bool(labels & {YES, NO}) or "If you accept" in message.text


@pytest.mark.one_process("it takes the first change of a message for the answer")
async def test_no_stale_promise(world: World, linked: Actor, grace: Actor) -> None:
    """Nothing is promised any more by an offer that was declined, withdrawn, replaced or taken, or is too old."""
    await make(linked)
    declined = await offer(linked, "grace", "Our Tape")
    assert promises(declined)
    await (await grace.press(declined, NO)).updated()
    assert f"<@{grace.member.id}> declined" in declined.text
    withdrawn = await offer(linked, "grace", "Our Tape")
    await (await linked.press(withdrawn, NO)).updated()
    assert f"<@{linked.member.id}> withdrew" in withdrawn.text
    replaced = await offer(linked, "grace", "Our Tape")
    old = await offer(linked, "grace", "Our Tape")
    await world.discord.wait_for(lambda: "replaced this offer" in replaced.text or None, "replaced")
    await world.advance(days=8)
    await (await grace.press(old, YES)).updated()
    assert "no longer open" in old.text
    taken = await offer(linked, "grace", "Our Tape")
    await (await grace.press(taken, YES)).updated()
    assert f"<@{grace.member.id}> now lends" in taken.text
    assert "0 tracks" not in taken.text
    assert not any(promises(message) for message in (declined, withdrawn, replaced, old, taken))


async def test_offered_twice_at_once(world: World, linked: Actor, grace: Actor) -> None:
    """Of two offers made in the same moment one replaces the other, and only that one still promises something."""
    await make(linked)
    assert grace.member
    both = await asyncio.gather(*(offer(linked, "grace", "Our Tape") for _ in range(2)))
    await world.discord.wait_for(
        lambda: any("replaced this offer" in one.text for one in both) or None, "one replaced"
    )
    assert sorted(promises(one) for one in both) == [False, True]


async def test_after_unlinking(world: World, linked: Actor, grace: Actor) -> None:
    """The former owner is gone from Spotify: what our records say is copied, and what waited goes in."""
    own, known = world.spotify.known_playlists.own, world.spotify.known
    await adopt(linked, own.name)
    linus = world.discord.actor("linus", channel="music")
    assert "Added to" in await add(linus, known.explicit.uri, own.name)
    before = [entry.uri for entry in own.items]
    unlinked = (await (await linked.command("unlink")).reply()).text
    assert own.name in unlinked
    assert "30 days" in unlinked
    assert "no longer linked" in await add(linus, known.acoustic.uri, own.name)
    assert f"<@{linked.member.id}> needs to </link:" in await said(linus, "list")
    manager = world.discord.actor("ada", channel="music")
    offered = await offer(manager, "grace", own.name)
    await (await grace.press(offered, YES)).updated()
    (copied,) = made_by(world, "grace", own.name)
    shared = await only_list(world)
    (waited,) = await world.app.stores.contributions.latest_of(
        shared.list_id, linus.member.id, {State.QUEUED, State.SENDING, State.LANDED}
    )
    landed = await world.app.services.shared.outbox.dispatcher.settled(waited, 5)
    assert landed.state is State.LANDED
    assert [entry.uri for entry in copied.items] == [*before, known.acoustic.uri]


@pytest.mark.parametrize("took_effect", [True, False])
async def test_goes_on_after_trouble(world: World, linked: Actor, grace: Actor, *, took_effect: bool) -> None:
    """Spotify fails while it is copied: nothing changed hands, and the next yes goes on where it stopped."""
    big = world.spotify.known_playlists.empty
    big.add([entry.uri for entry in world.spotify.known_playlists.big.items[:450]])  # five requests
    await adopt(linked, big.name)
    offered = await offer(linked, "grace", big.name)
    kind: Kind = "reset_after" if took_effect else "reset_before"
    world.spotify.faults.add(Fault(match=WRITE, after=3, times=1, kind=kind))
    failed = await (await grace.press(offered, YES)).message(2)
    assert "didn't say" in failed.text
    assert (await only_list(world)).owner_id == linked.member.id
    await world.advance(seconds=40)
    await grace.press(offered, YES)
    await world.discord.wait_for(lambda: "now lends" in offered.text or None, "new owner")
    (copied,) = made_by(world, "grace", big.name)
    assert [entry.uri for entry in copied.items] == [entry.uri for entry in big.items]
    assert (await only_list(world)).owner_id == grace.member.id


@pytest.mark.one_process("it has a world of its own")
async def test_killed_while_the_playlist_is_made(openapi: Path | None, settings: dict[str, str]) -> None:
    """A kill -9 before the bot read which playlist Spotify made: the next yes finds it, and makes no second one."""
    async with World(bot="process", openapi=openapi, settings=settings) as world:
        ada, grace = (world.discord.actor(name, channel="music") for name in ("ada", "grace"))
        for owner in (ada, grace):
            await world.link(owner)
        await make(ada)
        uri = world.spotify.known.plain.uri
        await add(ada, uri)
        offered = await offer(ada, "grace", "Our Tape")
        held = world.spotify.faults.add(Fault("POST /me/playlists", "latency"))
        await grace.press(offered, YES)
        await held.struck()
        await world.kill_bot()
        held.release()
        await world.start_bot()
        await world.advance(minutes=1)  # until then the killed process may be the one that makes it
        await (await grace.press(offered, YES)).updated()
        assert [made.uris for made in made_by(world, "grace", "Our Tape")] == [[uri]]
