"""/shared rules: read by everybody, set through menus and forms, tried and met when somebody adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.rules.matching import recording
from bot.stores.contributions import State
from bot.stores.history import Happening
from bot.stores.lists import Duplicates, Explicit, Mode, Period, Roles, Rules
from tests.shared_records import bring, lend

if TYPE_CHECKING:
    from bot.stores.history import Event
    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.world import World

NOTHING = Rules(duplicates=Duplicates.ALLOWED, never_again=False, music_only=False)


@pytest.fixture
async def shared(world: World, linked: Actor) -> SharedPlaylist:
    """Ada's empty list, lent to Tape Heads, where curators curate. Nothing is limited yet."""
    guild = linked.channel.guild
    assert guild is not None
    roles = Roles(curate=(guild.role("Curator").id,))
    return await lend(world, linked, world.spotify.known_playlists.empty, rules=NOTHING, roles=roles)


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator, who does not manage the server."""
    return world.discord.actor("grace", channel="music")


async def now(world: World, shared: SharedPlaylist) -> Rules:
    stored = await world.app.stores.lists.by_id(shared.list_id)
    assert stored is not None
    return stored.rules


async def told(world: World, shared: SharedPlaylist) -> list[Event]:
    page = await world.app.stores.history.page(shared.list_id, limit=50)
    return [event for event in page.events if event.happening is Happening.CHANGED]


async def panel(actor: Actor) -> Message:
    return await (await actor.command("shared rules change")).reply()


async def set_rule(actor: Actor, which: str, **typed: object) -> Message:
    """Choose the rule in the menu, fill in its form by the labels, and answer what the message became."""
    shown = await panel(actor)
    form = await (await actor.choose(shown, which)).modal()
    fields = {field.label: field.custom_id for field in form.fields}
    sent = await actor.submit(form, {fields[label.replace("_", " ")]: each for label, each in typed.items()})
    return await sent.updated()


async def test_everybody_reads_them(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Any member reads the rules that are set, privately; without a right to change them there is no menu."""
    reply = await (await linus.command("shared rules show")).reply()
    assert reply.ephemeral
    assert "No rules: anything goes." in reply.text
    assert reply.menus() == []
    rules = Rules(per_member=5, shortest_s=60, explicit=Explicit.CLEAN_ONLY, last_year=1999)
    await world.app.stores.lists.swap(shared, replace(shared, rules=rules, roles=Roles(bypass=(5,))))
    text = (await (await linus.command("shared rules show", list=shared.name)).reply()).text
    for sentence in (
        "Every recording only once, even from another release.",
        "Tracks that were voted out can't come back.",
        "Each member can add 5 tracks a day (from midnight, UTC time).",
        "Track length 1:00 or more.",
        "No explicit tracks.",
        "Only tracks released in 1999 or earlier.",
        "Members with <@&5> skip these rules, but nothing goes in twice.",
    ):
        assert sentence in text
    assert "Every track only once." not in text


async def test_set_and_met(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """A limit typed into the form is confirmed in words, told in the history, met in the test and in /add."""
    known = world.spotify.known
    done = await set_rule(linked, "Track length", Shortest="1:00", Longest="20:00")
    assert "Saved." in done.text
    assert "Track length 1:00 to 20:00." in done.text
    assert await now(world, shared) == replace(NOTHING, shortest_s=60, longest_s=1200)
    (event,) = await told(world, shared)
    assert (event.actor_id, event.detail["what"]) == (linked.member.id, "track length")
    why = "Tracks must be at least 1:00 long, and this one is 0:31."
    tried = await (await linus.command("shared rules test", track=known.short.uri)).reply()
    assert tried.ephemeral
    assert f"❌ {why}" in tried.text
    assert "✅ Track length" not in tried.text
    refused = await (await linus.command("add", track=known.short.uri)).reply()
    assert why in refused.text
    assert await world.app.stores.contributions.count(shared.list_id, set(State)) == 0
    assert world.spotify.known_playlists.empty.items == []


async def test_the_form_knows_what_holds(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """The form opens with the present values; an empty field takes the limit away again."""
    await set_rule(linked, "Tracks per member", Tracks_per_member="5", Counted_per="Round")
    assert await now(world, shared) == replace(NOTHING, per_member=5, per_member_period=Period.ROUND)
    shown = await panel(linked)
    form = await (await linked.choose(shown, "Tracks per member")).modal()
    number, period = form.fields
    assert number.value == "5"
    assert [option.label for option in period.options if option.default] == ["Round"]
    sent = await linked.submit(form, {number.custom_id: "", period.custom_id: "round"})
    assert "Members can add any number of tracks." in (await sent.updated()).text
    assert (await now(world, shared)).per_member is None


async def test_parts_of_a_track(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """3.0 is refused and not read as 30; 1.000 is a thousand."""
    shown = await panel(linked)
    form = await (await linked.choose(shown, "Tracks per member")).modal()
    number = "Tracks per member"
    refused = await (await linked.submit(form, {number: "3.0"})).reply()
    assert "Tracks per member must be 1 to 1,000 in whole numbers." in refused.text
    assert await now(world, shared) == NOTHING
    form = await (await linked.choose(shown, "Tracks per member")).modal()
    await (await linked.submit(form, {number: "1.000"})).updated()
    assert await now(world, shared) == replace(NOTHING, per_member=1000)


@pytest.mark.parametrize(
    "case",
    [
        (
            "Duplicates",
            {
                "What_counts_as_a_duplicate": "Exactly the same track",
                "Tracks_that_were_voted_out_can't_come_back": True,
            },
            {"duplicates": Duplicates.SAME_TRACK, "never_again": True},
            "Every track only once. Tracks that were voted out can't come back.",
        ),
        (
            "Open proposals per member",
            {"Open_proposals_per_member": "50"},
            {"open_proposals": 50},
            "Tracks go straight in, so there are no open proposals.",
        ),
        (
            "Tracks per artist",
            {"Tracks_per_artist": "2"},
            {"per_artist": 2},
            "At most 2 tracks per artist.",
        ),
        (
            "Explicit tracks",
            {"Explicit_tracks": "Not allowed"},
            {"explicit": Explicit.CLEAN_ONLY},
            "No explicit tracks.",
        ),
        (
            "Release years",
            {"From": "1980", "To": "1989"},
            {"first_year": 1980, "last_year": 1989},
            "Only tracks released from 1980 to 1989.",
        ),
        (
            "Playlist size",
            {"Tracks_in_the_playlist": "100", "When_it's_full": "Nothing more goes in"},
            {"most_items": 100},
            "At most 100 tracks.",
        ),
    ],
)
async def test_every_form(
    world: World,
    shared: SharedPlaylist,
    linked: Actor,
    case: tuple[str, dict[str, object], dict[str, object], str],
) -> None:
    """Each rule is set through its own form and confirmed with its sentence."""
    which, typed, wanted, sentence = case
    done = await set_rule(linked, which, **typed)
    assert f"Saved.** {sentence}" in done.text
    assert await now(world, shared) == replace(NOTHING, **wanted)  # type: ignore[arg-type] # fields of the rules


async def test_unusable_values(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """What cannot be used is told kindly beside the panel, which stays; nothing is changed."""
    shown = await panel(linked)
    for typed, why in (
        ("some", "Tracks per artist must be 1 to 1,000 in whole numbers."),
        ("0", "Tracks per artist must be 1 to 1,000."),
    ):
        form = await (await linked.choose(shown, "Tracks per artist")).modal()
        sent = await linked.submit(form, {form.fields[0].custom_id: typed})
        answer = await sent.reply()
        assert why in answer.text
        assert answer.ephemeral
    form = await (await linked.choose(shown, "Track length")).modal()
    shortest, longest = form.fields
    sent = await linked.submit(form, {shortest.custom_id: "5:00", longest.custom_id: "4:00"})
    assert "can't be more than the longest" in (await sent.reply()).text
    assert await now(world, shared) == NOTHING
    assert await told(world, shared) == []


async def test_who_may_change(world: World, shared: SharedPlaylist, linus: Actor, grace: Actor) -> None:
    """Members change nothing; curators see what they may change: what is blocked."""
    refused = await (await linus.command("shared rules change")).reply()
    assert "Only curators" in refused.text
    shown = await panel(grace)
    assert [option.value for option in shown.menus()[0].options] == [
        "blocked_artists",
        "blocked_tracks",
        "blocked_members",
    ]
    stored = await world.app.stores.lists.by_id(shared.list_id)
    assert stored is not None
    await world.app.stores.lists.swap(stored, replace(stored, roles=Roles()))
    no_longer = await (await grace.choose(shown, "blocked_artists")).reply()
    assert "Only curators" in no_longer.text


async def test_rights_are_asked_when_the_form_is_sent(
    world: World, shared: SharedPlaylist, linked: Actor, grace: Actor
) -> None:
    """Somebody who may no longer manage when they send the form changes nothing."""
    assert linked.channel.guild is not None
    curator = linked.channel.guild.role("Curator").id
    stored = await world.app.stores.lists.swap(shared, replace(shared, roles=Roles(manage=(curator,))))
    assert stored is not None
    form = await (await grace.choose(await panel(grace), "Tracks per artist")).modal()
    await world.app.stores.lists.swap(stored, replace(stored, roles=Roles()))
    sent = await grace.submit(form, {form.fields[0].custom_id: "1"})
    assert "Only managers" in (await sent.reply()).text
    assert await now(world, shared) == NOTHING


async def test_same_recording(world: World, shared: SharedPlaylist, linked: Actor, linus: Actor) -> None:
    """The album's release is the single's recording: refused with whose it is. The live recording may go in."""
    known = world.spotify.known
    await set_rule(
        linked,
        "Duplicates",
        What_counts_as_a_duplicate="The same recording, even from another release",
    )
    track = await world.app.services.lookups.by_key(known.twice.id)
    await bring(world.app.stores, shared, 1, known.twice.uri, linked.member.id, recording=recording(track))
    tried = await (await linus.command("shared rules test", track=known.twice_single.uri)).reply()
    assert "The same recording is already in the playlist, from another release" in tried.text
    assert f"<@{linked.member.id}> added it" in tried.text
    assert not tried.pings.members
    track = await world.app.services.lookups.by_key(known.original.id)
    await bring(world.app.stores, shared, 2, known.original.uri, linked.member.id, recording=recording(track))
    for other in (known.live, known.acoustic, known.remix, known.cover):
        tried = await (await linus.command("shared rules test", track=other.uri)).reply()
        assert "is allowed in" in tried.text, other.name


async def test_buttons_outlive_a_restart(world: World, shared: SharedPlaylist, linked: Actor) -> None:
    """The menu under the rules works after the bot was restarted."""
    shown = await panel(linked)
    await world.restart_bot()
    form = await (await linked.choose(shown, "Tracks per artist")).modal()
    sent = await linked.submit(form, {form.fields[0].custom_id: "3"})
    assert "At most 3 tracks" in (await sent.updated()).text
    assert (await now(world, shared)).per_artist == 3


async def test_not_from_another_server(world: World, shared: SharedPlaylist) -> None:
    """In another server the list does not exist: not by name, not by id, not among the suggestions."""
    elsewhere = world.discord.actor("margaret", guild="Night Shift", channel="music")
    for query in (shared.name, shared.list_id):
        reply = await (await elsewhere.command("shared rules show", list=query)).reply()
        assert "No shared playlist here yet. Start one with </shared create:" in reply.text
    assert await elsewhere.suggest("shared rules test", "list", "", track="x") == []


async def test_one_verdict_on_duplicates(world: World, shared: SharedPlaylist, linus: Actor) -> None:
    """Of the same track and the same recording only one is told; what is undecided is not called in."""
    known = world.spotify.known
    held = await world.app.stores.lists.swap(shared, replace(shared, rules=Rules()))
    assert held is not None
    track = await world.app.services.lookups.by_key(known.twice.id)
    await bring(world.app.stores, held, 1, known.twice.uri, linus.member.id, recording=recording(track))
    tried = (await (await linus.command("shared rules test", track=known.twice.uri)).reply()).text
    assert f"❌ This track is already in the playlist: <@{linus.member.id}> added it" in tried
    assert "only once" not in tried
    tried = (await (await linus.command("shared rules test", track=known.twice_single.uri)).reply()).text
    assert "❌ The same recording is already in the playlist" in tried
    assert "only once" not in tried
    voting = await world.app.stores.lists.swap(held, replace(held, mode=Mode.VOTE))
    assert voting is not None
    await (await linus.command("add", track=known.plain.uri)).reply()
    tried = (await (await linus.command("shared rules test", track=known.plain.uri)).reply()).text
    assert "❌ This track is already proposed" in tried
    assert "it isn't decided yet" in tried
