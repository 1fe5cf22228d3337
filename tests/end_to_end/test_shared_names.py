"""Names and notes are shown as they were written: an emoji of several people stays one, a Persian word one word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.lending import adopt, made_by, make, only_list, said
from tests.end_to_end.voting import stored

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor
    from sandbox.world import World

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
NAMES = [FAMILY, f"{FAMILY} {PERSIAN}", "\U0001f3f3\ufe0f\u200d\U0001f308 \u0915\u094d\u200d\u0937"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_a_new_playlist(world: World, linked: Actor, name: str) -> None:
    """The name is kept, given to Spotify, shown and suggested as it was typed."""
    assert f"[{name}]" in (await make(linked, name)).text
    assert (await only_list(world)).name == name
    assert [playlist.name for playlist in made_by(world, "ada", name)] == [name]
    assert f"[{name}]" in await said(linked, "list")
    (choice,) = await linked.suggest("shared show", "list", name[:2])
    assert choice.name == name
    assert f"[{name}]" in await said(linked, "rules show", list=name) or name in await said(linked, "list")


async def test_an_old_playlist(world: World, linked: Actor) -> None:
    """A playlist that has such a name at Spotify is found by it, and lent under it."""
    own = world.spotify.known_playlists.own
    own.name = NAMES[1]
    assert NAMES[1] in (await (await linked.command("playlists")).reply()).text
    await adopt(linked, NAMES[1])
    assert (await only_list(world)).name == NAMES[1]


async def test_a_new_name(world: World, linked: Actor) -> None:
    """Giving another name keeps what is seen of it, and nothing else."""
    await make(linked)
    shown = await (await linked.command("shared settings")).reply()
    form = await (await linked.choose(shown, "name")).modal()
    await (
        await linked.submit(
            form, {"Name in this server": f"\u202eRo\u200dad\u200b {FAMILY}\u200d\ufe0f\u2060"}
        )
    ).updated()
    assert (await only_list(world)).name == f"Road {FAMILY}"


@pytest.mark.parametrize("name", NAMES, ids=ascii)
async def test_a_note(world: World, linked: Actor, linus: Actor, name: str) -> None:
    """A note is kept and shown as it was written, given with /add or in the form of the message menu."""
    await make(linked)
    known, shared = world.spotify.known, await only_list(world)
    await (await linus.command("add", track=known.plain.uri, note=f"{name}\u200b")).reply()
    asked = await (await linus.message_menu("Add to playlist", await linked.say(known.live.url))).reply()
    form = await (await linus.press(asked, "Note…")).modal()
    noted = await (await linus.submit(form, {form.fields[0].custom_id: f"\u200d{name}"})).updated()
    assert name in noted.text
    await (await linus.press(noted, f"Add to {shared.name}")).updated()
    await world.advance(seconds=5)
    for track in (known.plain, known.live):
        assert (await stored(world, shared, track.uri)).note == name
    assert f"“{name}”" in await said(linus, "show")


async def test_a_note_of_nothing(world: World, linked: Actor) -> None:
    """A note in which nothing can be seen is none."""
    await make(linked)
    known, shared = world.spotify.known, await only_list(world)
    await (await linked.command("add", track=known.plain.uri, note="\u200b\u200d\u3164")).reply()
    assert (await stored(world, shared, known.plain.uri)).note == ""
