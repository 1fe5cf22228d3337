"""/shared settings: a summary for everybody, a menu for those who may, and every change in the history."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.stores.history import Happening
from bot.stores.lists import Majority, Mode, Roles
from sandbox.fake_discord import Permission, Role
from sandbox.fake_discord.components import Kind
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
    for words in ("Open", "5 votes", "two thirds", "Add tracks: everyone", "UTC", "Our Tape"):
        assert words in shown.text
    assert not shown.menus()
    assert (await settings(owner)).menus()


@pytest.mark.parametrize("command", ["shared settings", "shared rules change"])
async def test_five_first(owner: Actor, command: str) -> None:
    """A newcomer meets five of them; the rest is behind “More…”, each once, and can be changed there."""
    shown = await (await owner.command(command)).reply()
    first, more = shown.menus()
    assert (len(first.options), more.placeholder) == (5, "More…")
    values = [option.value for menu in (first, more) for option in menu.options]
    assert len(values) == len(set(values)) > 8
    assert len(more.options) <= 25
    topic = more.options[0].value
    assert (await (await owner.choose(shown, topic, menu="More…")).modal()).fields


async def test_mode_and_numbers(world: World, owner: Actor) -> None:
    """Mode, votes and the vote about throwing out are set in forms that hold what holds now."""
    shown = await settings(owner)
    changed = await (
        await owner.submit(await form(owner, shown, "mode"), {"When a member adds a track": "vote"})
    ).updated()
    assert "Vote" in changed.text
    assert "Each member can add 25 tracks a day" in changed.text
    assert "Each member can have 10 open proposals at a time." in changed.text
    votes = await form(owner, shown, "votes")
    assert [field.value for field in votes.fields] == ["3", "72", "7"]
    await (await owner.submit(votes, {"Votes needed": "2", "Voting time in hours": "24"})).updated()
    removal = await form(owner, shown, "removal")
    await (await owner.submit(removal, {"Votes needed": "4", "Votes in favour": "all"})).updated()
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
        ("votes", "Voting time in hours", "7,25"),
        ("votes", "Approval time in days", "1.5"),
        ("removal", "Hours in the playlist", "2.0"),
        ("votes", "Voting time in hours", "9999"),
        ("removal", "Votes needed", "1"),
        ("name", "Time zone", "../../etc/passwd"),
        ("name", "Time zone", "Europe"),
        ("name", "Time zone", "localtime"),
        ("name", "Time zone", "UTC+2"),
        ("name", "Name in this server", "\u200b\u2060\u3164"),
    ],
)
async def test_refused(world: World, owner: Actor, topic: str, label: str, typed: str) -> None:
    """What cannot be used is said, and nothing changes."""
    before = await only_list(world)
    opened = await form(owner, await settings(owner), topic)
    reply = await (await owner.submit(opened, {label: typed})).reply()
    assert [button.label for button in reply.buttons()] == ["Edit again"]
    assert await only_list(world) == before


async def test_name_and_zone(world: World, owner: Actor) -> None:
    """The name here and the time zone, also in small letters; another list's name is refused."""
    await make(owner, "Other")
    shown = await (await owner.command("shared settings", list="Our Tape")).reply()
    opened = await form(owner, shown, "name")
    await (
        await owner.submit(opened, {"Name in this server": "Night Tape", "Time zone": "europe/stockholm"})
    ).updated()
    assert "Night Tape" in await said(owner, "list")
    lists = await world.app.stores.lists.of_guild(world.discord.guild("Tape Heads").id)
    assert {shared.settings.time_zone for shared in lists} == {"UTC", "Europe/Stockholm"}
    opened = await form(owner, shown, "name")
    assert (
        "already has" in (await (await owner.submit(opened, {"Name in this server": "OTHER"})).reply()).text
    )
    default = await (await owner.choose(shown, "default")).updated()
    assert "Default playlist" in default.text
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
    assert "can't post in" in (await (await owner.submit(opened, {"Digest": news})).reply()).text
    opened = await form(owner, shown, "channels")
    await (await owner.submit(opened, {"Dropped links": general, "Digest": []})).updated()
    held = (await only_list(world)).settings
    assert (held.cards_channel_id, held.drop_channel_id, held.digest_channel_id) == (
        general.id,
        general.id,
        None,
    )
    assert "for dropped links only in" not in (await settings(owner)).text
    voting = await form(owner, shown, "mode")
    changed = await (await owner.submit(voting, {"When a member adds a track": "vote"})).updated()
    assert "for dropped links only in" not in changed.text
    opened = await form(owner, changed, "channels")
    changed = await (await owner.submit(opened, {"Proposals": []})).updated()
    assert "for dropped links only in" in changed.text
    await make(owner, "Other")
    other = await (await owner.command("shared settings", list="Other")).reply()
    opened = await form(owner, other, "channels")
    assert (
        "already go into “Our Tape”"
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
    assert "were deleted" in refused.text
    assert "deleted-role" not in refused.text
    shown = (await settings(owner)).text
    assert "only curators, because every role chosen here was deleted" in shown
    assert "<@&" not in shown


async def edit_again(actor: Actor, told: Message) -> Modal:
    return await (await actor.press(told, "Edit again")).modal()


async def test_edit_again(world: World, owner: Actor) -> None:
    """A refused form opens again with what was typed; the panel is redrawn then, and the refusal goes."""
    shown = await settings(owner)
    form_sent = {"Votes needed": "2", "Voting time in hours": "9999", "Approval time in days": "3"}
    told = await (await owner.submit(await form(owner, shown, "votes"), form_sent)).reply()
    assert told.ephemeral
    assert "Voting time must be 1 to 720 hours." in told.text
    again = await edit_again(owner, told)
    assert [field.value for field in again.fields] == ["2", "9999", "3"]
    await (await owner.submit(again, {"Voting time in hours": "0"})).acknowledged()
    await world.discord.wait_for(lambda: told.edited_at or None, "the second refusal in place of the first")
    again = await edit_again(owner, told)
    assert [field.value for field in again.fields] == ["2", "0", "3"]
    await (await owner.submit(again, {"Voting time in hours": "48"})).acknowledged()
    await world.discord.wait_for(lambda: told.deleted or None, "the refusal to go")
    assert "within 48 hours" in shown.text or "Saved." in shown.text
    held = (await only_list(world)).settings
    assert (held.votes_needed, held.vote_hours, held.approval_days) == (2, 48, 3)


async def test_edit_again_keeps_choices(world: World, owner: Actor) -> None:
    """What was chosen with radio buttons, and the channels, stand in the form that opens again."""
    guild = world.discord.guild("Tape Heads")
    general, news = guild.channel("general"), guild.channel("announcements")
    shown = await settings(owner)
    chosen = {"Votes needed": "1", "Votes in favour": "all"}
    told = await (await owner.submit(await form(owner, shown, "removal"), chosen)).reply()
    again = await edit_again(owner, told)
    assert [one.value for field in again.fields for one in field.options if one.default] == ["all"]
    chosen_channels = {"Proposals": general, "Digest": news}
    told = await (await owner.submit(await form(owner, shown, "channels"), chosen_channels)).reply()
    assert f"I can't post in <#{news.id}>. I need **Send Messages**" in told.text
    again = await edit_again(owner, told)
    assert [field.chosen for field in again.fields] == [(str(general.id),), (), (str(news.id),)]


async def test_edit_again_expires(world: World, owner: Actor) -> None:
    """After a restart the button says that what was typed is gone, and nothing changes."""
    before = await only_list(world)
    opened = await form(owner, await settings(owner), "name")
    told = await (await owner.submit(opened, {"Time zone": "UTC+2"})).reply()
    await world.restart_bot()
    assert "expired" in (await (await owner.press(told, "Edit again")).reply()).text
    assert await only_list(world) == before


async def test_choices_are_radio_buttons(owner: Actor) -> None:
    """Two to four choices are radio buttons, and every number says its limits."""
    shown = await settings(owner)
    for topic in ("mode", "votes", "removal", "rounds", "digest"):
        for field in (await form(owner, shown, topic)).fields:
            if field.options:
                few = 2 <= len(field.options) <= 4
                assert field.kind == (Kind.RADIO_GROUP if few else Kind.STRING_SELECT)
            else:
                assert re.match(r"\d+ to \d+\. ", field.description or "")
