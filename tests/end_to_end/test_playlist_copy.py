"""/playlist copy: previewed, made once, and out of the library again; what an edit makes of a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.spotify.limits import NAME_LENGTH
from sandbox.fake_spotify.faults import Fault
from sandbox.fake_spotify.playlists import LocalFile
from tests.end_to_end.conftest import DATABASES
from tests.end_to_end.voting import says

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.fake_discord.messages import Message
    from sandbox.fake_spotify.faults import Kind
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World

pytestmark = pytest.mark.parametrize("database", DATABASES)
CREATE = "POST /me/playlists"


@pytest.fixture
def tape(world: World, linked: Actor) -> FakePlaylist:
    """Twelve tracks of Ada's and two files of her own."""
    assert linked.member
    uris = [track.uri for track in list(world.spotify.catalogue.tracks.values())[:12]]
    made = world.spotify.new_playlist("ada", "Long Tape", uris)
    made.add_local_file(LocalFile("Cousin", "Demo", "Kitchen", 100))
    made.add_local_file(LocalFile("Cousin", "Demo", "Hallway", 100))
    return made


def playable(tape: FakePlaylist) -> list[str]:
    return [uri for uri in tape.uris if ":local:" not in uri]


def named(world: World, name: str) -> list[FakePlaylist]:
    return [one for one in world.spotify.playlists_of("ada") if one.name == name]


async def previewed(linked: Actor, name: str = "Second Tape") -> Message:
    return await (await linked.command("playlist copy", playlist="Long Tape", name=name)).reply()


async def press(linked: Actor, asked: Message, button: str) -> Message:
    return await (await linked.press(asked, button)).updated()


async def test_copy_and_back(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Nothing is made before a yes; local files are named before and after; undo takes the copy out of the library."""
    asked = await previewed(linked)
    assert "Copy **Long Tape**?" in asked.text
    assert "Makes **Second Tape**, a playlist that isn't shown on your profile, with 12 tracks." in asked.text
    assert "Spotify can't copy 2 local files: “Kitchen” and “Hallway”." in asked.text
    assert "You can undo it for 30 days" in asked.text
    assert named(world, "Second Tape") == []
    shown = await press(linked, asked, "Copy")
    await says(world, shown, "The copy is complete: **Second Tape**.", "can't copy 2 local files: “Kitchen”")
    copy = world.spotify.own_playlist("ada", "Second Tape")
    assert copy.uris == playable(tape)
    assert not copy.public
    copy.add([tape.uris[0]])
    asked = await press(linked, shown, "Undo…")
    await says(
        world, asked, "Take the copy **Second Tape** out of your library?", "1 track was added to it since"
    )
    shown = await press(linked, asked, "Take it out")
    await says(world, shown, "no longer in your library", "Recover playlists")
    assert named(world, "Second Tape") == []
    assert named(world, "Long Tape") == [tape]


async def test_left_alone(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Without a yes there is no new playlist."""
    assert tape.uris
    left = await press(linked, await previewed(linked), "Leave it as it is")
    assert "Nothing was changed" in left.text
    assert named(world, "Second Tape") == []


async def test_longest_name_after_a_restart(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """An offer survives a restart with a name as long as Spotify takes."""
    name = "n" * NAME_LENGTH
    asked = await previewed(linked, name)
    await world.restart_bot()
    shown = await press(linked, asked, "Copy")
    await says(world, shown, "The copy is complete")
    assert world.spotify.own_playlist("ada", name).uris == playable(tape)


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
async def test_made_once(world: World, linked: Actor, tape: FakePlaylist, kind: Kind) -> None:
    """When Spotify never says whether it made the playlist, there is one copy all the same."""
    asked = await previewed(linked)
    world.spotify.faults.add(Fault(CREATE, kind))
    shown = await press(linked, asked, "Copy")
    await says(world, shown, "waiting for its share")
    await world.advance(seconds=32)
    await linked.press(shown, "Refresh")
    await says(world, shown, "The copy is complete")
    (copy,) = named(world, "Second Tape")
    assert copy.uris == playable(tape)


async def test_nothing_to_copy(world: World, linked: Actor) -> None:
    """An empty playlist isn't copied, and that is said."""
    assert world.spotify.known_playlists.empty.uris == []
    asked = await (await linked.command("playlist copy", playlist="Blank Tape", name="New")).reply()
    assert "nothing in **Blank Tape** that can be copied" in asked.text
    assert [button.label for button in asked.buttons()] == ["Open in Spotify"]


async def test_in_german(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """The preview and what comes of it are in the member's language."""
    assert tape.uris
    linked.member.locale = "de"
    asked = await previewed(linked)
    assert "2 lokale Dateien" in asked.text
    shown = await press(linked, asked, "Kopieren")
    await says(world, shown, "Die Kopie ist fertig")
    linked.member.locale = "en-GB"


async def test_copy_of_what_was_edited(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """Edited since the preview, nothing is made; the fresh preview stands in its place and works."""
    asked = await previewed(linked)
    tape.remove_at(0)
    changed = await press(linked, asked, "Copy")
    assert "**Long Tape** was edited since this preview, so nothing was changed." in changed.text
    assert named(world, "Second Tape") == []
    again = await press(linked, changed, "Look again")
    await says(world, again, "with 11 tracks")
    shown = await press(linked, again, "Copy")
    await says(world, shown, "The copy is complete")
    assert world.spotify.own_playlist("ada", "Second Tape").uris == playable(tape)


ASKED: dict[str, tuple[dict[str, object], str, str]] = {
    "sort": ({"by": "reverse"}, "Sort", "is sorted"),
    "dedupe": ({}, "Remove duplicates", "no duplicates any more"),
    "remove": ({"first": 3}, "Remove", "no longer in"),
    "move": ({"first": 4, "last": 6, "to": 1}, "Move", "new place"),
}


@pytest.mark.parametrize("command", ASKED)
async def test_look_again(world: World, linked: Actor, tape: FakePlaylist, command: str) -> None:
    """After an edit, each kind of work is previewed anew in place, for the same tracks, also after a restart."""
    options, button, done = ASKED[command]
    tape.add([tape.uris[0]])
    before = tape.uris
    asked = await (await linked.command(f"playlist {command}", playlist="Long Tape", **options)).reply()
    tape.remove_at(1)
    changed = await press(linked, asked, button)
    assert "was edited since this preview" in changed.text
    left = [*before[:1], *before[2:]]
    assert tape.uris == left
    await world.restart_bot()
    again = await press(linked, changed, "Look again")
    await says(world, again, "?")
    shown = await press(linked, again, button)
    await says(world, shown, done)
    expected = {
        "sort": left[::-1],
        "dedupe": left[:-1],
        "remove": [uri for uri in left if uri != before[2]],
        "move": [*before[3:6], before[0], before[2], *before[6:]],
    }
    assert tape.uris == expected[command]


async def test_merge_again(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """A merge is previewed anew with what both hold by then."""
    own = world.spotify.known_playlists.own
    own.replace([tape.uris[3]])
    options = {"from": "Long Tape", "into": "Road Trip"}
    asked = await (await linked.command("playlist merge", **options)).reply()
    assert "Adds 11 tracks" in asked.text
    own.add([tape.uris[4]])
    changed = await press(linked, asked, "Add")
    again = await press(linked, changed, "Look again")
    await says(world, again, "Adds 10 tracks")
    shown = await press(linked, again, "Add")
    await says(world, shown, "The tracks are in")
    assert sorted(own.uris) == sorted(playable(tape))


async def test_undo_again(world: World, linked: Actor, tape: FakePlaylist) -> None:
    """So is an undo."""
    before = tape.uris
    asked = await (await linked.command("playlist sort", playlist="Long Tape", by="reverse")).reply()
    shown = await press(linked, asked, "Sort")
    await says(world, shown, "is sorted")
    asked = await press(linked, shown, "Undo…")
    await says(world, asked, "as it was?")
    tape.add([world.spotify.known.plain.uri])
    changed = await press(linked, asked, "Put it back")
    again = await press(linked, changed, "Look again")
    await says(world, again, "as it was?")
    shown = await press(linked, again, "Put it back")
    await says(world, shown, "as it was before")
    assert tape.uris[: len(before)] == before
