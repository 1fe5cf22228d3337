"""/shared settings: a summary for everybody, a menu for those who may, and every change in the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.history import Happening
from bot.stores.lists import Majority, Mode, Roles
from sandbox.fake_discord import Permission, Role
from tests.end_to_end.lending import make, only_list, said

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message, Modal
    from sandbox.world import World


@pytest.fixture
async def owner(linked: Actor) -> Actor:
    """Ada, who has lent Our Tape."""
    await make(linked)
    return linked


async def settings(actor: Actor) -> Message:
    return await (await actor.command("shared settings")).reply()


async def form(actor: Actor, shown: Message, topic: str) -> Modal:
    return await (await actor.choose(shown, topic)).modal()


async def test_summary(world: World, owner: Actor) -> None:
    """Everybody can read how a list is set up; only managers get the menu."""
    shown = await settings(world.discord.actor("linus", channel="music"))
    for words in ("Open", "5 members", "two thirds", "Add: everybody", "UTC", "Our Tape"):
        assert words in shown.text
    assert not shown.menus()
    assert (await settings(owner)).menus()


async def test_mode_and_numbers(world: World, owner: Actor) -> None:
    """Mode, votes and the vote about throwing out are set in forms that hold what holds now."""
    shown = await settings(owner)
    changed = await (
        await owner.submit(await form(owner, shown, "mode"), {"When a member adds a track": "vote"})
    ).updated()
    assert "Vote" in changed.text
    assert "Every member may add 25 tracks a day" in changed.text
    assert "Every member may have 10 proposals open at a time." in changed.text
    votes = await form(owner, shown, "votes")
    assert [field.value for field in votes.fields] == ["3", "72", "7"]
    await (await owner.submit(votes, {"Votes needed": "2", "Hours for a vote": "24"})).updated()
    removal = await form(owner, shown, "removal")
    await (
        await owner.submit(
            removal, {"Members who have to take part": "4", "How many of them have to be for it": "all"}
        )
    ).updated()
    shared = await only_list(world)
    held = shared.settings
    assert shared.mode is Mode.VOTE
    assert (held.votes_needed, held.vote_hours, held.approval_days) == (2, 24, 7)
    assert (held.voters_to_remove, held.majority_to_remove) == (4, Majority.ALL)
    page = await world.app.stores.history.page(shared.list_id, limit=10)
    told = [event for event in page.events if event.happening is Happening.CHANGED]
    assert [event.actor_id for event in told] == [owner.member.id] * 3
    assert told[-1].detail == {"what": "mode", "mode": "vote"}


@pytest.mark.parametrize(
    ("topic", "label", "typed"),
    [
        ("votes", "Votes needed", "many"),
        ("votes", "Votes needed", "3.0"),
        ("votes", "Hours for a vote", "7,25"),
        ("votes", "Days for an approval", "1.5"),
        ("removal", "Age in hours", "2.0"),
        ("votes", "Hours for a vote", "9999"),
        ("removal", "Members who have to take part", "1"),
        ("name", "Time zone", "../../etc/passwd"),
        ("name", "Time zone", "Europe"),
        ("name", "Time zone", "localtime"),
        ("name", "Time zone", "UTC+2"),
        ("name", "Name here", "\u200b\u2060\u3164"),
    ],
)
async def test_refused(world: World, owner: Actor, topic: str, label: str, typed: str) -> None:
    """What cannot be used is said, and nothing changes."""
    before = await only_list(world)
    opened = await form(owner, await settings(owner), topic)
    reply = await (await owner.submit(opened, {label: typed})).reply()
    assert "Nothing was changed" in reply.text
    assert await only_list(world) == before


async def test_name_and_zone(world: World, owner: Actor) -> None:
    """The name here and the time zone, also in small letters; another list's name is refused."""
    await make(owner, "Other")
    shown = await (await owner.command("shared settings", list="Our Tape")).reply()
    opened = await form(owner, shown, "name")
    await (await owner.submit(opened, {"Name here": "Night Tape", "Time zone": "europe/stockholm"})).updated()
    assert "Night Tape" in await said(owner, "list")
    lists = await world.app.stores.lists.of_guild(world.discord.guild("Tape Heads").id)
    assert {shared.settings.time_zone for shared in lists} == {"UTC", "Europe/Stockholm"}
    opened = await form(owner, shown, "name")
    assert "already has" in (await (await owner.submit(opened, {"Name here": "OTHER"})).reply()).text
    default = await (await owner.choose(shown, "default")).updated()
    assert "nobody names" in default.text
    assert "Night Tape" in (await settings(owner)).text


async def test_roles(world: World, owner: Actor) -> None:
    """Roles decide at the moment of the press: who gets or loses one is asked anew each time."""
    guild = world.discord.guild("Tape Heads")
    curator, linus = guild.role("Curator"), world.discord.actor("linus", channel="music")
    shown = await settings(owner)
    opened = await form(owner, shown, "roles")
    await (await owner.submit(opened, {"Manage": [curator], "Add tracks": [curator]})).updated()
    shared = await only_list(world)
    assert (shared.roles.manage, shared.roles.add) == ((curator.id,), (curator.id,))
    kept = await form(owner, shown, "roles")  # what is chosen already stays, if nobody touches it
    await (await owner.submit(kept)).updated()
    assert (await only_list(world)).roles == shared.roles
    track = world.spotify.known.plain.uri
    assert "Only members with" in (await (await linus.command("add", track=track)).reply()).text
    guild.members[linus.member].append(curator)
    menu = await settings(linus)
    assert "Added to" in (await (await linus.command("add", track=track)).reply()).text
    opened = await form(linus, menu, "mode")
    guild.members[linus.member].remove(curator)
    late = await (await linus.submit(opened, {"When a member adds a track": "approval"})).reply()
    assert "Only managers" in late.text
    assert "Only managers" in (await (await linus.choose(menu, "mode")).reply()).text
    assert "Only managers" in (await (await linus.choose(menu, "default")).reply()).text
    assert (await only_list(world)).mode is Mode.OPEN


@pytest.mark.usefixtures("owner")
async def test_manage_server(world: World) -> None:
    """Whoever may manage the server may manage its lists."""
    guild = world.discord.guild("Tape Heads")
    linus = world.discord.actor("linus", channel="music")
    role = Role(world.discord.state.ids.next(), "Staff", Permission.MANAGE_GUILD)
    assert "Only managers" in await said(linus, "pause")
    guild.members[linus.member].append(role)
    assert "is paused" in await said(linus, "pause")


async def test_channels(world: World, owner: Actor) -> None:
    """Channels for proposals, dropped links and the digest; one the bot cannot write in is refused."""
    guild = world.discord.guild("Tape Heads")
    general, news = guild.channel("general"), guild.channel("announcements")
    shown = await settings(owner)
    opened = await form(owner, shown, "channels")
    await (await owner.submit(opened, {"Proposals": general, "Digest": general})).updated()
    held = (await only_list(world)).settings
    assert (held.cards_channel_id, held.drop_channel_id, held.digest_channel_id) == (
        general.id,
        None,
        general.id,
    )
    opened = await form(owner, shown, "channels")
    assert "cannot write" in (await (await owner.submit(opened, {"Digest": news})).reply()).text
    opened = await form(owner, shown, "channels")
    await (await owner.submit(opened, {"Dropped links": general, "Digest": []})).updated()
    held = (await only_list(world)).settings
    assert (held.cards_channel_id, held.drop_channel_id, held.digest_channel_id) == (
        general.id,
        general.id,
        None,
    )
    assert "has no card" not in (await settings(owner)).text
    voting = await form(owner, shown, "mode")
    changed = await (await owner.submit(voting, {"When a member adds a track": "vote"})).updated()
    assert "has no card" not in changed.text
    opened = await form(owner, changed, "channels")
    changed = await (await owner.submit(opened, {"Proposals": []})).updated()
    assert "what is dropped has no card, and stands in" in changed.text
    await make(owner, "Other")
    other = await (await owner.command("shared settings", list="Other")).reply()
    opened = await form(owner, other, "channels")
    assert (
        "another shared playlist"
        in (await (await owner.submit(opened, {"Dropped links": general})).reply()).text
    )


async def test_deleted_role(world: World, owner: Actor) -> None:
    """Where every role that may add was deleted nobody is let in instead, and members and managers read why."""
    shared = await only_list(world)
    await world.app.stores.lists.swap(shared, replace(shared, roles=Roles(add=(5,), curate=(6,))))
    linus = world.discord.actor("linus", channel="music")
    refused = await (
        await linus.command("add", track=world.spotify.known.plain.uri, playlist="Our Tape")
    ).reply()
    assert "no longer in this server" in refused.text
    assert "deleted-role" not in refused.text
    shown = (await settings(owner)).text
    assert "curators only, since every role chosen for this was deleted" in shown
    assert "<@&" not in shown
