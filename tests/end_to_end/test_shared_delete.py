"""A member's data: had as a file, and deleted, by members with and without a link; what stays of them names nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.services.shared.core.access import Actor as Who
from bot.storage import DATABASE
from bot.stores.contributions import State
from bot.stores.history import FORMER_MEMBER
from bot.stores.lists import Mode, Roles, Rules, Trouble
from sandbox.fake_discord.uploads import Upload
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import add, adopt, make, only_list, said
from tests.end_to_end.voting import propose, says, stored
from tests.shared_records import bring, lend
from tests.stores.backdoors import MongoBackdoor, SqliteBackdoor, places_of
from tests.stores.shared_calls import every

if TYPE_CHECKING:
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.world import World
    from tests.stores.backdoors import Backdoor

NOTE = "for the long drive home"
NOTHING = "I keep no data about you"
YES = "Yes, delete everything"

pytestmark = pytest.mark.two_processes


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator."""
    return world.discord.actor("grace", channel="music")


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list: in when members want it."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    return await lend(
        world,
        linked,
        world.spotify.known_playlists.empty,
        mode=Mode.VOTE,
        roles=Roles(curate=(curator.id,)),
    )


async def ask(actor: Actor) -> Message:
    """The question before everything is deleted."""
    account = await (await actor.command("account")).reply()
    return await (await actor.press(account, "Delete my data")).reply()


async def delete(actor: Actor) -> str:
    return (await (await actor.press(await ask(actor), YES)).updated()).text


async def file_of(actor: Actor) -> dict[str, Any]:
    account = await (await actor.command("account")).reply()
    told = await (await actor.press(account, "Export my data")).reply()
    assert told.ephemeral
    assert "Everything I keep about you" in told.text
    [attached] = told.attachments
    assert attached.filename == "mixtape-data.json"
    data: dict[str, Any] = json.loads(attached.upload.data)
    return data


@pytest.mark.one_process("each tells the other once a second what it asked Spotify for")
async def test_requests(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """How much of the day's requests somebody used is part of their data, and is nobody's once that is deleted."""
    assert shared

    async def used() -> set[int]:
        since = {"since": 0, "oldest": 0}
        rows, _ = await world.app.stores.quota.exchange({}, {}, **since)
        return {member_id for _, _, _, member_id in rows}

    for uri in (world.spotify.known.live.uri, world.spotify.known.acoustic.uri):
        await (await linus.command("track", query=uri)).reply()
    assert (await file_of(linus))["spotify_requests_of_the_last_day"] == 2
    await world.restart_bot()
    assert linus.member.id in await used()
    assert (await file_of(linus))["spotify_requests_of_the_last_day"] == 2
    await (await linus.command("track", query=world.spotify.release(1)[0].uri)).reply()
    await delete(linus)
    assert NOTHING in (await (await linus.command("account")).reply()).text
    await world.restart_bot()  # by then all is stored
    assert linus.member.id not in await used()


@pytest.mark.one_process("the other one could do nothing differently")
async def test_never_linked(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Who never linked anything, and of whom nothing is kept, is told so privately, and offered no export of it."""
    account = await (await linus.command("account")).reply()
    assert account.ephemeral
    assert "No Spotify account is linked to you" in account.text
    assert NOTHING in account.text
    assert {button.label for button in account.buttons()} == {"Stop direct messages"}
    assert world
    assert shared


async def test_my_file(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """The file holds what I proposed, with note and state, how I voted, and what I did; not what others did."""
    known = world.spotify.known
    await propose(world, linus, known.plain.uri, note=NOTE)
    card = await propose(world, linked, known.explicit.uri, note="hers")
    await linus.press(card, "Add it")
    await says(world, card, "1 👍, 0 👎")
    data = await file_of(linus)
    place = {"list": shared.name, "guild_id": str(shared.guild_id)}
    [own] = data["contributions"]
    assert own.items() >= {**place, "uri": known.plain.uri, "note": NOTE, "state": "pending"}.items()
    [vote] = data["votes"]
    assert vote.items() >= {**place, "uri": known.explicit.uri, "yes": True}.items()
    [event] = data["history"]
    assert event.items() >= {**place, "happening": "proposed", "by_you": True}.items()
    assert data["lent_playlists"] == data["blocked_in"] == []
    hers = await file_of(linked)
    assert [each["note"] for each in hers["contributions"]] == ["hers"]
    assert [each["list"] for each in hers["lent_playlists"]] == [shared.name]
    assert hers["spotify_account_id"]


@pytest.mark.two_processes(halves=True)
async def test_deleted(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """Nothing names me any more: not the playlist, the history, or the cards of what was open; the tracks stay."""
    known, stores = world.spotify.known, world.app.stores
    await bring(stores, shared, 1, known.plain.uri, linus.member.id, guild_id=shared.guild_id, note=NOTE)
    world.spotify.known_playlists.empty.add([known.plain.uri])
    mine = await propose(world, linus, known.explicit.uri, note=NOTE)
    theirs = await propose(world, grace, known.live.uri)
    await linus.press(theirs, "Add it")
    await says(world, theirs, "1 👍, 0 👎")
    asked = await ask(linus)
    for promise in ("every server", "withdrawn", "a former member", "Messages I posted earlier stay"):
        assert promise in asked.text
    gone = await (await linus.press(asked, YES)).updated()
    assert "Everything I kept about you is erased" in gone.text

    assert await every(stores.personal_data.contributions(shared.list_id, linus.member.id)) == []
    assert await every(stores.personal_data.votes(linus.member.id)) == []
    page = await (await grace.command("shared show")).reply()
    assert known.plain.name in page.text
    assert "a former member" in page.text
    history = await said(grace, "history")
    assert "a former member proposed" in history
    for text in (page.text, history):
        assert str(linus.member.id) not in text
        assert NOTE not in text
    await says(world, mine, "↩️ Withdrawn", "a former member")
    await says(world, theirs, "0 👍, 0 👎")
    assert str(linus.member.id) not in mine.text
    assert NOTE not in mine.text
    assert mine.buttons() == []
    held = await stored(world, shared, known.plain.uri)
    assert (held.state, held.member_id) == (State.LANDED, FORMER_MEMBER)


async def test_twice(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """A second press finds nothing more; whoever comes back begins anew."""
    known = world.spotify.known
    await propose(world, linus, known.explicit.uri)
    account = await (await linus.command("account")).reply()
    for words in ("Everything I kept about you is erased", "I kept no data about you"):
        asked = await (await linus.press(account, "Delete my data")).reply()
        assert words in (await (await linus.press(asked, YES)).updated()).text
    await propose(world, linus, known.live.uri)
    [own] = (await file_of(linus))["contributions"]
    assert own["uri"] == known.live.uri
    assert shared


async def test_owner(world: World, linked: Actor, grace: Actor, linus: Actor) -> None:
    """What I lent is named before; afterwards it waits for somebody to take it over, and does not know me."""
    own = world.spotify.known_playlists.own
    await adopt(linked, own.name)
    await (await linus.command("add", track=world.spotify.known.explicit.uri, playlist=own.name)).reply()
    asked = await ask(linked)
    assert own.name in asked.text
    assert "including your link to Spotify" in asked.text
    gone = await (await linked.press(asked, YES)).updated()
    assert own.name in gone.text
    assert "30 days" in gone.text
    assert "link the same account again" not in gone.text.replace("</link", "link")
    assert "https://www.spotify.com/account/apps" in [button.url for button in gone.buttons()]
    shared = await only_list(world)
    assert (shared.owner_id, shared.account_id) == (FORMER_MEMBER, "")
    assert shared.trouble is Trouble.OWNER_UNLINKED
    shown = [await said(grace, command) for command in ("list", "show", "history")]
    assert all(str(linked.member.id) not in text for text in shown)
    assert "owned by a former member" in shown[0]

    await world.link(grace)
    offered = await (await linked.command("shared transfer", list=own.name, member="grace")).reply()
    taken = await (await grace.press(offered, "Take it over")).updated()
    assert f"<@{grace.member.id}>" in taken.text
    assert (await only_list(world)).owner_id == grace.member.id


async def test_blocked(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """That curators keep somebody out is in their file, and deleting does not undo it."""
    stores = world.app.stores
    await stores.lists.swap(shared, replace(shared, rules=Rules(blocked_members=(linus.member.id,))))
    assert [each["list"] for each in (await file_of(linus))["blocked_in"]] == [shared.name]
    await delete(linus)
    after = await stores.lists.by_id(shared.list_id)
    assert after
    assert after.rules.blocked_members == (linus.member.id,)


async def test_unlink_keeps_the_rest(
    world: World, shared: SharedPlaylist, linked: Actor, grace: Actor
) -> None:
    """Unlinking erases the link and no more, and says so: what I did stays with my name, and so does my choice."""
    await bring(
        world.app.stores, shared, 1, world.spotify.known.plain.uri, linked.member.id, guild_id=shared.guild_id
    )
    world.spotify.known_playlists.empty.add([world.spotify.known.plain.uri])
    await world.app.stores.stats_opt_outs.put(linked.member.id)
    unlinked = await (await linked.command("unlink")).reply()
    assert "everything I had from Spotify about you is erased" in unlinked.text
    assert "still shows your name" in unlinked.text
    assert "</account:" in unlinked.text
    page = await (await grace.command("shared show")).reply()
    assert f"<@{linked.member.id}>" in page.text
    assert await world.app.stores.stats_opt_outs.among({linked.member.id})
    again = await (await linked.command("unlink")).reply()
    assert "nothing to erase" in again.text
    assert "</account:" in again.text


def door_of(world: World) -> Backdoor:
    """Into the database of the bot that runs."""
    uri = world.environment.get("MONGODB_URI")
    return MongoBackdoor(uri) if uri else SqliteBackdoor(Path(world.environment["DATA_DIR"]) / DATABASE)


async def test_nothing_has_the_id(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """Whatever somebody did, afterwards no row of any table or collection has their id, in whatever form."""
    known, stores = world.spotify.known, world.app.stores
    me = grace.member.id
    await world.link(grace)
    await make(grace, "Hers")
    await add(grace, known.plain.uri, "Hers")
    await add(linus, known.explicit.uri, "Hers")
    await said(grace, "undo", list="Hers")
    await add(grace, known.live.uri, "Hers")
    await (await grace.command("shared transfer", list="Hers", member="ada")).reply()
    await (await grace.command("shared create", name="Asked only")).reply()
    await (await grace.command("shared rotate", list="Hers")).reply()
    await (await grace.command("shared pause", list="Hers")).reply()
    await (await grace.command("shared resume", list="Hers")).reply()
    line = next(one for one in world.discord.messages if f"<@{linus.member.id}> added" in one.text)
    assert "You like this" in (await (await grace.press(line, "Like")).reply()).text
    theirs = await propose(world, linus, known.acoustic.uri, playlist=shared.name)
    await grace.press(theirs, "Add it")
    await says(world, theirs, "1 👍, 0 👎")
    hers = await propose(world, grace, known.remix.uri, playlist=shared.name, note=NOTE)
    await linus.press(hers, "Add it")
    current = await stores.lists.by_id(shared.list_id)
    assert current is not None
    await stores.lists.swap(current, replace(current, mode=Mode.APPROVAL))
    await add(linus, known.explicit.uri, shared.name)
    other = await stored(world, shared, known.explicit.uri)
    await world.app.services.shared.ballots.decisions.approve(
        Who(me, manages_guild=True), shared.guild_id, other.contribution_id, 1, "since I like it"
    )
    await world.app.services.shared.outbox.dispatcher.settled(other, 5)
    await stores.stats_opt_outs.put(me)
    await (await grace.command("shared import", file=Upload("x.txt", b"A - B"), list=shared.name)).reply()
    assert await stores.imports.of_member(me)
    account = await (await grace.command("account")).reply()
    await (await grace.press(account, "Stop direct messages")).reply()
    await (await grace.command("link")).reply()
    await world.advance(seconds=30)
    with door_of(world) as door:
        before = places_of(me, door)
        assert len(before) > 8
    fault = Fault("POST /playlists/*/items", "latency")
    held = world.spotify.faults.add(fault)
    await (await grace.command("add", track=known.plain.uri, playlist="Hers")).reply()
    await held.struck()
    text = await delete(grace)
    assert "erased" in text
    held.release()
    await world.advance(seconds=30)
    await world.app.services.shared.outbox.dispatcher.work()
    with door_of(world) as door:
        assert places_of(me, door) == set()
