"""Bulk work on one's own playlist: previewed, done in the background, cancelled, resumed, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.stores.lists import search_key
from bot.stores.playlist_jobs import JobState
from sandbox.fake_spotify.faults import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.end_to_end.voting import says
from tests.shared_records import lend

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


@pytest.fixture
def tape(world: World, linked: Actor) -> FakePlaylist:
    """Thirty tracks of Ada's, in no order; the first one stands in it twice."""
    assert linked.member
    uris = [track.uri for track in list(world.spotify.catalogue.tracks.values())[:30]]
    made = world.spotify.new_playlist("ada", "Long Tape", uris)
    made.add([uris[0]])
    return made


async def begin(actor: Actor, asked: Message, button: str) -> Message:
    return await (await actor.press(asked, button)).updated()


async def test_sort(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Sorting says what it takes, then only moves: nothing is lost, and no date changes. Undo brings back the order."""
    before = list(tape.items)
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="reverse")).reply()
    assert asked.ephemeral
    assert "Sort **Long Tape**?" in asked.text
    assert "Dates added and local files stay" in asked.text
    assert tape.items == before
    shown = await begin(linked, asked, "Sort")
    await says(world, shown, "**Long Tape** is sorted.")
    assert [entry.uri for entry in tape.items] == [entry.uri for entry in reversed(before)]
    assert {entry.added_at for entry in tape.items} == {entry.added_at for entry in before}
    asked = await begin(linked, shown, "Undo…")
    await says(world, asked, "as it was?")
    shown = await begin(linked, asked, "Put it back")
    await says(world, shown, "as it was before")
    assert tape.uris == [entry.uri for entry in before]


async def test_nothing_to_do(world: World, linked: Actor) -> None:
    """What is in order already is said to be, without a button to begin."""
    assert world.spotify.known_playlists.empty.uris == []
    asked = await (await linked.command("playlist sort", playlist="Blank Tape", by="title")).reply()
    assert "already in that order" in asked.text
    assert [button.label for button in asked.buttons()] == ["Open in Spotify"]


async def test_dedupe(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """One copy stays at the oldest place, and that it gets a new date is said before."""
    asked = await (await linked.command("playlist dedupe", playlist="Long Tape")).reply()
    assert "Removes 1 extra copy." in asked.text
    assert "counts as added today" in asked.text
    first = tape.uris[0]
    shown = await begin(linked, asked, "Remove duplicates")
    await says(world, shown, "no duplicates any more")
    assert tape.uris.count(first) == 1
    assert tape.uris[0] == first


async def test_remove(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """By range: all copies of each go, and how many that are is said. Leaving it changes nothing."""
    first, second = tape.uris[:2]
    asked = await (await linked.command("playlist remove", playlist="Long Tape", first=1, last=2)).reply()
    assert "3 tracks, all copies of each" in asked.text
    left = await begin(linked, asked, "Leave it as it is")
    assert "Nothing was changed" in left.text
    assert len(tape.uris) == 31
    asked = await (await linked.command("playlist remove", playlist="Long Tape", first=1, last=2)).reply()
    shown = await begin(linked, asked, "Remove")
    await says(world, shown, "no longer in")
    assert len(tape.uris) == 28
    assert not {first, second} & set(tape.uris)


async def test_remove_chosen(world: World, linked: Actor) -> None:
    """Without words or positions there is a menu of the latest tracks."""
    own = world.spotify.known_playlists.own
    asked = await (await linked.command("playlist remove", playlist="Road Trip")).reply()
    gone = own.uris[1]
    preview = await (await linked.choose(asked, gone)).updated()
    shown = await begin(linked, preview, "Remove")
    await says(world, shown, "no longer in")
    assert gone not in own.uris
    assert len(own.uris) == 2


async def test_local_files_stay(world: World, linked: Actor) -> None:
    """A local file can't be removed here, and that is said."""
    asked = await (await linked.command("playlist remove", playlist="Since 2009", first=6)).reply()
    assert "can't be removed here" in asked.text
    assert len(world.spotify.known_playlists.messy.uris) == 8


async def test_wrong_range(linked: Actor, tape: FakePlaylist) -> None:
    """Positions that aren't there are refused with those that are."""
    assert len(tape.uris) == 31
    asked = await (
        await linked.command("playlist move", playlist="Long Tape", first=31, last=32, to=1)
    ).reply()
    assert "1 to 31" in asked.text


async def test_move(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A run goes to its new place in one request."""
    uris = tape.uris
    asked = await (
        await linked.command("playlist move", playlist="Long Tape", first=11, last=20, to=1)
    ).reply()
    assert "That takes 1 request to Spotify." in asked.text
    shown = await begin(linked, asked, "Move")
    await says(world, shown, "new place")
    assert tape.uris == [*uris[10:20], *uris[:10], *uris[20:]]


async def test_merge(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """What isn't in yet comes to the end, each once."""
    own = world.spotify.known_playlists.own
    own.replace([tape.uris[3]])
    options = {"from": "Long Tape", "into": "Road Trip"}
    asked = await (await linked.command("playlist merge", **options)).reply()
    assert "Adds 29 tracks" in asked.text
    shown = await begin(linked, asked, "Add")
    await says(world, shown, "The tracks are in")
    assert len(own.uris) == 30
    assert len(set(own.uris)) == 30


async def test_not_allowed(world: World, linked: Actor) -> None:
    """Neither somebody else's playlist nor one that is lent to a server is touched."""
    asked = await (await linked.command("playlist sort", playlist="Grace's Picks", by="title")).reply()
    assert "belongs to" in asked.text
    await lend(world, linked, world.spotify.known_playlists.own)
    asked = await (await linked.command("playlist sort", playlist="Road Trip", by="title")).reply()
    assert "lent to a server" in asked.text


WRITE = "PUT /playlists/*/items"


def shuffle(tape: FakePlaylist) -> None:
    """Into an order from which the one by hand takes several moves."""
    tape.items = [*tape.items[1::3], *tape.items[::3], *tape.items[2::3]]


async def interrupted(world: World, linked: Actor, tape: FakePlaylist) -> Message:
    """A sort that Spotify told to wait after two moves."""
    shuffle(tape)
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="title")).reply()
    world.spotify.faults.add(Fault(WRITE, "rate_limit", retry_after=90, after=2))
    shown = await begin(linked, asked, "Sort")
    await says(world, shown, "waiting for its share")
    assert "2 of" in shown.text
    return shown


async def is_sorted(world: World, linked: Actor, shown: Message, tape: FakePlaylist) -> None:
    """By title, once the work is done."""
    if any(button.label == "Refresh" for button in shown.buttons()):
        await linked.press(shown, "Refresh")
    await says(world, shown, "is sorted")
    found = [search_key(world.title_of(uri)) for uri in tape.uris if ":local:" not in uri]
    assert found == sorted(found)


async def test_waits(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """While Spotify says to wait, it rests and says until when; then it goes on by itself from where it was."""
    shown = await interrupted(world, linked, tape)
    await world.advance(seconds=91)
    await is_sorted(world, linked, shown, tape)


async def test_restart(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A restart in the middle loses nothing: it goes on, the old buttons still work, and so does the undo."""
    shown = await interrupted(world, linked, tape)
    await world.restart_bot()
    await world.advance(seconds=91)
    await is_sorted(world, linked, shown, tape)
    assert any(button.label == "Undo…" for button in shown.buttons())


async def test_cancel(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Cancelled in the middle, what was done stays, nothing more is done, and it can be undone."""
    shown = await interrupted(world, linked, tape)
    halfway = tape.uris
    await linked.press(shown, "Cancel")
    await says(world, shown, "Cancelled after 2 of")
    await world.advance(seconds=91)
    assert tape.uris == halfway
    asked = await (await linked.command("playlist view", playlist="Long Tape")).reply()
    assert "Cancelled after 2 of" in asked.text
    await linked.press(asked, "Undo…")
    await says(world, asked, "as it was?")
    shown = await begin(linked, asked, "Put it back")
    await says(world, shown, "as it was before")
    assert tape.uris != halfway


async def test_answer_lost(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """When Spotify never says whether a move worked, the playlist is read again before anything else is sent."""
    shuffle(tape)
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="title")).reply()
    world.spotify.faults.add(Fault(WRITE, "reset_after", after=1))
    shown = await begin(linked, asked, "Sort")
    await says(world, shown, "waiting for its share")
    await world.advance(seconds=32)
    await is_sorted(world, linked, shown, tape)
    assert len(tape.uris) == 31


async def test_rewrite(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Where far fewer requests would do, rewriting is offered, and that it loses the dates is said."""
    shuffle(tape)
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="title")).reply()
    assert "rewrite the playlist in 1 request" in asked.text
    assert "all dates added are lost" in asked.text
    shown = await begin(linked, asked, "Rewrite, lose dates")
    await is_sorted(world, linked, shown, tape)


async def test_no_rewrite_with_local_files(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A local file would be lost: rewriting isn't offered, and sorting by moves keeps it."""
    tape.add_local_file(LocalFile("Cousin", "Demo", "Kitchen", 100))
    shuffle(tape)
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="title")).reply()
    assert "rewrite" not in asked.text
    shown = await begin(linked, asked, "Sort")
    await says(world, shown, "is sorted")
    assert len(tape.uris) == 32
    assert any(entry.local for entry in tape.items)


async def test_in_german(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """The preview and what comes of it are in the member's language."""
    linked.member.locale = "de"
    assert tape.uris
    asked = await (await linked.command("playlist dedupe", playlist="Long Tape")).reply()
    assert "Doppelte" in asked.text
    shown = await begin(linked, asked, "Doppelte entfernen")
    await says(world, shown, "keine doppelten Songs mehr")
    linked.member.locale = "en-GB"


async def test_forgotten(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """/unlink erases what is kept of playlists; the export has it before."""
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="reverse")).reply()
    assert tape.uris
    assert "Sort" in asked.text
    jobs = world.app.stores.playlist_jobs
    (job,) = await jobs.of_member(linked.member.id)
    assert job.state is JobState.OFFERED
    account = await (await linked.command("account")).reply()
    exported = await (await linked.press(account, "Export my data")).reply()
    assert tape.uris[0] in exported.attachments[0].upload.data.decode()
    await (await linked.command("unlink")).reply()
    assert await jobs.of_member(linked.member.id) == ()
