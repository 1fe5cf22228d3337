"""/shared edit: name, description and cover on Spotify, and edits made there that a manager is asked about once."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bot.stores.lists import Grants, Roles
from sandbox.fake_discord.uploads import Upload
from tests.end_to_end.lending import ROAD_TRIP as NAME
from tests.end_to_end.lending import lent_with_local_file, only_list, said
from tests.end_to_end.test_library import allow
from tests.end_to_end.test_shared_tidy import WRITES, change, letters

if TYPE_CHECKING:
    from sandbox.fake_discord import Actor, Message
    from sandbox.fake_spotify.playlists import FakePlaylist
    from sandbox.world import World


@pytest.fixture
async def own(world: World, linked: Actor) -> FakePlaylist:
    """Ada's playlist, lent an hour ago; grace curates it, and may change how it looks."""
    playlist = await lent_with_local_file(world, linked)
    curator = world.discord.guild("Tape Heads").role("Curator")
    await change(world, roles=Roles(curate=(curator.id,)), grants=Grants(edit=True))
    return playlist


@pytest.fixture
def grace(world: World) -> Actor:
    """A curator who doesn't own the playlist."""
    return world.discord.actor("grace", channel="music")


def picture(kind: str = "PNG") -> Upload:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(made, kind)
    return Upload("cover.png", made.getvalue())


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons()]


async def edit(actor: Actor, **options: object) -> Message:
    return await (await actor.command("shared edit", **options)).reply()


async def previewed(actor: Actor, name: str, about: str) -> Message:
    shown = await edit(actor)
    form = await (await actor.press(shown, "Edit…")).modal()
    return await (await actor.submit(form, {"Name": name, "Description": about})).updated()


async def test_name_and_description(world: World, own: FakePlaylist, grace: Actor, linus: Actor) -> None:
    """A curator sees what would change, changes it with one call, and it can be put back; here it keeps its name."""
    assert "Only curators" in (await edit(linus)).text
    before = own.description
    preview = await previewed(grace, "Night  Drive", "For late & lost")
    assert f"Name: **{NAME}** → **Night Drive**" in preview.text
    assert own.name == NAME
    calls = len(world.spotify.calls)
    told = await (await grace.press(preview, "Change it")).updated()
    assert f"<@{grace.member.id}> changed" in told.text
    assert (own.name, own.description) == ("Night Drive", "For late & lost")
    assert len([call for call in world.spotify.calls[calls:] if call.method in WRITES]) == 1
    assert (await only_list(world)).name == NAME
    assert "changed the name on Spotify to “Night Drive”" in await said(linus, "history")
    await world.advance(minutes=20)
    (offered,) = [
        choice
        for choice in await grace.suggest("shared undo", "what", "")
        if "name or description" in choice.name
    ]
    back = await (await grace.command("shared undo", what=offered.value)).reply()
    await (await grace.press(back, "Change it")).updated()
    assert (own.name, own.description or "") == (NAME, before or "")


async def test_wrong_input(world: World, own: FakePlaylist, grace: Actor) -> None:
    """What Spotify wouldn't take is refused and can be typed again; what is the same already changes nothing."""
    shown = await edit(grace)
    form = await (await grace.press(shown, "Edit…")).modal()
    refused = await (await grace.submit(form, {"Name": "x" * 101})).reply()
    assert "1 to 100 characters" in refused.text
    assert "Edit again" in labels(refused)
    same = await previewed(grace, NAME, own.description or "")
    assert "looks like that already" in same.text
    preview = await previewed(grace, "Other", "")
    await change(world, grants=Grants())
    assert "hasn't allowed curators" in (await (await grace.press(preview, "Change it")).reply()).text
    assert own.name == NAME


async def test_changed_meanwhile(world: World, own: FakePlaylist, grace: Actor) -> None:
    """A name somebody gave it in Spotify after the preview is not overwritten unseen, nor after a restart."""
    preview = await previewed(grace, "Ours", "")
    own.rename("Theirs")
    await world.restart_bot()
    await world.advance(minutes=5)
    again = await (await grace.press(preview, "Change it")).updated()
    assert "changed in the meantime" in again.text
    assert "**Theirs** → **Ours**" in again.text
    assert own.name == "Theirs"
    await (await grace.press(again, "Change it")).updated()
    assert own.name == "Ours"


async def test_cover(world: World, linked: Actor, own: FakePlaylist, grace: Actor) -> None:
    """Covers need Spotify's permission, asked of the owner when they switch them on; then a curator sets one."""
    refused = await edit(grace, picture=picture())
    assert "has to let me upload pictures" in refused.text
    mine = await edit(linked, picture=picture())
    assert "Allow it on Spotify" in labels(mine)
    shown = await (await linked.command("shared settings")).reply()
    form = await (await linked.choose(shown, "curators", menu="More…")).modal()
    run = await linked.submit(form, {"Change the order": True})
    await run.updated()
    asked = await run.message(2)
    assert "Spotify has to let me upload pictures for you" in asked.text
    assert "Allow it on Spotify" in labels(asked)
    await allow(linked, mine)
    assert "can't read that as a picture" in (await edit(grace, picture=Upload("a.png", b"no picture"))).text
    preview = await edit(grace, picture=picture())
    assert "can't be undone" in preview.text
    assert not world.spotify.calls_to("PUT /playlists/*/images")
    told = await (await grace.press(preview, "Change it")).updated()
    assert "a new cover" in told.text
    (sent,) = world.spotify.calls_to("PUT /playlists/*/images")
    assert own.id in sent.path
    assert "changed the cover" in await said(grace, "history")


async def test_title_guard(world: World, linked: Actor, own: FakePlaylist, grace: Actor) -> None:
    """A name changed in Spotify is asked about once; put back, or kept by a manager, it's no news any more."""
    shared = await only_list(world)
    cards = world.discord.guild("Tape Heads").channel("music").id
    await change(world, settings=replace(shared.settings, cards_channel_id=cards))
    await edit(grace)  # a read: so it should be
    own.rename("Hijacked")
    asked = await noticed(world, linked)
    assert f"**{NAME}** → **Hijacked**" in asked.text
    assert "Only managers" in (await (await grace.press(asked, "Put it back")).reply()).text
    await world.restart_bot()
    back = await (await linked.press(asked, "Put it back")).updated()
    assert "put name and description of" in back.text
    assert own.name == NAME
    own.rename("Renamed on purpose")
    again = await noticed(world, linked)
    kept = await (await linked.press(again, "Keep it")).updated()
    assert "kept the new name" in kept.text
    await world.advance(hours=7)
    await said(grace, "show")
    assert own.name == "Renamed on purpose"
    assert [one for one in linked.messages() if "Someone changed how" in one.text] == []


async def test_unguarded(world: World, linked: Actor, own: FakePlaylist) -> None:
    """Where curators may not edit it, its name is nobody's business; without a channel, the owner gets a letter."""
    await change(world, grants=Grants())
    await said(linked, "show")
    own.rename("Mine")
    await world.advance(hours=1)
    await said(linked, "show")
    await change(world, grants=Grants(edit=True))
    await world.advance(hours=1)
    await said(linked, "show")
    own.rename("Not mine")
    await world.advance(hours=1)
    await said(linked, "show")
    (letter,) = await world.discord.wait_for(
        lambda: letters(world, "ada", "Someone changed how") or None, "word"
    )
    assert "**Mine** → **Not mine**" in letter.text
    mail = world.discord.actor("ada", dm=True)
    await (await mail.press(letter, "Put it back")).updated()
    assert own.name == "Mine"


async def noticed(world: World, linked: Actor) -> Message:
    """The question, after somebody used the list."""
    await world.advance(hours=1)
    await said(linked, "show")
    found = await world.discord.wait_for(
        lambda: [one for one in linked.messages() if "Someone changed how" in one.text] or None,
        "the question",
    )
    (asked,) = found
    return asked
