"""/shared tidy: what curators do to a whole playlist where its owner lets them, seen first and undone after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.services.shared.core.access import Actor as Member
from bot.stores.contributions import INSIDE
from bot.stores.history import Happening
from bot.stores.lists import Grant, Grants, Roles
from sandbox.fake_spotify import Fault
from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import add, lent_with_local_file, only_list, said, spotify_shows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.stores.lists import SharedPlaylist
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

ALL = Grants.of(set(Grant))
WRITES = {"POST", "PUT", "DELETE"}


async def change(world: World, **fields: object) -> SharedPlaylist:
    """As a manager or the owner might have set it."""
    shared = await only_list(world)
    stored = await world.app.stores.lists.swap(shared, replace(shared, **fields))  # type: ignore[arg-type]
    assert stored is not None
    return stored


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist of many tracks and one local file, lent an hour ago; grace curates it, and may do anything."""
    playlist = await lent_with_local_file(world, linked)
    curator = world.discord.guild("Tape Heads").role("Curator")
    await change(world, roles=Roles(curate=(curator.id,)), grants=ALL)
    return playlist


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator who doesn't own the playlist."""
    return world.discord.actor("grace", channel="music")


async def tidy(actor: Actor, work: str, /, **options: object) -> Message:
    return await (await actor.command(f"shared tidy {work}", **options)).reply()


async def done(actor: Actor, preview: Message, button: str) -> Message:
    return await (await actor.press(preview, button)).updated()


def letters(world: World, name: str, text: str) -> list[Message]:
    return [one for one in world.discord.actor(name, dm=True).messages() if text in one.text]


async def test_asked_once(world: World, linked: Actor, own: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """A list lent before allows nothing: its owner is asked once, by letter, and can take it back in the settings."""
    before = own.uris
    await change(world, grants=Grants())
    assert "Curators can also: nothing more" in await said(linus, "settings")
    assert "Only curators" in (await tidy(linus, "dedupe")).text
    refused = await tidy(grace, "remove", what=own.uris[0])
    assert "hasn't allowed curators to remove tracks" in refused.text
    assert "I'm asking them now" in refused.text
    (letter,) = await world.discord.wait_for(
        lambda: letters(world, "ada", "What can curators") or None, "word"
    )
    assert "remove any track" in letter.text
    assert "sort it" not in letter.text
    again = await tidy(grace, "remove", what=own.uris[0])
    assert "They can allow it in" in again.text
    await world.restart_bot()
    mail = world.discord.actor("ada", dm=True)
    saved = await (await mail.press(letter, "Allow it")).updated()
    assert "Curators can also: remove any track, including ones I didn't add" in saved.text
    assert (await only_list(world)).grants == Grants(remove=True, asked=(Grant.REMOVE,))
    assert "1 track goes" in (await tidy(grace, "remove", what=own.uris[0])).text
    assert "changed what curators can do" in await said(linus, "history")
    shown = await (await linked.command("shared settings")).reply()
    form = await (await linked.choose(shown, "curators", menu="More…")).modal()
    assert [field.checked for field in form.fields] == [True, False, False]
    taken_back = await (await linked.submit(form, {"Remove any track": False})).updated()
    assert "Curators can also: nothing more" in taken_back.text
    assert "They can allow it in" in (await tidy(grace, "remove", what=own.uris[0])).text
    assert len(letters(world, "ada", "Curators can also")) == 1  # what the one question became
    assert letters(world, "ada", "What can curators") == []
    assert own.uris == before


async def test_only_the_owner_allows(world: World, own: FakePlaylist, grace: Actor) -> None:
    """Neither curators nor managers can allow themselves anything, not with the owner's own button either."""
    curator = world.discord.guild("Tape Heads").role("Curator")
    shared = await change(world, roles=Roles(curate=(curator.id,), manage=(curator.id,)), grants=Grants())
    shown = await (await grace.command("shared settings")).reply()
    refused = await (await grace.choose(shown, "curators", menu="More…")).reply()
    assert "Only the owner" in refused.text
    world.discord.actor("ada").member.accepts_dms = False
    cards = world.discord.guild("Tape Heads").channel("music").id
    await change(world, settings=replace(shared.settings, cards_channel_id=cards))
    await tidy(grace, "dedupe")
    (asked,) = await world.discord.wait_for(
        lambda: [one for one in grace.messages() if "What can curators" in one.text] or None, "the question"
    )
    assert "Only the owner" in (await (await grace.press(asked, "Allow it")).reply()).text
    assert (await only_list(world)).grants.given == ()
    ada = world.discord.actor("ada", channel="music")
    kept = await (await ada.press(asked, "Don't allow it")).updated()
    assert "nothing more" in kept.text
    assert len(own.items) == 34


async def test_ticked_before_lending(world: World, linked: Actor, linus: Actor) -> None:
    """/shared create asks for it with three checkboxes, off at first; what is ticked holds from the start."""
    asked = await (await linked.command("shared create", name="Ticked")).reply()
    assert asked.text.count("☐") == 3
    form = await (await linked.press(asked, "Let curators do more…")).modal()
    assert [field.checked for field in form.fields] == [False] * 3
    ticked = {"Remove any track": True, "Change how it looks": True}
    again = await (await linked.submit(form, ticked)).updated()
    assert (again.text.count("☑"), again.text.count("☐")) == (2, 1)
    await (await linked.press(again, "Create and lend")).updated()
    shared = await only_list(world)
    assert shared.grants == Grants(remove=True, edit=True)
    assert "remove any track, including ones I didn't add and change its name" in await said(
        linus, "settings"
    )


async def test_transfer_asks_anew(world: World, linked: Actor, own: FakePlaylist, grace: Actor) -> None:
    """What one owner allowed does not bind the next, who is asked for just that."""
    await change(world, grants=Grants(reorder=True, asked=(Grant.REORDER, Grant.REMOVE)))
    await world.link(grace)
    offered = await (await linked.command("shared transfer", member="grace")).reply()
    await (await grace.press(offered, "Take it over")).updated()
    shared = await only_list(world)
    assert shared.owner_id == grace.member.id
    assert shared.grants == Grants(asked=(Grant.REORDER,))
    (letter,) = await world.discord.wait_for(
        lambda: letters(world, "grace", "What can curators") or None, "the question"
    )
    assert "sort it" in letter.text
    assert "remove any track" not in letter.text
    await (await world.discord.actor("grace", dm=True).press(letter, "Allow it")).updated()
    assert (await only_list(world)).grants.given == (Grant.REORDER,)
    assert len(own.items) == 34


async def test_remove(world: World, own: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """What was there when it was lent, came in through Spotify or from a member goes alike, and comes back in place."""
    known = world.spotify.known
    await add(linus, known.live.uri, NAME)
    foreign = known.acoustic
    own.add([foreign.uri])
    await world.advance(minutes=15)
    old, wanted = own.uris[4], own.uris
    for uri in (old, known.live.uri, foreign.uri):
        calls = len(world.spotify.calls)
        preview = await tidy(grace, "remove", what=uri)
        assert preview.ephemeral
        assert "1 track goes" in preview.text
        assert "1 request to Spotify" in preview.text
        assert own.uris == wanted
        told = await done(grace, preview, "Remove")
        assert f"<@{grace.member.id}> tidied up" in told.text
        written = [call for call in world.spotify.calls[calls:] if call.method in WRITES]
        assert len(written) == 1
        assert own.uris == [one for one in wanted if one != uri]
        offered = await grace.suggest("shared undo", "what", "Undo removing")
        back = await (await grace.command("shared undo", what=offered[0].value)).reply()
        assert "1 track comes back" in back.text
        await done(grace, back, "Put it back")
        assert own.uris == wanted
        await world.advance(minutes=5)
    shared = await only_list(world)
    inside = await world.app.stores.contributions.in_state(shared.list_id, INSIDE, limit=100)
    assert [one.member_id for one in inside if one.uri == known.live.uri] == [linus.member.id]
    history = await said(linus, "history")
    assert "removed tracks: 1 removed" in history
    assert "put the playlist back as it was: 1 brought back" in history


async def test_by_words_or_from_the_list(world: World, own: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """Words find several, from which some can be picked; without any, the latest are offered; titles are suggested."""
    titles = [world.title_of(uri) for uri in own.uris if uri.startswith("spotify:track")]
    offered = await grace.suggest("shared tidy remove", "what", titles[0])
    assert own.uris[0] in [choice.value for choice in offered]
    assert await linus.suggest("shared tidy remove", "what", titles[0]) == []
    menu = await tidy(grace, "remove")
    latest = [option.value for option in menu.menus()[0].options]
    assert latest[0] == own.uris[-2]  # the last one is a local file
    picked = await (await grace.choose(menu, latest[0], latest[3])).updated()
    assert "2 tracks go" in picked.text
    kept = await done(grace, picked, "Leave it as it is")
    assert "stays as it is" in kept.text
    assert "Nothing in" in (await tidy(grace, "remove", what="zzzzqqqq")).text
    assert "nothing to remove" in (await tidy(grace, "remove", what=world.spotify.known.live.uri)).text
    album = "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy"
    assert "link" in (await tidy(grace, "remove", what=album)).text
    assert len(own.items) == 34


async def test_changed_since_the_preview(world: World, own: FakePlaylist, grace: Actor) -> None:
    """What somebody did in Spotify after the preview is not overrun: the preview comes anew."""
    preview = await tidy(grace, "remove", what=own.uris[0])
    await world.advance(minutes=5)
    own.remove(own.uris[1])
    again = await done(grace, preview, "Remove")
    assert "changed in the meantime, so nothing was done yet" in again.text
    assert len(own.items) == 33
    first = own.uris[0]
    await done(grace, again, "Remove")
    assert first not in own.uris


async def test_second_curator(
    world: World, linked: Actor, own: FakePlaylist, grace: Actor, linus: Actor
) -> None:
    """More than fifty tracks go only once somebody else who curates, or the owner, confirms it, be it days later."""
    own.add([track.uri for track in world.spotify.release(30)])
    await world.advance(minutes=20)
    before = own.uris
    artist = "a"  # in every name
    preview = await tidy(grace, "remove", what=artist)
    assert "more than 50 tracks, so another curator or" in preview.text
    pressed = await grace.press(preview, "Ask for confirmation")
    assert "I've asked the other curators" in (await pressed.updated()).text
    (asked,) = (message for message in pressed.messages if not message.ephemeral)
    assert f"<@{grace.member.id}> wants to remove tracks" in asked.text
    assert "Only curators" in (await (await linus.press(asked, "Confirm")).reply()).text
    assert "Somebody else has to confirm" in (await (await grace.press(asked, "Confirm")).reply()).text
    await world.advance(days=2)
    await world.restart_bot()
    assert own.uris == before
    told = await done(linked, asked, "Confirm")
    assert f"Confirmed by <@{linked.member.id}>" in told.text
    assert len(own.items) < len(before) - 50
    shared = await only_list(world)
    (event,) = [
        each
        for each in (await world.app.stores.history.page(shared.list_id, limit=100)).events
        if each.happening is Happening.TIDIED
    ]
    assert (event.actor_id, event.member_id) == (grace.member.id, linked.member.id)
    assert "confirmed it" in await said(linus, "history")


async def test_declined(world: World, own: FakePlaylist, grace: Actor, linked: Actor) -> None:
    """A no leaves everything as it is; the owner needs nobody else."""
    own.add([track.uri for track in world.spotify.release(30)])
    await world.advance(minutes=20)
    before = own.uris
    pressed = await grace.press(await tidy(grace, "remove", what="a"), "Ask for confirmation")
    await pressed.updated()
    (asked,) = (message for message in pressed.messages if not message.ephemeral)
    assert "declined, so" in (await done(linked, asked, "Decline")).text
    assert own.uris == before
    alone = await tidy(linked, "remove", what="a")
    assert "another curator" not in alone.text
    await done(linked, alone, "Remove")
    assert len(own.items) < len(before) - 50


async def test_waiting_ones_keep_their_order(
    world: World, own: FakePlaylist, grace: Actor, linus: Actor
) -> None:
    """What members add while Spotify is slow about it goes in after it, in their order, and nothing is lost."""
    preview = await tidy(grace, "remove", what=own.uris[0])
    world.spotify.faults.add(Fault("DELETE /playlists/*/items", "reset_before"))
    midway = await done(grace, preview, "Remove")
    assert "Nothing is lost, and I'll continue" in midway.text
    first, new = own.uris[0], [track.uri for track in world.spotify.release(3)]
    for uri in new:
        assert "Added to" in await add(linus, uri, NAME)
    await world.restart_bot()
    await world.advance(seconds=90)
    await spotify_shows(world, lambda: first not in own.uris)
    assert own.uris[-3:] == new
    assert len(own.items) == 36


@pytest.mark.parametrize("by", ["title", "artist", "length", "release", "added"])
async def test_sort(world: World, own: FakePlaylist, grace: Actor, by: str) -> None:
    """Each order is what it says, local files stay where they are, and the undo leaves alone what came since."""
    tracks = {track.uri: track for track in world.spotify.catalogue.tracks.values()}
    keys: dict[str, Callable[[str], object]] = {
        "title": lambda uri: tracks[uri].name.casefold(),
        "artist": lambda uri: tracks[uri].artists[0].name.casefold(),
        "length": lambda uri: tracks[uri].duration_ms,
        "release": lambda uri: tracks[uri].album.release_date,
        "added": {entry.uri: entry.added_at for entry in own.items}.__getitem__,
    }
    at_first = own.uris
    own.move(0, 20)
    own.move(25, 2)
    await world.advance(minutes=15)
    before = own.uris
    preview = await tidy(grace, "sort", by=by)
    assert "to Spotify" in preview.text
    moved = await done(grace, preview, "Sort")
    assert f"sorted **[{NAME}]" in moved.text
    inside = [uri for uri in own.uris if uri in tracks]
    assert inside == sorted(inside, key=keys[by])  # type: ignore[arg-type]
    assert own.uris.index(at_first[-1]) == before.index(at_first[-1])  # the local file
    assert sorted(own.uris) == sorted(before)
    await world.advance(minutes=5)
    new = world.spotify.release(1)[0].uri
    own.add([new])
    await world.advance(minutes=15)
    offered = await grace.suggest("shared undo", "what", "Undo sorting")
    back = await (await grace.command("shared undo", what=offered[0].value)).reply()
    await done(grace, back, "Put it back")
    assert own.uris == [*before, new]


async def test_sort_by_likes(world: World, own: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """The most liked come first; the others keep their order."""
    shared = await only_list(world)
    inside = await world.app.stores.contributions.in_state(shared.list_id, INSIDE, limit=100)
    by_uri = {one.uri: one for one in inside}
    likes = world.app.services.shared.core.likes
    few, many = own.uris[9], own.uris[20]
    for actor, uri in ((linus, few), (linus, many), (grace, many)):
        await likes.like(Member(actor.member.id), shared.guild_id, by_uri[uri].contribution_id)
    before = own.uris
    preview = await tidy(grace, "sort", by="likes")
    assert "Sort **[" in preview.text
    assert "by likes?" in preview.text
    await done(grace, preview, "Sort")
    assert own.uris == [many, few, *(uri for uri in before if uri not in {many, few})]


async def test_dedupe(world: World, own: FakePlaylist, grace: Actor) -> None:
    """Extra copies go, the oldest keeps its place; a second time there is nothing to do."""
    twice, before = own.uris[5], own.uris
    own.add([twice], position=2)
    own.add([twice])
    await world.advance(minutes=15)
    preview = await tidy(grace, "dedupe")
    assert "Removes 2 extra copies" in preview.text
    await done(grace, preview, "Remove duplicates")
    assert own.uris == before
    await world.advance(minutes=5)
    assert "has no duplicates" in (await tidy(grace, "dedupe")).text


async def test_stopped_midway(world: World, own: FakePlaylist, grace: Actor) -> None:
    """What is interrupted goes on with the next process, and once; what came in Spotify meanwhile stays."""
    preview = await tidy(grace, "sort", by="title")
    world.spotify.faults.add(Fault("PUT /playlists/*/items", "reset_before", after=1))
    world.spotify.faults.add(Fault("DELETE /playlists/*/items", "reset_before"))
    midway = await done(grace, preview, "Sort")
    assert "Nothing is lost, and I'll continue" in midway.text
    preview = await tidy(grace, "dedupe")
    assert "no duplicates" in preview.text or "Another big change" in preview.text
    new = world.spotify.release(1)[0]
    own.add([new.uri])
    await world.restart_bot()
    await world.advance(seconds=90)
    tracks = {track.uri: track for track in world.spotify.catalogue.tracks.values()}

    def is_sorted() -> bool:
        there = [tracks[uri].name.casefold() for uri in own.uris if uri in tracks and uri != new.uri]
        return there == sorted(there)

    await spotify_shows(world, is_sorted)
    assert own.uris.count(new.uri) == 1
    assert len(own.items) == 35


async def test_new_on_top(world: World, linked: Actor, own: FakePlaylist, linus: Actor) -> None:
    """The newest goes in on top, also when an answer gets lost; that is no edit, and ends with the permission."""
    await change(world, grants=Grants())
    top = {"A new track goes in": "top"}
    shown = await (await linked.command("shared settings")).reply()
    form = await (await linked.choose(shown, "place", menu="More…")).modal()
    refused = await (await linked.submit(form, top)).reply()
    assert "hasn't allowed curators to change the order" in refused.text
    await change(world, grants=Grants(reorder=True))
    form = await (await linked.choose(shown, "place", menu="More…")).modal()
    assert "New tracks go in on top" in (await (await linked.submit(form, top)).updated()).text
    before = own.uris
    a, b, c, d = (track.uri for track in world.spotify.release(4))
    for uri in (a, b):
        assert "Added to" in await add(linus, uri, NAME)
    assert own.uris == [b, a, *before]
    await world.advance(minutes=5)
    world.spotify.faults.add(Fault("POST /playlists/*/items", "reset_after"))
    reply = await (await linus.command("add", track=c, playlist=NAME)).reply()
    await spotify_shows(world, lambda: own.uris[0] == c)
    await world.advance(seconds=40)
    await world.discord.wait_for(lambda: "Added to" in reply.text or None, "word that it's in")
    assert own.uris == [c, b, a, *before]
    await world.advance(hours=7)
    assert "edited" not in await said(linus, "show")
    assert "order was changed" not in await said(linus, "history")
    await change(world, grants=Grants())
    assert "Added to" in await add(linus, d, NAME)
    assert own.uris == [c, b, a, *before, d]


async def test_calls_per_action(world: World, own: FakePlaylist, grace: Actor) -> None:
    """What each step costs Spotify in calls: reads for the preview, reads and writes for doing it, for the undo."""
    own.add([track.uri for track in world.spotify.release(30)])
    own.add([own.uris[0]])
    await world.advance(minutes=20)

    async def spent(work: Awaitable[Message]) -> tuple[Message, tuple[int, int]]:
        before = len(world.spotify.calls)
        message = await work
        calls = [call for call in world.spotify.calls[before:] if call.path.startswith("/playlists")]
        return message, (
            sum(call.method == "GET" for call in calls),
            sum(call.method in WRITES for call in calls),
        )

    found: dict[str, list[tuple[int, int]]] = {}
    for name, options, button in (
        ("remove", {"what": own.uris[3]}, "Remove"),
        ("dedupe", {}, "Remove duplicates"),
    ):
        preview, seen = await spent(tidy(grace, name, **options))
        _, did = await spent(done(grace, preview, button))
        await world.advance(minutes=5)
        offered = await grace.suggest("shared undo", "what", "Undo removing")
        back, again = await spent(undo(grace, str(offered[0].value)))
        _, undone = await spent(done(grace, back, "Put it back"))
        await world.advance(minutes=5)
        found[name] = [seen, did, again, undone]
    # (reads, writes) of the preview, of doing it, of the preview of the undo, and of the undo; a read shows 50 items
    assert found == {
        "remove": [(3, 0), (2, 1), (2, 0), (2, 1)],
        "dedupe": [(2, 0), (2, 2), (2, 0), (2, 1)],
    }


async def undo(actor: Actor, what: str) -> Message:
    return await (await actor.command("shared undo", what=what)).reply()
